//! Locales: how a language writes a day.

use jiff::civil::Date;

use crate::strings::Strings;

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
