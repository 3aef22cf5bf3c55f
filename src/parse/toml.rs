//! TOML into values with places.

use toml::de::{DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, Spanned};
use crate::value::{Entry, Value};

/// Parses the part of a source that is TOML, reporting every mistake in it.
pub fn parse(source: &Source, part: Span, diagnostics: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let (table, errors) = DeTable::parse_recoverable(&source.text[part.range()]);
    let offset = part.start as usize;
    let mut broken = Vec::new();
    for error in errors {
        let span = error.span().map_or(part, |span| Span::from(span).shifted(offset));
        broken.push(span);
        diagnostics.push(Diagnostic::invalid_toml(source.place(span), error.message()));
    }
    let mut entries = entries(table.into_inner(), offset);
    // What the parser made of a broken value is nothing to complain of a second time.
    entries.retain(|entry| {
        let whole = entry.key_span.start..=entry.value.span.end;
        !broken.iter().any(|span| whole.contains(&span.start))
    });
    entries
}

fn entries(table: DeTable<'_>, offset: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            key_span: Span::from(key.span()).shifted(offset),
            key: key.into_inner().into_owned(),
            value: located(value, offset),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span);
    entries
}

fn located(spanned: toml::Spanned<DeValue<'_>>, offset: usize) -> Spanned<Value> {
    let span = Span::from(spanned.span()).shifted(offset);
    let value = match spanned.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.to_string()), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or_else(|_| Value::String(number.to_string()), Value::Float)
        }
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(datetime) => {
            let date = datetime.date.and_then(|date| {
                jiff::civil::Date::new(date.year as i16, date.month as i8, date.day as i8).ok()
            });
            date.map_or_else(|| Value::String(datetime.to_string()), Value::Date)
        }
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| located(item, offset)).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table, offset)),
    };
    Spanned { value, span }
}
