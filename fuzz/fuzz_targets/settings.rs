//! site.toml, and the strings of a theme.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    hornbook_fuzz::site(&[("site.toml", &text)]);
    hornbook_fuzz::site(&[("site.toml", "theme = \"own\""), ("themes/own/strings/en.toml", &text)]);
});
