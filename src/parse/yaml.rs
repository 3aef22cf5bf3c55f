//! YAML into values with places.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use crate::diagnostic::Diagnostic;
use crate::source::{Source, Span, Spanned};
use crate::value::{Entry, Value};

/// Parses the part of a source that is YAML. A document that is no mapping has no entries and is reported.
pub fn parse(source: &Source, part: Span, diagnostics: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let text = &source.text[part.range()];
    let reader = Reader { offsets: byte_offsets(text), start: part.start as usize };
    if let Some(at) = too_deep(text) {
        let span = Span::new(part.start as usize + at, part.start as usize + at + 1);
        let message = format!("nested more than {DEEPEST} levels deep");
        diagnostics.push(Diagnostic::invalid_yaml(source.place(span), &message));
        return Vec::new();
    }
    let documents = match MarkedYaml::load_from_str(text) {
        Ok(documents) => documents,
        Err(error) => {
            let at = reader.byte(error.marker().index());
            let span = Span::new(at, rest_of_line(&source.text, at).min(part.end as usize));
            diagnostics.push(Diagnostic::invalid_yaml(source.place(span), error.info()));
            return Vec::new();
        }
    };
    let Some(document) = documents.into_iter().next() else { return Vec::new() };
    match reader.located(document) {
        Spanned { value: Value::Table(entries), .. } => entries,
        Spanned { value: Value::Null, .. } => Vec::new(),
        Spanned { value, span } => {
            let message = format!("expected keys with values, found {}", value.describe());
            diagnostics.push(Diagnostic::invalid_yaml(source.place(span), &message));
            Vec::new()
        }
    }
}

/// How deep values may nest: front matter needs three levels, and the parser's tree is dropped by recursion.
const DEEPEST: usize = 64;

/// Where a text nests too deeply, if it does. An upper bound by its characters: brackets that are open, and the dashes,
/// question marks and steps of indentation of each line. Brackets in quoted texts count; nobody has 64 of them open.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0usize;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '-', '?', '\t']);
        let marks = line[..line.len() - content.len()].chars();
        let steps = marks.clone().filter(|c| *c != ' ').count().max(marks.count() / 2);
        for (offset, byte) in line.bytes().enumerate() {
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > DEEPEST {
                return Some(at + offset);
            }
        }
        if steps > DEEPEST {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// Turns the parser's nodes into ours and its character counts into byte offsets of the source.
struct Reader {
    /// `None`: the text is ASCII and both counts are the same.
    offsets: Option<Vec<usize>>,
    start: usize,
}

impl Reader {
    fn byte(&self, character: usize) -> usize {
        let byte = match &self.offsets {
            None => character,
            Some(offsets) => offsets[character.min(offsets.len() - 1)],
        };
        self.start + byte
    }

    fn located(&self, node: MarkedYaml<'_>) -> Spanned<Value> {
        let span = Span::new(self.byte(node.span.start.index()), self.byte(node.span.end.index()));
        Spanned { value: self.value(node.data), span }
    }

    fn value<'i>(&self, data: YamlData<'i, MarkedYaml<'i>>) -> Value {
        match data {
            YamlData::Value(scalar) => scalar_value(scalar),
            YamlData::Representation(text, ..) => Value::String(text.into_owned()),
            YamlData::Sequence(items) => {
                Value::List(items.into_iter().map(|item| self.located(item)).collect())
            }
            YamlData::Mapping(pairs) => Value::Table(
                pairs
                    .into_iter()
                    .map(|(key, value)| {
                        let key = self.located(key);
                        Entry {
                            key_span: key.span,
                            key: key_text(&key.value),
                            value: self.located(value),
                        }
                    })
                    .collect(),
            ),
            YamlData::Tagged(_, node) => self.value(node.data),
            YamlData::Alias(_) | YamlData::BadValue => Value::Null,
        }
    }
}

fn scalar_value(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Boolean(flag),
        Scalar::Integer(number) => Value::Integer(number),
        Scalar::FloatingPoint(number) => Value::Float(number.into_inner()),
        Scalar::String(text) => Value::String(text.into_owned()),
    }
}

fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        other => other.describe().to_owned(),
    }
}

/// The byte offset of each character and of the end; `None` for ASCII.
fn byte_offsets(text: &str) -> Option<Vec<usize>> {
    let all = || text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    (!text.is_ascii()).then(all)
}

fn rest_of_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |length| from + length)
}
