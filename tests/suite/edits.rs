//! Random edits: whatever is done to a site, the build of a session that saw it all equals a new session's.
//!
//! The model is a site whose files are known by their parts, so that an edit can change one of them: a title, a
//! paragraph, a path. A session that has built every state so far builds the next one, and so does a new one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use hornbook::address::Address;
use hornbook::bundle::{Changes, Output, Purpose};
use hornbook::search::is_of_search;
use hornbook::session::pages::Rest;
use hornbook::session::{Build, Counts, Options, Session};
use hornbook::web::offline::is_of_offline;
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;

use crate::refresh::Disk;
use crate::{random, site};

/// How many series of edits are tried where PROPTEST_CASES does not say.
const SERIES: u32 = 24;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("edits: incremental output equals clean output", equals_clean_output),
        Trial::test(
            "edits: looking again at what changed is looking at all",
            looking_again_is_enough,
        ),
        Trial::test(
            "edits: every page of a preview is that of its clean output",
            preview_equals_clean_output,
        ),
        Trial::test("edits: an edit to a body renders one page", renders_one_page),
        Trial::test("edits: a build with nothing changed does nothing", unchanged_does_nothing),
        Trial::test("edits: a definition renders the pages that show it", definition_where_shown),
        Trial::test("edits: a new alias is looked for everywhere", alias_everywhere),
        Trial::test("edits: a title is read again for the search by itself", title_for_search),
        Trial::test("edits: an exam shows what its questions take from their lesson", exam_takes),
        Trial::test("edits: a file of the theme renders pages to publish them only", theme_file),
    ]
}

fn equals_clean_output() -> Result<(), Failed> {
    let series = prop::collection::vec(edit(), 1..24);
    random::check(SERIES, (start(), series), |(mut model, edits)| {
        let mut session = Session::default();
        compare(&session.build(&model.sources(), &model.options), &model)?;
        for (number, edit) in edits.iter().enumerate() {
            model.apply(edit);
            let build = session.build(&model.sources(), &model.options);
            compare(&build, &model)
                .map_err(|wrong| format!("after edit {number}, {edit:?}: {wrong}"))?;
        }
        Ok(())
    })
}

/// The same edits on a real folder, by a session that only ever looks again at what has changed.
fn looking_again_is_enough() -> Result<(), Failed> {
    let series = prop::collection::vec(edit(), 1..12);
    random::check(SERIES / 2, (start(), series), |(mut model, edits)| {
        let mut disk = Disk::new(model.files())?;
        let mut session = Session::default();
        session.build(&disk.sources, &model.options);
        for (number, edit) in edits.iter().enumerate() {
            model.apply(edit);
            let told = |wrong| format!("after edit {number}, {edit:?}: {wrong}");
            disk.become_files(model.files()).map_err(told)?;
            let build = session.build(&disk.sources, &model.options);
            same(&build, &site::build(&disk.sources, &model.options)).map_err(told)?;
        }
        Ok(())
    })
}

/// The same edits, seen by a session that leaves pages for later: of some builds everything is asked for, of some a page,
/// of some nothing. Whatever was left, a page is that of the build that is asked, also when others came after it.
fn preview_equals_clean_output() -> Result<(), Failed> {
    let series = prop::collection::vec((edit(), asked()), 1..16);
    random::check(SERIES, (start(), asked(), series), |(mut model, first, edits)| {
        let mut session = Session::default();
        let mut seen = vec![Seen::new(&mut session, &model, &first)?];
        for (number, (edit, asked)) in edits.iter().enumerate() {
            model.apply(edit);
            let told = |wrong| format!("after edit {number}, {edit:?}: {wrong}");
            let next = Seen::new(&mut session, &model, asked).map_err(told)?;
            next.tells_what_changed_since(&seen[number]).map_err(told)?;
            if asked.is_compared {
                next.compare().map_err(told)?;
            }
            seen.push(next);
        }
        for (number, build) in seen.iter().enumerate() {
            build.compare().map_err(|wrong| format!("build {number}, at the end: {wrong}"))?;
        }
        Ok(())
    })
}

/// What of a preview is rendered while it is the last one.
#[derive(Clone, Debug)]
struct Asked {
    at_once: usize,
    /// A page that somebody asks for, counted round and round.
    page: Option<u8>,
    /// How many pages of the rest are rendered.
    rest: usize,
    is_compared: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let rest = prop_oneof![Just(0), Just(3), Just(usize::MAX)];
    let choices = (0..4_usize, prop::option::of(any::<u8>()), rest, prop::bool::weighted(0.3));
    choices.prop_map(|(at_once, page, rest, is_compared)| Asked {
        at_once: at_once * 4,
        page,
        rest,
        is_compared,
    })
}

/// A preview, with the clean build of the same sources.
struct Seen {
    build: Build,
    rest: Rest,
    clean: Build,
}

impl Seen {
    fn new(session: &mut Session, model: &Model, asked: &Asked) -> Result<Self, String> {
        let sources = model.sources();
        let options = Options { purpose: Purpose::Preview, ..model.options.clone() };
        let (build, rest) = session.preview(&sources, &model.options, asked.at_once);
        let seen = Self { build, rest, clean: site::build(&sources, &options) };
        let pages: Vec<&str> =
            seen.build.bundle.files.keys().filter(|path| is_html(path)).collect();
        if let Some(page) = asked.page.filter(|_| !pages.is_empty()) {
            seen.compare_file(pages[usize::from(page) % pages.len()])?;
        }
        let rendered = AtomicUsize::new(0);
        seen.rest.render(&|| rendered.fetch_add(1, Ordering::Relaxed) < asked.rest);
        Ok(seen)
    }

    fn compare(&self) -> Result<(), String> {
        let (found, expected) = (&self.build.bundle.files, &self.clean.bundle.files);
        found.keys().chain(expected.keys()).try_for_each(|path| self.compare_file(path))?;
        let whole = self.rest.render(&|| true).ok_or("the rest was not brought to an end")?;
        if whole.diagnostics != self.clean.diagnostics {
            let (found, expected) = (whole.diagnostics, &self.clean.diagnostics);
            return Err(format!("the diagnostics are {found:#?}\ninstead of {expected:#?}"));
        }
        Ok(())
    }

    fn compare_file(&self, path: &str) -> Result<(), String> {
        let (found, expected) =
            (self.build.bundle.files.get(path), self.clean.bundle.files.get(path));
        let is_same = match found {
            Some(Output::Later(_)) => {
                let expected = expected.and_then(Output::bytes);
                self.rest.pages().html(path).as_deref() == expected.as_deref()
            }
            found => found == expected,
        };
        if is_same { Ok(()) } else { Err(format!("{path} is not that of a clean build")) }
    }

    /// A page that is not known yet may be told as changed and not be. None may have changed and not be told.
    fn tells_what_changed_since(&self, before: &Self) -> Result<(), String> {
        let told = &self.build.changes;
        let told: Vec<_> =
            [&told.added, &told.changed, &told.removed].into_iter().flatten().collect();
        let changes = self.clean.bundle.changes_since(&before.clean.bundle);
        let changed = [&changes.added, &changes.changed, &changes.removed].into_iter().flatten();
        match changed.into_iter().find(|path| !told.contains(path)) {
            Some(path) => Err(format!("{path} has changed, and is not among {told:?}")),
            None => Ok(()),
        }
    }
}

fn is_html(path: &str) -> bool {
    path.ends_with(".html")
}

/// DESIGN.md, invariants: an edit to a body that leaves its definitions alone cannot change another lesson's page.
fn renders_one_page() -> Result<(), Failed> {
    random::check(SERIES, (start(), any::<u8>()), |(mut model, which)| {
        // An exam quotes the questions of others.
        model.files.iter_mut().for_each(|file| file.exam = 0);
        let mut session = Session::default();
        session.build(&model.sources(), &model.options);
        let page = model.file_mut(which);
        (page.broken, page.closing) = (0, 0);
        session.build(&model.sources(), &model.options);
        let page = model.file_mut(which);
        page.closing += 1;
        let is_units_own = ["index", "README"].contains(&NAMES[page.name]);
        let is_published = !page.draft || model.options.drafts;
        let build = session.build(&model.sources(), &model.options);
        let counts @ Counts { parsed, recognised, indexed, resolved, drawn, .. } = build.counts;
        let Counts { viewed, rendered, .. } = counts;
        let once = usize::from(is_published);
        // A map is drawn with the page it is on: a unit's own, in a long course.
        let maps = usize::from(is_published && is_units_own && model.is_long);
        if [parsed, recognised, indexed, resolved, viewed, rendered]
            != [1, once, 0, once, once, once]
            || drawn > maps
        {
            return Err(format!("{:?}", build.counts));
        }
        // The page and its Markdown. A template need not show the body. The search index does, in files that are named by
        // what they hold, and so do the lists of what browsers keep.
        let Changes { added, changed, removed } = &build.changes;
        let is_listing = |path: &str| is_of_search(path) || is_of_offline(path);
        let count =
            |paths: &[Address]| paths.iter().filter(|path| !is_listing(path.as_str())).count();
        if count(changed) > 2 * once || count(added) > 0 || count(removed) > 0 {
            return Err(format!("{:?}", build.changes));
        }
        compare(&build, &model)
    })
}

fn unchanged_does_nothing() -> Result<(), Failed> {
    random::check(SERIES, start(), |model| {
        let mut session = Session::default();
        let first = session.build(&model.sources(), &model.options);
        let second = session.build(&model.sources(), &model.options);
        let counts @ Counts { parsed, recognised, indexed, resolved, drawn, .. } = second.counts;
        let Counts { viewed, rendered, searched, .. } = counts;
        if [parsed, recognised, indexed, resolved, drawn, viewed, rendered, searched] != [0; 8] {
            return Err(format!("{:?}", second.counts));
        }
        if second.changes != Changes::default() {
            return Err(format!("{:?}", second.changes));
        }
        if first.bundle != second.bundle || first.diagnostics != second.diagnostics {
            return Err("the second build differs".to_owned());
        }
        Ok(())
    })
}

/// A course in which one lesson uses a term and another does not.
fn with_a_term(term: &str) -> [(&str, &str); 3] {
    [
        ("content/a.md", "# A\n\nIts value counts.\n"),
        ("content/b.md", "# B\n\nIts worth counts.\n"),
        ("content/glossary/value.md", term),
    ]
}

/// The term's own page, the lesson that uses it and the list of terms show a definition; no text is looked through again
/// for it but the term's own.
fn definition_where_shown() -> Result<(), Failed> {
    let mut session = Session::default();
    let term = "+++\ntitle = \"Value\"\ndefinition = \"One.\"\n+++\n";
    session.build(&site::sources(with_a_term(term)), &Options::default());
    let term = "+++\ntitle = \"Value\"\ndefinition = \"Another.\"\n+++\n";
    let build = session.build(&site::sources(with_a_term(term)), &Options::default());
    match (build.counts.rendered, build.counts.recognised) {
        (3, 1) => Ok(()),
        found => Err(format!("rendered and looked through: {found:?}").into()),
    }
}

/// A new form of a term can stand in any lesson, and only those in which it does are rendered again.
fn alias_everywhere() -> Result<(), Failed> {
    let mut session = Session::default();
    let term = "+++\ntitle = \"Value\"\ndefinition = \"One.\"\n+++\n";
    session.build(&site::sources(with_a_term(term)), &Options::default());
    let term = "+++\ntitle = \"Value\"\ndefinition = \"One.\"\naliases = [\"worth\"]\n+++\n";
    let build = session.build(&site::sources(with_a_term(term)), &Options::default());
    match (build.counts.rendered, build.counts.recognised) {
        // The lesson that uses the alias, the term and the list.
        (3, 3) => Ok(()),
        found => Err(format!("rendered and looked through: {found:?}").into()),
    }
}

/// A title changes what the names of a course are, and not which words its other pages have.
fn title_for_search() -> Result<(), Failed> {
    let mut session = Session::default();
    let course = |title: &str| {
        let title = format!("# {title}\n");
        let others = (0..20).map(|at| (format!("content/b{at}.md"), format!("# B{at}\n\nText.\n")));
        let files: Vec<_> = others.chain([("content/a.md".to_owned(), title)]).collect();
        site::sources(files.iter().map(|(path, text)| (&**path, &**text)))
    };
    session.build(&course("Costs"), &Options::default());
    let build = session.build(&course("Risks"), &Options::default());
    same(&build, &site::build(&course("Risks"), &Options::default()))?;
    match (build.counts.indexed, build.counts.searched) {
        (1, 1) => Ok(()),
        found => Err(format!("indexed and read: {found:?}").into()),
    }
}

/// What stands outside of a question decides what is in it, also where an exam quotes it.
fn exam_takes() -> Result<(), Failed> {
    let course = |lesson: &str| {
        let lesson = format!(
            "# A\n\n```quiz\nSee [it][r], ![so][p].\n\n- [x] Yes\n- [ ] No\n---\n[^1]\n```\n\n{lesson}\n"
        );
        let exam = "+++\ntitle = \"Exam\"\nexam = { draw = 1 }\n+++\n";
        site::sources([("content/a.md", lesson.as_str()), ("content/exam.md", exam)])
    };
    let lessons = [
        "[r]: https://example.org \"Old\"\n[p]: https://example.org/p.png \"Old\"\n\n[^1]: A note.",
        "[r]: https://example.org \"New\"\n[p]: https://example.org/p.png \"Old\"\n\n[^1]: A note.",
        "[r]: https://example.org \"New\"\n[p]: https://example.org/p.png \"New\"\n\n[^1]: A note.",
        "[r]: https://example.org \"New\"\n[p]: https://example.org/p.png \"New\"",
    ];
    let mut session = Session::default();
    for lesson in lessons {
        let sources = course(lesson);
        let build = session.build(&sources, &Options::default());
        same(&build, &site::build(&sources, &Options::default()))?;
    }
    Ok(())
}

/// A published site names the folder of the theme by what it holds, so every page leads to another one. The preview has
/// one folder, so that a style sheet can be exchanged where it is.
fn theme_file() -> Result<(), Failed> {
    let course = |style| {
        let files = [
            ("site.toml", "theme = \"own\"\n[search]\nenabled = false\n"),
            ("content/a.md", "# A\n"),
            ("themes/own/static/style.css", style),
        ];
        site::sources(files)
    };
    for (purpose, rendered, moved) in [(Purpose::Publish, 3, true), (Purpose::Preview, 0, false)] {
        let mut session = Session::default();
        let options = Options { purpose, ..Options::default() };
        session.build(&course("main {}"), &options);
        let build = session.build(&course("main { margin: 0 }"), &options);
        let has_moved = !build.changes.added.is_empty();
        if (build.counts.rendered, has_moved) != (rendered, moved) {
            let found = (build.counts.rendered, build.changes);
            return Err(format!("{purpose:?}: rendered and changed: {found:?}").into());
        }
        let back = session.build(&course("main {}"), &options).bundle;
        if back != site::build(&course("main {}"), &options).bundle {
            return Err(format!("{purpose:?}: the same files, and another site").into());
        }
    }
    Ok(())
}

/// Compares a build with that of a new session.
fn compare(build: &Build, model: &Model) -> Result<(), String> {
    same(build, &site::build(&model.sources(), &model.options))
}

fn same(build: &Build, clean: &Build) -> Result<(), String> {
    if build.bundle != clean.bundle {
        let (found, expected) = (&build.bundle.files, &clean.bundle.files);
        let paths = found.keys().chain(expected.keys());
        let different: Vec<_> =
            paths.filter(|path| found.get(path) != expected.get(path)).collect();
        return Err(format!("the bundle differs in {different:?}"));
    }
    if build.diagnostics != clean.diagnostics {
        let (found, expected) = (&build.diagnostics, &clean.diagnostics);
        return Err(format!("the diagnostics are {found:#?}\ninstead of {expected:#?}"));
    }
    let sizes = |build: &Build| (build.counts.lessons, build.counts.terms, build.counts.pages);
    if sizes(build) != sizes(clean) {
        return Err(format!("{:?} instead of {:?}", build.counts, clean.counts));
    }
    Ok(())
}

/// A site, by its parts.
#[derive(Clone, Debug)]
pub struct Model {
    /// Lessons, terms and indexes.
    files: Vec<File>,
    assets: Vec<String>,
    config: usize,
    template: usize,
    summary: usize,
    /// With so many lessons beside them that units are drawn, and each has a map of its own.
    is_long: bool,
    pub options: Options,
}

#[derive(Clone, Debug)]
pub struct File {
    folder: usize,
    number: u8,
    name: usize,
    title: usize,
    alias: usize,
    draft: bool,
    /// An index into [`EXAMS`].
    exam: usize,
    /// An index into [`TIES`].
    ties: usize,
    /// An index into [`FACTS`].
    facts: usize,
    /// An index into [`BREAKS`].
    broken: usize,
    paragraphs: Vec<usize>,
    /// The last paragraph says this number; nobody quotes it.
    closing: u32,
}

const FOLDERS: &[&str] =
    &["", "01-value/", "02-risk/", "02-risk/01-deep/", "glossary/", "glossary/more/"];
const NAMES: &[&str] = &["index", "value", "costs", "risk", "was-ist-wert", "README", "値", "404"];
const TITLES: &[&str] = &["", "Value", "What it costs", "Risk", "value", "値 & \\\"more\\\""];
const ALIASES: &[&str] = &["", "++", "old.html", "worth", "old/place/", "value.html", "../up"];
const PARAGRAPHS: &[&str] = &[
    "Plain text about value and what it costs.",
    "What it is *worth*, the *value* of values, [[!value]] and risks.",
    "See [[Value]], [[costs]] and [[risk|what may *happen*]].",
    "A path: [one](../01-value/value.md#parts), [two](value.md), [three](/02-risk/).",
    "[[glossary/value]] and [[value#Parts]] and [[#parts]].",
    "## Parts",
    "## Parts {#parts}",
    "# A heading with [[Risk]] in it",
    "![A picture](picture.svg) and ![[plan.png]] and ![](plan.png)",
    "> [!NOTE] A title with [[value]]\n> Text.",
    "> [!NOTHING]\n> Text.",
    "Text[^1] and[^2].\n\n[^1]: A note on [[costs]].",
    "<div id=\"parts\"><a href=\"value.md\">raw</a></div>",
    "```quiz\nA question?\n\n- [x] Yes\n- [ ] No\n```",
    "```quiz\nA question?\n\n- [x] Yes, of value\n  > See [[costs]].\n- [ ] No\n\n? [One](value.md)\n```",
    "```quiz id=worth\nWhat is [[worth]], the [[value|risk]]?\n---\nBecause of [[Value]].\n```",
    "## Asked\n\n```quiz\nWhat first? ![](picture.svg)\n\n1. Value\n2. Risk\n```",
    "> ```quiz\n> | a | b |\n> | - | - |\n> | value | costs |\n> | risk | [[risk]] |\n> ```",
    "<quiz>\nNo answer.\n</quiz>\n\n<quiz>\n[[= 5]]\n</quiz>",
    "| a | b |\n| --- | --- |\n| [[value\\|shown]] | H~2~O |",
];
const EXAMS: &[&str] =
    &["", "exam = true\n", "exam = { from = [\"01-value\", \"Risk\"], draw = 2, minutes = 5 }\n"];
const TIES: &[&str] = &[
    "",
    "prerequisites = [\"Value\"]\n",
    "prerequisites = [\"Risk\", \"costs\", \"nothing\"]\n",
    "teaches = [\"value\"]\n",
    "prerequisites = [\"02-risk\"]\nteaches = [\"worth\", \"risk\"]\n",
];
/// What machines are told of a page.
const FACTS: &[&str] = &[
    "",
    "date = 2026-01-02\n",
    "updated = 2026-11-20T10:00:00Z\ndescription = \"Said & done\"\nauthors = [\"Ann\"]\n",
    "date = 2025-12-31\nupdated = 2026-01-01\nimage = \"picture.svg\"\n",
    "image = \"/02-risk/plan.png\"\ndescription = \"</script>\"\n",
];
/// What stands before a file's text when it is broken.
const BREAKS: &[&str] = &[
    "",
    "+++\n",
    "+++\ntitle = \n+++\n",
    "---\ntitle: [\n---\n",
    "%{\n}\n---\n",
    "\0\r[[",
    "<!--",
];
const CONFIGS: &[Option<&str>] = &[
    None,
    Some(""),
    Some("title = \"A course\"\ntheme = \"own\"\n"),
    Some("title = \"Another\"\ntheme = \"own\"\nlanguage = \"de\"\n"),
    Some("theme = \"on\"\nbase_url = \"https://example.org/x\"\n"),
    Some("base_url = \"https://example.org/x\"\nimage = \"picture.svg\"\n"),
    Some("base_url = \"https://example.org/x\"\n[feed]\nenabled = false\n"),
    Some("icon = \"picture.svg\"\ntheme = \"own\"\n[offline]\nenabled = true\n"),
    Some("[glossary]\nlink = \"every\"\n"),
    Some("[glossary]\nlink = \"lesson\"\nlanguage = \"fr\"\n"),
    Some("theme = \"own\"\n[check]\nunknown-link = \"off\"\nmissing-alt = \"error\"\n"),
    Some("title = \ntheme = 1\n"),
    Some("[map]\nenabled = false\n[markdown]\nenabled = false\n"),
    Some("language = \"ar\"\n[glossary]\nlink = \"never\"\n"),
];
/// Files of the theme `own`: templates by name, strings by path; and text.
const TEMPLATES: &[&[(&str, &str)]] = &[
    &[],
    &[("lesson.html", "{{ page.title }} {{ page.body | safe }}")],
    &[("lesson.html", "{{ page.title }}"), ("redirect.html", "{{ redirect.href }}")],
    &[("lesson.html", "{{ page.nothing.here }}")],
    &[("home.html", "{% include \"part.html\" %}"), ("part.html", "{{ page.title }}")],
    &[("home.html", "{{ page.title }")],
    &[("strings/de.toml", "[page]\nskip = \"Los\"\n[glossary]\ntitle = \"Wörter\"\n")],
    &[("strings/de.toml", "[page]\nskip = 1\n"), ("strings/en.toml", "[page]\nnext = \"On\"\n")],
    &[("term.html", "{% extends \"base.html\" %}{% block main %}mine{% endblock main %}")],
    &[("static/own.css", "main {}")],
    &[("static/own.css", "main { margin: 0 }")],
];
const SUMMARIES: &[Option<&str>] = &[
    None,
    Some("# Summary\n\n- [One](01-value/value.md)\n  - [Two](costs.md)\n- [Risk](risk.md)\n"),
    Some("- [Other title](risk.md)\n\n# Part\n\n- [[Value]]\n- [Nothing](nothing.md)\n"),
];
const PURPOSES: &[Purpose] = &[Purpose::Publish, Purpose::Preview];
const BASE_URLS: &[Option<&str>] = &[None, Some("https://example.org/a/"), Some("https://b.org")];

impl Model {
    /// The files by path. Of two with one path the first stays.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for file in &self.files {
            files.entry(file.path()).or_insert_with(|| file.text());
        }
        for number in 0..if self.is_long { 45 } else { 0 } {
            let unit = ["01-value", "03-more"][number % 2];
            let text = format!("+++\n{}+++\nOf value.\n", TIES[number % 7 % TIES.len()]);
            files.entry(format!("content/{unit}/long-{number}.md")).or_insert(text);
        }
        for path in &self.assets {
            files.insert(format!("content/{path}"), String::new());
        }
        let whole = |name: &str, text: Option<&str>| Some((name.to_owned(), text?.to_owned()));
        files.extend(whole("site.toml", CONFIGS[self.config]));
        files.extend(whole("content/SUMMARY.md", SUMMARIES[self.summary]));
        for (name, text) in TEMPLATES[self.template] {
            let folder = if name.contains('/') { "themes/own" } else { "themes/own/templates" };
            files.insert(format!("{folder}/{name}"), (*text).to_owned());
        }
        files
    }

    fn sources(&self) -> hornbook::source::Sources {
        let files = self.files();
        site::sources(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// The file with a number, counted round and round. Where several have its path, the one that counts.
    fn file_mut(&mut self, which: u8) -> &mut File {
        let path = self.files[usize::from(which) % self.files.len()].path();
        let index = self.files.iter().position(|file| file.path() == path);
        &mut self.files[index.unwrap_or_default()]
    }

    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Body { which, paragraphs } => {
                self.file_mut(*which).paragraphs = paragraphs.clone();
            }
            Edit::Closing { which } => self.file_mut(*which).closing += 1,
            Edit::Title { which, title } => self.file_mut(*which).title = *title,
            Edit::Rename { which, name } => self.file_mut(*which).name = *name,
            Edit::Move { which, folder } => self.file_mut(*which).folder = *folder,
            Edit::Renumber { which, number } => self.file_mut(*which).number = *number,
            Edit::Alias { which, alias } => self.file_mut(*which).alias = *alias,
            Edit::Draft { which } => {
                let file = self.file_mut(*which);
                file.draft = !file.draft;
            }
            Edit::Exam { which, exam } => self.file_mut(*which).exam = *exam,
            Edit::Ties { which, ties } => self.file_mut(*which).ties = *ties,
            Edit::Facts { which, facts } => self.file_mut(*which).facts = *facts,
            Edit::Break { which, how } => self.file_mut(*which).broken = *how,
            Edit::Mend => self.files.iter_mut().for_each(|file| file.broken = 0),
            Edit::Add(file) => self.files.push(file.clone()),
            Edit::Delete { which } => {
                let index = usize::from(*which) % self.files.len();
                if self.files.len() > 1 {
                    self.files.remove(index);
                }
            }
            Edit::Swap { one, other } => {
                let (one, other) = (self.file_mut(*one).clone(), self.file_mut(*other).clone());
                for file in &mut self.files {
                    let (path, place) = (file.path(), (file.folder, file.number, file.name));
                    if path == one.path() {
                        *file = other.clone();
                    } else if path == other.path() {
                        *file = one.clone();
                    }
                    (file.folder, file.number, file.name) = place;
                }
            }
            Edit::Assets(assets) => self.assets = assets.clone(),
            Edit::Config(config) => self.config = *config,
            Edit::Template(template) => self.template = *template,
            Edit::Summary(summary) => self.summary = *summary,
            Edit::Options { drafts, base_url, purpose } => {
                self.options = Options { purpose: *purpose, ..options(*drafts, *base_url) };
            }
        }
    }
}

impl File {
    fn path(&self) -> String {
        let number = match self.number {
            0 => String::new(),
            number => format!("{number:02}-"),
        };
        format!("content/{}{number}{}.md", FOLDERS[self.folder], NAMES[self.name])
    }

    fn text(&self) -> String {
        let mut text = BREAKS[self.broken].to_owned();
        text.push_str("+++\n");
        if self.title > 0 {
            text.push_str(&format!("title = \"{}\"\n", TITLES[self.title]));
        }
        if self.alias > 0 {
            text.push_str(&format!("aliases = [\"{}\"]\n", ALIASES[self.alias]));
        }
        text.push_str(EXAMS[self.exam]);
        text.push_str(TIES[self.ties]);
        text.push_str(FACTS[self.facts]);
        text.push_str(&format!("draft = {}\n+++\n", self.draft));
        for paragraph in &self.paragraphs {
            text.push_str(PARAGRAPHS[*paragraph]);
            text.push_str("\n\n");
        }
        text.push_str(&format!("An opening.\n\nClosing words {:04}.\n", self.closing % 10_000));
        text
    }
}

#[derive(Clone, Debug)]
pub enum Edit {
    Body { which: u8, paragraphs: Vec<usize> },
    Closing { which: u8 },
    Title { which: u8, title: usize },
    Rename { which: u8, name: usize },
    Move { which: u8, folder: usize },
    Renumber { which: u8, number: u8 },
    Alias { which: u8, alias: usize },
    Draft { which: u8 },
    Exam { which: u8, exam: usize },
    Ties { which: u8, ties: usize },
    Facts { which: u8, facts: usize },
    Break { which: u8, how: usize },
    Mend,
    Add(File),
    Delete { which: u8 },
    Swap { one: u8, other: u8 },
    Assets(Vec<String>),
    Config(usize),
    Template(usize),
    Summary(usize),
    Options { drafts: bool, base_url: usize, purpose: Purpose },
}

pub fn start() -> impl Strategy<Value = Model> {
    let files = prop::collection::vec(file(), 1..10);
    let choices = (0..CONFIGS.len(), 0..TEMPLATES.len(), 0..SUMMARIES.len());
    let wishes = (any::<bool>(), 0..BASE_URLS.len(), prop::bool::weighted(0.2));
    (files, assets(), choices, wishes).prop_map(
        |(files, assets, (config, template, summary), (drafts, base_url, is_long))| {
            let options = options(drafts, base_url);
            Model { files, assets, config, template, summary, is_long, options }
        },
    )
}

fn options(drafts: bool, base_url: usize) -> Options {
    Options { drafts, base_url: BASE_URLS[base_url].map(str::to_owned), ..Options::default() }
}

fn file() -> impl Strategy<Value = File> {
    let names = (0..FOLDERS.len(), 0..4_u8, 0..NAMES.len(), 0..TITLES.len(), 0..ALIASES.len());
    let exam = prop_oneof![6 => Just(0), 1 => 0..EXAMS.len()];
    let ties = prop_oneof![2 => Just(0), 1 => 0..TIES.len()];
    let facts = prop_oneof![1 => Just(0), 1 => 0..FACTS.len()];
    let broken = prop_oneof![4 => Just(0), 1 => 0..BREAKS.len()];
    (names, prop::bool::weighted(0.2), (exam, ties, facts, broken), paragraphs()).prop_map(
        |((folder, number, name, title, alias), draft, (exam, ties, facts, broken), paragraphs)| {
            File {
                folder,
                number,
                name,
                title,
                alias,
                draft,
                exam,
                ties,
                facts,
                broken,
                paragraphs,
                closing: 0,
            }
        },
    )
}

fn paragraphs() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..PARAGRAPHS.len(), 0..4)
}

fn assets() -> impl Strategy<Value = Vec<String>> {
    let all = [
        "picture.svg",
        "01-value/picture.svg",
        "02-risk/plan.png",
        "old.html",
        "value",
        "Feed.xml",
    ];
    prop::sample::subsequence(all.map(str::to_owned).to_vec(), 0..=all.len())
}

pub fn edit() -> impl Strategy<Value = Edit> {
    let which = any::<u8>;
    prop_oneof![
        3 => (which(), paragraphs()).prop_map(|(which, paragraphs)| Edit::Body { which, paragraphs }),
        2 => which().prop_map(|which| Edit::Closing { which }),
        2 => (which(), 0..TITLES.len()).prop_map(|(which, title)| Edit::Title { which, title }),
        2 => (which(), 0..NAMES.len()).prop_map(|(which, name)| Edit::Rename { which, name }),
        2 => (which(), 0..FOLDERS.len()).prop_map(|(which, folder)| Edit::Move { which, folder }),
        1 => (which(), 0..4_u8).prop_map(|(which, number)| Edit::Renumber { which, number }),
        1 => (which(), 0..ALIASES.len()).prop_map(|(which, alias)| Edit::Alias { which, alias }),
        1 => which().prop_map(|which| Edit::Draft { which }),
        1 => (which(), 0..EXAMS.len()).prop_map(|(which, exam)| Edit::Exam { which, exam }),
        2 => (which(), 0..TIES.len()).prop_map(|(which, ties)| Edit::Ties { which, ties }),
        1 => (which(), 0..FACTS.len()).prop_map(|(which, facts)| Edit::Facts { which, facts }),
        1 => (which(), 1..BREAKS.len()).prop_map(|(which, how)| Edit::Break { which, how }),
        1 => Just(Edit::Mend),
        2 => file().prop_map(Edit::Add),
        1 => which().prop_map(|which| Edit::Delete { which }),
        1 => (which(), which()).prop_map(|(one, other)| Edit::Swap { one, other }),
        1 => assets().prop_map(Edit::Assets),
        1 => (0..CONFIGS.len()).prop_map(Edit::Config),
        1 => (0..TEMPLATES.len()).prop_map(Edit::Template),
        1 => (0..SUMMARIES.len()).prop_map(Edit::Summary),
        1 => (any::<bool>(), 0..BASE_URLS.len(), prop::sample::select(PURPOSES))
            .prop_map(|(drafts, base_url, purpose)| Edit::Options { drafts, base_url, purpose }),
    ]
}
