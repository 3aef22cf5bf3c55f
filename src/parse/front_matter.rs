//! Front matter: what stands above a lesson's text, in TOML or YAML.

use jiff::civil::Date;

use super::fields::Fields;
use super::site::{name, percent};
use super::{toml, yaml};
use crate::diagnostic::Diagnostic;
use crate::lesson::{FrontMatter, LessonTerms, Role, TermLink};
use crate::quiz::Exam;
use crate::source::{Source, Span, Spanned};
use crate::value::{Entry, Value, flatten_extra};

/// Keys that other generators give a meaning to. They are kept for templates, without a warning.
const FOREIGN_KEYS: &[&str] = &[
    "author",
    "banner",
    "bibliography",
    "categories",
    "category",
    "class",
    "comments",
    "contributors",
    "cover",
    "created",
    "css",
    "custom_edit_url",
    "disableToc",
    "editUrl",
    "editor_options",
    "email",
    "exercises",
    "expiryDate",
    "extra",
    "feature",
    "featured",
    "head",
    "hero",
    "hide",
    "hide_title",
    "icon",
    "id",
    "images",
    "in_search_index",
    "insert_anchor_links",
    "keypoints",
    "keywords",
    "lang",
    "lastUpdated",
    "lastmod",
    "last_modified_at",
    "layout",
    "linkTitle",
    "math",
    "mermaid",
    "meta",
    "modified",
    "nav_order",
    "next",
    "output",
    "outputs",
    "page_template",
    "pagefind",
    "pagination_label",
    "parent",
    "params",
    "permalink",
    "prev",
    "publishDate",
    "published",
    "questions",
    "questionsAndObjectives",
    "quiz",
    "redirect_from",
    "redirect_to",
    "resources",
    "root",
    "search",
    "series",
    "sidebar",
    "sidebar_label",
    "sidebar_position",
    "site",
    "sort_by",
    "source",
    "splash",
    "status",
    "subject",
    "subtitle",
    "summary",
    "tableOfContents",
    "tags",
    "taxonomies",
    "teaching",
    "template",
    "theme",
    "thumbnail",
    "toc",
    "topic",
    "transparent",
    "type",
    "uid",
    "updated_at",
    "url",
    "uuid",
    "version",
    "weight",
];

/// Reads the front matter of a source. Returns it with the byte offset at which the body begins.
pub fn parse(
    source: &Source,
    role: Role,
    diagnostics: &mut Vec<Diagnostic>,
) -> (FrontMatter, usize) {
    match split(&source.text) {
        Split::None => (FrontMatter::default(), 0),
        Split::Toml { part, body_start } => {
            let entries = toml::parse(source, part, diagnostics);
            (decode(source, role, entries, diagnostics), body_start)
        }
        Split::Yaml { part, body_start } => {
            let entries = yaml::parse(source, part, diagnostics);
            (decode(source, role, entries, diagnostics), body_start)
        }
        Split::Unclosed { opening, fence } => {
            diagnostics.push(Diagnostic::unclosed_front_matter(source.place(opening), fence));
            (FrontMatter::default(), opening.end as usize)
        }
        Split::Foreign { opening, form, body_start } => {
            diagnostics.push(Diagnostic::foreign_front_matter(source.place(opening), form));
            (FrontMatter::default(), body_start)
        }
    }
}

/// Where a text's front matter is, and in which form.
#[derive(Debug, PartialEq, Eq)]
enum Split {
    None,
    Toml { part: Span, body_start: usize },
    Yaml { part: Span, body_start: usize },
    Unclosed { opening: Span, fence: &'static str },
    Foreign { opening: Span, form: &'static str, body_start: usize },
}

fn split(text: &str) -> Split {
    let blank = text.len() - text.trim_start_matches(['\n', ' ', '\t']).len();
    // Blank lines above the front matter are a slip, and a draft must not be published for it.
    let blank = text[..blank].rfind('\n').map_or(0, |at| at + 1);
    shifted(split_at_start(&text[blank..]), blank)
}

/// The same split, seen from a text with `offset` bytes before it.
fn shifted(split: Split, offset: usize) -> Split {
    match split {
        Split::None => Split::None,
        Split::Toml { part, body_start } => {
            Split::Toml { part: part.shifted(offset), body_start: body_start + offset }
        }
        Split::Yaml { part, body_start } => {
            Split::Yaml { part: part.shifted(offset), body_start: body_start + offset }
        }
        Split::Unclosed { opening, fence } => {
            Split::Unclosed { opening: opening.shifted(offset), fence }
        }
        Split::Foreign { opening, form, body_start } => {
            let body_start = body_start + offset;
            Split::Foreign { opening: opening.shifted(offset), form, body_start }
        }
    }
}

fn split_at_start(text: &str) -> Split {
    let first = text.lines().next().unwrap_or_default();
    match first.trim_end() {
        "+++" => match closing_line(text, |line| line == "+++") {
            Some((part, body_start)) => Split::Toml { part, body_start },
            None => Split::Unclosed { opening: Span::new(0, first.len()), fence: "+++" },
        },
        // A first line `---` with nothing that closes it is a thematic break, as CommonMark says.
        "---" => match closing_line(text, |line| line == "---" || line == "...") {
            Some((part, body_start)) if is_yaml(&text[part.range()]) => {
                Split::Yaml { part, body_start }
            }
            Some((part, body_start)) => match almost(&text[part.range()]) {
                Some(form) => {
                    Split::Foreign { opening: Span::new(0, first.len()), form, body_start }
                }
                None => Split::None,
            },
            None if begins_with_known_key(text) => {
                Split::Unclosed { opening: Span::new(0, first.len()), fence: "---" }
            }
            None => Split::None,
        },
        // An Elixir map, closed by a rule: the form of NimblePublisher.
        "%{" => match closing_line(text, |line| line == "---") {
            Some((part, body_start)) if text[part.range()].trim_end().ends_with('}') => {
                Split::Foreign { opening: Span::new(0, 2), form: "an Elixir map", body_start }
            }
            _ => Split::None,
        },
        _ => Split::None,
    }
}

/// The text between the first line and the first later line that closes it, and where the rest begins.
fn closing_line(text: &str, closes: impl Fn(&str) -> bool) -> Option<(Span, usize)> {
    let start = text.find('\n')? + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if closes(line.trim_end()) {
            return Some((Span::new(start, at), at + line.len()));
        }
        at += line.len();
    }
    None
}

/// Whether the line below the first is a key that front matter is known to have: then the rule is one in name only.
fn begins_with_known_key(text: &str) -> bool {
    let line = text.lines().nth(1).unwrap_or_default();
    let key = line.split_once(':').map_or("", |(key, _)| key);
    is_known_key(key)
}

fn is_known_key(key: &str) -> bool {
    OWN_KEYS.contains(&key) || FOREIGN_KEYS.contains(&key)
}

/// The keys that lessons and terms can have.
const OWN_KEYS: &[&str] = &[
    "aliases",
    "authors",
    "case_sensitive",
    "date",
    "definition",
    "description",
    "draft",
    "exam",
    "glossary",
    "image",
    "link",
    "minutes",
    "objectives",
    "order",
    "prerequisites",
    "see_also",
    "slug",
    "teaches",
    "title",
    "updated",
];

/// What a text between two `---` lines was most likely meant as, if it begins with a key that front matter has.
fn almost(text: &str) -> Option<&'static str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let (key, form) = match (line.split_once('='), line.split_once(':')) {
        (Some((key, _)), None) => (key, "TOML between `---` lines"),
        (None, Some((key, _))) => (key, "YAML without a space after the colon"),
        (Some((key, _)), Some(_)) => (key, "TOML between `---` lines"),
        (None, None) => return None,
    };
    is_known_key(key.trim()).then_some(form)
}

/// Whether the text between two `---` lines is meant as front matter: it is empty, or its first line that says
/// anything is a key. Otherwise the lines are thematic breaks around prose.
fn is_yaml(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next();
    // A single line with a colon is more likely a sentence, unless its key is one that front matter has.
    let key = line.and_then(|line| line.split_once(':')).map_or("", |(key, _)| key);
    let is_sentence = line.is_some_and(|line| line.starts_with(char::is_alphabetic));
    if is_sentence && lines.next().is_none() && !is_known_key(key) {
        return false;
    }
    line.is_none_or(|line| {
        line.starts_with(['{', '"', '\''])
            || line.split_once(':').is_some_and(|(key, rest)| {
                (rest.is_empty() || rest.starts_with(' ')) && key.split_whitespace().count() == 1
            })
    })
}

fn decode(
    source: &Source,
    role: Role,
    entries: Vec<Entry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> FrontMatter {
    let mut fields = Fields::new(source, entries, diagnostics);
    let (date, updated) = dates(&mut fields);
    let mut front = FrontMatter {
        title: fields.text("title").filter(|title| !title.value.trim().is_empty()),
        description: fields.text("description").map(|text| text.value),
        image: fields.text("image").filter(|path| !path.value.trim().is_empty()),
        draft: fields.flag("draft").unwrap_or_default(),
        slug: fields.text("slug"),
        aliases: fields.texts("aliases"),
        authors: values(fields.texts("authors")),
        date: date.map(|date| date.value),
        updated: updated.map(|date| date.value),
        ..FrontMatter::default()
    };
    if role == Role::Term {
        decode_term(&mut front, &mut fields);
    } else {
        decode_lesson(&mut front, &mut fields);
    }
    front.extra = flatten_extra(fields.finish(|key| FOREIGN_KEYS.contains(&key)));
    front
}

/// When a page was written, and when it was last changed.
fn dates(fields: &mut Fields<'_>) -> (Option<Spanned<Date>>, Option<Spanned<Date>>) {
    let (date, updated) = (fields.date("date"), fields.date("updated"));
    if let (Some(date), Some(updated)) = (&date, &updated)
        && updated.value < date.value
    {
        fields.report(|source| {
            Diagnostic::early_update(source.place(updated.span), source.place(date.span))
        });
    }
    (date, updated)
}

fn decode_lesson(front: &mut FrontMatter, fields: &mut Fields<'_>) {
    front.order = fields.integer("order");
    front.objectives = values(fields.texts("objectives"));
    front.prerequisites = fields.texts("prerequisites");
    front.teaches = fields.texts("teaches");
    front.minutes = fields.read("minutes", "a whole number of minutes", count).map(|n| n.value);
    front.exam = exam(fields).map(Box::new);
    front.glossary = match fields.take("glossary") {
        None => LessonTerms::All,
        Some(found) => match &found.value {
            Value::Boolean(true) => LessonTerms::All,
            Value::Boolean(false) => LessonTerms::None,
            Value::List(_) => LessonTerms::Except(fields.texts_of("glossary", found)),
            _ => {
                fields.wrong("glossary", "true, false or a list of terms", &found);
                LessonTerms::All
            }
        },
    };
}

/// What an exam draws from; `exam = true` draws from everything.
fn exam(fields: &mut Fields<'_>) -> Option<Exam> {
    let found = fields.take("exam")?;
    let mut exam = Exam { id: None, from: Vec::new(), draw: None, minutes: None, pass: None };
    match found.value {
        Value::Boolean(true) => {}
        Value::Boolean(false) => return None,
        Value::Table(entries) => fields.entries(entries, |fields| {
            exam.id = fields.read("id", "a name of letters, digits, `-`, `_` and `.`", name);
            exam.from = fields.texts("from");
            exam.draw = fields.read("draw", "a whole number of questions", count);
            exam.minutes =
                fields.read("minutes", "a whole number of minutes", count).map(|n| n.value);
            exam.pass =
                fields.read("pass", "a whole number from 1 to 100", percent).map(|n| n.value);
        }),
        _ => {
            fields.wrong(
                "exam",
                "a table with `from`, `draw`, `minutes` and `pass`, or true",
                &found,
            );
            return None;
        }
    }
    Some(exam)
}

/// A whole number above zero.
fn count(value: &Value) -> Option<u32> {
    let Value::Integer(number) = value else { return None };
    u32::try_from(*number).ok().filter(|number| *number > 0)
}

fn decode_term(front: &mut FrontMatter, fields: &mut Fields<'_>) {
    front.definition = fields.text("definition");
    front.see_also = fields.texts("see_also");
    front.case_sensitive = fields.flag("case_sensitive").unwrap_or_default();
    let link = fields.read("link", "\"explicit\" or \"automatic\"", |value| match value {
        Value::String(text) if text == "explicit" => Some(TermLink::Explicit),
        Value::String(text) if text == "automatic" => Some(TermLink::Automatic),
        _ => None,
    });
    front.link = link.map_or(TermLink::Automatic, |link| link.value);
}

fn values(texts: Vec<Spanned<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_around_prose_are_no_front_matter() {
        assert_eq!(split("---\nSome prose: with a colon\n---\n"), Split::None);
        assert_eq!(split("---\nnever closed\n"), Split::None);
        assert!(matches!(split("---\ndraft = true\n---\n"), Split::Foreign { .. }));
        assert!(matches!(split("---\ntitle:x\ndraft:true\n---\n"), Split::Foreign { .. }));
        assert!(matches!(
            split("\n\n+++\ndraft = true\n+++\n"),
            Split::Toml { body_start: 23, .. }
        ));
        assert!(matches!(split("---\ntitle: x\n"), Split::Unclosed { fence: "---", .. }));
        assert!(matches!(split("---\n---\nbody"), Split::Yaml { body_start: 8, .. }));
        assert!(matches!(split("---\n# note\ntitle: x\n...\nbody"), Split::Yaml { .. }));
    }

    #[test]
    fn a_toml_fence_must_be_closed() {
        assert!(matches!(split("+++\ntitle = 1\n"), Split::Unclosed { .. }));
        assert!(matches!(split("+++\ntitle = 1\n+++"), Split::Toml { body_start: 17, .. }));
    }
}
