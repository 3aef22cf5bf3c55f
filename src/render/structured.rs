//! Structured data: what a page says of itself to search engines, as JSON-LD with the words of schema.org.
//!
//! All of it names pages by their absolute addresses, and those who read it ask for these; so there is none where a site
//! has no base URL.

use serde_json::{Map, Value, json};

use super::pages::canonical;
use super::sight::Sight;
use super::views::PageView;
use crate::course::{Item, LessonId};

/// How many parts of a course or unit are named: a page must not grow with the course.
const PARTS: usize = 100;

/// What an exam is, on its own page and wherever it is named. To schema.org each quiz is a learning resource, so all that
/// can be said of a lesson can be said of it.
const EXAM: &str = "Quiz";

/// The JSON of a page, safe to stand in a `script` element; none where the site has no base URL.
pub fn structured(course: &Sight<'_>, page: &PageView) -> Option<String> {
    let url = page.canonical.as_deref()?;
    let here = Here { course, page, url };
    let mut graph = vec![here.page()?];
    graph.extend(here.breadcrumbs());
    let data = json!({ "@context": "https://schema.org", "@graph": graph });
    // A `<` could end the element, or open a comment in it.
    Some(data.to_string().replace('<', "\\u003c"))
}

/// A page with its absolute address.
struct Here<'a> {
    course: &'a Sight<'a>,
    page: &'a PageView,
    url: &'a str,
}

impl Here<'_> {
    /// What the page is about.
    fn page(&self) -> Option<Value> {
        let mut data = self.head();
        match self.page.kind {
            "home" => self.describe_course(&mut data),
            "unit" => self.describe_unit(&mut data),
            "lesson" => self.describe_lesson(&mut data),
            "term" => self.describe_term(&mut data)?,
            "glossary" => set(&mut data, "@type", "DefinedTermSet"),
            _ => set(&mut data, "@type", "WebPage"),
        }
        Some(Value::Object(data))
    }

    /// What all kinds of pages say.
    fn head(&self) -> Map<String, Value> {
        let PageView { title, description, authors, date, updated, image, .. } = self.page;
        let mut data = Map::new();
        set(&mut data, "@id", self.url);
        set(&mut data, "name", title.as_str());
        set(&mut data, "inLanguage", self.course.config().language.as_str());
        set(&mut data, "description", description.clone());
        let authors = authors.iter().map(|name| json!({ "@type": "Person", "name": name }));
        set_list(&mut data, "author", authors.collect());
        set(&mut data, "datePublished", date.as_ref().map(|date| date.iso.clone()));
        set(&mut data, "dateModified", updated.as_ref().map(|date| date.iso.clone()));
        set(&mut data, "image", image.as_ref().map(|image| image.url.clone()));
        data
    }

    fn describe_course(&self, data: &mut Map<String, Value>) {
        set(data, "@type", "Course");
        set(data, "name", self.course.title());
        self.set_learning(data);
        set_list(data, "hasPart", self.parts(0));
    }

    fn describe_unit(&self, data: &mut Map<String, Value>) {
        set(data, "@type", "LearningResource");
        set(data, "learningResourceType", "unit");
        self.set_learning(data);
        set_list(data, "isPartOf", self.wholes());
        set_list(data, "hasPart", self.parts(self.course.placement().unit));
    }

    fn describe_lesson(&self, data: &mut Map<String, Value>) {
        let is_exam = self.page.exam.is_some();
        set(data, "@type", if is_exam { EXAM } else { "LearningResource" });
        set(data, "learningResourceType", if is_exam { "practice exam" } else { "lesson" });
        set(data, "educationalUse", if is_exam { "assessment" } else { "instruction" });
        self.set_learning(data);
        set_list(data, "isPartOf", self.wholes());
        if self.page.questions > 0 && !is_exam {
            let name = self.page.title.as_str();
            let quiz =
                json!({ "@type": "Quiz", "name": name, "educationalUse": "self assessment" });
            set(data, "hasPart", quiz);
        }
    }

    fn describe_term(&self, data: &mut Map<String, Value>) -> Option<()> {
        set(data, "@type", "DefinedTerm");
        data.remove("inLanguage");
        let aliases = &self.page.term.as_ref()?.aliases;
        set_list(data, "alternateName", aliases.iter().map(|alias| json!(alias)).collect());
        let set_of_terms = self.course.glossary().and_then(|id| self.named("DefinedTermSet", id));
        set(data, "inDefinedTermSet", set_of_terms);
        Some(())
    }

    /// What is learnt, and how long it takes.
    fn set_learning(&self, data: &mut Map<String, Value>) {
        let objectives = self.page.objectives.iter().map(|objective| json!(objective));
        let terms = self.page.teaches.iter();
        let terms = terms.map(|term| json!({ "@type": "DefinedTerm", "name": term.title }));
        set_list(data, "teaches", objectives.chain(terms).collect());
        set(data, "timeRequired", self.page.minutes.map(duration));
    }

    /// The units that the page belongs to, the inmost first, and the course.
    fn wholes(&self) -> Vec<Value> {
        let units = self.course.units_around().into_iter().rev();
        let units = units.map(|unit| self.course.unit(unit).page);
        let units = units.filter_map(|page| self.named("LearningResource", page));
        units.chain(self.named("Course", self.course.home())).collect()
    }

    /// What stands directly in a unit.
    fn parts(&self, unit: u32) -> Vec<Value> {
        let items = self.course.unit(unit).items.iter();
        let pages = items.filter_map(|item| match item {
            Item::Lesson(id) => Some(*id),
            Item::Unit(unit) => Some(self.course.unit(*unit).page),
            Item::Part(_) => None,
        });
        let kind = |page| match self.course.lesson(page).is_exam() {
            true => EXAM,
            false => "LearningResource",
        };
        pages.take(PARTS).filter_map(|page| self.named(kind(page), page)).collect()
    }

    /// Another page by its address and name.
    fn named(&self, kind: &str, id: LessonId) -> Option<Value> {
        let url = canonical(self.course.config(), self.course.address(id))?;
        Some(json!({ "@type": kind, "@id": url, "name": self.title(id) }))
    }

    /// The home page goes by the course's title.
    fn title(&self, id: LessonId) -> &str {
        if id == self.course.home() { self.course.title() } else { self.course.title_of(id) }
    }

    /// The way from the home page to this one, which comes last and needs no address.
    fn breadcrumbs(&self) -> Option<Value> {
        let above = self.page.breadcrumbs.len();
        if above == 0 {
            return None;
        }
        let ids = self.course.pages_above();
        let crumbs = ids.iter().enumerate().filter_map(|(index, id)| {
            let url = canonical(self.course.config(), self.course.address(*id))?;
            let (position, name) = (index + 1, self.title(*id));
            Some(json!({ "@type": "ListItem", "position": position, "name": name, "item": { "@id": url } }))
        });
        let name = self.page.title.as_str();
        let last = json!({ "@type": "ListItem", "position": ids.len() + 1, "name": name });
        let items: Vec<Value> = crumbs.chain([last]).collect();
        Some(json!({ "@type": "BreadcrumbList", "itemListElement": items }))
    }
}

/// Sets what there is; what is missing is left out.
fn set(data: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    let value = value.into();
    if !value.is_null() {
        data.insert(key.to_owned(), value);
    }
}

/// Sets a list, and of a list of one its only entry.
fn set_list(data: &mut Map<String, Value>, key: &str, mut values: Vec<Value>) {
    match values.len() {
        0 => {}
        1 => set(data, key, values.remove(0)),
        _ => set(data, key, values),
    }
}

/// Minutes as ISO 8601 writes them: `PT2H30M`.
fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("PT{minutes}M"),
        (hours, 0) => format!("PT{hours}H"),
        (hours, minutes) => format!("PT{hours}H{minutes}M"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_leaves_out_what_is_zero() {
        assert_eq!([5, 60, 150].map(duration), ["PT5M", "PT1H", "PT2H30M"]);
    }
}
