//! A lesson: what one Markdown file says.
//!
//! Front matter, body, the names it defines and the names it uses. Terms and the pages of units are
//! written in the same way and differ by their [`Role`]. A lesson is immutable and shared.

use std::num::NonZero;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::NodeId;
use crate::document::packed::Packed;
use crate::quiz::{Exam, Question};
use crate::source::{Place, SourcePath, Span, Spanned};
use crate::value::Value;

/// What a file is for, as its path tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `index.md` at the top.
    Home,
    /// `index.md` of a folder: the unit's overview.
    Unit,
    Lesson,
    /// `glossary/index.md`.
    Glossary,
    /// A file in `glossary/`.
    Term,
    /// `404.md` at the top: what stands where no page is.
    NotFound,
    /// The course map. Nobody writes it.
    Map,
    /// `SUMMARY.md` at the top: the order and the titles of a course written for mdBook. Not a page.
    Summary,
}

/// How a term is linked where it is used; `link` in a term's front matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TermLink {
    #[default]
    Automatic,
    /// Only by `[[…]]`.
    Explicit,
}

/// Which terms a lesson links by itself; `glossary` in a lesson's front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LessonTerms {
    #[default]
    All,
    None,
    /// All but these.
    Except(Vec<Spanned<String>>),
}

/// What stands above a lesson's text, with defaults filled in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrontMatter {
    pub title: Option<Spanned<String>>,
    pub description: Option<String>,
    /// The picture that stands for the page where others link to it.
    pub image: Option<Spanned<String>>,
    pub draft: bool,
    pub order: Option<i64>,
    pub slug: Option<Spanned<String>>,
    /// A lesson's old addresses, or the other names of a term.
    pub aliases: Vec<Spanned<String>>,
    pub objectives: Vec<String>,
    pub prerequisites: Vec<Spanned<String>>,
    /// The terms that the lesson explains.
    pub teaches: Vec<Spanned<String>>,
    /// How long the lesson takes, where the author knows better than a count of words.
    pub minutes: Option<u32>,
    pub authors: Vec<String>,
    pub date: Option<Date>,
    pub updated: Option<Date>,
    pub glossary: LessonTerms,
    pub definition: Option<Spanned<String>>,
    pub link: TermLink,
    pub see_also: Vec<Spanned<String>>,
    pub case_sensitive: bool,
    /// Rare, and large.
    pub exam: Option<Box<Exam>>,
    /// Keys of other generators, kept for templates.
    pub extra: Vec<(String, Value)>,
}

/// A heading of the body, or the one that gave the page its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6, as written.
    pub level: u8,
    /// Unique on the page.
    pub id: Box<str>,
    pub text: Box<str>,
    pub classes: Box<[Box<str>]>,
    pub node: NodeId,
    pub span: Span,
    /// Stands at the top level of the body, not inside a list or a quotation.
    pub top: bool,
}

/// What stands below one heading of a lesson. `None` of it, which sorts first and needs no room of its own, is what stands
/// above them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section(NonZero<u32>);

impl Section {
    /// `heading` is an index into the lesson's headings.
    pub fn below(heading: u32) -> Self {
        Self(NonZero::<u32>::MIN.saturating_add(heading))
    }

    /// The index of its heading.
    pub fn heading(self) -> u32 {
        self.0.get() - 1
    }
}

/// In which form a name is used, which decides where it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UseKind {
    /// `[text](path)`
    Link,
    /// `![alt](path)`
    Image,
    /// `[[name]]`, `[[name|text]]`
    WikiLink,
    /// `![[name]]`
    WikiEmbed,
    /// `href` in raw HTML.
    HtmlLink,
    /// `src`, `poster` or `data` in raw HTML.
    HtmlAsset,
}

/// A place where this file names something that lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub kind: UseKind,
    /// What is named, as written, entities and escapes undone.
    pub text: Box<str>,
    pub span: Span,
    /// By the headings of the top level.
    pub section: Option<Section>,
}

/// A footnote that is referred to; its number is its index plus one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footnote {
    pub node: NodeId,
    pub references: u32,
}

/// When a lesson was last changed: the later of its author's dates.
pub fn last_changed(date: Option<Date>, updated: Option<Date>) -> Option<Date> {
    date.max(updated).filter(|date| is_writable(*date))
}

/// Whether a date has a year that both RFC 3339 and XML Schema can write.
pub fn is_writable(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}

/// What one file says. See the module.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub path: SourcePath,
    /// The hash of the source this was parsed from.
    pub hash: u128,
    pub text: Arc<str>,
    pub role: Role,
    pub front: FrontMatter,
    /// Where the body begins, after the front matter.
    pub body_start: usize,
    /// From the front matter, else the first heading, else the file's name.
    pub title: String,
    /// The heading that is shown as the page's title instead of in the body.
    pub title_heading: Option<u32>,
    pub body: Packed,
    /// In reading order, the one that gives the title among them.
    pub headings: Box<[Heading]>,
    /// Ids that stand in raw HTML, sorted.
    pub html_ids: Box<[Spanned<Box<str>>]>,
    /// In the order of their numbers.
    pub footnotes: Box<[Footnote]>,
    pub uses: Box<[Use]>,
    /// In reading order.
    pub questions: Box<[Question]>,
    /// Stands for all that an exam shows of the questions; 0 where there are none.
    pub shown_in_exams: u128,
    /// How many words a reader reads, code left out.
    pub words: u32,
    /// The first paragraph as plain text, for descriptions and definitions.
    pub first_paragraph: Option<Box<str>>,
    /// Nobody wrote it: a page that every course has.
    pub is_implied: bool,
}

impl Lesson {
    pub fn place(&self, span: Span) -> Place {
        Place { path: self.path.clone(), span }
    }

    /// Where to point when the file as a whole is meant: at the words of its title, else its first line.
    pub fn title_place(&self) -> Place {
        if self.is_implied {
            let folder = self.path.folder();
            let path = SourcePath::new(if folder.is_empty() { "." } else { folder });
            return Place { path, span: Span::default() };
        }
        let heading = self.title_heading.map(|index| self.headings[index as usize].span);
        let span = self.front.title.as_ref().map(|title| title.span).or(heading);
        self.place(span.unwrap_or_else(|| first_line_from(&self.text, self.body_start)))
    }

    /// The levels that headings have on the page. Its title is the only `h1`, whatever the author started from, and
    /// below a heading no level is left out: assistive technology takes a gap for something that is missing.
    pub fn heading_levels(&self) -> Vec<u8> {
        // The levels, as written, of the headings that the next one may stand below.
        let mut above: Vec<u8> = Vec::new();
        let levels = self.headings.iter().enumerate().map(|(index, heading)| {
            if self.is_title(index) {
                return 1;
            }
            while above.last().is_some_and(|level| *level >= heading.level) {
                above.pop();
            }
            above.push(heading.level);
            (above.len() as u8 + 1).min(6)
        });
        levels.collect()
    }

    /// What a term means, in a sentence: its definition, else its first paragraph.
    pub fn definition(&self) -> Option<&str> {
        let definition = self.front.definition.as_ref().map(|text| text.value.trim());
        let paragraph = self.first_paragraph.as_deref();
        definition.filter(|text| !text.is_empty()).or(paragraph).filter(|text| !text.is_empty())
    }

    /// The definition of a term; none for other lessons.
    pub fn definition_as_term(&self) -> Option<&str> {
        self.definition().filter(|_| self.role == Role::Term)
    }

    /// How long the lesson takes: what its author says, else what its words take, and the exam if it is one.
    pub fn minutes(&self) -> Option<u32> {
        let counted = (self.words > 0)
            .then(|| ((self.words + WORDS_PER_MINUTE / 2) / WORDS_PER_MINUTE).max(1));
        let exam = self.front.exam.as_ref().and_then(|exam| exam.minutes);
        let whole = match (counted, exam) {
            (Some(counted), Some(exam)) => Some(counted.saturating_add(exam)),
            _ => counted.or(exam),
        };
        self.front.minutes.or(whole)
    }

    /// How many questions the lesson asks of its own; an exam repeats those of others.
    pub fn question_count(&self) -> usize {
        if self.front.exam.is_some() { 0 } else { self.questions.len() }
    }

    /// Whether this heading is shown as the page's title.
    pub fn is_title(&self, heading: usize) -> bool {
        self.title_heading == Some(heading as u32)
    }

    /// Whether a link with this anchor finds its place on the page, beside the headings.
    pub fn has_anchor_in_text(&self, anchor: &str) -> bool {
        self.html_ids.binary_search_by(|id| (*id.value).cmp(anchor)).is_ok()
            || footnote_number(anchor).is_some_and(|number| number <= self.footnotes.len())
    }

    /// Every id a link can name, for suggestions.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        let headings = self.headings.iter().map(|heading| &*heading.id);
        headings.chain(self.html_ids.iter().map(|id| &*id.value))
    }
}

/// How many words a learner reads in a minute.
const WORDS_PER_MINUTE: u32 = 200;

/// The id of a footnote's text. No heading's own id has a colon.
pub fn footnote_id(footnote: u32) -> String {
    format!("fn:{}", footnote + 1)
}

fn footnote_number(anchor: &str) -> Option<usize> {
    anchor.strip_prefix("fn:")?.parse().ok().filter(|number| *number > 0)
}

/// The first line that says anything, from a byte on.
fn first_line_from(text: &str, from: usize) -> Span {
    let rest = text.get(from..).unwrap_or_default();
    let start = from + rest.len() - rest.trim_start().len();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    if line.is_empty() {
        return Span::new(0, text.lines().next().unwrap_or_default().len());
    }
    Span::new(start, start + line.trim_end().len())
}
