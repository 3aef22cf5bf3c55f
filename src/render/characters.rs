//! Characters that no page may hold: the HTML Standard takes control characters and noncharacters for errors (13.2.3.5),
//! whether they stood in a text or were written as an entity or an escape.

/// The same page with U+FFFD in place of each such character.
pub fn allowed(html: String) -> String {
    // Few bytes can begin one; many pages have none of these even as parts of letters.
    if html.bytes().any(|byte| SUSPECT[byte as usize]) && html.contains(is_forbidden) {
        html.replace(is_forbidden, "\u{fffd}")
    } else {
        html
    }
}

/// The bytes of UTF-8 that forbidden characters begin with.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let is_control = byte < 0x20 && !matches!(byte, 0x09 | 0x0a | 0x0c | 0x0d);
        suspect[byte] = is_control || matches!(byte, 0x7f | 0xc2 | 0xef | 0xf0..=0xf4);
        byte += 1;
    }
    suspect
};

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
