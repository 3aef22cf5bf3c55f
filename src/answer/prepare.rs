//! Signs and letters of an answer in one form, the first of the rules.

use unicode_normalization::UnicodeNormalization;

use super::{decimal_sign, primary};

/// Lower case, in one form, with one sign for each thing: `'` `"` `-` `/`, digits 0 to 9, single spaces, none at the ends.
pub fn prepare(text: &str, language: &str) -> Vec<char> {
    let mut prepared = match text.is_ascii() && !is_turkish(language) {
        true => prepare_ascii(text),
        false => prepare_any(text, language),
    };
    prepared.pop_if(|last| *last == ' ');
    prepared
}

/// ASCII has few of the signs that [`prepare_any`] tells apart, and most texts are ASCII.
fn prepare_ascii(text: &str) -> Vec<char> {
    let mut prepared: Vec<char> = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' | b'\t'..=b'\r' => {
                if prepared.last().is_some_and(|last| *last != ' ') {
                    prepared.push(' ');
                }
            }
            b'`' => prepared.push('\''),
            _ => prepared.push(char::from(byte.to_ascii_lowercase())),
        }
    }
    prepared
}

fn prepare_any(text: &str, language: &str) -> Vec<char> {
    let text: String = before(text, language).collect();
    // In ASCII there is nothing to compose.
    let folded: String = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfkc().collect::<String>().to_lowercase().nfkc().collect(),
    };
    let mut prepared: Vec<char> = Vec::with_capacity(folded.len());
    for c in folded.chars() {
        let last = prepared.last().copied();
        let c = match c {
            // Soft hyphens, joiners, marks of direction, variation selectors, the Arabic tatweel; and ¿ ¡.
            '\u{ad}'
            | '\u{61c}'
            | '\u{640}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' => continue,
            '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '¿' | '¡' => {
                continue;
            }
            // Of "İ", which is "i" with a dot more.
            '\u{307}' if last == Some('i') => continue,
            'ς' => 'σ',
            '‐'..='―' | '⁃' | '−' => '-',
            '⁄' | '∕' => '/',
            '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '״'
            | '「'..='』'
            | '〈'..='《'
            | '》' => '"',
            '、' | '،' => ',',
            '。' | '।' => '.',
            '؛' => ';',
            '؟' => '?',
            '٫' => decimal_sign(language),
            '٬' if decimal_sign(language) == '.' => ',',
            '٬' => '.',
            // A double prime is two.
            '′' => '\'',
            c if c.is_whitespace() => ' ',
            c => digit(c),
        };
        if c != ' ' || last.is_some_and(|last| last != ' ') {
            prepared.push(c);
        }
    }
    prepared
}

/// What Normalization Form KC would make unrecognisable: an accent used as an apostrophe would become a space, "10²"
/// the number 102, and "1½" eleven halves. Turkish is as [`is_turkish`] says.
fn before(text: &str, language: &str) -> impl Iterator<Item = char> {
    let turkish = is_turkish(language);
    let mut made = Vec::with_capacity(text.len());
    let mut raised = false;
    let mut last = ' ';
    for c in text.chars() {
        let is_raised = matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁻' | 'ⁿ');
        if is_raised && !raised {
            made.push('^');
        }
        raised = is_raised;
        if matches!(c, '¼'..='¾' | '⅐'..='⅞' | '↉') && last.is_numeric() {
            made.push(' ');
        }
        made.push(match c {
            '\u{b4}' | '`' | '‘'..='‛' | '′' | '׳' | '\u{2b9}' | '\u{2bb}' | '\u{2bc}' => {
                '\''
            }
            'I' if turkish => 'ı',
            'İ' if turkish => 'i',
            c => c,
        });
        last = c;
    }
    made.into_iter()
}

/// The zeros of the scripts whose digits stand one after the other and are not Latin ones in another shape.
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
];

fn digit(c: char) -> char {
    let code = u32::from(c);
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code));
    zero.and_then(|zero| char::from_digit(code - zero, 10)).unwrap_or(c)
}

/// Whether a language has small letters of its own for I and İ.
fn is_turkish(language: &str) -> bool {
    matches!(primary(language).as_str(), "tr" | "az")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_is_prepared_as_any_text(text in "[\\x00-\\x7f]{0,40}|[ `'a-zA-Z0-9\t\n\u{b}]{0,40}") {
            for language in ["", "en", "de", "tr"] {
                let mut prepared = prepare_any(&text, language);
                prepared.pop_if(|last| *last == ' ');
                prop_assert_eq!(prepare(&text, language), prepared);
            }
        }
    }
}
