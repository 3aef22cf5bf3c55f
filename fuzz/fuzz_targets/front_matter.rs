//! Front matter in TOML or YAML, of a lesson and of a term.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (fence, text) = match data.split_first() {
        Some((first, rest)) if first % 2 == 0 => ("+++", hornbook_fuzz::text(rest)),
        _ => ("---", hornbook_fuzz::text(data)),
    };
    let file = format!("{fence}\n{text}\n{fence}\n\nThe value.\n");
    hornbook_fuzz::site(&[("content/a.md", &file), ("content/glossary/value.md", &file)]);
});
