//! Terms, a line each, matched in a text: the first half of the lines are terms, the others the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    let lines: Vec<&str> = text.lines().take(24).collect();
    let (terms, rest) = lines.split_at(lines.len() / 2);
    let term = |title: &&str| {
        let title = serde_json::Value::from(*title);
        format!("---\ntitle: {title}\n---\n\nWhat it is.\n")
    };
    let terms: Vec<(String, String)> = terms
        .iter()
        .enumerate()
        .map(|(number, title)| (format!("content/glossary/t{number}.md"), term(title)))
        .collect();
    let lesson = rest.join("\n");
    let mut files: Vec<(&str, &str)> =
        terms.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("content/a.md", &lesson));
    hornbook_fuzz::site(&files);
});
