//! Building again: a build that would change nothing does nothing, and everything that may have changed is seen.
//!
//! What a build did is told by `--timings`: one that did nothing parsed nothing. Each site is compared with one that
//! was built into an empty folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use hornbook::inputs;
use hornbook::load::survey;
use hornbook::session::Session;
use hornbook::write::{Asked, Claim, Records, Said, Stage, write};
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::cli::{self, Outcome, Run, Test, holds, put, same, tree};
use crate::edits::{Model, edit, start};
use crate::random;

pub fn trials() -> Vec<Trial> {
    let tests: &[Test] = &[
        ("what has not changed is not built", nothing),
        ("each thing that may change is seen", each_change),
        ("what was only touched, copied or put back is not built", touched),
        ("warnings are told each time, and mistakes are no reason to do nothing", diagnostics),
        ("--fresh and --verify do the work", asked_for),
        ("--cache names the folder, and what cannot be remembered is told", cache),
        ("what is remembered of folders that are gone is forgotten", gone),
    ];
    let mut trials: Vec<Trial> =
        tests.iter().map(|(name, test)| Trial::test(format!("again: {name}"), test)).collect();
    trials.push(Trial::test("again: random edits, with a record as without", random_edits));
    trials
}

const COURSE: &[(&str, &str)] = &[
    ("site.toml", "title = \"A course\"\ntheme = \"own\"\n"),
    ("content/a.md", "# A\n\nIts value, and [b](b.md). ![A plan](<plan one.svg>)\n"),
    ("content/b.md", "# B\n\nText.\n"),
    ("content/draft.md", "+++\ndraft = true\n+++\n\n# Draft\n"),
    ("content/glossary/value.md", "# Value\n\nWorth.\n"),
    ("content/plan one.svg", "<svg/>"),
    ("content/notes.txt", "one"),
    ("themes/own/static/own.css", "main {}"),
    ("themes/own/templates/term.html", "{{ page.title }}"),
    ("themes/own/strings/en.toml", "[page]\nnext = \"On\"\n"),
];

/// A course and the folder for what is remembered of it.
struct Desk {
    dir: TempDir,
    program: PathBuf,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Result<Self, Failed> {
        let dir = tempfile::tempdir()?;
        for (path, text) in files {
            put(&dir.path().join("course"), path, text.as_bytes())?;
        }
        Ok(Self { dir, program: env!("CARGO_BIN_EXE_hornbook").into() })
    }

    fn course(&self) -> PathBuf {
        self.dir.path().join("course")
    }

    fn public(&self) -> PathBuf {
        self.course().join("public")
    }

    fn run(&self, arguments: &[&str]) -> Result<Run, Failed> {
        let mut command = Command::new(&self.program);
        command.current_dir(self.course()).arg("build").args(arguments).arg("--timings");
        if !arguments.contains(&"--cache") {
            command.arg("--cache").arg(self.dir.path().join("cache"));
        }
        cli::finish(command)
    }

    /// Builds, holds the site to one that was built anew, and says whether there was work to do.
    fn works(&self, arguments: &[&str]) -> Result<bool, Failed> {
        let run = self.run(arguments)?.expect(0)?;
        let out = self.dir.path().join("anew");
        let name = out.to_string_lossy().into_owned();
        self.run(&[arguments, &["--fresh", "--out", &name]].concat())?.expect(0)?;
        same_files(&self.public(), &out)?;
        fs::remove_dir_all(out)?;
        Ok(did_work(&run))
    }

    /// Builds until nothing has to be read for it.
    fn settle(&self) -> Outcome {
        for _ in 0..3 {
            self.run(&[])?.expect(0)?;
        }
        Ok(())
    }
}

/// Fails with the paths at which two folders differ.
fn same_files(found: &Path, expected: &Path) -> Outcome {
    let (found, expected) = (tree(found)?, tree(expected)?);
    let paths = found.keys().chain(expected.keys());
    let differing: BTreeSet<_> =
        paths.filter(|path| found.get(*path) != expected.get(*path)).collect();
    same(differing, BTreeSet::new())
}

fn did_work(run: &Run) -> bool {
    run.err.contains(" %  parsing ")
}

/// Writes a file and sets its time to what it was.
fn write_unseen(path: &Path, text: &str) -> Outcome {
    let modified = fs::metadata(path)?.modified()?;
    fs::write(path, text)?;
    Ok(fs::File::options().write(true).open(path)?.set_modified(modified)?)
}

fn nothing() -> Outcome {
    let desk = Desk::new(COURSE)?;
    same(desk.works(&[])?, true)?;
    let (before, count) = (cli::times(&desk.public())?, tree(&desk.public())?.len());
    for _ in 0..3 {
        let again = desk.run(&[])?.expect(0)?;
        same(did_work(&again), false)?;
        holds(&again.err, "\nbuilt 2 lessons and 1 term (")?;
        // The manifest is a file beside those of the site.
        let written = format!(": 0 files written, {} unchanged, 0 removed\n", count - 1);
        holds(&again.err, &written)?;
    }
    same(cli::times(&desk.public())?, before)?;
    // Nothing beside the course, the folder and what is remembered.
    same(fs::read_dir(desk.dir.path())?.count(), 2)?;
    same(fs::read_dir(desk.course())?.count(), 4)
}

/// A change to a desk; what it needs of the command line.
type Change = (&'static str, fn(&Desk) -> Outcome, &'static [&'static str]);

const CHANGES: &[Change] = &[
    ("a text", |desk| write_unseen(&desk.course().join("content/b.md"), "# B\n\nOther\n"), &[]),
    ("a new text", |desk| put(&desk.course(), "content/c.md", b"# C\n"), &[]),
    ("a text less", |desk| Ok(fs::remove_file(desk.course().join("content/draft.md"))?), &[]),
    ("a copy", |desk| write_unseen(&desk.course().join("content/notes.txt"), "two"), &[]),
    ("a new copy", |desk| put(&desk.course(), "content/more.txt", b""), &[]),
    ("an image", |desk| write_unseen(&desk.course().join("content/plan one.svg"), "<svg >"), &[]),
    ("the settings", |desk| put(&desk.course(), "site.toml", b"title = \"Another\"\n"), &[]),
    (
        "a style",
        |desk| write_unseen(&desk.course().join("themes/own/static/own.css"), "nav  {}"),
        &[],
    ),
    (
        "a template",
        |desk| put(&desk.course(), "themes/own/templates/term.html", b"{{ page.title }}!"),
        &[],
    ),
    (
        "strings",
        |desk| put(&desk.course(), "themes/own/strings/en.toml", b"[page]\nnext = \"To\"\n"),
        &[],
    ),
    ("drafts", |_| Ok(()), &["--drafts"]),
    ("the address", |_| Ok(()), &["--base-url", "https://example.org/"]),
    ("a page", |desk| write_unseen(&desk.public().join("b.html"), &blank(desk)?), &[]),
    ("a page less", |desk| Ok(fs::remove_file(desk.public().join("b.html"))?), &[]),
    ("a copied file", |desk| write_unseen(&desk.public().join("notes.txt"), "two"), &[]),
    (
        "the manifest",
        |desk| {
            let path = desk.public().join(".hornbook.json");
            let text = fs::read_to_string(&path)?;
            Ok(fs::write(&path, text.replacen("\": \"", "\": \"0", 1))?)
        },
        &[],
    ),
    #[cfg(unix)]
    (
        "a link in place of a page",
        |desk| {
            let (page, other) = (desk.public().join("b.html"), desk.dir.path().join("x"));
            fs::rename(&page, &other)?;
            std::os::unix::fs::symlink(&other, &page)?;
            Ok(())
        },
        &[],
    ),
    ("what is remembered", |desk| damage(&desk.dir.path().join("cache")), &[]),
];

/// As long as a page, and nothing in it.
fn blank(desk: &Desk) -> Result<String, Failed> {
    let length = fs::metadata(desk.public().join("b.html"))?.len();
    Ok(" ".repeat(length as usize))
}

fn damage(cache: &Path) -> Outcome {
    for entry in fs::read_dir(cache)? {
        let path = entry?.path();
        let mut bytes = fs::read(&path)?;
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn each_change() -> Outcome {
    for (what, change, arguments) in CHANGES {
        // What a build has just written is known in another way than what has lain there.
        for is_settled in [false, true] {
            let told = |wrong: Failed| {
                let wrong = wrong.message().unwrap_or_default().to_owned();
                Failed::from(format!("{what}, settled: {is_settled}: {wrong}"))
            };
            let desk = Desk::new(COURSE)?;
            desk.run(&[])?.expect(0)?;
            if is_settled {
                desk.settle()?;
            }
            change(&desk)?;
            same(desk.works(arguments).map_err(told)?, true).map_err(told)?;
            same(desk.works(arguments).map_err(told)?, false).map_err(told)?;
        }
    }
    // Another program, though it does the same.
    let mut desk = Desk::new(COURSE)?;
    desk.settle()?;
    let copy = desk.dir.path().join("program");
    Command::new("cp").args([&desk.program, &copy]).status()?;
    desk.program = copy;
    same(desk.works(&[])?, true)
}

fn touched() -> Outcome {
    let desk = Desk::new(COURSE)?;
    desk.settle()?;
    let now = SystemTime::now();
    for path in ["content/a.md", "content/notes.txt", "public/index.html", "public/notes.txt"] {
        fs::File::options().write(true).open(desk.course().join(path))?.set_modified(now)?;
        same(desk.works(&[])?, false)?;
    }
    // As the cache of a CI job brings them: every file is another one, at another time.
    for folder in ["content", "public"] {
        let (folder, away) = (desk.course().join(folder), desk.dir.path().join("away"));
        fs::rename(&folder, &away)?;
        for (path, bytes) in tree(&away)? {
            put(&folder, &path.to_string_lossy(), &bytes)?;
        }
        fs::remove_dir_all(away)?;
        same(desk.works(&[])?, false)?;
        same(desk.works(&[])?, false)?;
    }
    put(&desk.course(), "content/b.md", b"# B\n\nOther\n")?;
    put(&desk.course(), "content/b.md", COURSE[2].1.as_bytes())?;
    same(desk.works(&[])?, false)
}

fn diagnostics() -> Outcome {
    let desk = Desk::new(&[("content/a.md", "# A\n\n[x]()\n")])?;
    let first = desk.run(&[])?.expect(0)?;
    let warned = |run: &Run| {
        let warned = run.err.split("warning[").nth(1).unwrap_or_default();
        warned.split("\n\n").next().map(str::to_owned)
    };
    holds(&first.err, "warning[")?;
    let second = desk.run(&[])?.expect(0)?;
    same(did_work(&second), false)?;
    same(warned(&second), warned(&first))?;
    // From elsewhere the paths in a report are other ones.
    let mut command = Command::new(&desk.program);
    command.current_dir(desk.dir.path()).args(["build", "course", "--cache", "cache"]);
    holds(&cli::finish(command)?.expect(0)?.err, "course/content/a.md")?;
    put(&desk.course(), "content/a.md", b"# A\n\n[[nowhere]]\n")?;
    for _ in 0..3 {
        desk.run(&["--keep-going"])?.expect(1)?;
        desk.run(&[])?.expect(1)?;
    }
    Ok(())
}

fn asked_for() -> Outcome {
    let desk = Desk::new(COURSE)?;
    desk.settle()?;
    same(did_work(&desk.run(&["--fresh"])?.expect(0)?), true)?;
    same(did_work(&desk.run(&[])?.expect(0)?), false)?;
    let verified = desk.run(&["--verify"])?.expect(0)?;
    same(did_work(&verified), true)?;
    holds(&verified.err, "every way of building gives them")?;
    same(did_work(&desk.run(&[])?.expect(0)?), false)
}

fn cache() -> Outcome {
    let desk = Desk::new(COURSE)?;
    let name = desk.dir.path().join("named/folder").to_string_lossy().into_owned();
    desk.run(&["--cache", &name])?.expect(0)?;
    same(did_work(&desk.run(&["--cache", &name])?.expect(0)?), false)?;
    same(did_work(&desk.run(&[])?.expect(0)?), true)?;
    // In the course it is no part of it.
    desk.run(&["--cache", "content"])?.expect(0)?;
    same(desk.works(&["--cache", "content"])?, false)?;
    put(desk.dir.path(), "file", b"")?;
    let file = desk.dir.path().join("file").to_string_lossy().into_owned();
    let run = desk.run(&["--cache", &file, "--fresh"])?.expect(0)?;
    holds(&run.err, "not remembered: cannot create ")
}

fn gone() -> Outcome {
    let desk = Desk::new(COURSE)?;
    let cache = desk.dir.path().join("cache");
    let remembered = || -> Result<usize, Failed> { Ok(fs::read_dir(&cache)?.count()) };
    put(&cache, "mine.record", b"hornbook: a build\n/nowhere\n")?;
    let out = desk.dir.path().join("other").to_string_lossy().into_owned();
    desk.run(&["--out", &out])?.expect(0)?;
    same(remembered()?, 2)?;
    fs::remove_dir_all(out)?;
    desk.run(&[])?.expect(0)?;
    same(remembered()?, 2)
}

/// What somebody does to the output between two builds.
#[derive(Clone, Copy, Debug)]
enum Hand {
    Nothing,
    /// Another byte in a file, by number, and the time set back.
    Change(u8),
    Remove(u8),
}

fn hand() -> impl Strategy<Value = Hand> {
    prop_oneof![
        4 => Just(Hand::Nothing),
        1 => any::<u8>().prop_map(Hand::Change),
        1 => any::<u8>().prop_map(Hand::Remove),
    ]
}

/// The files of a model in a folder, built with a record as the command does.
struct Place {
    dir: TempDir,
    records: Records,
}

fn random_edits() -> Outcome {
    // An edit; how often the same is built after it; what happens to the output before it is built once more.
    let turns = prop::collection::vec((edit(), 0..3_usize, hand()), 1..6);
    random::check(16, (start(), turns), |(mut model, turns)| {
        let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
        let place = Place { records: Records::new(dir.path().join("cache")), dir };
        for (number, (edit, times, hand)) in turns.iter().enumerate() {
            model.apply(edit);
            place
                .turn(&model, *times, *hand)
                .map_err(|wrong| format!("turn {number}, {:?}: {wrong:?}", turns[number]))?;
        }
        Ok(())
    })
}

impl Place {
    fn turn(&self, model: &Model, times: usize, hand: Hand) -> Outcome {
        let (site, out) = (self.dir.path().join("site"), self.dir.path().join("out"));
        fs::create_dir_all(&site)?;
        let files = model.files();
        for path in tree(&site)?.into_keys() {
            if !files.contains_key(&*path.to_string_lossy()) {
                fs::remove_file(site.join(path))?;
            }
        }
        for (path, text) in &files {
            put(&site, path, text.as_bytes())?;
        }
        for _ in 0..times {
            let _ = self.build(model, &site, &out);
        }
        if out.is_dir() {
            meddle(&out, hand)?;
        }
        let built = self.build(model, &site, &out);
        let anew = self.dir.path().join("anew");
        let sources = hornbook::load::load(&site, None)?;
        let build = Session::default().build(&sources, &model.options);
        // A file and a folder of one name are an error of the content, and cannot both be written.
        if write(&build.bundle, &site, &anew).is_err() {
            return if built.is_err() { Ok(()) } else { Err("it was written".into()) };
        }
        built?;
        same_files(&out, &anew)?;
        Ok(fs::remove_dir_all(anew)?)
    }

    fn build(&self, model: &Model, site: &Path, out: &Path) -> Outcome {
        let survey = survey(site, Some(out))?;
        let claim = Claim::take(out)?;
        let paths: Vec<_> = survey.files().cloned().collect();
        let mut asked = Asked {
            site,
            unread: inputs::key_unread(1, &survey, &model.options),
            inputs: None,
            sources: &paths,
            manner: 0,
        };
        if self.records.recall(&claim, &asked).is_some() {
            return Ok(());
        }
        let sources = survey.read()?;
        asked.inputs = Some(inputs::key(1, &sources, &model.options));
        if self.records.recall(&claim, &asked).is_some() {
            return Ok(());
        }
        let stage = Stage::on(&claim)?;
        let build = Session::default().build_onto(&sources, &model.options, &stage);
        let written = stage.write(&build.bundle, site)?;
        Ok(self.records.keep(&claim, &asked, Said::default(), &written)?)
    }
}

fn meddle(out: &Path, hand: Hand) -> Outcome {
    let files: Vec<_> =
        tree(out)?.into_iter().filter(|(path, _)| !path.starts_with(".hornbook.json")).collect();
    let chosen = |number: u8| files.get(usize::from(number) % files.len().max(1));
    match hand {
        Hand::Nothing => {}
        Hand::Remove(number) => {
            if let Some((path, _)) = chosen(number) {
                fs::remove_file(out.join(path))?;
            }
        }
        Hand::Change(number) => {
            if let Some((path, bytes)) = chosen(number).filter(|(_, bytes)| !bytes.is_empty()) {
                let (path, mut bytes) = (out.join(path), bytes.clone());
                let modified = fs::metadata(&path)?.modified()?;
                bytes[0] ^= 1;
                fs::write(&path, bytes)?;
                fs::File::options().write(true).open(&path)?.set_modified(modified)?;
            }
        }
    }
    Ok(())
}
