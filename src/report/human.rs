//! The form for people: what is wrong, the place, the source with the place underlined, and how to
//! mend it. annotate-snippets draws it, in ASCII, as rustc's messages are drawn.

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Message, Origin, Renderer, Snippet,
};

use rayon::prelude::*;

use super::Report;
use super::excerpt::Excerpt;
use super::terminal::{visible, visible_line, visible_path};
use super::texts::Texts;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Place;

/// Wider lines are cut around what is marked. Fixed, so that a report is the same everywhere.
const WIDTH: usize = 120;

/// The diagnostics with an empty line between each two.
pub fn render(report: &Report, texts: &Texts, styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let told = |diagnostic| renderer.render(&[group(report, texts, diagnostic)]) + "\n";
    report.diagnostics.par_iter().map(told).collect::<Vec<_>>().join("\n")
}

fn group(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> Group<'static> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.as_str());
    let label = diagnostic.label.as_deref();
    let place = diagnostic.place.iter().flat_map(|place| primary(report, texts, place, label));
    let related =
        diagnostic.related.iter().map(|(place, what)| related(report, texts, place, what));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(visible(help)));
    Group::with_title(title).elements(place).elements(related).elements(help)
}

/// Where it is: the source, or what else can be said of the place.
fn primary(
    report: &Report,
    texts: &Texts,
    place: &Place,
    label: Option<&str>,
) -> Vec<Element<'static>> {
    if let Some(snippet) = snippet(report, texts, place, label, AnnotationKind::Primary) {
        return vec![snippet.into()];
    }
    let origin = Origin::path(shown_path(report, place));
    let Some(region) = texts.region(place) else { return vec![origin.into()] };
    let origin = origin.line(region.start.line).char_column(region.start.column);
    let label = label.map(|label| note(label).into());
    [Some(origin.into()), label].into_iter().flatten().collect()
}

fn related(report: &Report, texts: &Texts, place: &Place, what: &str) -> Element<'static> {
    if let Some(snippet) = snippet(report, texts, place, Some(what), AnnotationKind::Context) {
        return snippet.into();
    }
    let path = shown_path(report, place);
    match texts.region(place).map(|region| region.start) {
        Some(start) => note(&format!("{what}: {path}:{}:{}", start.line, start.column)).into(),
        None => note(&format!("{what}: {path}")).into(),
    }
}

/// The lines of a place with the place underlined, if they are at hand and can be shown.
fn snippet(
    report: &Report,
    texts: &Texts,
    place: &Place,
    label: Option<&str>,
    kind: AnnotationKind,
) -> Option<Snippet<'static, Annotation<'static>>> {
    let excerpt = Excerpt::of(texts.get(&place.path)?, place.span)?;
    let ending = excerpt.ends_on_line.map(|line| format!("ends on line {line}"));
    let label: Vec<_> = label.map(visible_line).into_iter().chain(ending).collect();
    let mut annotation = kind.span(excerpt.mark);
    if !label.is_empty() {
        annotation = annotation.label(label.join("; "));
    }
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
    Some(snippet.path(shown_path(report, place)).annotation(annotation))
}

fn note(text: &str) -> Message<'static> {
    Level::NOTE.message(visible(text))
}

fn shown_path(report: &Report, place: &Place) -> String {
    visible_path(&report.path(&place.path))
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Example, each_kind_of_place};
    use super::super::{Format, Report};
    use crate::diagnostic::Diagnostic;
    use crate::source::{Source, SourcePath, Sources};
    use proptest::prelude::*;

    /// What is told of a place in a text, by a diagnostic that is nothing but a message.
    fn told(text: &str, start: usize, end: usize) -> String {
        let example = Example::new(text);
        let place = example.at(start, end);
        let diagnostic = Diagnostic::template_error(Some(place), "wrong");
        example.with(diagnostic).render(Format::Human, false)
    }

    #[test]
    fn each_kind_of_place_is_told() {
        assert_eq!(
            each_kind_of_place().render(Format::Human, false),
            r#"error[empty-course]: there is no Markdown file in docs
 |
 = help: `hornbook init DIR` makes a small course to start from

error[unknown-link]: no lesson or term is called "co-creaton"
 --> docs/content/a.md:3:5
  |
3 | See [[co-creaton]].
  |     ^^^^^^^^^^^^^^
  |
  = help: did you mean `co-creation`?

error[duplicate-id]: the id `x` is used twice on this page
 --> docs/content/a.md:5:1
  |
5 | # Second {#x}
  | ^^^^^^^^^^^^^
  |
 ::: docs/content/a.md:1:9
  |
1 | # First {#x}
  |         ---- first used here

error[duplicate-address]: two files would be written to `b.png`
--> docs/content/b.png
 = note: the other one: docs/content/B.png
 = help: rename one of them, or give it another `slug`
"#
        );
    }

    #[test]
    fn a_place_in_another_text_is_shown_with_its_own_path() {
        let example = Example::new("# Value\n");
        let (place, mut other) = (example.place("Value"), example.place("# Value"));
        other.path = SourcePath::new("content/b.md");
        let mut example = example.with(Diagnostic::duplicate_title(place, "Value", other));
        example.sources.lessons.push(Source::new(SourcePath::new("content/b.md"), "# Value\n"));
        assert_eq!(
            example.render(Format::Human, false),
            r#"warning[duplicate-title]: two lessons of this unit are called "Value"
 --> content/a.md:1:3
  |
1 | # Value
  |   ^^^^^
  |
 ::: content/b.md:1:1
  |
1 | # Value
  | ------- the other one
  |
  = help: learners cannot tell them apart in the contents; give one another title
"#
        );
    }

    #[test]
    fn an_empty_place_and_the_end_of_the_text_get_one_caret() {
        assert_eq!(
            told("one two", 4, 4),
            r#"error[template-error]: wrong
 --> content/a.md:1:5
  |
1 | one two
  |     ^
"#
        );
        assert_eq!(
            told("one\n", 99, 99),
            r#"error[template-error]: wrong
 --> content/a.md:2:1
  |
2 |
  | ^
"#
        );
    }

    #[test]
    fn of_many_lines_the_first_are_shown() {
        let text = format!("+++\n{}end\n", "key = 1\n".repeat(100));
        let example = Example::new(&text);
        let place = example.at(0, text.len());
        let example = example.with(Diagnostic::unclosed_front_matter(place, "+++"));
        assert_eq!(
            example.render(Format::Human, false),
            r#"error[unclosed-front-matter]: the front matter has no closing `+++`
 --> content/a.md:1:1
  |
1 | / +++
2 | | key = 1
3 | | key = 1
4 | | key = 1
  | |_______^ opened here; ends on line 102
  |
  = help: write `+++` on a line of its own where the front matter ends
"#
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}[[x]]{}", "word ".repeat(500), " word".repeat(500));
        assert_eq!(
            told(&text, 2500, 2505),
            r#"error[template-error]: wrong
 --> content/a.md:1:2501
  |
1 | ...d word word word word word word word word word word [[x]] word word word word word word word word word word wo...
  |                                                        ^^^^^
"#
        );
    }

    #[test]
    fn a_long_place_is_marked_in_part() {
        let text = format!("a {} z", "x".repeat(5000));
        for line in told(&text, 2, 5002).lines() {
            assert!(line.len() <= 120, "{line}");
        }
    }

    #[test]
    fn a_place_too_far_to_the_right_is_told_without_its_line() {
        let text = "x".repeat(100_000);
        let example = Example::new(&text);
        let (place, other) = (example.at(90_000, 90_001), example.at(99_999, 100_000));
        let mut diagnostic = Diagnostic::duplicate_id(place, "x", other);
        diagnostic.label = Some("here".to_owned());
        assert_eq!(
            example.with(diagnostic).render(Format::Human, false),
            "error[duplicate-id]: the id `x` is used twice on this page\n\
             --> content/a.md:1:90001\n \
             = note: here\n \
             = note: first used here: content/a.md:1:100000\n"
        );
    }

    #[test]
    fn tabs_and_wide_characters_are_underlined_where_they_stand() {
        assert_eq!(
            told("\tTab 漢字 [[漢字]] x", 12, 22),
            "error[template-error]: wrong
 --> content/a.md:1:9
  |
1 |     Tab 漢字 [[漢字]] x
  |              ^^^^^^^^
"
        );
    }

    #[test]
    fn what_a_terminal_would_act_upon_is_shown_instead() {
        assert_eq!(
            told("\u{1b}[31m\u{202e}a\u{9b}2J x", 8, 9),
            "error[template-error]: wrong
 --> content/a.md:1:7
  |
1 | ␛[31m�a�2J x
  |       ^
"
        );
    }

    #[test]
    fn there_are_colours_only_when_they_are_wanted() {
        let example = each_kind_of_place();
        let (plain, styled) =
            (example.render(Format::Human, false), example.render(Format::Human, true));
        assert!(!plain.contains('\u{1b}') && styled.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), plain);
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_is_told_in_every_format(
            text in r"([a-z \[\n\t\r]|[äש漢👩\u{301}\u{200d}\u{202e}]|\PC|[\x00-\x1f\u{80}-\u{9f}]){0,300}",
            start in 0..400_usize,
            length in 0..400_usize,
            other in 0..400_usize,
        ) {
            let example = Example::new(&text);
            let place = example.at(start, start + length);
            let other = example.at(other, other / 2);
            let example = example.with(Diagnostic::duplicate_id(place, &text, other));
            let human = example.render(Format::Human, false);
            prop_assert!(!human.contains(|c: char| c.is_control() && c != '\n'));
            let overrides = ['\u{202e}', '\u{2066}'];
            prop_assert!(!human.contains(overrides));

            let short = example.render(Format::Short, false);
            prop_assert_eq!(short.lines().count(), 1);
            let place = short.split(": ").next().unwrap();
            let arrow = format!("--> {place}\n");
            prop_assert!(human.contains(&arrow), "{} in {}", arrow, human);

            prop_assert_eq!(example.render(Format::Github, false).lines().count(), 1);
            for format in [Format::Json, Format::Sarif] {
                let document = example.render(format, false);
                prop_assert!(serde_json::from_str::<serde_json::Value>(&document).is_ok());
            }
        }
    }

    #[test]
    fn many_diagnostics_of_one_text_take_time_in_proportion() {
        let text = "See [[x]] for more.\n".repeat(10_000);
        let example = Example::new(&text);
        let place = |line: usize| example.at(line * 20 + 4, line * 20 + 9);
        let diagnostics: Vec<_> =
            (0..10_000).map(|line| Diagnostic::unknown_name(place(line), "x", [])).collect();
        let sources = Sources { lessons: example.sources.lessons.clone(), ..Sources::default() };
        let report = Report { diagnostics: &diagnostics, sources: &sources, folder: "." };
        // Were each cut from the whole text, this would take minutes.
        let started = std::time::Instant::now();
        assert_eq!(report.render(Format::Human, false).matches("-->").count(), 10_000);
        assert!(started.elapsed().as_secs() < 30);
    }
}
