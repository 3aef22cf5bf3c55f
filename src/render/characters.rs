//! Characters that no page may hold: the HTML Standard takes control characters and noncharacters for errors (13.2.3.5),
//! whether they stood in a text or were written as an entity or an escape.

/// The same page with U+FFFD in place of each such character.
pub fn allowed(html: String) -> String {
    if may_hold_one(html.as_bytes()) && html.contains(is_forbidden) {
        html.replace(is_forbidden, "\u{fffd}")
    } else {
        html
    }
}

/// Whether there are two bytes side by side as in the UTF-8 of such a character. Without an early end, so that many bytes are
/// looked at in one instruction: every page is read for this.
fn may_hold_one(html: &[u8]) -> bool {
    let Some((last, _)) = html.split_last() else { return false };
    let pairs = html.iter().zip(&html[1..]);
    pairs.fold(false, |found, (first, second)| found | is_suspect(*first, *second))
        | is_suspect(*last, 0)
}

fn is_suspect(first: u8, second: u8) -> bool {
    let is_space = (first == b'\t') | (first == b'\n') | (first == 0x0c) | (first == b'\r');
    let is_control = ((first < 0x20) & !is_space) | (first == 0x7f);
    let is_late_control = (first == 0xc2) & (second < 0xa0);
    let is_noncharacter =
        ((first == 0xef) & (second == 0xb7)) | ((first == 0xbf) & (second >= 0xbe));
    is_control | is_late_control | is_noncharacter
}

fn is_forbidden(character: char) -> bool {
    let is_noncharacter = u32::from(character) & 0xfffe == 0xfffe;
    match character {
        '\t' | '\n' | '\u{c}' | '\r' => false,
        '\u{fdd0}'..='\u{fdef}' => true,
        _ => character.is_control() || is_noncharacter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_page_may_hold_is_replaced_and_everything_else_stays() {
        let broken = "a\u{0}b\u{1}\u{b}\u{7f}\u{80}\u{9f}\u{fdd0}\u{fffe}\u{1ffff}";
        assert_eq!(allowed(broken.to_owned()), format!("a�b{}", "�".repeat(8)));
        let whole = "a\t\n\u{c}\r é\u{a0}漢\u{feff}�🙂\u{10fffd}";
        assert_eq!(allowed(whole.to_owned()), whole);
    }
}
