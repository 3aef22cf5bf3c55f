//! Text of a drawing: how wide it is at most, and where it is broken, with no font at hand.
//!
//! What a reader's system draws with is not known, so widths are those of a wide font (DejaVu Sans Bold, where Linux has
//! nothing else), character by character. All numbers are whole, so that every machine comes to the same.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// A hundredth of the font's size.
type Width = u32;

/// How wide a text is at most.
pub fn width(text: &str) -> Width {
    text.chars().map(advance).sum()
}

fn advance(character: char) -> Width {
    match character {
        ' ' => 38,
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '’' | '·' => 42,
        'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | '-' | '/' => 52,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 108,
        'a'..='z' | '0'..='9' => 71,
        'A'..='Z' => 82,
        _ => match character.width() {
            None | Some(0) => 0,
            Some(1) => 84,
            Some(_) => 106,
        },
    }
}

/// Breaks a text into lines that are no wider than `limit`, at most `most` of them. What does not fit ends in "…".
pub fn wrap(text: &str, limit: Width, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for (atom, is_spaced) in atoms(text) {
        let space = if is_spaced && used > 0 { advance(' ') } else { 0 };
        if used + space + width(&atom) <= limit {
            push(&mut lines, if space > 0 { " " } else { "" });
            push(&mut lines, &atom);
            used += space + width(&atom);
            continue;
        }
        if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        // A word that is wider than a line is broken where it must be.
        for grapheme in atom.graphemes(true) {
            if used > 0 && used + width(grapheme) > limit {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, grapheme);
            used += width(grapheme);
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            shorten(last, limit);
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// Makes room for an ellipsis at the end of a line.
fn shorten(line: &mut String, limit: Width) {
    let whole = line.len();
    while width(line) + advance('…') > limit && line.pop().is_some() {}
    // Words are left out whole, where there is more than one.
    if let Some(space) = line.rfind(' ').filter(|_| line.len() < whole) {
        line.truncate(space);
    }
    line.truncate(line.trim_end_matches([' ', ',', '、', '，']).len());
    line.push('…');
}

/// The parts of a text that stay together, each with whether white space stands before it: words, and in scripts without
/// spaces every character with the punctuation that must not begin a line.
fn atoms(text: &str) -> Vec<(String, bool)> {
    let mut atoms: Vec<(String, bool)> = Vec::new();
    let mut is_spaced = false;
    let mut may_break = true;
    for piece in text.split_word_bounds() {
        if piece.trim().is_empty() {
            is_spaced = true;
            may_break = true;
            continue;
        }
        let is_wide = piece.chars().next().and_then(UnicodeWidthChar::width) == Some(2);
        let closes = piece.starts_with([
            '、', '。', '，', '．', '）', '」', '』', '：', '；', '？', '！', 'ー', '々',
        ]);
        let opens = matches!(atoms.last(), Some((last, _)) if last.ends_with(['（', '「', '『']));
        match atoms.last_mut() {
            Some((last, _)) if !is_spaced && (!(may_break || is_wide) || closes || opens) => {
                last.push_str(piece);
            }
            _ => atoms.push((piece.to_owned(), is_spaced)),
        }
        is_spaced = false;
        may_break = is_wide || piece.ends_with(['-', '/', '–', '—']);
    }
    atoms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(wrap("What is value to whom", 900, 4), ["What is value", "to whom"]);
        assert_eq!(wrap("Co-creation, really", 800, 4), ["Co-creation,", "really"]);
        assert_eq!(wrap("", 800, 4), [""; 0]);
    }

    #[test]
    fn long_words_and_scripts_without_spaces_are_broken() {
        let lines = wrap("Donaudampfschifffahrtsgesellschaft", 900, 9);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line) <= 900), "{lines:?}");
        assert_eq!(
            wrap("価値とは何か、だれが決める。", 640, 9),
            ["価値とは何", "か、だれが決", "める。"]
        );
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let lines = wrap("one two three four five six seven eight", 700, 2);
        assert_eq!(lines, ["one two", "three…"]);
    }
}
