//! Needs: what pages and style sheets load, run and send, that a policy has to allow by name.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use sha2::{Digest, Sha256};

/// What a source is loaded as; the directive of the policy that speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Script,
    Style,
    Image,
    Font,
    Media,
    Frame,
    Object,
    Form,
}

impl Kind {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// All that is not allowed to every page of a site. Ordered, so that it is the same however pages come.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// Sources by kind, each with the first page that has it. `'self'` stands for the site's own.
    pub sources: BTreeMap<(Kind, String), String>,
    /// Hashes of the texts of inline scripts and of those in attributes.
    pub scripts: BTreeSet<String>,
    pub handlers: BTreeSet<String>,
    /// Hashes of the texts of inline style sheets.
    pub styles: BTreeSet<String>,
    /// There are `style` attributes.
    pub style_attributes: bool,
    /// Addresses that the policy cannot name, by kind, each with the first page that has it.
    unnamed: BTreeMap<(Kind, String), String>,
    /// What no policy of ours allows, with the first page that has it.
    forbidden: BTreeMap<&'static str, String>,
}

impl Needs {
    /// What one file needs.
    pub fn of(path: &str, text: &str) -> Self {
        let mut page = Page { path, needs: Self::default(), ..Page::default() };
        if path.ends_with(".css") {
            page.style_sheet(text);
            return page.needs;
        }
        // As a browser reads it.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut emitter =
            CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| {
                page.see(event);
                None::<()>
            });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(&text, emitter).for_each(drop);
        page.needs
    }

    /// Both together.
    pub fn with(mut self, other: Self) -> Self {
        for (source, page) in other.sources {
            first(&mut self.sources, source, page);
        }
        for (address, page) in other.unnamed {
            first(&mut self.unnamed, address, page);
        }
        for (what, page) in other.forbidden {
            first(&mut self.forbidden, what, page);
        }
        self.scripts.extend(other.scripts);
        self.handlers.extend(other.handlers);
        self.styles.extend(other.styles);
        self.style_attributes |= other.style_attributes;
        self
    }

    /// What an author should know.
    pub fn notes(&self) -> Vec<String> {
        let outside = self.sources.iter().filter(|((_, source), _)| source != "'self'");
        let outside = outside.map(|((kind, source), page)| {
            let what = kind.name();
            format!("{page} is the first that loads from another host: {what} {source}")
        });
        let unnamed = self.unnamed.iter().map(|((kind, address), page)| {
            let what = kind.name();
            // Any character may be in it, and this is for a terminal.
            let address = address.escape_debug();
            format!("{page} has an address that the policy does not allow: {what} {address}")
        });
        let forbidden = self.forbidden.iter();
        let forbidden =
            forbidden.map(|(what, page)| format!("{page} has {what}, which the policy forbids"));
        outside.chain(unnamed).chain(forbidden).collect()
    }
}

/// Keeps the page that comes first by name, in whatever order they come.
fn first<K: Ord>(map: &mut BTreeMap<K, String>, key: K, page: String) {
    map.entry(key)
        .and_modify(|known| {
            if page < *known {
                known.clone_from(&page)
            }
        })
        .or_insert(page);
}

/// A page as it is read, tag by tag.
#[derive(Default)]
struct Page<'a> {
    path: &'a str,
    needs: Needs,
    tag: Vec<u8>,
    /// The one whose value comes next; `None` where the tag has it already.
    attribute: Option<String>,
    attributes: BTreeMap<String, String>,
}

impl Page<'_> {
    fn see(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = name.to_vec();
                self.attributes.clear();
            }
            CallbackEvent::AttributeName { name } => {
                let name = String::from_utf8_lossy(name).into_owned();
                // Of two the first counts (HTML Standard, "attribute name state").
                let is_new = !self.attributes.contains_key(&name);
                self.attribute = is_new.then(|| name.clone());
                self.attributes.entry(name).or_default();
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(name) = self.attribute.take() {
                    self.attributes.insert(name, String::from_utf8_lossy(value).into_owned());
                }
            }
            CallbackEvent::CloseStartTag { .. } => self.start_tag(),
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            CallbackEvent::EndTag { .. } => self.tag.clear(),
            _ => {}
        }
    }

    fn start_tag(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        for (name, value) in &attributes {
            if name.starts_with("on") {
                self.needs.handlers.insert(hash(value));
            }
            if name == "style" {
                self.needs.style_attributes = true;
                self.style_sheet(value);
            }
            if matches!(name.as_str(), "href" | "src" | "action" | "formaction") && is_script(value)
            {
                self.forbid("an address that begins with `javascript:`");
            }
        }
        let value = |name: &str| attributes.get(name).map(String::as_str);
        let (rel, source) = (value("rel").unwrap_or_default().to_lowercase(), value("src"));
        let all = match self.tag.as_slice() {
            b"script" => vec![(Kind::Script, source)],
            b"img" | b"image" => vec![(Kind::Image, source)],
            b"input" if source.is_some() => vec![(Kind::Image, source)],
            b"audio" | b"track" => vec![(Kind::Media, source)],
            b"video" => vec![(Kind::Media, source), (Kind::Image, value("poster"))],
            b"source" => vec![(Kind::Media, source)],
            b"iframe" | b"frame" => vec![(Kind::Frame, source)],
            b"embed" => vec![(Kind::Object, source)],
            b"object" => vec![(Kind::Object, value("data"))],
            b"form" => vec![(Kind::Form, Some(value("action").unwrap_or_default()))],
            b"link" if rel.contains("stylesheet") => vec![(Kind::Style, value("href"))],
            b"link" if rel.contains("icon") => vec![(Kind::Image, value("href"))],
            b"base" => {
                self.forbid("a `base` element");
                vec![]
            }
            _ => vec![],
        };
        for (kind, source) in all {
            source.into_iter().for_each(|source| self.source(kind, source));
        }
        if matches!(self.tag.as_slice(), b"img" | b"source") {
            let set = value("srcset").unwrap_or_default();
            let sources = set.split(',').filter_map(|one| one.split_whitespace().next());
            sources.for_each(|source| self.source(Kind::Image, source));
        }
        // With an address the text in between does not run.
        if self.tag == b"script" && (source.is_some() || !runs(value("type"))) {
            self.tag.clear();
        }
    }

    fn text(&mut self, text: &str) {
        match self.tag.as_slice() {
            b"script" => drop(self.needs.scripts.insert(hash(text))),
            b"style" => {
                self.needs.styles.insert(hash(text));
                self.style_sheet(text);
            }
            _ => {}
        }
    }

    /// What a style sheet loads from elsewhere. Of an address in it nobody knows whether it is a picture or a font.
    fn style_sheet(&mut self, text: &str) {
        for (before, rest) in text.match_indices("url(").map(|(at, _)| text.split_at(at)) {
            let address = rest["url(".len()..].split(')').next().unwrap_or_default();
            let address = address.trim().trim_matches(['"', '\'']);
            if before.trim_end().ends_with("@import") {
                self.source(Kind::Style, address);
            } else if !address.starts_with('#') {
                self.source(Kind::Image, address);
                self.source(Kind::Font, address);
            }
        }
        for (at, import) in text.match_indices("@import") {
            let rest = text[at + import.len()..].trim_start();
            if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
                let address = rest[1..].split(quote).next().unwrap_or_default();
                self.source(Kind::Style, address);
            }
        }
    }

    fn source(&mut self, kind: Kind, address: &str) {
        match named(kind, address) {
            Named::Anyway => {}
            Named::Source(source) => {
                first(&mut self.needs.sources, (kind, source), self.path.to_owned());
            }
            Named::Never => {
                let address = address.trim().to_owned();
                first(&mut self.needs.unnamed, (kind, address), self.path.to_owned());
            }
        }
    }

    fn forbid(&mut self, what: &'static str) {
        first(&mut self.needs.forbidden, what, self.path.to_owned());
    }
}

/// Whether a script of this type is one (HTML Standard, "prepare the script element"): a block of data is not.
fn runs(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty()
        || kind.contains("javascript")
        || kind.contains("ecmascript")
        || matches!(kind.as_str(), "module" | "importmap" | "speculationrules")
}

fn is_script(address: &str) -> bool {
    let address: String = address.chars().filter(|c| !c.is_control() && *c != ' ').collect();
    address.to_ascii_lowercase().starts_with("javascript:")
}

/// What a policy has to say of an address.
enum Named {
    /// Nothing: every page may load it, or no page does.
    Anyway,
    /// This source.
    Source(String),
    /// There is no way to say it.
    Never,
}

/// How a policy names where an address leads. Scripts are named with their paths, since not all that lies on a host is
/// meant.
fn named(kind: Kind, address: &str) -> Named {
    // As browsers read addresses (URL Standard, "basic URL parser").
    let address: String = address.trim().chars().filter(|c| !"\t\n\r".contains(*c)).collect();
    let address = match address.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => address,
    };
    let (scheme, rest) = match address.split_once(':') {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#', '.']) => {
            (scheme.to_ascii_lowercase(), rest)
        }
        // What no page of the theme has is allowed only where an author has it.
        _ if matches!(kind, Kind::Object | Kind::Form) => {
            return Named::Source("'self'".to_owned());
        }
        _ => return Named::Anyway,
    };
    match scheme.as_str() {
        "data" if !matches!(kind, Kind::Script | Kind::Object) => Named::Source("data:".to_owned()),
        "http" | "https" => match rest.strip_prefix("//").and_then(|rest| on_host(kind, rest)) {
            Some(source) => Named::Source(format!("{scheme}://{source}")),
            None => Named::Never,
        },
        // Told as what it is.
        "javascript" => Named::Anyway,
        // An empty frame.
        "about" => Named::Anyway,
        _ => Named::Never,
    }
}

/// A source without its scheme, from what follows `//` in an address. `None` where a host is written as no policy can
/// name it: in letters that are not ASCII, or as an address of IPv6.
fn on_host(kind: Kind, rest: &str) -> Option<String> {
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let path = rest[authority.len()..].split(['?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next()?.to_ascii_lowercase();
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    if host.is_empty() || !host.chars().all(is_host) {
        return None;
    }
    // A browser works these out before it compares; without a path the whole host is meant.
    let is_clear = !path.contains('\\') && path.split('/').all(|part| part != "." && part != "..");
    let path = if kind == Kind::Script && is_clear { encode(path) } else { String::new() };
    Some(host + &path)
}

/// A path without anything that would end the source, the directive or the header. Browsers decode both sides before they
/// compare them (Content Security Policy 3, "path-part match").
fn encode(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/@+%!*=&".contains(&byte);
    let encode = |byte: u8| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

/// A text as a policy names it.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
