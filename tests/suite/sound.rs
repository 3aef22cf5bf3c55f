//! What holds of every build, whatever stands in its sources: nothing panics, every place lies within its text, every
//! report can be written, pages are well-formed and run nothing that the theme has not brought, and a session that has
//! built something else before gives the same.

use hornbook::address::Address;
use hornbook::document::Kind;
use hornbook::parse;
use hornbook::report::{Format, Report};
use hornbook::session::{Build, Options, Session};
use hornbook::source::{Place, Sources};
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::site;

/// Builds a site with and without its drafts, in one session, and looks at what came out.
pub fn check(files: &[(&str, &str)]) -> Result<(), String> {
    let sources = site::sources(files.iter().copied());
    let mut session = Session::default();
    let mut build = |drafts| session.build(&sources, &Options { drafts, ..Options::default() });
    look_at(&sources, &build(true))?;
    let second = build(false);
    look_at(&sources, &second)?;
    same_as_clean(&second, &sources)
}

/// Looks at what came out of a build.
pub fn look_at(sources: &Sources, build: &Build) -> Result<(), String> {
    places(sources, build)?;
    reports(sources, build)?;
    pages(sources, build)
}

/// Compares the build of a session that has built other sources before with one of a new session.
pub fn same_as_clean(one: &Build, sources: &Sources) -> Result<(), String> {
    let other = site::build(sources, &Options::default());
    let differs = one.bundle.changes_since(&other.bundle);
    if one.diagnostics != other.diagnostics {
        return Err("diagnostics are not those of a clean build".to_owned());
    }
    match differs.added.iter().chain(&differs.changed).chain(&differs.removed).next() {
        Some(path) => Err(format!("{path} is not that of a clean build")),
        None => Ok(()),
    }
}

fn places(sources: &Sources, build: &Build) -> Result<(), String> {
    for diagnostic in &build.diagnostics {
        let places = diagnostic.related.iter().map(|(place, _)| place);
        for place in diagnostic.place.iter().chain(places) {
            check_place(sources, place).map_err(|wrong| format!("{wrong}: {diagnostic:#?}"))?;
        }
    }
    Ok(())
}

/// A place in a text lies within it, on whole characters. A page that nobody wrote has no text to point at.
fn check_place(sources: &Sources, place: &Place) -> Result<(), String> {
    let text = sources.find(&place.path).map_or("", |source| &*source.text);
    let range = place.span.range();
    if range.start > range.end {
        return Err(format!("the end comes before the start in {place:?}"));
    }
    if text.get(range).is_none() {
        return Err(format!("outside of the text or inside of a character: {place:?}"));
    }
    Ok(())
}

fn reports(sources: &Sources, build: &Build) -> Result<(), String> {
    let report = Report { diagnostics: &build.diagnostics, sources, folder: "." };
    for format in [Format::Human, Format::Short, Format::Github] {
        let told = report.render(format, false);
        if let Some(control) = told.chars().find(|c| c.is_control() && !"\n\t".contains(*c)) {
            return Err(format!("{format:?} writes {control:?} to a terminal: {told:?}"));
        }
        report.render(format, true);
    }
    for format in [Format::Json, Format::Sarif] {
        serde_json::from_str::<serde_json::Value>(&report.render(format, false))
            .map_err(|error| format!("{format:?}: {error}"))?;
    }
    Ok(())
}

/// Raw HTML and a site's own templates are their author's; without them every page is well-formed.
fn pages(sources: &Sources, build: &Build) -> Result<(), String> {
    if !sources.themes.is_empty() || has_raw_html(sources) {
        return Ok(());
    }
    // Of a session's later builds, the pages that are new.
    for path in build.changes.added.iter().chain(&build.changes.changed).map(Address::as_str) {
        if let Some(html) = build.bundle.text(path).filter(|_| path.ends_with(".html")) {
            well_formed(html).map_err(|wrong| format!("{path}: {wrong}\n{html}"))?;
        }
    }
    Ok(())
}

fn has_raw_html(sources: &Sources) -> bool {
    sources.lessons.iter().any(|source| {
        let lesson = parse::lesson(source, &sources.content).lesson;
        let nodes = lesson.body.open().nodes;
        nodes.iter().any(|node| matches!(node.kind, Kind::Html(_) | Kind::HtmlTarget { .. }))
    })
}

/// Parses a page as a browser does: without an error, and with no script but files and data.
pub fn well_formed(html: &str) -> Result<(), String> {
    let options = ParseOpts::default();
    let dom = parse_document(RcDom::default(), options).one(html);
    if let Some(error) = dom.errors.borrow().first() {
        return Err(format!("not well-formed: {error}"));
    }
    let mut left = vec![dom.document.clone()];
    while let Some(node) = left.pop() {
        harmless(&node)?;
        left.extend(node.children.borrow().iter().cloned());
    }
    Ok(())
}

fn harmless(node: &Handle) -> Result<(), String> {
    let NodeData::Element { name, attrs, .. } = &node.data else { return Ok(()) };
    let attributes = attrs.borrow();
    let value = |name: &str| {
        let found = attributes.iter().find(|attribute| &*attribute.name.local == name)?;
        Some(found.value.to_string())
    };
    if let Some(handler) = attributes.iter().find(|found| found.name.local.starts_with("on")) {
        return Err(format!("it has the handler {}", handler.name.local));
    }
    let is_data = value("type").is_some_and(|kind| kind.ends_with("json"));
    if &*name.local == "script" && !is_data && value("src").is_none() {
        return Err("it has a script in the page".to_owned());
    }
    for name in ["href", "src", "action", "formaction"] {
        let Some(value) = value(name) else { continue };
        // As browsers read addresses: without what cannot be seen, in any case.
        let plain: String = value.chars().filter(|c| *c > ' ').collect();
        if ["javascript:", "vbscript:"].iter().any(|scheme| {
            plain.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        }) {
            return Err(format!("it has {name}={value:?}"));
        }
    }
    Ok(())
}
