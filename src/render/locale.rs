//! Locales: in which direction a language is written, and how it writes a day.

use jiff::civil::Date;

use crate::strings::Strings;

/// Languages that are written from right to left, by their subtag (Unicode CLDR).
const RIGHT_TO_LEFT: &[&str] =
    &["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];

/// The value of HTML's `dir` for a language tag.
pub fn direction(tag: &str) -> &'static str {
    let language = tag.split('-').next().unwrap_or_default().to_lowercase();
    if RIGHT_TO_LEFT.contains(&language.as_str()) { "rtl" } else { "ltr" }
}

/// A day as people write it; in ISO 8601, which all can read, where the language's names of the months are not known.
pub fn date(date: Date, tag: &str, strings: &Strings) -> String {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    if primary(tag) != primary(&strings.language) {
        return date.to_string();
    }
    let month = strings.get(&format!("date.{}", date.month()));
    let (day, year) = (date.day(), date.year());
    strings.fill("date.day", &[("day", &day), ("month", &month), ("year", &year)])
}
