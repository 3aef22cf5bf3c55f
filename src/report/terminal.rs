//! Text that a terminal shows as it is: nothing in it moves the cursor, sets colours or turns the
//! direction of writing.

/// The same text with a visible character in place of each that a terminal would act upon. The
/// number of characters stays, so that columns do. Tabs and line breaks stay too.
pub fn visible(text: &str) -> String {
    text.chars().map(visible_character).collect()
}

/// As [`visible`], on a single line.
pub fn visible_line(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    visible(&lines.join(" ")).replace('\t', " ")
}

/// As [`visible`], for the name of a file, which may hold anything but must stay on its line.
pub fn visible_path(path: &str) -> String {
    visible(path).replace('\t', "\u{2409}").replace('\n', "\u{240a}")
}

fn visible_character(character: char) -> char {
    match character {
        '\t' | '\n' => character,
        // Unicode has a picture of each control character of ASCII, in the same order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if is_control_or_direction(character) => '\u{fffd}',
        _ => character,
    }
}

/// The control characters beyond ASCII, the separators that some terminals take for line breaks, the
/// marks and overrides that turn the direction of what follows, and the annotation characters.
fn is_control_or_direction(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_upon_is_shown_instead() {
        assert_eq!(visible("\u{1b}[31m\r\u{7f}"), "␛[31m␍␡");
        assert_eq!(visible("\u{9b}2J\u{202e}\u{2066}\u{2028}\u{200f}"), "�2J����");
    }

    #[test]
    fn text_of_any_script_stays_as_it_is() {
        let text = "Ünïcode 漢字 שלום سلام 👩‍🏫\n\ttab";
        assert_eq!(visible(text), text);
    }

    #[test]
    fn a_message_of_several_lines_becomes_one_line() {
        let message = "cannot render\n  --> a.html\n\n\tsee\tthere\n";
        assert_eq!(visible_line(message), "cannot render --> a.html see there");
    }

    #[test]
    fn a_path_keeps_its_spaces_and_stays_on_one_line() {
        assert_eq!(visible_path(" a\nb\tc\u{1b}.md "), " a␊b␉c␛.md ");
    }
}
