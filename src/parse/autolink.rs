//! Bare addresses in text: the autolinks of GFM 0.29, section 6.9, which the Markdown parser leaves to us.

use std::ops::Range;

/// An address found in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Autolink {
    pub range: Range<usize>,
    pub destination: String,
}

/// Finds every bare address in a run of text. `before` is the character that stands before the run.
pub fn find(text: &str, before: Option<char>) -> Vec<Autolink> {
    let mut found: Vec<Autolink> = Vec::new();
    // Only `:`, `@` and `www.` can make an address; most texts have none of them.
    if !text.bytes().any(|byte| byte == b':' || byte == b'@') && !text.contains("www.") {
        return found;
    }
    let mut at = 0;
    let mut hopeless = 0;
    while let Some(next) = next_trigger(text, at) {
        let earliest = found.last().map_or(0, |link| link.range.end);
        let link = match text.as_bytes()[next] {
            b':' => web_address(text, next, earliest),
            b'@' => email(text, next, earliest),
            _ => www(text, next, before, &mut hopeless),
        };
        at = link.as_ref().map_or(next + 1, |link| link.range.end.max(next + 1));
        found.extend(link.filter(|link| link.range.start >= earliest));
    }
    found
}

/// The next `:`, `@` or `w` of `www.`, from `from` on.
fn next_trigger(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    (0..rest.len())
        .find(|at| match rest[*at] {
            b':' | b'@' => true,
            b'w' => rest[*at..].starts_with(b"www."),
            _ => false,
        })
        .map(|at| from + at)
}

/// `http://`, `https://` or `ftp://` with its colon at `colon`.
fn web_address(text: &str, colon: usize, earliest: usize) -> Option<Autolink> {
    let host = text[colon..].strip_prefix("://").map(|_| colon + 3)?;
    let letters = text[earliest..colon].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let start = colon - letters;
    let scheme = &text[start..colon];
    if !["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    if text[..start].ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    domain(&text[host..], false).ok()?;
    let end = host + extent(&text[host..]);
    Some(Autolink { range: start..end, destination: text[start..end].to_owned() })
}

/// `www.` at `start`. Before `hopeless`, every domain ends like one that was none.
fn www(text: &str, start: usize, before: Option<char>, hopeless: &mut usize) -> Option<Autolink> {
    let before = text[..start].chars().next_back().or(before);
    if start < *hopeless || !before.is_none_or(|c| c.is_whitespace() || "*_~(".contains(c)) {
        return None;
    }
    if let Err(last_two) = domain(&text[start..], true) {
        *hopeless = start + last_two;
        return None;
    }
    let end = start + extent(&text[start..]);
    Some(Autolink { range: start..end, destination: format!("http://{}", &text[start..end]) })
}

/// A valid domain at the start of `text`: segments of letters, digits, `_` and `-` between periods, no `_` in the
/// last two. Otherwise tells where its last two begin.
fn domain(text: &str, needs_period: bool) -> Result<(), usize> {
    let in_domain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let length = text.find(|c| !in_domain(c)).unwrap_or(text.len());
    let domain = text[..length].trim_end_matches('.');
    let mut last_two = domain.rsplit('.').take(2);
    let fits = !domain.is_empty()
        && !domain.starts_with('.')
        && last_two.all(|segment| !segment.contains('_'))
        && (!needs_period || domain.contains('.'));
    let last_two_start = || domain.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    if fits { Ok(()) } else { Err(last_two_start()) }
}

/// How far an address reaches: to white space or `<`, less the punctuation that ends a sentence around it.
fn extent(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    let mut address = &text[..end];
    // Counted once, so that a thousand closing brackets cost a thousand steps and not a million.
    let mut surplus = count(address, ')') as isize - count(address, '(') as isize;
    while let Some(last) = address.chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' => {}
            ')' if surplus > 0 => surplus -= 1,
            ';' => match entity_like_suffix(address) {
                Some(start) => {
                    address = &address[..start];
                    continue;
                }
                None => break,
            },
            _ => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

fn count(text: &str, character: char) -> usize {
    text.chars().filter(|c| *c == character).count()
}

/// Where a suffix such as `&amp;` begins.
fn entity_like_suffix(address: &str) -> Option<usize> {
    let start = address.rfind('&')?;
    let name = &address[start + 1..address.len() - 1];
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(start)
}

/// An e-mail address with its `@` at `at`.
fn email(text: &str, at: usize, earliest: usize) -> Option<Autolink> {
    let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_+".contains(byte);
    let local =
        text.as_bytes()[earliest..at].iter().rev().take_while(|byte| is_local(byte)).count();
    if local == 0 {
        return None;
    }
    let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let length = text.as_bytes()[at + 1..].iter().take_while(|byte| is_domain(byte)).count();
    let domain = text[at + 1..at + 1 + length].trim_end_matches('.');
    if !domain.contains('.') || domain.starts_with('.') || domain.ends_with(['-', '_']) {
        return None;
    }
    let range = at - local..at + 1 + domain.len();
    Some(Autolink { destination: format!("mailto:{}", &text[range.clone()]), range })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text, None).into_iter().map(|link| &text[link.range]).collect()
    }

    #[test]
    fn punctuation_around_an_address_stays_outside() {
        assert_eq!(
            found("(see https://a.org/x_(y)), or www.b.org."),
            ["https://a.org/x_(y)", "www.b.org"]
        );
        assert_eq!(
            found("\"http://a.org\" and http://a.org/?q=1&amp;"),
            ["http://a.org", "http://a.org/?q=1"]
        );
    }

    #[test]
    fn words_that_look_like_addresses_are_none() {
        assert!(found("xwww.a.org http:// a@b user@a.b- http://a_b.c_d www.").is_empty());
    }

    #[test]
    fn a_domain_that_fails_may_hold_one_that_does_not() {
        assert_eq!(
            found("www.a_www.b _www.a.b_www.c www.a_b.c_www.d."),
            ["www.b", "www.c", "www.d"]
        );
        assert!(found("_www.a_b _www._www._www.").is_empty());
    }

    #[test]
    fn many_closing_brackets_end_quickly() {
        assert_eq!(found(&format!("http://a.org{}", ")".repeat(200_000))), ["http://a.org"]);
    }
}
