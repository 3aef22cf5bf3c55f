//! Addresses: where a page lies in the output, and how one page spells the way to another.
//!
//! An *address* is an output path with `/`: `value/what-is-value.html`. An *href* is what stands in HTML:
//! relative to the page that holds it and percent-encoded where it must be. A *slug* is one part of an
//! address, an *anchor* the name of a place on a page.

use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

/// One folder up.
const UP: &str = "../";

/// An output path, relative to the site's root, with `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Arc<str>);

impl Address {
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that it lies in, with a `/` at its end; empty at the top.
    pub fn folder(&self) -> &str {
        let end = self.0.rfind('/').map_or(0, |at| at + 1);
        &self.0[..end]
    }

    /// Whether both lie in one folder below the root.
    pub fn shares_folder(&self, other: &Self) -> bool {
        shared_folders(&self.0, &other.0) > 0
    }

    /// How many folders lie between the root and the page.
    pub fn depth(&self) -> usize {
        count_slashes(&self.0)
    }

    /// The way from this page to the site's root: empty or `../` once or several times.
    pub fn to_root(&self) -> String {
        UP.repeat(self.depth())
    }

    /// The relative link from this page to another file of the site.
    pub fn href_to(&self, other: &Address) -> String {
        let shared = shared_folders(&self.0, &other.0);
        let up = count_slashes(&self.0[shared..]);
        let down = &other.0[shared..];
        let mut href = String::with_capacity(up * UP.len() + down.len() + 2);
        (0..up).for_each(|_| href.push_str(UP));
        // A first part such as `a:b.html` would be read as an address with the scheme `a`.
        let first = down.bytes().take_while(|byte| up == 0 && *byte != b'/');
        if first.into_iter().any(|byte| byte == b':') {
            href.push_str("./");
        }
        encode_path(down, &mut href);
        href
    }
}

impl std::borrow::Borrow<str> for Address {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

fn count_slashes(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// The length of the folders, with their last `/`, that both paths begin with.
fn shared_folders(a: &str, b: &str) -> usize {
    let mut shared = 0;
    for (at, byte) in a.bytes().enumerate() {
        if b.as_bytes().get(at) != Some(&byte) {
            break;
        }
        if byte == b'/' {
            shared = at + 1;
        }
    }
    shared
}

/// Appends a path to an href. Letters of every script stay readable; what a URL parser or HTML would take
/// for something else is percent-encoded (URL Standard, path percent-encode set, and `%` itself).
pub fn encode_path(path: &str, href: &mut String) {
    let mut rest = path;
    while let Some(at) = rest.bytes().position(is_encoded) {
        href.push_str(&rest[..at]);
        href.push_str(&format!("%{:02X}", rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    href.push_str(rest);
}

/// Whether a byte is percent-encoded in a path. All of these are ASCII, and so characters of their own.
fn is_encoded(byte: u8) -> bool {
    const ENCODED: [bool; 256] = {
        let mut encoded = [false; 256];
        let mut control = 0;
        while control < 0x20 {
            encoded[control] = true;
            control += 1;
        }
        encoded[0x7f] = true;
        let signs = b" \"#%<>?[\\]^`{|}";
        let mut sign = 0;
        while sign < signs.len() {
            encoded[signs[sign] as usize] = true;
            sign += 1;
        }
        encoded
    };
    ENCODED[byte as usize]
}

/// The absolute address of a file of a site at `base_url`, which ends with a `/`; an index page's is its folder's.
pub fn absolute(base_url: &str, address: &Address) -> String {
    let path = address.as_str();
    let path = match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    };
    let mut url = base_url.to_owned();
    encode_path(path, &mut url);
    url
}

/// The media type of a file, as its name tells.
pub fn media_type(address: &Address) -> String {
    mime_guess::from_path(address.as_str()).first_or_octet_stream().to_string()
}

/// Whether a file is a picture, as its name tells.
pub fn is_picture(name: &str) -> bool {
    mime_guess::from_path(name).iter().any(|kind| kind.type_() == "image")
}

/// Undoes percent-encoding; `None` where the result would not be UTF-8.
pub fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = pair
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok()
}

/// Resolves `.` and `..` of a path written in a file of `folder`; `None` where it leads out at the top.
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a written destination is an address on the web (or `mailto:`, `data:`, …): it has a scheme (RFC 3986,
/// 3.1) of two letters or more, or begins with `//`.
pub fn is_external(destination: &str) -> bool {
    if destination.starts_with("//") {
        return true;
    }
    let Some((scheme, _)) = destination.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Whether a browser that follows this destination would run a script or show a page that the address itself holds. The
/// schemes are those that CommonMark's own renderers refuse.
pub fn runs_script(destination: &str) -> bool {
    has_scheme(destination, &["javascript", "vbscript", "data"])
}

/// Whether a picture's address is a script. No browser of today runs it, but none shows a picture for it either, and old ones did
/// run it; so CommonMark's own renderers refuse it.
pub fn is_script(source: &str) -> bool {
    has_scheme(source, &["javascript", "vbscript"])
}

fn has_scheme(destination: &str, schemes: &[&str]) -> bool {
    let Some((scheme, _)) = destination.split_once(':') else { return false };
    // Browsers pass over white space and control characters in front of a scheme and over line breaks in it.
    let scheme: String = scheme.chars().filter(|c| *c > ' ').collect();
    schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Splits the number off the name of a file or folder: one to three digits and `-` or `_`. Longer numbers are
/// years and stay.
pub fn split_number(name: &str) -> (Option<i64>, &str) {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].strip_prefix(['-', '_']).filter(|rest| !rest.is_empty());
    match (digits, rest) {
        (1..=3, Some(rest)) => (name[..digits].parse().ok(), rest),
        _ => (None, name),
    }
}

/// File systems take names of 255 bytes; an ending and what a build puts before the name while it writes need room too.
const LONGEST_SLUG: usize = 200;

/// The slug of a file or folder: letters and digits of every script in lower case, `.` and `_`; anything else
/// becomes one `-`. The result is in Normalization Form C, whatever the file system gave, and short enough to be the name
/// of a file.
pub fn file_slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for_each_lower(name, |character| {
        if is_word(character) || character == '.' {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    });
    let slug = slug.trim_end_matches(['-', '.']).trim_start_matches('.');
    let slug = slug[..slug.floor_char_boundary(LONGEST_SLUG)].trim_end_matches(['-', '.']);
    if slug.is_empty() { "page".to_owned() } else { slug.to_owned() }
}

/// The anchor of a heading, as GitHub makes it: lower case, letters and digits of every script, `_` and `-` kept,
/// each space a `-`, everything else left out.
pub fn heading_slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for_each_lower(text.trim(), |character| {
        if is_word(character) || character == '-' {
            slug.push(character);
        } else if character.is_whitespace() {
            slug.push('-');
        }
    });
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// Letters and digits with the marks that belong to them, so that Devanagari or Thai words stay whole.
fn is_word(character: char) -> bool {
    character.is_alphanumeric()
        || character == '_'
        || (!character.is_ascii() && unicode_normalization::char::is_combining_mark(character))
}

/// The form in which names are compared: Normalization Form C, lower case, runs of white space as one space.
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        for_each_lower(word, |character| key.push(character));
    }
    key
}

/// Whether two names are the same in the form in which names are compared, [`name_key`].
pub fn is_same_name(one: &str, other: &str) -> bool {
    if !one.is_ascii() || !other.is_ascii() {
        return name_key(one) == name_key(other);
    }
    let mut others = other.split_whitespace();
    let mut is_next =
        |word: &str| others.next().is_some_and(|next| next.eq_ignore_ascii_case(word));
    one.split_whitespace().all(&mut is_next) && others.next().is_none()
}

/// The characters of a text in Normalization Form C and lower case. Most names are ASCII, for which the tables of
/// Unicode need not be asked.
fn for_each_lower(text: &str, mut take: impl FnMut(char)) {
    if text.is_ascii() {
        text.bytes().for_each(|byte| take(char::from(byte.to_ascii_lowercase())));
    } else {
        text.nfc().flat_map(char::to_lowercase).for_each(take);
    }
}

/// The form in which paths are compared: Normalization Form C, so that a link typed on one system finds a
/// file that was named on another.
pub fn path_key(path: &str) -> String {
    if path.is_ascii() { path.to_owned() } else { path.nfc().collect() }
}

/// The form in which addresses collide: names that differ by case or by Unicode's normal forms are one on many systems.
pub fn collision_key(address: &str) -> String {
    path_key(&address.to_lowercase())
}

/// Whether a file of this name cannot be made, or not be asked for, on some systems: Windows keeps the names of devices and
/// some characters for itself and cuts dots and spaces at the end.
pub fn is_unportable(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let port = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL")
        || port
            .is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
        || name.contains(|c: char| c.is_control() || "<>:\"|?*\\".contains(c))
        || name.ends_with(['.', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_href_goes_up_and_down_no_further_than_it_must() {
        let page = Address::new("value/parts/importance.html");
        let to = |path: &str| page.href_to(&Address::new(path));
        assert_eq!(to("value/parts/usefulness.html"), "usefulness.html");
        assert_eq!(to("value/index.html"), "../index.html");
        assert_eq!(to("glossary/value.html"), "../../glossary/value.html");
        assert_eq!(to("value/parts/a b#.svg"), "a%20b%23.svg");
        assert_eq!(to("value/parts/a:b.html"), "./a:b.html");
        assert_eq!(to("value/partsandmore.html"), "../partsandmore.html");
    }

    #[test]
    fn a_path_that_leaves_the_top_is_refused() {
        assert_eq!(join("a/b", "../c.md"), Some("a/c.md".into()));
        assert_eq!(join("a", "../../c.md"), None);
    }

    #[test]
    fn percent_encoding_is_undone_where_it_is_one() {
        assert_eq!(decode("100%"), Some("100%".into()));
        assert_eq!(decode("%C3%A9%2"), Some("é%2".into()));
        assert_eq!(decode("%+1"), Some("%+1".into()));
        assert_eq!(decode("%FF"), None);
    }

    #[test]
    fn numbers_that_order_are_cut_and_years_are_not() {
        assert_eq!(split_number("01-value"), (Some(1), "value"));
        assert_eq!(split_number("2024-report"), (None, "2024-report"));
        assert_eq!(split_number("01-"), (None, "01-"));
    }

    #[test]
    fn slugs_keep_letters_of_every_script() {
        assert_eq!(file_slug("What is Value?"), "what-is-value");
        assert_eq!(file_slug("値とは"), "値とは");
        assert_eq!(heading_slug("A & B: «été», हिन्दी"), "a--b-été-हिन्दी");
        assert_eq!(heading_slug("!?"), "section");
    }

    #[test]
    fn names_are_the_same_where_their_keys_are() {
        let names = [
            "Co-creation of value",
            " co-creation\tOF  value",
            "co-creation of",
            "",
            " ",
            "K",
            "\u{212a}",
            "é",
            "e\u{301}",
            "a\u{b}b",
            "a b",
            "ab",
        ];
        for (one, other) in names.iter().flat_map(|one| names.map(|other| (*one, other))) {
            assert_eq!(is_same_name(one, other), name_key(one) == name_key(other), "{one} {other}");
        }
    }

    #[test]
    fn what_runs_a_script_is_known_however_it_is_written() {
        let script =
            ["javascript:x", "JavaScript:x", " java\nscript:x", "\u{1}vbscript:x", "data:x"];
        assert!(script.iter().all(|destination| runs_script(destination)));
        let harmless = ["javascript", "a/javascript:x", "https://data:1", "javascript.md"];
        assert!(!harmless.iter().any(|destination| runs_script(destination)));
        assert!(script[..4].iter().all(|source| is_script(source)) && !is_script(script[4]));
    }

    #[test]
    fn names_that_some_systems_cannot_hold_are_known() {
        let unportable = ["con", "NUL.html", "com1.txt", "a:b", "a?.png", "a.", "a ", "a\nb"];
        assert!(unportable.iter().all(|name| is_unportable(name)));
        let portable = ["console.html", "com.html", "com10.txt", "a b.png", ".hidden", "nuls"];
        assert!(!portable.iter().any(|name| is_unportable(name)));
    }

    #[test]
    fn a_long_name_makes_a_slug_that_a_file_can_have() {
        assert_eq!(file_slug(&"é".repeat(200)), "é".repeat(100));
        assert_eq!(file_slug(&format!("{}.b", "a".repeat(199))), "a".repeat(199));
    }

    #[test]
    fn a_drive_letter_is_no_scheme() {
        assert!(is_external("mailto:a@b.c") && is_external("//x.y") && !is_external("c:x"));
    }
}
