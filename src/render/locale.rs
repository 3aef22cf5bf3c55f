//! Locales: in which direction a language is written, and how it writes a day.

use jiff::civil::Date;

/// Languages that are written from right to left, by their subtag (Unicode CLDR).
const RIGHT_TO_LEFT: &[&str] =
    &["ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];

/// The value of HTML's `dir` for a language tag.
pub fn direction(tag: &str) -> &'static str {
    let language = tag.split('-').next().unwrap_or_default().to_lowercase();
    if RIGHT_TO_LEFT.contains(&language.as_str()) { "rtl" } else { "ltr" }
}

/// A day as people write it: in words where the language is English, else in ISO 8601, which all can read.
pub fn date(date: Date, tag: &str) -> String {
    if tag == "en-US" {
        date.strftime("%B %-d, %Y").to_string()
    } else if tag == "en" || tag.starts_with("en-") {
        date.strftime("%-d %B %Y").to_string()
    } else {
        date.to_string()
    }
}
