//! XML: text as it may stand in a document.

/// Escapes text for content and attributes. Characters that XML 1.0 has no way to write are left out.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_xml_cannot_write_is_left_out() {
        assert_eq!(escape("a\u{1}<b> & \"c\"\u{ffff}\n"), "a&lt;b&gt; &amp; &quot;c&quot;\n");
    }
}
