//! What stands in a question, and an exam that draws it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = hornbook_fuzz::text(data);
    let question = format!("`````quiz\n{text}\n`````\n");
    let exam = "+++\nexam = { draw = 2 }\n+++\n";
    hornbook_fuzz::site(&[("content/a.md", &question), ("content/exam.md", exam)]);
});
