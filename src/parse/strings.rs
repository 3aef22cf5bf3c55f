//! Files of strings (`strings/LANG.toml`) into texts by key.

use std::collections::{BTreeMap, BTreeSet};

use super::toml;
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, Spanned};
use crate::strings::{CATEGORIES, COUNT, Tables, Text, placeholders};
use crate::value::{Entry, Value};

/// The table whose keys are a theme's own.
const OWN: &str = "extra";

/// Reads a file of strings. Which keys there are, and what can be filled into their texts, is `known`'s to say; without
/// it the file itself decides. What is wrong is reported and left out.
pub fn strings(source: &Source, known: Option<&Tables>) -> (Tables, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let whole = Span::new(0, source.text.len());
    let entries = toml::parse(source, whole, &mut diagnostics);
    let mut reader = Reader { source, diagnostics };
    let mut tables = Tables::new();
    for Entry { key, key_span, value } in entries {
        let known = match known {
            Some(known) if key != OWN => match known.get(&key) {
                Some(texts) => Some(texts),
                None => {
                    let names = known.keys().map(String::as_str).chain([OWN]);
                    reader.unknown(&key, key_span, names);
                    continue;
                }
            },
            _ => None,
        };
        match value.value {
            Value::Table(entries) => {
                tables.insert(key, reader.table(entries, known));
            }
            _ => reader.wrong(&key, "a table", &value),
        }
    }
    (tables, reader.diagnostics)
}

struct Reader<'a> {
    source: &'a Source,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn table(
        &mut self,
        entries: Vec<Entry>,
        known: Option<&BTreeMap<String, Text>>,
    ) -> BTreeMap<String, Text> {
        let mut texts = BTreeMap::new();
        for Entry { key, key_span, value } in entries {
            let known = match known.map(|known| (known, known.get(&key))) {
                Some((known, None)) => {
                    self.unknown(&key, key_span, known.keys().map(String::as_str));
                    continue;
                }
                Some((_, text)) => text,
                None => None,
            };
            if let Some(text) = self.text(&key, value, known) {
                texts.insert(key, text);
            }
        }
        texts
    }

    fn text(&mut self, key: &str, value: Spanned<Value>, known: Option<&Text>) -> Option<Text> {
        let names: Option<BTreeSet<&str>> = known.map(|known| {
            known.forms().into_iter().flat_map(|(_, text)| placeholders(text)).collect()
        });
        let counts = names.as_ref().is_none_or(|names| names.contains(COUNT));
        match &value.value {
            Value::String(text) => self.form(key, text, value.span, names.as_ref()).map(Text::One),
            Value::Table(entries) if counts => {
                let mut forms = BTreeMap::new();
                for entry in entries {
                    let category = CATEGORIES.iter().find(|(name, _)| *name == entry.key);
                    let Some((category, _)) = category else {
                        let known = CATEGORIES.iter().map(|(name, _)| *name);
                        self.unknown(&entry.key, entry.key_span, known);
                        continue;
                    };
                    let Value::String(text) = &entry.value.value else {
                        self.wrong(&entry.key, "a text", &entry.value);
                        continue;
                    };
                    let form = self.form(&entry.key, text, entry.value.span, names.as_ref())?;
                    forms.insert(*category, form);
                }
                if !forms.contains_key("other") {
                    self.wrong(key, "a table with a text for `other`", &value);
                    return None;
                }
                Some(Text::Forms(forms))
            }
            _ => {
                let expected = if counts { "a text, or a table of plural forms" } else { "a text" };
                self.wrong(key, expected, &value);
                None
            }
        }
    }

    /// A text with nothing in it to fill in but what there is.
    fn form(
        &mut self,
        key: &str,
        text: &str,
        span: Span,
        names: Option<&BTreeSet<&str>>,
    ) -> Option<String> {
        let Some(names) = names else { return Some(text.to_owned()) };
        let Some(wrong) = placeholders(text).into_iter().find(|name| !names.contains(name)) else {
            return Some(text.to_owned());
        };
        let expected = match names.len() {
            0 => "a text without placeholders".to_owned(),
            _ => {
                let names: Vec<String> = names.iter().map(|name| format!("`{{{name}}}`")).collect();
                format!("a text with no placeholder but {}", names.join(", "))
            }
        };
        // The placeholder itself, where it stands as it is written.
        let written = &self.source.text[span.range()];
        let wrong = format!("{{{wrong}}}");
        let at = written.find(&wrong).map(|at| Span::new(at, at + wrong.len()));
        let span = at.map_or(span, |at| at.shifted(span.start as usize));
        let place = self.source.place(span);
        self.diagnostics.push(Diagnostic::invalid_value(
            place,
            key,
            &expected,
            &format!("`{wrong}`"),
        ));
        None
    }

    fn unknown<'k>(&mut self, key: &str, span: Span, known: impl IntoIterator<Item = &'k str>) {
        let place = self.source.place(span);
        self.diagnostics.push(Diagnostic::unknown_key(place, key, known));
    }

    fn wrong(&mut self, key: &str, expected: &str, found: &Spanned<Value>) {
        let place = self.source.place(found.span);
        let found = match &found.value {
            Value::Table(_) if expected.contains("a table") => "one without it",
            other => other.describe(),
        };
        self.diagnostics.push(Diagnostic::invalid_value(place, key, expected, found));
    }
}
