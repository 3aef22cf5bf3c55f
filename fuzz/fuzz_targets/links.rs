//! Destinations and names: each line is a link of every kind.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    let links = text.lines().map(|line| {
        format!("[[{line}]] ![[{line}]] [x]({line}) ![x](<{line}>) [y]\n\n[y]: {line}\n\n")
    });
    let links: String = links.collect();
    hornbook_fuzz::site(&[("content/unit/a.md", &links), ("content/unit/index.md", &text)]);
});
