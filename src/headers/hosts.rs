//! Hosts: headers as each host reads them.

use serde_json::json;

use super::{ASKED, Headers, KEPT, policy};
use crate::link::THEME_FOLDER;

/// Who serves a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    Apache,
    Caddy,
    Cloudflare,
    Github,
    Gitlab,
    Netlify,
    Nginx,
    Vercel,
}

/// How long a line of Cloudflare's file may be, without room for the name of the header.
pub(super) const CLOUDFLARE_LINE: usize = 2_000 - 32;

/// Fits the paths that are named by their content, and none of an author's folders that are called like the theme's.
fn kept(headers: &Headers) -> String {
    let root = pattern(&headers.root);
    format!("^{root}{THEME_FOLDER}/([0-9a-f]+/|search/[0-9a-f]+[.]js$)")
}

/// A path of a web address as a regular expression of any dialect. Servers compare what is decoded, by bytes or by
/// characters, so a folder that could be written in several ways stands for every one in its place.
fn pattern(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let folder = |name: &str| match name.chars().all(is_plain) {
        true => name.replace('.', "[.]"),
        false => "[^/]+".to_owned(),
    };
    path.split('/').map(folder).collect::<Vec<_>>().join("/")
}

pub fn write(headers: &Headers, host: Host) -> String {
    match host {
        Host::Apache => apache(headers),
        Host::Caddy => caddy(headers),
        Host::Cloudflare => cloudflare(headers),
        Host::Netlify => netlify(headers),
        Host::Nginx => nginx(headers),
        Host::Vercel => vercel(headers),
        Host::Github | Host::Gitlab => in_page(headers),
    }
}

/// One line for each header that goes with everything.
fn always(headers: &Headers, line: impl Fn(&str, &str) -> String) -> String {
    headers.always.iter().map(|(name, value)| line(name, value)).collect()
}

/// `_headers`. Where several rules fit, Netlify joins their values, so each path has one rule for its cache; of what has
/// none the host says itself that it is to be asked for again.
fn netlify(headers: &Headers) -> String {
    let mut text = format!("{}*\n", headers.root);
    text += &always(headers, |name, value| format!("  {name}: {value}\n"));
    for path in theme_folder(headers).into_iter().chain(headers.shards.iter().cloned()) {
        text += &format!("{}{path}\n  Cache-Control: {KEPT}\n", headers.root);
    }
    text
}

/// `_headers`. As for Netlify, but there may be 100 rules, and a rule can take back what another one has set.
fn cloudflare(headers: &Headers) -> String {
    let mut text = format!("{}*\n", headers.root);
    text += &always(headers, |name, value| format!("  {name}: {value}\n"));
    if let Some(folder) = theme_folder(headers) {
        text += &format!("{}{folder}\n  ! Cache-Control\n  Cache-Control: {KEPT}\n", headers.root);
    }
    if !headers.shards.is_empty() {
        let folder = format!("{}{THEME_FOLDER}/search", headers.root);
        text += &format!("{folder}/*\n  ! Cache-Control\n  Cache-Control: {KEPT}\n");
        text += &format!("{folder}/index.js\n  ! Cache-Control\n  Cache-Control: {ASKED}\n");
    }
    text
}

/// The folder of the theme's files, with all that is in it.
fn theme_folder(headers: &Headers) -> Option<String> {
    headers.theme.as_ref().map(|folder| format!("{folder}/*"))
}

/// `vercel.json`. Of several rules the last one counts.
fn vercel(headers: &Headers) -> String {
    let header = |name: &str, value: &str| json!({ "key": name, "value": value });
    let mut all: Vec<_> = headers.always.iter().map(|(name, value)| header(name, value)).collect();
    all.insert(0, header("Cache-Control", ASKED));
    let kept = [header("Cache-Control", KEPT)];
    let root = literal(&headers.root);
    let rules = json!({ "headers": [
        { "source": format!("{root}(.*)"), "headers": all },
        { "source": format!("{root}{THEME_FOLDER}/([0-9a-f]+)/(.*)"), "headers": kept },
        { "source": format!("{root}{THEME_FOLDER}/search/([0-9a-f]+)\\.js"), "headers": kept },
    ] });
    let mut text = serde_json::to_string_pretty(&rules).expect("texts can be written as JSON");
    text.push('\n');
    text
}

/// A path in a rule of Vercel's, in which some characters would begin a parameter or a group.
fn literal(path: &str) -> String {
    let escape =
        |c: char| if "()[]{}:*+?!|^$\\".contains(c) { format!("\\{c}") } else { c.to_string() };
    path.chars().map(escape).collect()
}

/// To be included in a `server` block, or in the `location` block of a site below a path.
fn nginx(headers: &Headers) -> String {
    let kept = kept(headers);
    let mut text = format!(
        "set $hornbook_cache \"{ASKED}\";\nif ($uri ~ \"{kept}\") {{\n  set $hornbook_cache \"{KEPT}\";\n}}\n\
         add_header Cache-Control $hornbook_cache;\n"
    );
    text += &always(headers, |name, value| format!("add_header {name} \"{value}\" always;\n"));
    text
}

/// `.htaccess`, or a part of the server's own configuration.
fn apache(headers: &Headers) -> String {
    let kept = kept(headers);
    let mut text = format!(
        "<IfModule mod_headers.c>\n  Header set Cache-Control \"{ASKED}\"\n  \
         Header set Cache-Control \"{KEPT}\" \"expr=%{{REQUEST_URI}} =~ m#{kept}#\"\n"
    );
    // A percent sign begins a variable.
    text += &always(headers, |name, value| {
        format!("  Header always set {name} \"{}\"\n", value.replace('%', "%%"))
    });
    text + "</IfModule>\n"
}

/// To be imported into a site's block.
fn caddy(headers: &Headers) -> String {
    let (kept, root) = (kept(headers), &headers.root);
    let mut text = format!(
        "@hornbook path {root}*\n@hornbook_kept path_regexp {kept}\n\
         @hornbook_asked {{\n\tpath {root}*\n\tnot path_regexp {kept}\n}}\n\
         header @hornbook_kept Cache-Control \"{KEPT}\"\nheader @hornbook_asked Cache-Control \"{ASKED}\"\n\
         header @hornbook {{\n"
    );
    text += &always(headers, |name, value| format!("\t{name} \"{value}\"\n"));
    text + "}\n"
}

/// For hosts that take no headers: what can stand in the head of a page.
fn in_page(headers: &Headers) -> String {
    let policy = policy::in_page(headers.policy());
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"referrer\" content=\"strict-origin-when-cross-origin\">\n"
    )
}
