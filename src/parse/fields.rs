//! Fields: reads keys of a table into typed values and reports each that does not fit, at its place.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Spanned};
use crate::value::{Entry, Value};

/// A table from which known keys are taken one by one.
pub struct Fields<'a> {
    source: &'a Source,
    entries: Vec<Entry>,
    /// The keys that were asked for, for suggestions.
    known: Vec<&'static str>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    pub fn new(
        source: &'a Source,
        entries: Vec<Entry>,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self { source, entries, known: Vec::new(), diagnostics }
    }

    /// Takes a key's value. A key without a value, as YAML allows, counts as absent.
    pub fn take(&mut self, key: &'static str) -> Option<Spanned<Value>> {
        self.known.push(key);
        let index = self.entries.iter().position(|entry| entry.key == key)?;
        let value = self.entries.remove(index).value;
        (value.value != Value::Null).then_some(value)
    }

    /// Takes a key's value if `read` can make something of it, and otherwise reports what was expected.
    pub fn read<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let Spanned { value, span } = self.take(key)?;
        let read = read(&value);
        if read.is_none() {
            self.wrong(key, expected, &Spanned { value, span });
        }
        read.map(|value| Spanned { value, span })
    }

    /// Reports a value that does not fit.
    pub fn wrong(&mut self, key: &str, expected: &str, found: &Spanned<Value>) {
        let place = self.source.place(found.span);
        let found = match &found.value {
            Value::String(text) => format!("\"{text}\""),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            other => other.describe().to_owned(),
        };
        self.diagnostics.push(Diagnostic::invalid_value(place, key, expected, &found));
    }

    pub fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.read(key, "a text", text)
    }

    /// Reports what is wrong with several values together.
    pub fn report(&mut self, report: impl FnOnce(&Source) -> Diagnostic) {
        let diagnostic = report(self.source);
        self.diagnostics.push(diagnostic);
    }

    /// A list of texts; a single text counts as a list of one. Each item that is none is reported.
    pub fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        self.texts_of(key, value)
    }

    /// The texts of a value that was taken already.
    pub fn texts_of(&mut self, key: &str, value: Spanned<Value>) -> Vec<Spanned<String>> {
        let items = match value {
            Spanned { value: Value::List(items), .. } => items,
            one => vec![one],
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match text(&item.value) {
                Some(value) => texts.push(Spanned { value, span: item.span }),
                // An empty item of a YAML list is an author's placeholder.
                None if item.value == Value::Null => {}
                None => self.wrong(key, "a list of texts", &item),
            }
        }
        texts
    }

    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let flag = self.read(key, "true or false", |value| match value {
            Value::Boolean(flag) => Some(*flag),
            _ => None,
        });
        flag.map(|flag| flag.value)
    }

    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let number = self.read(key, "a whole number", |value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        });
        number.map(|number| number.value)
    }

    pub fn date(&mut self, key: &'static str) -> Option<Spanned<Date>> {
        self.read(key, "a date such as 2026-11-20", date)
    }

    /// Takes a table; its own keys are read by `read`.
    pub fn table(&mut self, key: &'static str, read: impl FnOnce(&mut Fields<'_>)) {
        let Some(value) = self.take(key) else { return };
        match value.value {
            Value::Table(entries) => self.entries(entries, read),
            _ => self.wrong(key, "a table", &value),
        }
    }

    /// Reads the entries of a table that was taken already.
    pub fn entries(&mut self, entries: Vec<Entry>, read: impl FnOnce(&mut Fields<'_>)) {
        let mut fields = Fields::new(self.source, entries, self.diagnostics);
        read(&mut fields);
        fields.finish(|_| false);
    }

    /// Takes whatever is left, with the place of each key.
    pub fn take_rest(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Reports a key that means nothing.
    pub fn unknown<'k>(&mut self, entry: &Entry, known: impl IntoIterator<Item = &'k str>) {
        let place = self.source.place(entry.key_span);
        self.diagnostics.push(Diagnostic::unknown_key(place, &entry.key, known));
    }

    /// Returns the keys that nobody asked for and `foreign` knows; the others are reported.
    pub fn finish(mut self, foreign: impl Fn(&str) -> bool) -> Vec<(String, Value)> {
        let mut kept = Vec::new();
        let known = std::mem::take(&mut self.known);
        for entry in self.take_rest() {
            if foreign(&entry.key) {
                kept.push((entry.key, entry.value.value));
            } else {
                self.unknown(&entry, known.iter().copied());
            }
        }
        kept
    }
}

/// A text; a whole number counts as one, since YAML reads `title: 404` as a number.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A date, or a text that begins with one as YAML's timestamps do.
fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::String(text) => text.get(..10)?.parse().ok(),
        _ => None,
    }
}
