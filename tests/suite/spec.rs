//! The examples of the CommonMark and GFM specifications, through the whole pipeline, compared as document trees.
//!
//! The examples are not ours and not committed: `tests/outside` installs them. What we do differently on purpose is
//! listed in [`DEVIATIONS`], each with its reason; a listed example that passes all the same is a failure too.

use std::path::{Path, PathBuf};

use hornbook::session::Options;
use libtest_mimic::{Completion, Failed, Trial};

use crate::dom::{self, Node};
use crate::site;

/// Examples we render in another way, by specification and number.
const DEVIATIONS: &[(Spec, &[u32], &str)] = &[
    (
        Spec::CommonMark,
        &[602, 606, 608, 611, 612],
        "bare addresses are links everywhere, as section 6.9 of GFM has it",
    ),
    (
        Spec::Gfm,
        &[610, 614, 616, 619, 620],
        "bare addresses are links everywhere; the specification switches its extension off here",
    ),
    (Spec::Gfm, &[645, 646], "CommonMark 0.31.2, which is younger, reads these as comments"),
    (
        Spec::Gfm,
        &[653],
        "authors are trusted: raw HTML is passed through whole, `iframe`, `style` and `script` among it",
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spec {
    CommonMark,
    Gfm,
}

impl Spec {
    fn name(self) -> &'static str {
        match self {
            Self::CommonMark => "commonmark",
            Self::Gfm => "gfm",
        }
    }

    fn file(self) -> PathBuf {
        let outside = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside");
        match self {
            Self::CommonMark => outside.join("node_modules/commonmark-spec/spec.txt"),
            Self::Gfm => outside.join("specs/gfm-0.29.txt"),
        }
    }

    /// How many examples the specification has: CommonMark 0.31.2 and GFM 0.29.
    fn count(self) -> usize {
        match self {
            Self::CommonMark => 652,
            Self::Gfm => 673,
        }
    }
}

struct Example {
    number: u32,
    section: String,
    markdown: String,
    html: String,
}

/// One trial for each section of each specification.
pub fn trials() -> Vec<Trial> {
    [Spec::CommonMark, Spec::Gfm].into_iter().flat_map(trials_of).collect()
}

fn trials_of(spec: Spec) -> Vec<Trial> {
    let Ok(text) = std::fs::read_to_string(spec.file()) else {
        let name = format!("{}: all examples", spec.name());
        return vec![Trial::ignorable_test(name, || {
            let reason = "tests/outside is not installed (see its README.md)";
            if std::env::var_os("CI").is_some() {
                return Err(Failed::from(reason));
            }
            Ok(Completion::Ignored { reason: Some(reason.to_owned()) })
        })];
    };
    let examples = read(&text);
    let count = examples.len();
    let mut sections: Vec<(String, Vec<Example>)> = Vec::new();
    for example in examples {
        match sections.last_mut().filter(|(section, _)| *section == example.section) {
            Some((_, examples)) => examples.push(example),
            None => sections.push((example.section.clone(), vec![example])),
        }
    }
    let sections = sections.into_iter().map(move |(section, examples)| {
        Trial::test(format!("{}: {section}", spec.name()), move || check(spec, &examples))
    });
    let complete = Trial::test(format!("{}: every example is read", spec.name()), move || {
        if count == spec.count() {
            return Ok(());
        }
        Err(format!("{count} examples, expected {}", spec.count()).into())
    });
    sections.chain([complete]).collect()
}

/// Reads the examples: between fences of 32 backticks, Markdown and HTML parted by a line with a period.
fn read(text: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("<!-- END TESTS -->") {
            break;
        }
        if let Some(title) = line.strip_prefix('#') {
            section = title.trim_start_matches('#').trim().to_owned();
        }
        if !line.strip_prefix(&fence).is_some_and(|rest| rest.starts_with(" example")) {
            continue;
        }
        let mut part = |end: &str| {
            let mut part = String::new();
            for line in lines.by_ref().take_while(|line| *line != end) {
                part.push_str(&line.replace('→', "\t"));
                part.push('\n');
            }
            part
        };
        let (markdown, html) = (part("."), part(&fence));
        let number = examples.len() as u32 + 1;
        examples.push(Example { number, section: section.clone(), markdown, html });
    }
    examples
}

fn check(spec: Spec, examples: &[Example]) -> Result<(), Failed> {
    let mut wrong = String::new();
    for example in examples {
        let expected = with_our_headings(dom::parse(&example.html));
        let found: Vec<Node> =
            dom::parse(&render(&example.markdown)).into_iter().flat_map(undo).collect();
        let deviates = DEVIATIONS
            .iter()
            .any(|(of, numbers, _)| *of == spec && numbers.contains(&example.number));
        if (found == expected) == deviates {
            let note = if deviates { "is listed as a deviation and passes" } else { "differs" };
            wrong.push_str(&format!(
                "\nexample {} {note}\n{}\n--- expected\n{}--- found\n{}",
                example.number,
                example.markdown,
                dom::outline(&expected),
                dom::outline(&found),
            ));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Builds a course of one lesson with a theme that prints nothing but the body.
fn render(markdown: &str) -> String {
    let lesson = format!("+++\ntitle = \"An example\"\n+++\n{markdown}");
    let files = [
        ("site.toml", "theme = \"bare\""),
        ("themes/bare/templates/lesson.html", "{{ page.body | safe }}"),
        ("content/example.md", lesson.as_str()),
    ];
    let build = site::build(&site::sources(files), &Options::default());
    build.bundle.text("example.html").expect("the page of the example").to_owned()
}

/// The specification's headings as our pages have them: the page's title is the only `h1`, and each heading is one level
/// below the last one that was written higher, down to `h6`.
fn with_our_headings(nodes: Vec<Node>) -> Vec<Node> {
    fn place(nodes: Vec<Node>, above: &mut Vec<u8>) -> Vec<Node> {
        let placed = nodes.into_iter().map(|node| match node {
            Node::Element { mut name, attributes, children } => {
                if let Some(level) = level(&name) {
                    above.retain(|higher| *higher < level);
                    name = format!("h{}", (above.len() + 2).min(6));
                    above.push(level);
                }
                Node::Element { name, attributes, children: place(children, above) }
            }
            other => other,
        });
        placed.collect()
    }
    place(nodes, &mut Vec::new())
}

fn level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Takes away what we add to every page and no specification speaks of: ids of headings, the frame in which a table
/// scrolls, what assistive technology and slow networks need. Alignment is a class, since HTML has dropped `align`.
fn undo(node: Node) -> Vec<Node> {
    let Node::Element { name, mut attributes, children } = node else { return vec![node] };
    let children: Vec<Node> = children.into_iter().flat_map(undo).collect();
    let has = |attributes: &[(String, String)], name: &str, value: &str| {
        attributes.iter().any(|(n, v)| n == name && v == value)
    };
    if name == "div" && has(&attributes, "class", "table-scroll") {
        return children;
    }
    let added: &[&str] = match name.as_str() {
        "h2" | "h3" | "h4" | "h5" | "h6" => &["id"],
        "pre" => &["tabindex"],
        "input" => &["aria-label"],
        // Of items with a box to tick; Markdown gives items no other class.
        "li" => &["class"],
        "img" => &["loading", "decoding"],
        _ => &[],
    };
    attributes.retain(|(name, _)| !added.contains(&name.as_str()));
    if name == "td" || name == "th" {
        for (name, value) in &mut attributes {
            if let Some(align) = value.strip_prefix("align-") {
                (*name, *value) = ("align".to_owned(), align.to_owned());
            }
        }
    }
    vec![Node::Element { name, attributes, children }]
}
