//! Values of TOML and YAML in one form, each with its place, so that a wrong one is shown where it stands.

use jiff::civil::Date;

use crate::source::{Span, Spanned};

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Date(Date),
    List(Vec<Spanned<Value>>),
    Table(Vec<Entry>),
}

/// One key of a table with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Spanned<Value>,
}

impl Value {
    /// What it is, in words for messages.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::String(_) => "a text",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// The keys that are kept for templates: those of a table `extra`, as Zola has it, stand beside the others.
pub fn flatten_extra(kept: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut extra = Vec::with_capacity(kept.len());
    for (key, value) in kept {
        match value {
            Value::Table(entries) if key == "extra" => {
                extra.extend(entries.into_iter().map(|entry| (entry.key, entry.value.value)));
            }
            value => extra.push((key, value)),
        }
    }
    extra
}
