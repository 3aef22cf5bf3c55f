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

/// How many bytes are looked at together.
const BLOCK: usize = 256;

/// Whether there are bytes as in the UTF-8 of such a character. Every page is read for this, block by block: within one
/// without an early end and with as few questions as will do, so that many bytes are looked at in a few instructions.
fn may_hold_one(html: &[u8]) -> bool {
    let may_hold_one = |(index, block): (usize, &[u8])| {
        let start = (index * BLOCK).saturating_sub(1);
        let with_one_before = || &html[start..index * BLOCK + block.len()];
        (is_unusual(block) && block.iter().any(is_control))
            || (!block.is_ascii() && has_suspects(with_one_before()))
    };
    html.chunks(BLOCK).enumerate().any(may_hold_one)
}

/// Whether there are control characters other than the ends of lines.
fn is_unusual(block: &[u8]) -> bool {
    let is_unusual = |byte: u8| u8::from(((byte < 0x20) & (byte != b'\n')) | (byte == 0x7f));
    block.iter().fold(0, |found, byte| found | is_unusual(*byte)) != 0
}

/// Whether a byte is a control character that is no white space.
fn is_control(byte: &u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | 0x0c | b'\r')
}

/// Whether two bytes stand side by side that are no ASCII and may be such a character.
fn has_suspects(html: &[u8]) -> bool {
    let pairs = html.iter().zip(html.get(1..).unwrap_or_default());
    pairs.fold(0, |found, (first, second)| found | is_suspect(*first, *second)) != 0
}

/// 1 where they may be one, else 0.
fn is_suspect(first: u8, second: u8) -> u8 {
    let is_late_control = (first == 0xc2) & (second < 0xa0);
    let is_noncharacter =
        ((first == 0xef) & (second == 0xb7)) | ((first == 0xbf) & (second >= 0xbe));
    u8::from(is_late_control | is_noncharacter)
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
        // Also where one block ends and the next begins.
        for before in 0..2 * BLOCK {
            let html = format!("{}\u{fdd0}{}", "x".repeat(before), "y".repeat(BLOCK));
            assert_eq!(allowed(html.clone()), html.replace('\u{fdd0}', "�"));
        }
        let whole = "a\t\n\u{c}\r é\u{a0}漢\u{feff}�🙂\u{10fffd}";
        assert_eq!(allowed(whole.to_owned()), whole);
    }
}
