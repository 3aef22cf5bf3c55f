//! Questions: what becomes of a learner's saved answer when an author edits, and what random questions are turned into.
//!
//! A saved answer is found under the question's name and counts while the revision is the same; what it says is given
//! in the names of options. So these are what the edits are held against.

use std::collections::BTreeSet;

use hornbook::session::{Build, Options};
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;

use crate::dom::{self, Node};
use crate::{random, site};

/// How many random questions are tried where PROPTEST_CASES does not say.
const QUESTIONS: u32 = 100;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("quiz: an author's edits leave saved answers what they are", edits),
        Trial::test("quiz: wherever a question moves, its answers are found", moves),
        Trial::test("quiz: questions that ask the same are told apart", told_apart),
        Trial::test("quiz: an id takes over earlier answers", new_id),
        Trial::test("quiz: right options are marked, and no others", options_are_marked),
        Trial::test("quiz: blanks accept what their author wrote", blanks_accept),
        Trial::test("quiz: entries and pairs are all there", entries_and_pairs),
    ]
}

// Reading pages.

/// A question as it stands in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    name: String,
    revision: String,
    base: Option<String>,
    /// What options, entries and sides are called, in no order.
    parts: BTreeSet<String>,
    node: Node,
}

/// The questions of a page.
fn questions(build: &Build, page: &str) -> Vec<Asked> {
    let html = build.bundle.text(page).unwrap_or_else(|| panic!("there is no page {page}"));
    let nodes = dom::parse(html);
    let fieldsets = elements(&nodes, &|name, _| name == "fieldset");
    let asked = fieldsets.into_iter().map(|node| {
        let needed = |name| attribute(node, name).unwrap_or_else(|| panic!("no {name}")).to_owned();
        let names = ["data-option", "data-item", "data-pair", "data-choice"];
        let within = elements(std::slice::from_ref(node), &|_, _| true);
        let parts = within.iter().flat_map(|part| names.map(|name| (name, attribute(part, name))));
        Asked {
            name: needed("data-question"),
            revision: needed("data-revision"),
            base: attribute(node, "data-base").map(str::to_owned),
            parts: parts.filter_map(|(name, key)| Some(format!("{name} {}", key?))).collect(),
            node: node.clone(),
        }
    });
    asked.collect()
}

type Attributes = [(String, String)];

/// The elements that are looked for, in the order of the page; not those inside of one that was found.
fn elements<'a>(nodes: &'a [Node], is: &dyn Fn(&str, &Attributes) -> bool) -> Vec<&'a Node> {
    let mut found = Vec::new();
    for node in nodes {
        if let Node::Element { name, attributes, children } = node {
            if is(name, attributes) && !found.contains(&node) {
                found.push(node);
            }
            found.extend(elements(children, is));
        }
    }
    found
}

fn attribute<'a>(node: &'a Node, wanted: &str) -> Option<&'a str> {
    let Node::Element { attributes, .. } = node else { return None };
    attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

fn has(attributes: &Attributes, name: &str) -> bool {
    attributes.iter().any(|(known, _)| known == name)
}

/// The question of a lesson that has nothing but this one.
fn only(info: &str, text: &str) -> Asked {
    let lesson = format!("````quiz {info}\n{text}````\n");
    let mut asked = questions(&build(&[("content/a.md", &lesson)]), "a.html");
    assert_eq!(asked.len(), 1, "{lesson}");
    asked.remove(0)
}

fn build(files: &[(&str, &str)]) -> Build {
    site::build(&site::sources(files.iter().copied()), &Options::default())
}

// Edits.

/// What becomes of an answer that was saved before an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is shown and counts.
    Stays,
    /// It is the answer to an earlier revision.
    Changed,
    /// It belongs to another question.
    Gone,
}
use Fate::{Changed, Gone, Stays};

const CHOICE: &str = "Who decides what a service is worth?\n\n\
    - [ ] The provider\n- [x] The customer\n- [ ] The regulator\n";
const FILL_IN: &str = "The [[customer|consumer]] decides what a [[service]] is worth.\n";
const NUMBER: &str = "Pi is [[= 3.14 ± 0.01]], and a month has [[= 28..31]] days.\n";
const ORDER: &str = "What comes first?\n\n1. Plan\n2. Build\n3. Deliver\n";
const MATCH: &str =
    "Who does what?\n\n| Role | Deed |\n| - | - |\n| Customer | Defines |\n| Sponsor | Pays |\n";

/// What is edited, the question before and after, and the fate of its answer. A question is its attributes and its text,
/// or the text alone.
#[rustfmt::skip]
const EDITS: &[(&str, &str, &str, Fate)] = &[
    ("a comma", CHOICE, "Who decides, what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n", Stays),
    ("the case", CHOICE, "who decides what a SERVICE is worth?\n\n- [ ] The provider\n- [x] the customer\n- [ ] The regulator\n", Stays),
    ("white space", CHOICE, "Who decides  what a\nservice is worth?\n\n\n- [ ]   The provider\n- [x] The\n  customer\n- [ ] The regulator\n", Stays),
    ("markup", CHOICE, "**Who decides** what a `service` is worth?\n\n- [ ] The *provider*\n- [x] The customer\n- [ ] The regulator\n", Stays),
    ("quotation marks", CHOICE, "Who decides what a “service” is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n", Stays),
    ("options in another order", CHOICE, "Who decides what a service is worth?\n\n- [x] The customer\n- [ ] The regulator\n- [ ] The provider\n", Stays),
    ("a full stop behind an option", CHOICE, "Who decides what a service is worth?\n\n- [ ] The provider.\n- [x] The customer.\n- [ ] The regulator.\n", Stays),
    ("another list", CHOICE, "Who decides what a service is worth?\n\n1. [ ] The provider\n\n2. [X] The customer\n\n3. [] The regulator\n", Stays),
    ("feedback, a hint and an explanation", CHOICE, "Who decides what a service is worth?\n\n- [ ] The provider\n  > No.\n- [x] The customer\n- [ ] The regulator\n\n? Think.\n\nExplained.\n", Stays),
    ("points and shuffling", CHOICE, "{points=3 shuffle=false}Who decides what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n", Stays),
    ("another right option", CHOICE, "Who decides what a service is worth?\n\n- [x] The provider\n- [ ] The customer\n- [ ] The regulator\n", Changed),
    ("one more right option", CHOICE, "Who decides what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [x] The regulator\n", Changed),
    ("several may be chosen", CHOICE, "{multiple}Who decides what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n", Changed),
    ("an option more", CHOICE, "Who decides what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n- [ ] The user\n", Changed),
    ("an option less", CHOICE, "Who decides what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n", Changed),
    ("an option in other words", CHOICE, "Who decides what a service is worth?\n\n- [ ] The service provider\n- [x] The customer\n- [ ] The regulator\n", Changed),
    ("another question", CHOICE, "Who decides in the end what a service is worth?\n\n- [ ] The provider\n- [x] The customer\n- [ ] The regulator\n", Gone),
    ("alternatives in another order", FILL_IN, "The [[consumer|customer]] decides what a [[service]] is worth.\n", Stays),
    ("the case of an answer", FILL_IN, "The [[Customer|consumer]] decides, what a [[Service]] is worth.\n---\nExplained.\n", Stays),
    ("an alternative more", FILL_IN, "The [[customer|consumer|buyer]] decides what a [[service]] is worth.\n", Changed),
    ("another answer", FILL_IN, "The [[user|consumer]] decides what a [[service]] is worth.\n", Changed),
    ("answers that change places", FILL_IN, "The [[service]] decides what a [[customer|consumer]] is worth.\n", Changed),
    ("a number written otherwise", NUMBER, "Pi is [[=3.140 +/- 0.010]], and a month has [[= 28 .. 31]] days.\n", Stays),
    ("a tolerance", NUMBER, "Pi is [[= 3.14 ± 0.1]], and a month has [[= 28..31]] days.\n", Changed),
    ("a range", NUMBER, "Pi is [[= 3.14 ± 0.01]], and a month has [[= 28..30]] days.\n", Changed),
    ("punctuation of entries", ORDER, "What comes first?\n\n5. plan,\n6. build,\n7. deliver.\n", Stays),
    ("another order", ORDER, "What comes first?\n\n1. Build\n2. Plan\n3. Deliver\n", Changed),
    ("an entry more", ORDER, "What comes first?\n\n1. Plan\n2. Build\n3. Test\n4. Deliver\n", Changed),
    ("rows in another order and another head", MATCH, "Who does what?\n\n| Who | What |\n| - | - |\n| Sponsor | pays |\n| Customer | defines. |\n", Stays),
    ("partners that change places", MATCH, "Who does what?\n\n| Role | Deed |\n| - | - |\n| Customer | Pays |\n| Sponsor | Defines |\n", Changed),
    ("a distractor", MATCH, "Who does what?\n\n| Role | Deed |\n| - | - |\n| Customer | Defines |\n| Sponsor | Pays |\n| | Uses |\n", Changed),
    ("what is asked, under an id", "{id=a}Who decides?\n\n- [ ] The provider\n- [x] The customer\n", "{id=a}In whose eyes is value?\n\n- [ ] The provider\n- [x] The customer\n", Stays),
    ("the key, under an id", "{id=a}Who decides?\n\n- [ ] The provider\n- [x] The customer\n", "{id=a}Who decides?\n\n- [x] The provider\n- [ ] The customer\n", Changed),
    ("signs alone", "Which is it?\n\n- [x] `+`\n- [ ] `-`\n", "Which is it?\n\n- [x] `-`\n- [ ] `+`\n", Changed),
    ("signs in another order", "Which is it?\n\n- [x] `+`\n- [ ] `-`\n", "Which is it?\n\n- [ ] `-`\n- [x] `+`\n", Stays),
];

fn edits() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (what, before, after, expected) in EDITS {
        let (before, after) = (written(before), written(after));
        let found = match () {
            () if before.name != after.name => Gone,
            () if before.revision != after.revision => Changed,
            () => Stays,
        };
        if found != *expected {
            wrong.push(format!("{what}: {found:?} and not {expected:?}"));
        } else if found == Stays && before.parts != after.parts {
            wrong.push(format!("{what}: options are called otherwise"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// A question of the table.
fn written(text: &str) -> Asked {
    let (info, text) =
        text.strip_prefix('{').and_then(|rest| rest.split_once('}')).unwrap_or(("", text));
    only(info, text)
}

fn moves() -> Result<(), Failed> {
    let question = format!("```quiz\n{CHOICE}```\n");
    let other = "```quiz\nSomething [[else]].\n```\n";
    let places = [
        ("another file", "content/b.md", question.clone()),
        ("another unit", "content/02-risk/03-deep/b.md", question.clone()),
        ("a term", "content/glossary/value.md", question.clone()),
        ("below a heading", "content/a.md", format!("# A\n\n## New\n\n{question}")),
        ("below a question", "content/a.md", format!("{other}\n## New\n\n{other}\n{question}")),
        ("into a quotation", "content/a.md", format!("> {}", question.replace('\n', "\n> "))),
        ("into a list", "content/a.md", format!("- {}", question.replace('\n', "\n  "))),
        ("a title", "content/a.md", format!("+++\ntitle = \"B\"\nslug = \"c\"\n+++\n{question}")),
        ("an exam", "content/a.md", format!("+++\nexam = true\n+++\n{question}")),
        ("lines of another system", "content/a.md", question.replace('\n', "\r\n")),
        ("a tag", "content/a.md", format!("<quiz>\n{CHOICE}</quiz>\n")),
    ];
    let before = only("", CHOICE);
    for (what, path, text) in places {
        let unit = ("content/02-risk/index.md", "# Another name\n");
        let built = build(&[(path, &text), unit]);
        let pages = built.bundle.files.keys().filter(|path| path.ends_with(".html"));
        let found: Vec<_> = pages.flat_map(|page| questions(&built, page)).collect();
        let is_kept = |after: &&Asked| {
            (&after.name, &after.revision, &after.parts)
                == (&before.name, &before.revision, &before.parts)
        };
        if found.iter().filter(is_kept).count() != 1 {
            return Err(format!("{what}: {found:#?}").into());
        }
    }
    Ok(())
}

/// A second question that asks the same leaves the answers to the first where they are found; one that is equal is told.
fn told_apart() -> Result<(), Failed> {
    let before = only("", CHOICE);
    let first = format!("```quiz\n{CHOICE}```\n");
    let second = first.replace("The regulator", "The user");
    let built = build(&[("content/a.md", &first), ("content/b.md", &second)]);
    let (one, other) = (&questions(&built, "a.html")[0], &questions(&built, "b.html")[0]);
    if one.name == other.name || one.name == before.name {
        return Err(format!("the names are {} and {}", one.name, other.name).into());
    }
    for after in [one, other] {
        if after.base.as_ref() != Some(&before.name) {
            return Err(format!("the earlier name is {:?}", after.base).into());
        }
    }
    if one.revision != before.revision || other.revision == before.revision {
        return Err("an earlier answer would be taken for the other question's".into());
    }
    if !built.diagnostics.is_empty() {
        return Err(format!("{:#?}", built.diagnostics).into());
    }
    let built = build(&[("content/a.md", &first), ("content/b.md", &first)]);
    let codes: Vec<_> = built.diagnostics.iter().map(|said| said.code.as_str()).collect();
    if codes != ["duplicate-question"] {
        return Err(format!("equal questions are reported as {codes:?}").into());
    }
    Ok(())
}

fn new_id() -> Result<(), Failed> {
    let (before, after) = (only("", CHOICE), only("id=worth", CHOICE));
    let found = (after.name.as_str(), after.base.as_ref(), &after.revision);
    if found != ("worth", Some(&before.name), &before.revision) {
        return Err(format!("{found:?}").into());
    }
    Ok(())
}

// Random questions.

/// Around a question: what begins its first line, and what begins all others.
const AROUND: &[(&str, &str)] =
    &[("", ""), ("> ", "> "), ("- ", "  "), ("> [!NOTE]\n> ", "> "), ("1. a\n\n   ", "   ")];

fn around(index: usize, question: &str) -> String {
    let (first, others) = AROUND[index];
    format!("{first}{}", question.replace('\n', &format!("\n{others}")))
}

/// Markdown that may stand in any line.
const INLINE: &[&str] = &[
    "word",
    "*e*",
    "**s",
    "`<c>`",
    "\"q\"",
    "'",
    "&",
    "&lt;",
    "<b>",
    "<!-- c -->",
    "値",
    "שלום",
    "e\u{301}",
    "[l](a.md)",
    "[[a]]",
    "![i](p.png)",
    "http://a.b",
    "~~d~~",
    "H~2~O",
    "[^1]",
    "\\*",
    "[x]",
    "?",
    "| ",
    "$",
    "=",
];

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(INLINE), 0..4).prop_map(|parts| parts.join(" "))
}

/// What may follow the first line of an option or an entry.
const BELOW: &[&str] = &[
    "",
    "",
    "",
    "\n  > Feedback, [[a]].",
    "\n\n  > Feedback\n  > of two lines",
    "\n\n  A second paragraph.",
    "\n\n  ```rust\n  - [x] code\n  ```",
    "\n\n  | a | b |\n  | - | - |\n  | c | d |",
    "\n  - [x] nested\n  - [ ] nested too",
    "\n\n  1. nested",
    "\n  > > deep\n  >\n  > - [x] list",
];

fn options_are_marked() -> Result<(), Failed> {
    let option = (line(), prop::sample::select(BELOW), any::<bool>());
    let options = prop::collection::vec(option, 2..8);
    let inputs = (line(), options, 0..AROUND.len(), any::<bool>());
    random::check(QUESTIONS, inputs, |(asks, options, place, is_loose)| {
        let gap = if is_loose { "\n\n" } else { "\n" };
        let listed = options.iter().enumerate().map(|(number, (line, below, is_right))| {
            let tick = if *is_right { 'x' } else { ' ' };
            format!("- [{tick}] o{number} {line}{below}")
        });
        let listed = listed.collect::<Vec<_>>().join(gap);
        let text = format!("````quiz\nWhich {asks}?\n\n{listed}\n\nBecause.\n````\n");
        let asked = one(&around(place, &text))?;
        let items = inside(&asked, "li", "data-option", "quiz-options");
        let found: Vec<_> =
            items.iter().map(|item| attribute(item, "data-right").is_some()).collect();
        let expected: Vec<_> = options.iter().map(|(_, _, is_right)| *is_right).collect();
        if found != expected {
            return Err(format!("right are {found:?} in\n{text}"));
        }
        let keys: BTreeSet<_> = items.iter().map(|item| attribute(item, "data-option")).collect();
        if keys.len() != items.len() {
            return Err(format!("two options have one name in\n{text}"));
        }
        for item in &items {
            let item = std::slice::from_ref(*item);
            let key = attribute(&item[0], "data-option");
            let inputs = elements(item, &|name, all| name == "input" && has(all, "value"));
            let [input] = inputs[..] else { return Err(format!("{} controls", inputs.len())) };
            if attribute(input, "value") != key || attribute(input, "checked").is_some() {
                return Err(format!("the control of an option is {input:?}"));
            }
        }
        let told = inside(&asked, "li", "data-option", "quiz-feedback");
        let told = told.iter().filter(|item| attribute(item, "data-right").is_some()).count();
        if told != expected.iter().filter(|is_right| **is_right).count() {
            return Err(format!("{told} options are told to be right in\n{text}"));
        }
        Ok(())
    })
}

fn blanks_accept() -> Result<(), Failed> {
    let answer = "[a-zé値<>&\"'*_#~. -]{0,6}[a-z0-9値]";
    let answers = prop::collection::vec(answer, 1..4);
    let blanks = prop::collection::vec((line(), answers), 1..5);
    random::check(QUESTIONS, (blanks, 0..AROUND.len()), |(blanks, place)| {
        // Other names in double brackets would be gaps as well, and open marks would swallow one.
        let texts = blanks.iter().map(|(_, answers)| format!("word [[{}]]", answers.join("|")));
        let text = format!("```quiz\n{}.\n```\n", texts.collect::<Vec<_>>().join(" "));
        let asked = one(&around(place, &text))?;
        let is_blank = |_: &str, all: &Attributes| has(all, "data-answers");
        let inputs = elements(std::slice::from_ref(&asked.node), &is_blank);
        let found: Vec<Vec<String>> = inputs
            .iter()
            .filter_map(|input| serde_json::from_str(attribute(input, "data-answers")?).ok())
            .collect();
        let expected = blanks.iter().map(|(_, answers)| {
            answers.iter().map(|answer| answer.trim().to_owned()).collect::<Vec<_>>()
        });
        let expected: Vec<_> = expected.collect();
        if found == expected { Ok(()) } else { Err(format!("{found:?} in\n{text}")) }
    })
}

fn entries_and_pairs() -> Result<(), Failed> {
    let entries = prop::collection::vec((line(), prop::sample::select(BELOW)), 2..8);
    random::check(QUESTIONS, (entries, 0..AROUND.len()), |(entries, place)| {
        let listed = entries.iter().enumerate().map(|(number, (line, below))| {
            // A box would make an option of it.
            let line = line.replace("[x]", "x");
            let below = below.replace("\n  ", "\n   ").replace("[x] ", "").replace("[ ] ", "");
            format!("1. e{number} {line}{below}\n")
        });
        let order = format!("````quiz\nWhat first?\n\n{}````\n", listed.collect::<String>());
        let asked = one(&around(place, &order))?;
        let items = inside(&asked, "li", "data-item", "quiz-order");
        let places: Vec<_> =
            items.iter().filter_map(|item| attribute(item, "data-place")).collect();
        let right: Vec<_> = (1..=entries.len()).map(|place| place.to_string()).collect();
        let mut sorted = places.clone();
        sorted.sort_unstable();
        if sorted != right || places == right {
            return Err(format!("the places are {places:?} in\n{order}"));
        }
        let rows = entries.iter().enumerate().map(|(number, (line, _))| {
            let line = line.replace('|', "\\|");
            format!("| l{number} {line} | r{number} {line} |\n")
        });
        let rows: String = rows.collect();
        let pairs = format!("```quiz\nWhich?\n\n| a | b |\n| - | - |\n{rows}| | x |\n```\n");
        let asked = one(&around(place, &pairs))?;
        let rows = inside(&asked, "tr", "data-pair", "quiz-match");
        let rights: BTreeSet<_> = rows.iter().map(|row| attribute(row, "data-right")).collect();
        if rows.len() != entries.len() || rights.len() != entries.len() {
            return Err(format!("{} rows, {} partners in\n{pairs}", rows.len(), rights.len()));
        }
        for row in rows {
            let options = elements(std::slice::from_ref(row), &|name, _| name == "option");
            let offered: Vec<_> = options.iter().map(|one| attribute(one, "value")).collect();
            // All partners, the distractor, and none.
            if offered.len() != entries.len() + 2
                || !offered.contains(&attribute(row, "data-right"))
            {
                return Err(format!("{offered:?} are offered in\n{pairs}"));
            }
        }
        Ok(())
    })
}

/// The only question of a lesson.
fn one(lesson: &str) -> Result<Asked, String> {
    let built = build(&[("content/a.md", lesson), ("content/p.png", "")]);
    let mut asked = questions(&built, "a.html");
    match asked.len() {
        1 => Ok(asked.remove(0)),
        count => Err(format!("{count} questions in\n{lesson}")),
    }
}

/// The elements of a question below the one of this class that have an attribute.
fn inside<'a>(asked: &'a Asked, element: &str, attribute: &str, class: &str) -> Vec<&'a Node> {
    let is_around = |_: &str, all: &Attributes| all.contains(&("class".into(), class.into()));
    let around = elements(std::slice::from_ref(&asked.node), &is_around);
    let Some(around) = around.first() else { return Vec::new() };
    elements(std::slice::from_ref(*around), &|name, all| name == element && has(all, attribute))
}
