//! What the fuzz targets share: each puts its input at one place of a small site, builds it and looks at what came out.
//!
//! The properties are those of the tests (`tests/suite/sound.rs`): no panic, places within their texts, reports that can
//! be written, pages that are well-formed, and the same output in a session that has built something else before.

#[path = "../../tests/suite/site.rs"]
mod site;
// Tests build their sites by themselves.
#[allow(dead_code)]
#[path = "../../tests/suite/sound.rs"]
mod sound;

use std::cell::RefCell;
use std::fs;

use hornbook::session::{Options, Session};
use hornbook::source::Sources;

/// Files that give an input something to link to, to speak of and to ask about.
const AROUND: &[(&str, &str)] = &[
    ("content/a.md", "# A\n\n## Part\n\nThe value of a service.\n"),
    ("content/unit/b.md", "# B\n\n```quiz id=one\nWhich?\n\n- [x] this\n- [ ] that\n```\n"),
    ("content/glossary/service.md", "# Service\n\nA way to help.\n"),
    ("content/glossary/service-provider.md", "# Service provider\n\nWho helps.\n"),
    ("content/p.svg", ""),
];

thread_local! {
    /// A session that has built what stands around inputs: it knows the theme, which costs more than most inputs.
    static SESSION: RefCell<Session> = RefCell::new(session());
}

fn session() -> Session {
    let mut session = Session::default();
    session.build(&site::sources(AROUND.iter().copied()), &Options::default());
    session
}

/// The text of an input; what is not UTF-8 is replaced, as `load` does.
pub fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// Builds a site of these files and what stands around, and looks at it.
pub fn site(files: &[(&str, &str)]) {
    let around = AROUND.iter().filter(|(path, _)| files.iter().all(|(own, _)| own != path));
    look_at(&site::sources(around.chain(files).copied()));
}

fn look_at(sources: &Sources) {
    SESSION.with_borrow_mut(|session| {
        // From the same state for each input, so that a finding is found again.
        session.build(&site::sources(AROUND.iter().copied()), &Options::default());
        let build = session.build(sources, &Options::default());
        or_panic(sound::look_at(sources, &build));
        // A clean build compiles the theme: one input in eight, by what it is.
        if sources.lessons.iter().fold(0, |sum, lesson| sum ^ lesson.hash) % 8 == 0 {
            or_panic(sound::same_as_clean(&build, sources));
        }
    });
}

/// Loads a site from disk with a file of these bytes in it and builds it.
pub fn on_disk(path: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("content")).expect("a folder");
    fs::write(folder.path().join(path), bytes).expect("a file");
    let sources = hornbook::load::load(folder.path(), None).expect("a site that can be read");
    look_at(&sources);
}

fn or_panic(looked: Result<(), String>) {
    if let Err(wrong) = looked {
        panic!("{wrong}");
    }
}
