//! Strings: what the theme says to readers, in the language of the site.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde::Serialize;

/// The plural categories of Unicode CLDR by name.
pub const CATEGORIES: &[(&str, PluralCategory)] = &[
    ("zero", PluralCategory::Zero),
    ("one", PluralCategory::One),
    ("two", PluralCategory::Two),
    ("few", PluralCategory::Few),
    ("many", PluralCategory::Many),
    ("other", PluralCategory::Other),
];

/// The placeholder whose number decides the form.
pub const COUNT: &str = "count";

/// A text with its placeholders, once or in the forms that a number asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Text {
    One(String),
    /// By the name of the category; `other` is always there.
    Forms(BTreeMap<&'static str, String>),
}

impl Text {
    /// The texts of all forms, each with the category it is for.
    pub fn forms(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::One(text) => vec![("other", text)],
            Self::Forms(forms) => forms.iter().map(|(name, text)| (*name, &**text)).collect(),
        }
    }
}

/// Texts by key, in tables by name.
pub type Tables = BTreeMap<String, BTreeMap<String, Text>>;

/// All strings of a site. A key is a table and a name: `page.next`.
#[derive(Debug)]
pub struct Strings {
    /// The language whose rules the plural forms follow.
    pub language: String,
    /// Of the language and all texts.
    pub hash: u128,
    tables: Tables,
    /// The plural categories of the first numbers. Rules cannot be shared by threads, and to make them takes longer than to
    /// fill in a text.
    small: Vec<&'static str>,
}

/// How many numbers are taken for small: most counts of minutes, lessons and points are.
const SMALL: u64 = 100;

impl Strings {
    pub fn new(language: &str, tables: Tables) -> Self {
        let hash = crate::memo::key_of(&(language, &tables));
        let rules = rules(language);
        let small = (0..SMALL).map(|number| category(&rules, number)).collect();
        Self { language: language.to_owned(), hash, tables, small }
    }

    /// The text of a key as it is written; `None` where there is no such key.
    pub fn find(&self, key: &str) -> Option<&Text> {
        let (table, name) = key.split_once('.')?;
        self.tables.get(table)?.get(name)
    }

    /// The tables by name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, Text>)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table))
    }

    pub fn keys(&self) -> impl Iterator<Item = String> {
        let tables = self.tables.iter();
        tables.flat_map(|(table, texts)| texts.keys().map(move |name| format!("{table}.{name}")))
    }

    /// The text of a key that every language has.
    pub fn get(&self, key: &str) -> &str {
        match self.known(key) {
            Text::One(text) => text,
            Text::Forms(forms) => &forms["other"],
        }
    }

    /// The text of a key that every language has, with its placeholders filled in.
    pub fn fill(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        self.filled(self.known(key), values)
    }

    fn known(&self, key: &str) -> &Text {
        self.find(key).unwrap_or_else(|| panic!("en.toml has no string `{key}`"))
    }

    /// Chooses the form for the number of `count`, and fills the placeholders in. One without a value stays.
    pub fn filled(&self, text: &Text, values: &[(&str, &dyn Display)]) -> String {
        let text = match text {
            Text::One(text) => text,
            Text::Forms(forms) => {
                let count = values.iter().find(|(name, _)| *name == COUNT);
                let number = count.and_then(|(_, count)| count.to_string().parse().ok());
                let name = number.map_or("other", |number: u64| self.category(number));
                forms.get(name).unwrap_or(&forms["other"])
            }
        };
        let mut out = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Placeholder(name) => {
                    let value = values.iter().find(|(known, _)| *known == name);
                    let value = value.map(|(_, value)| Cow::Owned(value.to_string()));
                    out.push_str(&value.unwrap_or_else(|| Cow::Owned(format!("{{{name}}}"))));
                }
            }
        }
        out
    }

    fn category(&self, number: u64) -> &'static str {
        let small = usize::try_from(number).ok().and_then(|number| self.small.get(number));
        small.copied().unwrap_or_else(|| category(&rules(&self.language), number))
    }

    /// The plural categories that the language has.
    pub fn categories(&self) -> Vec<&'static str> {
        let rules = rules(&self.language);
        let has = |category: &PluralCategory| rules.categories().any(|one| one == *category);
        CATEGORIES.iter().filter(|(_, one)| has(one)).map(|(name, _)| *name).collect()
    }
}

/// The rules of a language, which are compiled in; a language that nobody knows has one form.
fn rules(language: &str) -> PluralRules {
    let locale: Locale = language.parse().unwrap_or(Locale::UNKNOWN);
    PluralRules::try_new_cardinal((&locale).into())
        .unwrap_or_else(|error| panic!("the rules of the root language are compiled in: {error}"))
}

/// The name of the category that a number has by these rules.
fn category(rules: &PluralRules, number: u64) -> &'static str {
    let category = rules.category_for(number);
    let found = CATEGORIES.iter().find(|(_, known)| *known == category);
    found.map_or("other", |(name, _)| name)
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// A text as what stands between placeholders, and placeholders: `{`, letters, digits or `_`, `}`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find('{').map(|at| at + from) {
        let name = rest[at + 1..].split_once('}').map(|(name, _)| name);
        let is_name = |name: &&str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        match name.filter(is_name) {
            Some(name) => {
                pieces.push(Piece::Text(&rest[..at]));
                pieces.push(Piece::Placeholder(name));
                rest = &rest[at + name.len() + 2..];
                from = 0;
            }
            None => from = at + 1,
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The names of a text's placeholders, in its order.
pub fn placeholders(text: &str) -> Vec<&str> {
    let pieces = pieces(text).into_iter();
    let names = pieces.filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Text(_) => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(language: &str, forms: &[(&'static str, &str)]) -> Strings {
        let forms = forms.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        let text = BTreeMap::from([("minutes".to_owned(), Text::Forms(forms))]);
        Strings::new(language, BTreeMap::from([("page".to_owned(), text)]))
    }

    #[test]
    fn a_number_asks_for_its_form() {
        let english = strings("en", &[("one", "{count} minute"), ("other", "{count} minutes")]);
        let said = |count: u32| english.fill("page.minutes", &[("count", &count)]);
        assert_eq!([said(1), said(2), said(0)], ["1 minute", "2 minutes", "0 minutes"]);
        let arabic = strings("ar", &[("two", "two"), ("few", "few"), ("other", "other")]);
        let said = |count: u32| arabic.fill("page.minutes", &[("count", &count)]);
        assert_eq!([said(2), said(5), said(11), said(100)], ["two", "few", "other", "other"]);
    }

    #[test]
    fn a_brace_that_opens_no_placeholder_is_text() {
        assert_eq!(placeholders("{a} {} { b} {c_1}{"), ["a", "c_1"]);
        let text = Text::One("{{a}} {b}".to_owned());
        let none = Strings::new("en", Tables::new());
        assert_eq!(none.filled(&text, &[("a", &1)]), "{1} {b}");
    }
}
