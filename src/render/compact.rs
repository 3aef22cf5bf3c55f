//! The built-in theme's scripts and stylesheets as readers get them: without comments and indentation.
//!
//! Whoever looks at the sources has them with their comments; a learner on a slow line does not pay for these. This is
//! no minifier: it takes away whole lines and the white space before others, and nothing inside of a line. The files
//! of the theme are held to what that asks for (a unit test): no line within a string or a template literal begins
//! like a comment.

use std::borrow::Cow;

/// A static file by its name, ready for readers.
pub fn compact<'a>(name: &str, text: &'a str) -> Cow<'a, str> {
    match name.rsplit_once('.') {
        Some((_, "js" | "css")) => Cow::Owned(without_comments(text)),
        _ => Cow::Borrowed(text),
    }
}

/// Leaves out empty lines, indentation, and the lines that are comments as a whole.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines() {
        let line = line.trim();
        let opens = line.starts_with("/*");
        if in_comment || opens {
            in_comment = !line.contains("*/");
            // What follows a comment on its last line stays.
            let rest = line.split_once("*/").map_or("", |(_, rest)| rest.trim_start());
            push_line(rest, &mut out);
        } else if !line.starts_with("//") {
            push_line(line, &mut out);
        }
    }
    out
}

fn push_line(line: &str, out: &mut String) {
    if !line.is_empty() {
        out.push_str(line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme::STATIC;
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let text = "// what\nconst a = 1; // why\n\n  /* one\n   * two */ b();\n/** x */\n  c(\"// d\");\n";
        assert_eq!(without_comments(text), "const a = 1; // why\nb();\nc(\"// d\");\n");
    }

    /// A line of a template literal may begin like a comment, and would be lost.
    #[test]
    fn no_built_in_script_has_a_literal_over_several_lines() {
        for (name, text) in STATIC.iter().filter(|(name, _)| name.ends_with(".js")) {
            for (number, line) in text.lines().enumerate() {
                let is_comment =
                    line.trim_start().starts_with("//") || line.trim_start().starts_with('*');
                let ticks = line.matches('`').count();
                assert!(is_comment || ticks % 2 == 0, "{name}:{}: {line}", number + 1);
            }
        }
    }
}
