//! Views: all that a template sees.
//!
//! A page is made from its view and the theme, and from nothing else; that is why a view's hash can stand for
//! the page in `session`. What costs much, the body and the map, is known by the hash of what it is made of until the page is
//! rendered. Everything here is ready to be printed: hrefs are relative to the page.

use serde::Serialize;

use super::common::{Entries, PageTerm, Shared};

/// What `{{ site.… }}` offers, the same on every page.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct SiteView {
    pub title: String,
    /// A BCP 47 language tag.
    pub language: String,
    /// `ltr` or `rtl`, as the language is written.
    pub direction: &'static str,
    pub description: Option<String>,
    /// The name under which a browser keeps what a learner did on this site.
    pub key: String,
    /// The share of a quiz that passes, in percent.
    pub pass: u32,
    /// It can be searched.
    pub search: bool,
    /// There is a web app manifest, `manifest.webmanifest` at the root.
    pub manifest: bool,
    /// Browsers keep the whole site.
    pub offline: bool,
    /// There is a feed, `feed.xml` at the root.
    pub feed: bool,
    /// `[extra]` of `site.toml`.
    pub extra: Extra,
}

/// A link with its text.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct LinkView {
    pub title: String,
    pub href: String,
}

/// One entry of a unit's contents.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ItemView {
    /// `unit`, `lesson` or `part`; a part is a heading and has no href.
    pub kind: &'static str,
    pub title: String,
    pub href: Option<String>,
    pub description: Option<String>,
    /// On the home page: what a unit's own page says that one will be able to do.
    pub objectives: Vec<String>,
    /// For a lesson, and for a unit the sum of its lessons; on the home page and the pages of units only, like the
    /// description.
    pub minutes: Option<u32>,
    /// How many questions a lesson has, for a unit the sum of its lessons; where the minutes are given.
    pub questions: usize,
    /// How many lessons stand directly in a unit; where the minutes are given.
    pub lessons: usize,
    /// It is the page that shows it.
    pub current: bool,
    /// On the home page, and on a unit's page: what stands below it.
    pub items: Vec<ItemView>,
}

/// One entry of the contents beside a lesson. It has its title alone: a page must not change because a lesson beside it
/// takes a minute longer.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct EntryView {
    /// `unit`, `lesson` or `part`; a part is a heading and has no href.
    pub kind: &'static str,
    pub title: String,
    pub href: Option<String>,
}

/// The unit whose contents stand beside a lesson.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct UnitView {
    pub title: String,
    pub href: String,
    /// The page is the unit's own.
    pub current: bool,
    /// A list of [`EntryView`]s, which the pages of a unit share.
    pub items: Shared,
    /// The place of the page among them, from 0.
    pub at: Option<usize>,
    /// The same entries as HTML.
    pub list: Late,
    /// What both are made from.
    #[serde(skip)]
    pub(super) entries: Entries,
}

/// HTML that is made from the rest of a view when the page is rendered: no part of what the view is known by.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Late(pub String);

impl std::hash::Hash for Late {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// One heading of the on-page contents with the headings below it.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct HeadingView {
    pub id: String,
    pub text: String,
    pub children: Vec<HeadingView>,
}

/// A day: for machines and for people.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct DateView {
    /// ISO 8601: `2026-11-20`.
    pub iso: String,
    pub text: String,
}

/// The picture of the site in a browser's tabs.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct IconView {
    pub href: String,
    /// Its media type.
    pub kind: String,
}

/// A picture that stands for a page where others link to it.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ImageView {
    /// Absolute.
    pub url: String,
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// A lesson that speaks of this page.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct MentionView {
    pub title: String,
    pub href: String,
    /// The sections that do so; none where it stands above the first heading.
    pub sections: Vec<LinkView>,
}

/// A term that the page links to, for its preview and for print.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct PageTermView {
    /// The id that the links' `aria-describedby` names.
    pub id: String,
    pub title: String,
    pub href: String,
    /// Plain text.
    pub definition: String,
}

/// What only the page of a term has.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct TermView {
    /// The definition where the front matter gives one; else it is the body's first paragraph.
    pub definition: Option<String>,
    pub aliases: Vec<String>,
    pub see_also: Vec<LinkView>,
    /// The lesson that teaches it.
    pub taught_in: Option<LinkView>,
}

/// What only an exam has.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ExamView {
    /// How many questions are drawn.
    pub draw: usize,
    /// From how many.
    pub questions: usize,
    pub minutes: Option<u32>,
    /// The share of the points that passes, in percent.
    pub pass: u32,
}

/// One term in the list of all.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct GlossaryEntryView {
    pub title: String,
    pub href: String,
    pub definition: Option<String>,
    pub aliases: Vec<String>,
}

/// The terms that begin with one letter.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct LetterView {
    pub letter: String,
    pub id: String,
    pub terms: Vec<GlossaryEntryView>,
}

/// The map on a page. It is drawn when the page is rendered; until then it is known by the hash of what is on it.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Drawing {
    #[serde(skip)]
    pub key: u128,
    pub map: Option<Box<MapView>>,
}

impl std::hash::Hash for Drawing {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u128(self.key);
    }
}

/// A map: drawn, and as a list that says the same.
#[derive(Clone, Debug, Serialize)]
pub struct MapView {
    /// SVG for wide screens; empty where there is too much to draw.
    pub wide: String,
    /// SVG for narrow screens.
    pub narrow: String,
    /// `lessons` or `units`: what the boxes are.
    pub of: &'static str,
    /// How many boxes there are.
    pub entries: usize,
    /// It has arrows from what is to be read first.
    pub needs: bool,
    /// It has arrows from what explains terms.
    pub by_terms: bool,
    /// Empty where there is too much to list.
    pub groups: Vec<MapGroupView>,
}

/// A unit on a map with its lessons, or a part of the course with its units.
#[derive(Clone, Debug, Serialize)]
pub struct MapGroupView {
    /// Empty where it has none.
    pub number: String,
    /// Empty where it has none.
    pub title: String,
    pub href: Option<String>,
    pub items: Vec<MapItemView>,
}

/// A box of a map.
#[derive(Clone, Debug, Serialize)]
pub struct MapItemView {
    /// `lesson`, `unit`, or `outside` for what the map's unit is tied to.
    pub kind: &'static str,
    pub number: String,
    pub title: String,
    pub href: String,
    /// How many lessons a unit has.
    pub lessons: usize,
    /// What to read first.
    pub needs: Vec<LinkView>,
    /// The terms that are explained in it.
    pub teaches: Vec<LinkView>,
    pub uses: Vec<MapTermsView>,
}

/// Terms that are used, with what explains them.
#[derive(Clone, Debug, Serialize)]
pub struct MapTermsView {
    pub source: LinkView,
    pub terms: Vec<LinkView>,
}

/// The body of a page. Its text is made when the page is rendered; until then it is known by what it is made of.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The hash of the lesson and its spellings.
    pub key: u128,
    pub html: String,
}

impl std::hash::Hash for Body {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u128(self.key);
    }
}

impl Serialize for Body {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.html)
    }
}

/// What `{{ page.… }}` offers.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct PageView {
    /// `home`, `unit`, `lesson`, `term`, `glossary`, `map` or `404`: the template of that name renders it.
    pub kind: &'static str,
    pub title: String,
    /// The title with its inline markup, as HTML.
    pub title_html: String,
    /// The id that the title's heading has, so that links to it work.
    pub title_id: Option<String>,
    /// What the page says of itself to those who link to it: the front matter's description, else its first sentences.
    pub description: Option<String>,
    /// The front matter's description.
    pub lead: Option<String>,
    /// The output path: `value/what-is-value.html`.
    pub address: String,
    /// The absolute address, where the site has a base URL.
    pub canonical: Option<String>,
    /// The way to its text as Markdown, where the site publishes that.
    pub markdown: Option<String>,
    /// What stands for the page where others link to it.
    pub image: Option<ImageView>,
    /// The site's own icon, else the theme's.
    pub icon: IconView,
    /// JSON-LD, where the site has a base URL; safe to stand in a `script` element.
    pub structured: Option<String>,
    /// The way to the site's root: empty or `../` once or several times.
    pub root: String,
    /// The way to the folder of the theme's files, with a slash at the end.
    pub theme: String,
    /// From the home page down to the unit that holds the page; empty on the home page.
    pub breadcrumbs: Vec<LinkView>,
    /// The contents of the unit that the page belongs to; none on the home page, terms and the glossary.
    pub unit: Option<UnitView>,
    /// On the home page and the pages of units: what stands below.
    pub items: Vec<ItemView>,
    /// The page's own headings.
    pub contents: Vec<HeadingView>,
    /// HTML.
    pub body: Body,
    pub objectives: Vec<String>,
    pub prerequisites: Vec<LinkView>,
    pub minutes: Option<u32>,
    pub authors: Vec<String>,
    pub date: Option<DateView>,
    pub updated: Option<DateView>,
    pub draft: bool,
    pub previous: Option<LinkView>,
    pub next: Option<LinkView>,
    /// How many questions stand on the page.
    pub questions: usize,
    /// Where the lesson is an exam.
    pub exam: Option<ExamView>,
    /// The terms that the page links to, in alphabetical order.
    /// [`PageTermView`]s, which pages share.
    pub terms: Vec<PageTerm>,
    /// The same as HTML.
    pub terms_list: Late,
    /// The terms that a lesson teaches.
    pub teaches: Vec<LinkView>,
    /// In reading order, of very many the first.
    pub mentions: Vec<MentionView>,
    /// How many lessons more speak of the page.
    pub more_mentions: usize,
    /// On the pages of terms.
    pub term: Option<TermView>,
    /// On the glossary.
    pub letters: Vec<LetterView>,
    /// The glossary, where the course has terms.
    pub glossary: Option<LinkView>,
    /// The page that draws the course.
    pub map: Option<LinkView>,
    /// On that page, and on the pages of a long course's units.
    pub drawing: Option<Drawing>,
    pub home: LinkView,
    /// Keys of the front matter that mean nothing to Hornbook, as JSON values.
    pub extra: Extra,
}

/// Keys of other generators, by name.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Extra(pub serde_json::Map<String, serde_json::Value>);

impl std::hash::Hash for Extra {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        // The map keeps its keys sorted, so equal maps have equal texts.
        serde_json::to_string(&self.0).unwrap_or_default().hash(state);
    }
}

/// A page at an old address that sends its visitors on.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct RedirectView {
    pub title: String,
    pub href: String,
    /// The absolute address of the new page, where the site has a base URL.
    pub canonical: Option<String>,
}
