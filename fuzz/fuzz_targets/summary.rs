//! SUMMARY.md: the order of a book.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    hornbook_fuzz::site(&[("content/SUMMARY.md", &text)]);
});
