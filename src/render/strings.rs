//! The strings of a site: those of its language that are built in, and the theme's own in place of them; and how
//! templates ask for them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use tera::{Function, Kwargs, State, Tera, TeraResult};
use xxhash_rust::xxh3::Xxh3;

use super::theme::STRINGS;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, nearest};
use crate::parse;
use crate::source::{Source, SourcePath, Sources, ThemeFile};
use crate::strings::{Strings, Tables, Text};

/// The language that has every string.
const ENGLISH: &str = "en";

/// Its strings, which say what others may be.
static ALL_ENGLISH: LazyLock<Tables> =
    LazyLock::new(|| built_in(ENGLISH, None).unwrap_or_default());

/// The strings that a site speaks with. Each is looked for in the site's language, in its primary one (`de` of
/// `de-AT`) and in English, and of each in the theme's own file before the built-in one.
pub fn strings(sources: &Sources, config: &Config) -> (Arc<Strings>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut own = Vec::new();
    for (language, source) in own_files(sources, config) {
        let (tables, wrong) = parse::strings(source, Some(&ALL_ENGLISH));
        diagnostics.extend(wrong);
        own.push((language, tables));
    }
    let tag = config.language.as_str();
    let primary = tag.split('-').next().unwrap_or(tag);
    let mut tables = ALL_ENGLISH.clone();
    let mut spoken = ENGLISH;
    let mut languages = vec![ENGLISH, primary, tag];
    languages.dedup();
    for language in languages {
        let own = own.iter().find(|(name, _)| name.eq_ignore_ascii_case(language));
        let built_in = match language {
            ENGLISH => None,
            _ => built_in(language, Some(&ALL_ENGLISH)),
        };
        if built_in.is_some() || own.is_some() {
            spoken = language;
        }
        let own = own.map(|(_, tables)| tables.clone());
        for (name, texts) in built_in.into_iter().chain(own).flatten() {
            tables.entry(name).or_default().extend(texts);
        }
    }
    (Arc::new(Strings::new(spoken, tables)), diagnostics)
}

/// The key under which strings are remembered.
pub fn key(sources: &Sources, config: &Config) -> u128 {
    let mut hasher = Xxh3::new();
    config.language.hash(&mut hasher);
    for (_, source) in own_files(sources, config) {
        hasher.write_u128(source.hash);
    }
    hasher.digest128()
}

/// The built-in strings of a language, if there are any.
fn built_in(language: &str, known: Option<&Tables>) -> Option<Tables> {
    let file = STRINGS.iter().find(|(name, _)| {
        name.strip_suffix(".toml").is_some_and(|name| name.eq_ignore_ascii_case(language))
    });
    let (name, text) = file?;
    let (tables, wrong) = parse::strings(&Source::new(SourcePath::new(name), text), known);
    assert!(wrong.is_empty(), "the built-in {name} is broken: {wrong:?}");
    Some(tables)
}

/// The files of strings of the theme that a site names, by language.
fn own_files<'a>(
    sources: &'a Sources,
    config: &Config,
) -> impl Iterator<Item = (&'a str, &'a Source)> {
    let name = config.theme.as_ref().map(|(name, _)| name.clone());
    let named = sources.themes.iter().filter(move |(theme, _)| Some(theme) == name.as_ref());
    named.flat_map(|(_, files)| files).filter_map(|file| match file {
        ThemeFile::Strings { language, source } => Some((language.as_str(), source)),
        ThemeFile::Template { .. } | ThemeFile::Static { .. } => None,
    })
}

/// Gives templates the functions `text` and `texts`.
pub fn register(tera: &mut Tera, strings: &Arc<Strings>) {
    tera.register_function("text", Single(strings.clone()));
    let blocks =
        strings.tables().map(|(name, table)| (name.to_owned(), block(strings, name, table)));
    tera.register_function("texts", Block(blocks.collect()));
}

/// A built-in template with what it asks for by name alone, `text(key="page.next")`, in its place: a page has some twenty of
/// these, and each call is made ready, looked up and answered in the time of as many literals. What is only printed becomes
/// a part of the template's own text. A site's own templates stay as they are, since mistakes are told at their places.
pub fn with_literals(template: &str, strings: &Strings) -> String {
    const CALL: &str = "text(key=\"";
    const OPEN: &str = "{{ ";
    const CLOSE: &str = " }}";
    let mut pieces = template.split(CALL);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let call = piece.split_once("\")");
        let call = call.and_then(|(key, rest)| Some((strings.find(key)?, rest)));
        let Some((text, rest)) = call else {
            out.extend([CALL, piece]);
            continue;
        };
        match (out.strip_suffix(OPEN), rest.strip_prefix(CLOSE), printed(text)) {
            (Some(before), Some(rest), Some(text)) => {
                out.truncate(before.len());
                out.extend([&text, rest]);
            }
            _ => match literal(text) {
                Some(literal) => out.extend([&literal, rest]),
                None => out.extend([CALL, piece]),
            },
        }
    }
    out
}

/// A text as it stands on a page. `None` where it has forms, or would be read as something else within a template: as the
/// beginning of a tag, or as white space that a tag beside it takes away.
fn printed(text: &Text) -> Option<String> {
    let Text::One(text) = text else { return None };
    let is_plain = !text.is_empty() && text.trim() == text && !text.contains('{');
    is_plain.then(|| {
        let mut html = String::new();
        super::body::escape(text, &mut html);
        html
    })
}

/// A text as Tera writes it in a template. `None` where it has forms, or a sign that a literal of Tera cannot have.
fn literal(text: &Text) -> Option<String> {
    let Text::One(text) = text else { return None };
    let quote = ['"', '\'', '`'].into_iter().find(|quote| !text.contains(*quote))?;
    let is_plain = !text.contains(|c: char| c == '\\' || c.is_control());
    is_plain.then(|| format!("{quote}{text}{quote}"))
}

/// `{{ text(key="page.next") }}`: one text, with the other arguments filled in.
struct Single(Arc<Strings>);

impl Function<TeraResult<String>> for Single {
    fn call(&self, arguments: Kwargs, _: &State) -> TeraResult<String> {
        let key: &str = arguments.must_get("key")?;
        let Some(text) = self.0.find(key) else {
            let keys: Vec<String> = self.0.keys().collect();
            return Err(tera::Error::message(unknown("string", key, &keys)));
        };
        if let (Text::One(text), true) = (text, arguments.iter().nth(1).is_none()) {
            return Ok(text.clone());
        }
        let values: Vec<(&str, &tera::Value)> =
            arguments.iter().filter_map(|(name, value)| Some((name.as_str()?, value))).collect();
        let values: Vec<(&str, &dyn Display)> =
            values.iter().map(|(name, value)| (*name, *value as &dyn Display)).collect();
        Ok(self.0.filled(text, &values))
    }
}

/// `{{ texts(table="quiz") }}`: a table of texts for a script, as a block of data. The same on all pages, so the blocks
/// are made once, by table.
struct Block(BTreeMap<String, String>);

impl Function<TeraResult<String>> for Block {
    fn call(&self, arguments: Kwargs, _: &State) -> TeraResult<String> {
        let name: &str = arguments.must_get("table")?;
        let block = self.0.get(name).cloned();
        block.ok_or_else(|| tera::Error::message(unknown("table of strings", name, &[])))
    }

    fn is_safe(&self) -> bool {
        true
    }
}

fn block(strings: &Strings, name: &str, table: &BTreeMap<String, Text>) -> String {
    // Texts can always be written; a `<` could end the block.
    let json = serde_json::to_string(table).unwrap_or_default().replace('<', "\\u003c");
    let language = &strings.language;
    format!(
        "<script type=\"application/json\" id=\"text.{name}\" lang=\"{language}\">{json}</script>"
    )
}

fn unknown(what: &str, name: &str, known: &[String]) -> String {
    let message = format!("there is no {what} `{name}`");
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("{message}; did you mean `{near}`?"),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &str, strings: &Arc<Strings>) -> String {
        let mut tera = Tera::default();
        register(&mut tera, strings);
        tera.add_raw_template("page.html", template).unwrap();
        tera.render("page.html", &tera::Context::new()).unwrap()
    }

    /// Strings by the keys `page.t0`, `page.t1`, ….
    fn numbered(texts: &[&str]) -> Arc<Strings> {
        let named = texts.iter().enumerate();
        let table = named.map(|(at, text)| (format!("t{at}"), Text::One((*text).to_owned())));
        let tables = Tables::from([("page".to_owned(), table.collect())]);
        Arc::new(Strings::new("en", tables))
    }

    const TEXTS: [&str; 11] = [
        "plain",
        "<b> & }} %}",
        "{{ x }}",
        "it's",
        "\"q\"",
        "it's \"q\"",
        ", ",
        " x",
        "",
        "a\\b",
        "'\"`",
    ];

    #[test]
    fn a_literal_says_what_the_call_says() {
        let strings = numbered(&TEXTS);
        for (at, text) in TEXTS.iter().enumerate() {
            let call = format!("a {{{{ text(key=\"page.t{at}\") ~ \"\" }}}} b");
            let literal = with_literals(&call, &strings);
            assert_eq!(rendered(&literal, &strings), rendered(&call, &strings), "{literal}");
            let has_literal = !text.contains('\\') && *text != "'\"`";
            assert_eq!(!literal.contains("text("), has_literal, "{literal}");
        }
    }

    #[test]
    fn what_is_only_printed_stands_in_the_template_itself() {
        let strings = numbered(&TEXTS);
        for (at, text) in TEXTS.iter().enumerate() {
            // Tags beside it take white space away.
            for (before, after) in [("a ", " b"), ("{{ 1 -}} ", " {{- 2 }}"), ("{{ 1 -}}", "}")] {
                let call = format!("{before}{{{{ text(key=\"page.t{at}\") }}}}{after}");
                let printed = with_literals(&call, &strings);
                assert_eq!(rendered(&printed, &strings), rendered(&call, &strings), "{printed}");
            }
            let call = format!("{{{{ text(key=\"page.t{at}\") }}}}");
            let is_itself = !with_literals(&call, &strings).contains("{{");
            assert_eq!(is_itself, !["{{ x }}", ", ", " x", ""].contains(text), "{text}");
        }
    }

    #[test]
    fn a_call_with_more_than_a_key_stays() {
        let strings = Strings::new("en", ALL_ENGLISH.clone());
        for call in [
            "text(key=\"page.minutes\", count=1)",
            "text(key=\"page.minutes\")",
            "text(key=\"no.such\")",
        ] {
            assert_eq!(with_literals(call, &strings), call);
        }
    }
}
