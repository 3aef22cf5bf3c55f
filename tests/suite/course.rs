//! The shipped course and the manual: no mistakes in them, and every link of what is made of them leads somewhere.
//!
//! Links are followed in the pages as a browser would see them, so that what this finds does not depend on how they
//! were made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hornbook::address::{decode, join};
use hornbook::bundle::Bundle;
use hornbook::load::load;
use hornbook::report::{Format, Report};
use hornbook::session::{Build, Options, Session};
use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use libtest_mimic::{Failed, Trial};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// The sites in this repository: how they are called here, and their folders.
const SITES: &[(&str, &str)] = &[("course", "."), ("manual", "docs")];
/// The attributes that lead somewhere (HTML Living Standard, "Attributes").
const LINKS: &[&str] = &["href", "src", "poster", "data", "action", "cite"];

pub fn trials() -> Vec<Trial> {
    let sites = SITES.iter().map(|(name, folder)| (*name, folder_of(folder)));
    let there = sites.filter(|(_, folder)| folder.join("site.toml").is_file());
    let trials = there.flat_map(|(name, folder)| {
        let trial = |what: &str, check: fn(&Path) -> Result<(), Failed>| {
            let folder = folder.clone();
            Trial::test(format!("course: the {name} {what}"), move || check(&folder))
        };
        [
            trial("has no mistakes", has_no_mistakes),
            trial("has links that all lead somewhere", links_lead_somewhere),
            trial("has one h1 and unique ids on each page", one_title_and_unique_ids),
            trial("has no address of its own that is absolute", no_own_absolute_address),
        ]
    });
    trials.collect()
}

fn folder_of(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn build(folder: &Path, options: &Options) -> Result<Build, Failed> {
    let sources = load(folder, Some(&folder.join("public")))?;
    Ok(Session::default().build(&sources, options))
}

fn has_no_mistakes(folder: &Path) -> Result<(), Failed> {
    let sources = load(folder, Some(&folder.join("public")))?;
    let build = Session::default().build(&sources, &Options::default());
    let report = Report { diagnostics: &build.diagnostics, sources: &sources, folder: "." };
    if build.diagnostics.is_empty() {
        Ok(())
    } else {
        Err(report.render(Format::Human, false).into())
    }
}

fn links_lead_somewhere(folder: &Path) -> Result<(), Failed> {
    let build = build(folder, &Options::default())?;
    let pages = pages(&build.bundle);
    let mut wrong = Vec::new();
    for (address, page) in &pages {
        for link in &page.links {
            if let Err(why) = follow(link, address, &build.bundle, &pages) {
                wrong.push(format!("{address}: {link}: {why}"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Follows a link from the page at `address`, as a browser would.
fn follow(
    link: &str,
    address: &str,
    bundle: &Bundle,
    pages: &BTreeMap<&str, Page>,
) -> Result<(), String> {
    if ["https://", "http://", "mailto:", "data:"].iter().any(|scheme| link.starts_with(scheme)) {
        return Ok(());
    }
    if link.starts_with('/') {
        return Err("it does not work below a sub-path".to_owned());
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = decode(path).ok_or("it is not UTF-8")?;
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = match path.as_str() {
        "" => address.to_owned(),
        path => join(folder, path).ok_or("it leads out of the site")?,
    };
    if !bundle.files.contains_key(&target) {
        return Err(format!("there is no file {target}"));
    }
    let fragment = decode(fragment).ok_or("its fragment is not UTF-8")?;
    let page = pages.get(target.as_str());
    // An empty fragment and `top` lead to the top of a page whatever its ids are.
    let is_found = matches!(fragment.as_str(), "" | "top")
        || page.is_some_and(|page| page.ids.contains(&fragment));
    if is_found { Ok(()) } else { Err(format!("{target} has no id {fragment}")) }
}

fn one_title_and_unique_ids(folder: &Path) -> Result<(), Failed> {
    let build = build(folder, &Options::default())?;
    let mut wrong = Vec::new();
    for (address, page) in pages(&build.bundle) {
        if page.titles != 1 {
            wrong.push(format!("{address} has {} h1", page.titles));
        }
        let mut seen = BTreeSet::new();
        let doubled = page.ids.iter().filter(|id| !seen.insert(*id));
        wrong.extend(doubled.map(|id| format!("{address} has the id {id} twice")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// With a base address only what must be absolute is: the canonical link. The page for missing pages has none.
fn no_own_absolute_address(folder: &Path) -> Result<(), Failed> {
    let base_url = "https://course.example/below/";
    let options = Options { base_url: Some(base_url.to_owned()), ..Options::default() };
    let build = build(folder, &options)?;
    let mut wrong = Vec::new();
    for (address, page) in pages(&build.bundle) {
        let own = page.links.iter().filter(|link| link.starts_with(base_url));
        wrong.extend(own.map(|link| format!("{address}: {link}")));
        let canonical = page.canonical.unwrap_or_default();
        let path = decode(canonical.strip_prefix(base_url).unwrap_or("?")).unwrap_or_default();
        if path != address.strip_suffix("index.html").unwrap_or(address)
            && page.is_of_course
            && address != "404.html"
        {
            wrong.push(format!("{address} says that it is {canonical}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// What a page is made of, as far as links go.
#[derive(Default)]
struct Page {
    /// Where its links lead, but for the canonical one.
    links: Vec<String>,
    canonical: Option<String>,
    ids: Vec<String>,
    /// How many `h1` it has.
    titles: usize,
    /// It is no page that sends its visitors on.
    is_of_course: bool,
}

fn pages(bundle: &Bundle) -> BTreeMap<&str, Page> {
    let paths = bundle.files.keys().filter(|path| path.ends_with(".html"));
    let texts = paths.filter_map(|path| Some((path, bundle.text(path)?)));
    texts.map(|(path, html)| (path, read(html))).collect()
}

fn read(html: &str) -> Page {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let mut page = Page { is_of_course: true, ..Page::default() };
    collect(&dom.document, &mut page);
    page
}

fn collect(handle: &Handle, page: &mut Page) {
    if let NodeData::Element { name, attrs, .. } = &handle.data {
        let attributes = attrs.borrow();
        let attribute = |name: &str| {
            let mut all = attributes.iter();
            all.find(|one| *one.name.local == *name).map(|one| one.value.to_string())
        };
        page.titles += usize::from(&*name.local == "h1");
        page.ids.extend(attribute("id"));
        if &*name.local == "link" && attribute("rel").as_deref() == Some("canonical") {
            page.canonical = attribute("href");
        } else {
            page.links.extend(LINKS.iter().filter_map(|name| attribute(name)));
        }
        if attribute("http-equiv").as_deref() == Some("refresh") {
            page.is_of_course = false;
            let content = attribute("content").unwrap_or_default();
            page.links.extend(content.split_once("url=").map(|(_, url)| url.to_owned()));
        }
    }
    for child in handle.children.borrow().iter() {
        collect(child, page);
    }
}
