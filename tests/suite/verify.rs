//! Verifying with the real binary: what is built comes out the same, and a folder that was touched is told.

use std::fs;

use libtest_mimic::Trial;

use crate::cli::{Outcome, Test, holds, put, run, same, site};

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 5] = [
        ("a build that is verified says so and changes nothing", build),
        ("what was touched in a folder is told file by file", touched),
        ("a copy without its manifest is compared with the original's", copied),
        ("an interrupted build is told", interrupted),
        ("the addresses of a deployment are listed as browsers ask for them", addresses),
    ];
    tests.map(|(name, test)| Trial::test(format!("verify: {name}"), test)).into()
}

const COURSE: &[(&str, &str)] = &[
    ("site.toml", "title = \"A course\"\ntheme = \"own\"\n"),
    ("content/a.md", "# A\n\nIts value, and [b](b.md). ![A plan](<plan one.svg>)\n"),
    ("content/b.md", "# B\n\n```quiz\nWhat?\n\n- [x] This\n- [ ] That\n```\n"),
    ("content/glossary/value.md", "# Value\n\nWorth.\n"),
    ("content/plan one.svg", "<svg/>"),
    ("themes/own/static/own.css", "main {}"),
];

fn build() -> Outcome {
    let dir = site(COURSE)?;
    let told = run(dir.path(), &["build", "--verify"])?.expect(0)?;
    holds(&told.err, "every way of building gives them")?;
    same(told.out.as_str(), "")?;
    let again = run(dir.path(), &["build", "--verify"])?.expect(0)?;
    holds(&again.err, ": 0 files written")?;
    run(dir.path(), &["build", "--verify", "--watch"])?.expect(2)?;
    Ok(())
}

fn touched() -> Outcome {
    let dir = site(COURSE)?;
    run(dir.path(), &["build"])?.expect(0)?;
    let told = run(dir.path(), &["verify"])?.expect(0)?;
    holds(&told.err, " in public: 0 wrong\n")?;
    let public = dir.path().join("public");
    put(&public, "a.html", b"touched")?;
    put(&public, "CNAME", b"course.example")?;
    fs::remove_file(public.join("plan one.svg"))?;
    fs::remove_dir_all(public.join("glossary"))?;
    put(&public, "glossary", b"a file")?;
    let told = run(dir.path(), &["verify", "public"])?.expect(2)?;
    let expected = "differs: a.html\nmissing: glossary/index.html\nmissing: glossary/index.md\n\
                    missing: glossary/value.html\nmissing: glossary/value.md\nmissing: plan one.svg\n";
    same(told.out.as_str(), expected)?;
    holds(&told.err, "6 wrong; 2 other files besides")
}

fn copied() -> Outcome {
    let dir = site(COURSE)?;
    run(dir.path(), &["build"])?.expect(0)?;
    let (public, manifest) = (dir.path().join("public"), "kept.json");
    fs::rename(public.join(".hornbook.json"), dir.path().join(manifest))?;
    let told = run(dir.path(), &["verify", "public"])?.expect(2)?;
    holds(&told.err, "public has no .hornbook.json")?;
    run(dir.path(), &["verify", "public", "--manifest", manifest])?.expect(0)?;
    put(&public, "b.html", b"")?;
    let told = run(dir.path(), &["verify", "public", "--manifest", manifest])?.expect(2)?;
    same(told.out.as_str(), "differs: b.html\n")?;
    // A forged one is no way to look elsewhere.
    put(dir.path(), manifest, br#"{"hornbook": 1, "files": {"../site.toml": "00"}}"#)?;
    let told = run(dir.path(), &["verify", "public", "--manifest", manifest])?.expect(2)?;
    same(told.out.as_str(), "missing: ../site.toml\n")
}

fn interrupted() -> Outcome {
    let dir = site(COURSE)?;
    put(dir.path(), "public/.hornbook.json", br#"{"hornbook": 1, "files": {"a.html": ""}}"#)?;
    let told = run(dir.path(), &["verify"])?.expect(2)?;
    same(told.out.as_str(), "unfinished: a.html\n")
}

fn addresses() -> Outcome {
    let dir = site(COURSE)?;
    run(dir.path(), &["build"])?.expect(0)?;
    let told = run(dir.path(), &["verify", "--addresses", "https://example.org/x"])?.expect(0)?;
    holds(&told.out, "https://example.org/x/glossary/value.html\n")?;
    holds(&told.out, "https://example.org/x/plan%20one.svg\n")
}
