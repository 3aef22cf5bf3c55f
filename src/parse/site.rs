//! `site.toml` into the site's configuration.

use super::fields::Fields;
use super::toml;
use crate::config::{Config, TermLinks, with_trailing_slash};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{Source, Span};
use crate::value::{Value, flatten_extra};

/// Reads `site.toml`; every mistake in it is reported and leaves the default in force.
pub fn site(source: &Source) -> (Config, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let whole = Span::new(0, source.text.len());
    let entries = toml::parse(source, whole, &mut diagnostics);
    let mut config = Config::default();
    let mut fields = Fields::new(source, entries, &mut diagnostics);

    config.title = fields.text("title").map(|title| title.value);
    config.description = fields.text("description").map(|description| description.value);
    if let Some(language) = fields.read("language", "a language tag such as \"en\"", language) {
        config.language = language.value;
    }
    let base_url = fields.read("base_url", "a web address that begins with https://", web_address);
    config.base_url = base_url.map(|address| with_trailing_slash(address.value));
    let image = fields.text("image").filter(|path| !path.value.trim().is_empty());
    config.image = image.map(|path| (path.value, source.place(path.span)));
    let icon = fields.text("icon").filter(|path| !path.value.trim().is_empty());
    config.icon = icon.map(|path| (path.value, source.place(path.span)));
    let theme = fields.read("theme", "the name of a folder in themes/", folder_name);
    config.theme = theme.map(|theme| (theme.value, source.place(theme.span)));
    fields.table("glossary", |fields| {
        let expected = "\"section\", \"lesson\", \"every\" or \"never\"";
        if let Some(links) = fields.read("link", expected, term_links) {
            config.term_links = links.value;
        }
    });
    fields.table("quiz", |fields| {
        let expected = "a name of letters, digits, `-`, `_` and `.`";
        let storage = fields.read("site", expected, name);
        config.storage = storage.map(|name| name.value);
        if let Some(pass) = fields.read("pass", "a whole number from 1 to 100", percent) {
            config.pass = pass.value;
        }
    });
    fields.table("map", |fields| {
        if let Some(enabled) = fields.flag("enabled") {
            config.map = enabled;
        }
    });
    fields.table("feed", |fields| {
        if let Some(enabled) = fields.flag("enabled") {
            config.feed = enabled;
        }
    });
    fields.table("markdown", |fields| {
        if let Some(enabled) = fields.flag("enabled") {
            config.markdown = enabled;
        }
    });
    fields.table("offline", |fields| {
        if let Some(enabled) = fields.flag("enabled") {
            config.offline = enabled;
        }
    });
    fields.table("search", |fields| {
        if let Some(enabled) = fields.flag("enabled") {
            config.search = enabled;
        }
    });
    fields.table("check", |fields| config.severities = severities(fields));
    config.extra = flatten_extra(fields.finish(|key| key == "extra"));
    (config, diagnostics)
}

/// The shape of a BCP 47 tag; whether the language exists is not checked.
fn language(value: &Value) -> Option<String> {
    let Value::String(tag) = value else { return None };
    let mut parts = tag.split('-');
    let first = parts.next()?;
    let fits = (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    fits.then(|| tag.clone())
}

/// An absolute address with a host and without query and fragment.
pub fn web_address(value: &Value) -> Option<String> {
    let Value::String(address) = value else { return None };
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let fits = !rest.is_empty()
        && !rest.starts_with('/')
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\"<>".contains(c));
    fits.then(|| address.clone())
}

fn folder_name(value: &Value) -> Option<String> {
    let Value::String(name) = value else { return None };
    let fits = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    fits.then(|| name.clone())
}

/// A name that can stand in an address and in storage.
pub fn name(value: &Value) -> Option<String> {
    let Value::String(name) = value else { return None };
    let fits = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    fits.then(|| name.clone())
}

/// A share in percent that something can reach.
pub fn percent(value: &Value) -> Option<u32> {
    let Value::Integer(number) = value else { return None };
    u32::try_from(*number).ok().filter(|percent| (1..=100).contains(percent))
}

fn term_links(value: &Value) -> Option<TermLinks> {
    let Value::String(text) = value else { return None };
    match text.as_str() {
        "section" => Some(TermLinks::Section),
        "lesson" => Some(TermLinks::Lesson),
        "every" => Some(TermLinks::Every),
        "never" => Some(TermLinks::Never),
        _ => None,
    }
}

fn severities(fields: &mut Fields<'_>) -> Vec<(Code, Option<Severity>)> {
    let mut severities = Vec::new();
    for entry in fields.take_rest() {
        let Some(code) = Code::from_name(&entry.key) else {
            fields.unknown(&entry, Code::ALL.iter().map(|code| code.as_str()));
            continue;
        };
        let severity = match &entry.value.value {
            Value::String(text) => match text.as_str() {
                "error" => Some(Some(Severity::Error)),
                "warning" => Some(Some(Severity::Warning)),
                "off" => Some(None),
                _ => None,
            },
            _ => None,
        };
        match severity {
            Some(severity) => severities.push((code, severity)),
            None => {
                fields.wrong(&entry.key, "\"error\", \"warning\" or \"off\"", &entry.value);
            }
        }
    }
    severities
}
