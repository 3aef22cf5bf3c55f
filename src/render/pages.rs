//! Pages: from a lesson's place in the course to the view that its template sees.

use std::ops::Range;

use jiff::civil::Date;

use super::common::{Entries, PageTerm};
use super::sight::{Here, Sight};
use super::spell::Spelled;
use super::theme::Theme;
use super::views::{
    Body, DateView, EntryView, ExamView, Extra, GlossaryEntryView, HeadingView, IconView,
    ImageView, ItemView, Late, LetterView, LinkView, MentionView, PageView, RedirectView, SiteView,
    TermView, UnitView,
};
use super::{body, locale, markdown, structured};
use crate::address::{Address, absolute, encode_path, is_external, media_type};
use crate::config::Config;
use crate::course::{Course, Item, LessonId, Target, Unit, UnitId};
use crate::interface::Neighbour;
use crate::language::shorten;
use crate::lesson::{Heading, Lesson, Role};
use crate::strings::Strings;
use crate::value::Value;
use crate::web::has_manifest;

/// How many characters of a first paragraph serve as a page's description.
const DESCRIPTION_LENGTH: usize = 160;
/// From how many entries on a page shows those around it instead of all: a page must not grow with the course.
const LONG_UNIT: usize = 100;
/// How many lessons are named that speak of a page: in a large course a common term is in most of them.
const MENTIONS: usize = 200;
/// How many entries are shown before and after the page in a long unit.
const AROUND: usize = 25;

/// What is the same on every page.
pub fn site(course: &Course<'_>) -> SiteView {
    SiteView {
        title: course.layout.title.clone(),
        language: course.config.language.clone(),
        direction: course.direction(),
        description: course.config.description.clone(),
        key: course.storage_key(),
        pass: course.config.pass,
        search: course.config.search,
        manifest: has_manifest(course.config),
        offline: course.config.offline,
        feed: course.layout.has_feed,
        extra: extra(&course.config.extra),
    }
}

/// The view of a lesson's page.
pub fn page(course: &Sight<'_>, spelled: &Spelled<'_>, body: Body, theme: &Theme) -> PageView {
    let strings = &*theme.strings;
    let lesson = course.own();
    let here = course.here();
    let address = here.address;
    let placement = course.placement();
    let config = course.config();
    let kind = kind(course);
    let pages = Pages { course, id: course.id(), here };
    let title_heading = lesson.title_heading.map(|index| &lesson.headings[index as usize]);
    let title_html = match title_heading {
        Some(_) => body::title((lesson, course.document()), spelled, strings),
        None => {
            let mut escaped = String::new();
            body::escape(&lesson.title, &mut escaped);
            escaped
        }
    };
    let mut view = PageView {
        kind,
        title: lesson.title.clone(),
        title_html,
        title_id: title_heading.map(|heading| heading.id.to_string()),
        description: description(course, lesson),
        lead: lesson.front.description.clone(),
        address: address.to_string(),
        canonical: canonical(config, address).filter(|_| kind != "404"),
        markdown: (config.markdown && markdown::has_text(kind))
            .then(|| here.href_to(&markdown::address(address))),
        image: image(course),
        icon: icon(course, theme),
        structured: None,
        root: here.to_root(),
        theme: format!("{}{}/", here.to_root(), theme.folder),
        breadcrumbs: pages.breadcrumbs(),
        unit: pages.unit(kind),
        items: pages.items(kind),
        contents: contents(lesson),
        body,
        objectives: lesson.front.objectives.clone(),
        prerequisites: pages.links(&course.resolved().prerequisites),
        minutes: match kind {
            "lesson" => lesson.minutes(),
            "unit" => pages.unit_minutes(placement.unit),
            "home" => pages.course_minutes(),
            _ => None,
        },
        authors: lesson.front.authors.clone(),
        date: lesson.front.date.map(|date| date_view(date, &config.language, strings)),
        updated: lesson.front.updated.map(|date| date_view(date, &config.language, strings)),
        draft: lesson.front.draft,
        previous: placement.previous.map(|id| pages.link(id)),
        next: placement.next.map(|id| pages.link(id)),
        questions: pages.questions(),
        exam: pages.exam(),
        terms: pages.terms(),
        terms_list: Late::default(),
        teaches: pages.links(&course.resolved().teaches),
        mentions: pages.mentions(),
        more_mentions: course.mentions().skip(MENTIONS).count(),
        term: (kind == "term").then(|| pages.term(lesson)),
        letters: if kind == "glossary" { pages.letters() } else { Vec::new() },
        glossary: course.glossary().map(|id| pages.link(id)),
        map: course.map().map(|id| pages.link(id)),
        drawing: None,
        home: pages.home(),
        extra: extra(&lesson.front.extra),
    };
    view.structured = structured::structured(course, &view);
    view
}

/// The view of the page at an old address.
pub fn redirect(course: &Course<'_>, from: &Address, to: LessonId) -> RedirectView {
    let address = course.address(to);
    RedirectView {
        title: course.lesson(to).title.clone(),
        href: from.href_to(address),
        canonical: canonical(course.config, address),
    }
}

/// The template that renders a page.
fn kind(course: &Sight<'_>) -> &'static str {
    let unit = course.unit(course.placement().unit);
    match course.own().role {
        Role::Glossary => "glossary",
        Role::Term => "term",
        Role::Map => "map",
        Role::NotFound => "404",
        _ if course.id() == course.home() => "home",
        _ if unit.page == course.id() => "unit",
        _ => "lesson",
    }
}

/// A page's absolute address; an index page's is its folder's.
pub(super) fn canonical(config: &Config, address: &Address) -> Option<String> {
    config.base_url.as_ref().map(|base_url| absolute(base_url, address))
}

/// The picture that stands for the page where others link to it: its own, else the site's. Those who show it ask for an
/// absolute address, so there is none of the site's own files without a base URL.
fn image(course: &Sight<'_>) -> Option<ImageView> {
    let written = course.own().front.image.as_ref().map(|image| image.value.trim());
    if let Some(url) = written.filter(|image| is_external(image)) {
        return Some(ImageView { url: url.to_owned(), width: None, height: None });
    }
    let placed = course.asset(course.resolved().image.or(course.image())?);
    let url = canonical(course.config(), &placed.address)?;
    let (width, height) = placed.asset.size.unzip();
    Some(ImageView { url, width, height })
}

/// The site's own icon, else the theme's.
fn icon(course: &Sight<'_>, theme: &Theme) -> IconView {
    let built_in = Address::new(&format!("{}/icon.svg", theme.folder));
    let own = course.icon().map(|id| &course.asset(id).address);
    let address = own.unwrap_or(&built_in);
    IconView { href: course.here().href_to(address), kind: media_type(address) }
}

/// What the page says of itself to those who link to it.
fn description(course: &Sight<'_>, lesson: &Lesson) -> Option<String> {
    let own = lesson.front.description.clone();
    let definition = lesson.front.definition.as_ref().map(|text| text.value.clone());
    let site = || match lesson.role {
        Role::Home => course.config().description.clone(),
        _ => None,
    };
    let paragraph =
        || lesson.first_paragraph.as_deref().map(|text| shorten(text, DESCRIPTION_LENGTH));
    own.or(definition).or_else(site).or_else(paragraph).filter(|text| !text.is_empty())
}

/// The page's headings, each below the last one of a higher level.
fn contents(lesson: &Lesson) -> Vec<HeadingView> {
    let headings = lesson.headings.iter().enumerate();
    let shown: Vec<&Heading> = headings
        .filter(|(index, heading)| heading.top && !lesson.is_title(*index))
        .map(|(_, heading)| heading)
        .collect();
    nest(&shown)
}

/// Nests headings at most three levels deep: deeper ones belong to the text.
fn nest(headings: &[&Heading]) -> Vec<HeadingView> {
    fn below(headings: &[&Heading], depth: usize) -> Vec<HeadingView> {
        let mut views = Vec::new();
        let mut at = 0;
        while let Some(heading) = headings.get(at) {
            let inner = headings[at + 1..].iter().take_while(|h| h.level > heading.level).count();
            let children = if depth < 3 {
                below(&headings[at + 1..at + 1 + inner], depth + 1)
            } else {
                Vec::new()
            };
            views.push(HeadingView {
                id: heading.id.to_string(),
                text: heading.text.to_string(),
                children,
            });
            at += 1 + inner;
        }
        views
    }
    below(headings, 1)
}

fn date_view(date: Date, language: &str, strings: &Strings) -> DateView {
    DateView { iso: date.to_string(), text: locale::date(date, language, strings) }
}

fn extra(values: &[(String, Value)]) -> Extra {
    let pairs = values.iter().map(|(key, value)| (key.clone(), json(value)));
    Extra(pairs.collect())
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(flag) => (*flag).into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::String(text) => text.clone().into(),
        Value::Date(date) => date.to_string().into(),
        Value::List(items) => items.iter().map(|item| json(&item.value)).collect(),
        Value::Table(entries) => {
            let pairs = entries.iter().map(|entry| (entry.key.clone(), json(&entry.value.value)));
            serde_json::Value::Object(pairs.collect())
        }
    }
}

/// What a page links to, spelled from where it lies.
struct Pages<'a> {
    course: &'a Sight<'a>,
    id: LessonId,
    here: Here<'a>,
}

impl Pages<'_> {
    fn link(&self, id: LessonId) -> LinkView {
        let title = self.course.title_of(id).to_owned();
        LinkView { title, href: self.here.href_to(self.course.address(id)) }
    }

    /// The home page by the course's title.
    fn home(&self) -> LinkView {
        let home = self.course.address(self.course.home());
        LinkView { title: self.course.title().to_owned(), href: self.here.href_to(home) }
    }

    fn links(&self, ids: &[LessonId]) -> Vec<LinkView> {
        ids.iter().map(|id| self.link(*id)).collect()
    }

    /// From the home page down to what holds this page.
    fn breadcrumbs(&self) -> Vec<LinkView> {
        let above = self.course.pages_above().into_iter();
        let is_home = |id: LessonId| id == self.course.home();
        above.map(|id| if is_home(id) { self.home() } else { self.link(id) }).collect()
    }

    /// The unit that a lesson or a unit's page belongs to, with its entries.
    fn unit(&self, kind: &str) -> Option<UnitView> {
        if !matches!(kind, "lesson" | "unit") {
            return None;
        }
        let unit = self.course.placement().unit;
        let Unit { page, items, .. } = self.course.unit(unit);
        let LinkView { title, href } = self.link(*page);
        let current = *page == self.id;
        let at = items.iter().position(|item| *item == Item::Lesson(self.id));
        let is_beside = self.here.address.folder() == self.course.address(*page).folder();
        let (entries, at) = if items.len() <= LONG_UNIT && is_beside && !self.here.is_anywhere() {
            let entry = |item| self.entry_of(item, |id| self.course.face(id));
            let entries = || items.iter().map(entry).collect();
            (self.course.shared_entries(unit, entries), at)
        } else {
            let near = near(items.len(), at);
            let face = |id| (self.course.title_of(id), self.course.address(id));
            let entry = |item| self.entry_of(item, face);
            let entries: Vec<EntryView> = items[near.clone()].iter().map(entry).collect();
            (Entries::new(&entries), at.map(|at| at - near.start))
        };
        let items = entries.all.clone();
        Some(UnitView { title, href, current, items, at, list: Late::default(), entries })
    }

    /// An entry of a unit; `face` says title and address of a page.
    fn entry_of<'f>(
        &self,
        item: &Item,
        face: impl Fn(LessonId) -> (&'f str, &'f Address),
    ) -> EntryView {
        let (kind, page) = match item {
            Item::Part(title) => {
                return EntryView { kind: "part", title: title.clone(), href: None };
            }
            Item::Lesson(id) => ("lesson", *id),
            Item::Unit(unit) => ("unit", self.course.unit(*unit).page),
        };
        let (title, address) = face(page);
        EntryView { kind, title: title.to_owned(), href: Some(self.here.href_to(address)) }
    }

    /// What a home or unit page lists below its text.
    fn items(&self, kind: &str) -> Vec<ItemView> {
        let course = self.course;
        let (unit, depth) = match kind {
            "home" if course.lists_lessons() => (0, 1),
            "home" | "404" => (0, 0),
            "unit" => (course.placement().unit, 1),
            _ => return Vec::new(),
        };
        let items = course.unit(unit).items.iter();
        items.map(|item| self.item(item, depth)).collect()
    }

    fn item(&self, item: &Item, depth: usize) -> ItemView {
        let (kind, page, unit) = match item {
            Item::Part(title) => {
                return ItemView {
                    kind: "part",
                    title: title.clone(),
                    href: None,
                    description: None,
                    objectives: Vec::new(),
                    minutes: None,
                    questions: 0,
                    lessons: 0,
                    current: false,
                    items: Vec::new(),
                };
            }
            Item::Lesson(id) => ("lesson", *id, None),
            Item::Unit(unit) => ("unit", self.course.unit(*unit).page, Some(*unit)),
        };
        let link = self.link(page);
        let lesson = self.course.lesson(page);
        let below = match unit {
            Some(unit) if depth > 0 => {
                let items = self.course.unit(unit).items.iter();
                items.map(|item| self.item(item, depth - 1)).collect()
            }
            _ => Vec::new(),
        };
        let minutes = match unit {
            Some(unit) => self.unit_minutes(unit),
            None => lesson.minutes(),
        };
        ItemView {
            kind,
            title: link.title,
            href: Some(link.href),
            description: lesson.description().map(str::to_owned),
            objectives: match unit {
                Some(_) if self.id == self.course.home() => lesson.objectives().to_vec(),
                _ => Vec::new(),
            },
            minutes,
            questions: match unit {
                Some(unit) => self.unit_questions(unit),
                None => lesson.questions(),
            },
            lessons: unit.map_or(0, |unit| self.unit_lessons(unit)),
            current: page == self.id,
            items: below,
        }
    }

    /// How long the lessons of a unit take together; units inside of it count for themselves.
    fn unit_minutes(&self, unit: UnitId) -> Option<u32> {
        let items = self.course.unit(unit).items.iter();
        let lessons = items.filter_map(|item| match item {
            Item::Lesson(id) => self.course.lesson(*id).minutes(),
            _ => None,
        });
        Some(lessons.fold(0, u32::saturating_add)).filter(|sum| *sum > 0)
    }

    /// How long the whole course takes.
    fn course_minutes(&self) -> Option<u32> {
        let mut units = vec![0];
        let mut sum = 0_u32;
        while let Some(unit) = units.pop() {
            sum = sum.saturating_add(self.unit_minutes(unit).unwrap_or(0));
            let items = self.course.unit(unit).items.iter();
            units.extend(items.filter_map(|item| match item {
                Item::Unit(unit) => Some(*unit),
                _ => None,
            }));
        }
        Some(sum).filter(|sum| *sum > 0)
    }

    fn unit_lessons(&self, unit: UnitId) -> usize {
        let items = self.course.unit(unit).items.iter();
        items.filter(|item| matches!(item, Item::Lesson(_))).count()
    }

    /// How many questions the lessons of a unit have together; units inside of it count for themselves.
    fn unit_questions(&self, unit: UnitId) -> usize {
        let items = self.course.unit(unit).items.iter();
        let lessons = items.filter_map(|item| match item {
            Item::Lesson(id) => Some(self.course.lesson(*id).questions()),
            _ => None,
        });
        lessons.sum()
    }

    /// How many questions stand on this page.
    fn questions(&self) -> usize {
        match self.course.exam() {
            Some(exam) => exam.pool.len(),
            None => self.course.own().questions.len(),
        }
    }

    fn exam(&self) -> Option<ExamView> {
        let exam = self.course.exam()?;
        Some(ExamView {
            draw: exam.draw,
            questions: exam.pool.len(),
            minutes: exam.minutes,
            pass: exam.pass,
        })
    }

    /// Who speaks of this page, and in which sections.
    fn mentions(&self) -> Vec<MentionView> {
        let mentions = self.course.mentions().take(MENTIONS);
        mentions
            .map(|mentions| {
                let id = mentions[0].from;
                let from = self.course.lesson(id);
                let LinkView { title, href } = self.link(id);
                let sections = mentions.iter().filter_map(|mention| mention.section);
                let headings = sections.filter_map(|section| from.section(section));
                let sections = headings.map(|(id, text)| {
                    let mut href = format!("{href}#");
                    encode_path(id, &mut href);
                    LinkView { title: text.to_owned(), href }
                });
                MentionView { sections: sections.collect(), title, href }
            })
            .collect()
    }

    /// The terms that the page links to, with their definitions, in alphabetical order.
    fn terms(&self) -> Vec<PageTerm> {
        let course = self.course;
        let recognised = course.recognised().links();
        let recognised = recognised.map(|link| course.term(link.term));
        let targets = course.resolved().targets.iter();
        let linked = targets.filter_map(|target| match target {
            Target::Term { term, .. } if *term != self.id => Some(*term),
            _ => None,
        });
        let used = recognised.chain(linked).map(|id| (course.alphabetical(id), id));
        let mut terms: Vec<(usize, LessonId)> = used.collect();
        terms.sort_unstable();
        terms.dedup();
        terms.into_iter().filter_map(|(_, id)| PageTerm::new(course.spoken_of(id))).collect()
    }

    fn term(&self, term: &Lesson) -> TermView {
        TermView {
            definition: term.front.definition.as_ref().map(|text| text.value.clone()),
            aliases: aliases(Neighbour::new(term)),
            see_also: self.links(&self.course.resolved().see_also),
            taught_in: self.course.taught_in().map(|lesson| self.link(lesson)),
        }
    }

    /// The terms by first letter.
    fn letters(&self) -> Vec<LetterView> {
        let letters = self.course.letters().iter().enumerate();
        letters
            .map(|(index, letter)| LetterView {
                letter: letter.letter.clone(),
                // No heading's own id has a colon.
                id: format!("letter:{}", index + 1),
                terms: letter.terms.iter().map(|id| self.entry(*id)).collect(),
            })
            .collect()
    }

    fn entry(&self, id: LessonId) -> GlossaryEntryView {
        let term = self.course.lesson(id);
        let LinkView { title, href } = self.link(id);
        let definition = term.definition().map(str::to_owned);
        GlossaryEntryView { title, href, definition, aliases: aliases(term) }
    }
}

/// The entries of a unit that a page shows: of a long one those around it.
fn near(entries: usize, at: Option<usize>) -> Range<usize> {
    if entries <= LONG_UNIT {
        return 0..entries;
    }
    let here = at.unwrap_or(0);
    here.saturating_sub(AROUND)..(here + AROUND + 1).min(entries)
}

fn aliases(term: Neighbour<'_>) -> Vec<String> {
    term.aliases().map(str::to_owned).collect()
}
