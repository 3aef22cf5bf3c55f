//! The words behind a fence `quiz`: the kind, where it does not follow from what is written, and the attributes.

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, Spanned};

/// The kinds that a fence can ask for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Single,
    Multiple,
    FillIn,
    Order,
    Match,
}

/// What stands behind the fence.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributes {
    pub kind: Option<Asked>,
    pub id: Option<Spanned<Box<str>>>,
    pub points: u32,
    pub shuffle: bool,
}

/// The words that name a kind.
const KINDS: &[(&str, Asked)] = &[
    ("single", Asked::Single),
    ("multiple", Asked::Multiple),
    ("fill-in", Asked::FillIn),
    ("order", Asked::Order),
    ("match", Asked::Match),
];
const NAMES: &[&str] = &["id", "points", "shuffle"];
/// More points than anybody gives for a question are a slip of the finger.
const MOST_POINTS: u32 = 1000;

impl Asked {
    /// The word that asks for the kind, and what has to be there.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Single => ("single", "list with boxes"),
            Self::Multiple => ("multiple", "list with boxes"),
            Self::FillIn => ("fill-in", "blank"),
            Self::Order => ("order", "numbered list"),
            Self::Match => ("match", "table"),
        }
    }
}

/// Whether a fence with this info string holds a question: `quiz`, in whatever case, or `{quiz}` as other tools have it.
pub fn is_question(info: &str) -> bool {
    first_word(info).eq_ignore_ascii_case("quiz")
}

/// Whether the info string is most likely a misspelt `quiz`.
pub fn is_nearly_question(info: &str) -> bool {
    let word = first_word(info);
    // What most code is written in is told by its first letter.
    if !word.starts_with(['q', 'Q']) {
        return false;
    }
    let word = word.to_lowercase();
    !is_question(info) && strsim::damerau_levenshtein(&word, "quiz") == 1
        || matches!(&*word, "quizes" | "quizzes" | "question")
}

fn first_word(info: &str) -> &str {
    let word = info.split([' ', '\t', ',']).next().unwrap_or_default();
    word.trim_start_matches(['{', '.']).trim_end_matches('}')
}

/// Reads an info string that begins with `quiz`; `span` is where it stands.
pub fn attributes(
    source: &Source,
    info: &str,
    span: Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> Attributes {
    let mut attributes = Attributes { kind: None, id: None, points: 1, shuffle: true };
    for (at, word) in words(info).skip(1).filter(|(_, word)| *word != "}") {
        let word = word.trim_end_matches('}');
        let start = (span.start as usize + at).min(span.end as usize);
        let place = Span::new(start, (start + word.len()).min(span.end as usize));
        let Some((name, value)) = word.split_once('=') else {
            match KINDS.iter().find(|(name, _)| *name == word) {
                Some((_, kind)) => attributes.kind = Some(*kind),
                None => {
                    let known = KINDS.iter().map(|(name, _)| *name).chain(NAMES.iter().copied());
                    let place = source.place(place);
                    diagnostics.push(Diagnostic::unknown_attribute(place, word, known));
                }
            }
            continue;
        };
        let (name, value) = (name.trim_end(), value.trim_start().trim_matches(['"', '\'']));
        let expected = match name {
            "id" if is_id(value) => {
                attributes.id = Some(Spanned { value: value.into(), span: place });
                continue;
            }
            "id" => "letters, digits and `-`, `_` or `.` between them",
            "points" => {
                match value.parse().ok().filter(|points| (1..=MOST_POINTS).contains(points)) {
                    Some(points) => {
                        attributes.points = points;
                        continue;
                    }
                    None => "a whole number from 1 to 1000",
                }
            }
            "shuffle" => match value.parse() {
                Ok(shuffle) => {
                    attributes.shuffle = shuffle;
                    continue;
                }
                Err(_) => "true or false",
            },
            _ => {
                let known = NAMES.iter().copied();
                let place = source.place(place);
                diagnostics.push(Diagnostic::unknown_attribute(place, name, known));
                continue;
            }
        };
        let place = source.place(place);
        diagnostics.push(Diagnostic::invalid_attribute(place, name, expected, value));
    }
    attributes
}

/// The words of an info string with the byte at which each begins; quotes hold spaces together.
fn words(info: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += info[at..].find(|c| !is_gap(c))?;
        let start = at;
        at = word_end(info, start);
        // What is written around an equals sign belongs together: `points = 2`.
        if !info[start..at].contains('=')
            && let Some(value) = value_after(info, at)
        {
            at = word_end(info, value);
        }
        Some((start, &info[start..at]))
    })
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c == ','
}

fn word_end(info: &str, start: usize) -> usize {
    let mut quote = None;
    let ends = |(_, c): &(usize, char)| {
        match quote {
            Some(open) if *c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(*c),
            None => return is_gap(*c),
            Some(_) => {}
        }
        false
    };
    info[start..].char_indices().find(ends).map_or(info.len(), |(end, _)| start + end)
}

/// Where the value begins behind an equals sign that stands apart.
fn value_after(info: &str, at: usize) -> Option<usize> {
    let value = info[at..].trim_start().strip_prefix('=')?.trim_start();
    (!value.is_empty()).then(|| info.len() - value.len())
}

/// An id that can stand in an address and in storage: letters and digits, and signs inside.
fn is_id(text: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    text.starts_with(char::is_alphanumeric) && text.chars().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_a_question_by_its_first_word() {
        assert!(is_question("quiz") && is_question("Quiz multiple") && is_question("{quiz},x"));
        assert!(!is_question("quizzes") && !is_question("") && !is_question("rust quiz"));
        assert!(is_nearly_question("quizz") && is_nearly_question("qiuz multiple"));
        assert!(!is_nearly_question("quiz") && !is_nearly_question("bash"));
    }

    #[test]
    fn words_are_held_together_by_quotes() {
        let found: Vec<_> = words("quiz  id=\"a b\" points=2").collect();
        assert_eq!(found, [(0, "quiz"), (6, "id=\"a b\""), (15, "points=2")]);
        let found: Vec<_> = words("quiz points = 2 id=x").collect();
        assert_eq!(found, [(0, "quiz"), (5, "points = 2"), (16, "id=x")]);
    }
}
