//! A whole lesson: Markdown with questions, callouts, footnotes and tables.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    hornbook_fuzz::site(&[("content/a.md", &text)]);
});
