//! The command as its users have it: the real binary, in temporary folders.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use libtest_mimic::{Completion, Failed, Trial};
use tempfile::TempDir;
use walkdir::WalkDir;

pub type Outcome = Result<(), Failed>;
/// What a test is called, and what it does.
pub type Test = (&'static str, fn() -> Outcome);

pub fn trials() -> Vec<Trial> {
    let tests: &[Test] = &[
        ("the exit status is 0, 1 or 2", exit_status),
        ("people read standard error and programs standard output", streams),
        ("build writes nothing while there are errors", errors_keep_from_writing),
        ("build --keep-going writes and still exits with 1", keep_going),
        ("a second build leaves every file alone", second_build),
        ("a long build tells what it is doing", long_build),
        ("--timings says how long each step took", timings),
        ("a build takes away what is no longer made", removes_old_files),
        ("a folder that is not ours is refused", foreign_output),
        ("output in, on or above the sources is refused", output_in_sources),
        ("--out names the folder, and it is not read as content", out),
        ("init, build and check are clean", init),
        ("init refuses a folder that is not empty", init_refuses),
        ("new lesson numbers on and finds units by name", new_lesson),
        ("new refuses what is there", new_refuses),
        ("new keeps quotes and foreign scripts in titles", new_titles),
        ("new term adds to the glossary", new_term),
        ("without a terminal there are no colours", no_colours),
        ("--format json is one document", json),
        ("--format sarif is SARIF 2.1.0", sarif),
        ("--format github has one line for each mistake", github),
        ("--format short has one line for each mistake", short),
        ("paths in messages lead from where the command runs", paths_in_messages),
        ("a file that is not UTF-8 is reported", not_utf8),
        ("a link that leads outside is reported", outside_file),
        ("links inside of the folder are followed", inside_links),
        ("the same sources give the same bytes everywhere", same_bytes),
        ("--base-url stands in for that of site.toml", base_url),
        ("--drafts publishes drafts", drafts),
        ("a folder without site.toml is a course", plain_folder),
        ("README.md gives way to index.md", readme),
        ("hidden files and other tools' folders are left out", hidden_files),
        ("images get their size", image_sizes),
        ("assets are copied byte for byte", assets),
        ("a closed pipe is no panic", closed_pipe),
        ("a wrong argument exits with 2 and says which", wrong_arguments),
        ("help and version go to standard output", help),
        ("the sources are never touched", sources_stay),
        ("a folder inside of a course's content is refused", inside_content),
        ("output that cannot be written exits with 2", full_disk),
        ("theme eject lists the parts", eject_lists),
        ("theme eject copies parts that build the same site", eject_copies),
        ("theme eject refuses what is there", eject_refuses),
        ("explain says why, for people and for programs", explain),
        ("explain refuses what is no lesson", explain_refuses),
    ];
    let tests = tests.iter().map(|(name, test)| Trial::test(format!("cli: {name}"), test));
    let unreadable = Trial::ignorable_test("cli: an unreadable folder is named", unreadable);
    tests.chain([unreadable]).collect()
}

/// Where the system keeps what programs remember, for a program that is tested: not with what its user has there.
pub const CACHE: (&str, &str) = if cfg!(windows) {
    ("LOCALAPPDATA", env!("CARGO_TARGET_TMPDIR"))
} else {
    ("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
};

/// What one run of the command gave.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn expect(self, status: i32) -> Result<Self, Failed> {
        if self.status == status {
            return Ok(self);
        }
        let Self { status: found, out, err } = self;
        Err(format!("exit status {found} instead of {status}\n{out}\n{err}").into())
    }
}

pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hornbook"));
    command.current_dir(dir).args(arguments).stdin(Stdio::null());
    command.env(CACHE.0, CACHE.1);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        command.env_remove(name);
    }
    command
}

pub fn run(dir: &Path, arguments: &[&str]) -> Result<Run, Failed> {
    finish(command(dir, arguments))
}

pub fn finish(mut command: Command) -> Result<Run, Failed> {
    let output = command.output()?;
    let text = |bytes| String::from_utf8(bytes).map_err(|error| Failed::from(error.to_string()));
    let run = Run {
        status: output.status.code().ok_or("it was ended by a signal")?,
        out: text(output.stdout)?,
        err: text(output.stderr)?,
    };
    if run.err.contains("panicked") { Err(run.err.into()) } else { Ok(run) }
}

/// A folder with these files.
pub fn site(files: &[(&str, &str)]) -> Result<TempDir, Failed> {
    let dir = tempfile::tempdir()?;
    for (path, text) in files {
        put(dir.path(), path, text.as_bytes())?;
    }
    Ok(dir)
}

pub fn put(dir: &Path, path: &str, bytes: &[u8]) -> Outcome {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap_or(dir))?;
    Ok(fs::write(path, bytes)?)
}

/// Every file below a folder with its bytes.
pub fn tree(dir: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(dir) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.insert(entry.path().strip_prefix(dir)?.to_owned(), fs::read(entry.path())?);
        }
    }
    Ok(files)
}

pub fn times(dir: &Path) -> Result<BTreeMap<PathBuf, SystemTime>, Failed> {
    let mut times = BTreeMap::new();
    for path in tree(dir)?.into_keys() {
        let modified = fs::metadata(dir.join(&path))?.modified()?;
        times.insert(path, modified);
    }
    Ok(times)
}

pub fn holds(text: &str, part: &str) -> Outcome {
    if text.contains(part) { Ok(()) } else { Err(format!("no {part:?} in\n{text}").into()) }
}

fn lacks(text: &str, part: &str) -> Outcome {
    if text.contains(part) { Err(format!("{part:?} is in\n{text}").into()) } else { Ok(()) }
}

pub fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{found:?} instead of {expected:?}").into())
    }
}

const CLEAN: &[(&str, &str)] = &[("site.toml", "title = \"Course\"\n"), ("content/a.md", "# A\n")];
const BROKEN: &[(&str, &str)] =
    &[("site.toml", "title = \"Course\"\n"), ("content/a.md", "# A\n\n[[nowhere]]\n")];
const WARNED: &[(&str, &str)] =
    &[("site.toml", "title = \"Course\"\n"), ("content/a.md", "# A\n\n[x]()\n")];

fn exit_status() -> Outcome {
    let (clean, broken, warned) = (site(CLEAN)?, site(BROKEN)?, site(WARNED)?);
    for command in ["build", "check"] {
        run(clean.path(), &[command])?.expect(0)?;
        run(warned.path(), &[command])?.expect(0)?;
        run(broken.path(), &[command])?.expect(1)?;
        let missing = run(clean.path(), &[command, "no-such-folder"])?.expect(2)?;
        holds(&missing.err, "cannot open no-such-folder")?;
        let file = run(clean.path(), &[command, "site.toml"])?.expect(2)?;
        holds(&file.err, "site.toml is a file")?;
    }
    let empty = tempfile::tempdir()?;
    holds(&run(empty.path(), &["check"])?.expect(1)?.err, "error[empty-course]")
}

fn streams() -> Outcome {
    let broken = site(BROKEN)?;
    for format in ["human", "short"] {
        let told = run(broken.path(), &["check", "--format", format])?.expect(1)?;
        same(told.out.as_str(), "")?;
        holds(&told.err, "unknown-link")?;
    }
    for format in ["json", "sarif", "github"] {
        let told = run(broken.path(), &["check", "--format", format])?.expect(1)?;
        holds(&told.out, "unknown-link")?;
        lacks(&told.err, "unknown-link")?;
        holds(&told.err, "1 error")?;
    }
    let built = run(broken.path(), &["build", "--keep-going"])?.expect(1)?;
    same(built.out.as_str(), "")?;
    holds(&built.err, "built 1 lesson")
}

fn errors_keep_from_writing() -> Outcome {
    let broken = site(BROKEN)?;
    let told = run(broken.path(), &["build"])?.expect(1)?;
    holds(&told.err, "nothing written: 1 error; --keep-going writes the site all the same")?;
    same(broken.path().join("public").exists(), false)?;
    // A site that was published stays as it is.
    put(broken.path(), "content/a.md", b"# A\n")?;
    run(broken.path(), &["build"])?.expect(0)?;
    let before = tree(&broken.path().join("public"))?;
    put(broken.path(), "content/a.md", b"# A\n\n[[nowhere]]\n")?;
    run(broken.path(), &["build"])?.expect(1)?;
    same(tree(&broken.path().join("public"))? == before, true)
}

fn keep_going() -> Outcome {
    let broken = site(BROKEN)?;
    run(broken.path(), &["build", "--keep-going"])?.expect(1)?;
    holds(&fs::read_to_string(broken.path().join("public/a.html"))?, "[[nowhere]]")
}

fn long_build() -> Outcome {
    let clean = site(CLEAN)?;
    // Another build is at work in the folder.
    let lock = fs::File::create(clean.path().join(".public.hornbook-lock"))?;
    lock.lock()?;
    let mut build = command(clean.path(), &["build"]).stderr(Stdio::piped()).spawn()?;
    let mut said = BufReader::new(build.stderr.take().ok_or("no standard error")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    same(line.as_str(), "waiting\n")?;
    drop(lock);
    said.read_to_string(&mut line)?;
    holds(&line, "built 1 lesson")?;
    same(build.wait()?.code(), Some(0))
}

fn timings() -> Outcome {
    let clean = site(CLEAN)?;
    for (command, last) in [("build", "writing"), ("check", "telling")] {
        let told = run(clean.path(), &[command, "--timings"])?.expect(0)?.err;
        for step in ["loading", "parsing", "recognising", "linking", "rendering", "indexing", last]
        {
            holds(&told, &format!(" %  {step} "))?;
        }
        holds(&told, "in all\n")?;
    }
    Ok(())
}

fn second_build() -> Outcome {
    let clean = site(CLEAN)?;
    run(clean.path(), &["build"])?.expect(0)?;
    let public = clean.path().join("public");
    let (before, count) = (times(&public)?, tree(&public)?.len());
    let again = run(clean.path(), &["build"])?.expect(0)?;
    // The manifest is a file beside those of the site.
    holds(&again.err, &format!(": 0 files written, {} unchanged, 0 removed", count - 1))?;
    same(times(&public)?, before.clone())?;
    put(clean.path(), "content/b.md", b"# B\n\nMore.\n")?;
    run(clean.path(), &["build"])?.expect(0)?;
    let is_style = |path: &&PathBuf| path.ends_with("style.css");
    let style = before.keys().find(is_style).ok_or("no style sheet")?;
    same(times(&public)?.get(style), before.get(style))
}

fn removes_old_files() -> Outcome {
    let clean = site(CLEAN)?;
    put(clean.path(), "site.toml", b"[search]\nenabled = false\n")?;
    put(clean.path(), "content/unit/b.md", b"# B\n")?;
    run(clean.path(), &["build"])?.expect(0)?;
    fs::remove_dir_all(clean.path().join("content/unit"))?;
    let told = run(clean.path(), &["build"])?.expect(0)?;
    // The lesson and its unit, each with its Markdown, and the map: one lesson needs none.
    holds(&told.err, "5 removed")?;
    same(clean.path().join("public/unit").exists(), false)
}

fn foreign_output() -> Outcome {
    let clean = site(CLEAN)?;
    put(clean.path(), "public/precious.txt", b"mine")?;
    let told = run(clean.path(), &["build"])?.expect(2)?;
    holds(&told.err, "was not written by hornbook")?;
    same(tree(&clean.path().join("public"))?.len(), 1)
}

fn output_in_sources() -> Outcome {
    let clean = site(CLEAN)?;
    let before = tree(clean.path())?;
    for out in [".", "content", "content/public", "themes/x", "..", "content/../content"] {
        let told = run(clean.path(), &["build", "--out", out])?.expect(2)?;
        holds(&told.err, "choose another folder with --out")?;
    }
    same(tree(clean.path())? == before, true)
}

fn out() -> Outcome {
    let plain = site(&[("a.md", "# A\n"), ("sub/b.md", "# B\n")])?;
    for _ in 0..2 {
        let told = run(plain.path(), &["build", "--out", "made/here"])?.expect(0)?;
        holds(&told.err, "built 2 lessons and 0 terms (5 pages) into made/here")?;
    }
    same(plain.path().join("made/here/sub/b.html").is_file(), true)?;
    // A site that was written before to another folder is no content either.
    let told = run(plain.path(), &["build"])?.expect(0)?;
    holds(&told.err, "built 2 lessons and 0 terms (5 pages) into ./public")
}

fn init() -> Outcome {
    let dir = tempfile::tempdir()?;
    let made = run(dir.path(), &["init", "my-first_course"])?.expect(0)?;
    holds(&made.err, "next: hornbook serve my-first_course")?;
    let built = run(dir.path(), &["build", "my-first_course"])?.expect(0)?;
    lacks(&built.err, "warning")?;
    let checked = run(dir.path(), &["check", "my-first_course"])?.expect(0)?;
    holds(&checked.err, ": no errors")?;
    let home = fs::read_to_string(dir.path().join("my-first_course/public/index.html"))?;
    holds(&home, "My first course")
}

fn init_refuses() -> Outcome {
    let dir = site(&[("full/note.txt", "mine"), ("file", "mine")])?;
    let before = tree(dir.path())?;
    holds(&run(dir.path(), &["init", "full"])?.expect(2)?.err, "full is not empty")?;
    run(dir.path(), &["init", "file"])?.expect(2)?;
    same(tree(dir.path())? == before, true)?;
    fs::create_dir(dir.path().join("empty"))?;
    run(dir.path(), &["init", "empty"])?.expect(0)?;
    run(dir.path(), &["init"])?.expect(2).map(drop)
}

fn new_lesson() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "c"])?.expect(0)?;
    let new = |arguments: &[&str]| {
        let arguments = [&["new", "lesson", "--site", "c"], arguments].concat();
        run(dir.path(), &arguments)?.expect(0).map(|made| made.err)
    };
    same(
        new(&["Why it matters", "--unit", "first-steps"])?.as_str(),
        "made c/content/01-first-steps/03-why-it-matters.md\n",
    )?;
    same(
        new(&["And how", "--unit", "01-first-steps"])?.as_str(),
        "made c/content/01-first-steps/04-and-how.md\n",
    )?;
    same(new(&["At the top"])?.as_str(), "made c/content/02-at-the-top.md\n")?;
    holds(&run(dir.path(), &["check", "c"])?.expect(0)?.err, "no errors")?;
    let wrong = run(dir.path(), &["new", "lesson", "X", "--site", "c", "--unit", "nothing"])?;
    holds(&wrong.expect(2)?.err, "there is no unit `nothing`; the units are: 01-first-steps")?;
    for unit in ["..", "../..", "/tmp", "glossary/.."] {
        run(dir.path(), &["new", "lesson", "X", "--site", "c", "--unit", unit])?.expect(2)?;
    }
    Ok(())
}

fn new_refuses() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "."])?.expect(0)?;
    let before = tree(dir.path())?;
    let lesson = ["new", "lesson", "A first lesson", "--unit", "first-steps"];
    holds(&run(dir.path(), &lesson)?.expect(2)?.err, "01-a-first-lesson.md is already there")?;
    let term = run(dir.path(), &["new", "term", "LESSON"])?.expect(2)?;
    holds(&term.err, "lesson.md is already there")?;
    holds(&run(dir.path(), &["new", "term", "?!"])?.expect(2)?.err, "is no title")?;
    let elsewhere = tempfile::tempdir()?;
    let told = run(elsewhere.path(), &["new", "term", "Value"])?.expect(2)?;
    holds(&told.err, "neither site.toml nor content/")?;
    same(tree(dir.path())? == before, true)
}

fn eject_lists() -> Outcome {
    let dir = tempfile::tempdir()?;
    let told = run(dir.path(), &["theme", "eject"])?.expect(0)?.out;
    for part in ["lesson.html ", "style.css ", "strings/de.toml ", "all "] {
        holds(&told, part)?;
    }
    holds(&told, "A lesson: what it asks for and promises")?;
    same(tree(dir.path())?.len(), 0)
}

fn eject_copies() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "c"])?.expect(0)?;
    let pages = |dir: &Path| {
        run(dir, &["build", "c", "--out", "out"])?.expect(0)?;
        let files = tree(&dir.join("out"))?;
        // A copied style sheet has its comments, and so the folder of the theme another name.
        let style = files.keys().find(|path| path.ends_with("style.css")).ok_or("no style")?;
        let theme = style.parent().and_then(Path::file_name).ok_or("no folder")?;
        let theme = theme.to_string_lossy().into_owned();
        let pages = files
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|kind| kind == "html"))
            .map(|(path, text)| (path, String::from_utf8_lossy(&text).replace(&theme, "HASH")));
        Ok::<_, Failed>(pages.collect::<Vec<_>>())
    };
    let before = pages(dir.path())?;
    let told = run(dir.path(), &["theme", "eject", "lesson.html", "--site", "c"])?.expect(0)?.err;
    holds(&told, "made c/themes/custom/templates/lesson.html\n")?;
    holds(&told, "write theme = \"custom\" into site.toml")?;
    let config = dir.path().join("c/site.toml");
    let text = fs::read_to_string(&config)?;
    fs::write(&config, format!("theme = \"mine\"\n{text}"))?;
    let told = run(dir.path(), &["theme", "eject", "all", "--site", "c"])?.expect(0)?.err;
    holds(&told, "made c/themes/mine/static/style.css\n")?;
    holds(&told, "made c/themes/mine/strings/ar.toml\n")?;
    same(told.contains("next:"), false)?;
    same(pages(dir.path())? == before, true)
}

fn eject_refuses() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "."])?.expect(0)?;
    run(dir.path(), &["theme", "eject", "strings/de.toml", "--name", "x"])?.expect(0)?;
    let before = tree(dir.path())?;
    let told = run(dir.path(), &["theme", "eject", "all", "--name", "x"])?.expect(2)?;
    holds(&told.err, "themes/x/strings/de.toml is already there")?;
    let told = run(dir.path(), &["theme", "eject", "leson.html"])?.expect(2)?;
    holds(&told.err, "no part `leson.html`; did you mean `lesson.html`?")?;
    run(dir.path(), &["theme", "eject", "all", "--name", "../x"])?.expect(2)?;
    same(tree(dir.path())? == before, true)?;
    let elsewhere = tempfile::tempdir()?;
    let told = run(elsewhere.path(), &["theme", "eject", "all"])?.expect(2)?;
    holds(&told.err, "neither site.toml nor content/")
}

fn new_titles() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "."])?.expect(0)?;
    for title in ["Say \"why\" \\ 'how'", "値とは何か", "C++ & <b>"] {
        run(dir.path(), &["new", "lesson", title])?.expect(0)?;
    }
    run(dir.path(), &["build"])?.expect(0)?;
    let page = |name: &str| fs::read_to_string(dir.path().join("public").join(name));
    holds(&page("say-why-how.html")?, "<h1>Say &quot;why&quot; \\ &#39;how&#39;</h1>")?;
    holds(&page("値とは何か.html")?, "<h1>値とは何か</h1>")?;
    holds(&page("c-b.html")?, "<h1>C++ &amp; &lt;b&gt;</h1>")
}

fn new_term() -> Outcome {
    let dir = site(CLEAN)?;
    let made = run(dir.path(), &["new", "term", "Guiding principle"])?.expect(0)?;
    same(made.err.as_str(), "made ./content/glossary/guiding-principle.md\n")?;
    run(dir.path(), &["build"])?.expect(0)?;
    let glossary = fs::read_to_string(dir.path().join("public/glossary/index.html"))?;
    holds(&glossary, "<a href=\"guiding-principle.html\">Guiding principle</a>")
}

fn no_colours() -> Outcome {
    let broken = site(BROKEN)?;
    for arguments in [&["check"][..], &["build"], &["build", "nowhere"], &["check", "--help"]] {
        let plain = run(broken.path(), arguments)?;
        lacks(&plain.err, "\u{1b}")?;
        lacks(&plain.out, "\u{1b}")?;
    }
    let mut forced = command(broken.path(), &["check"]);
    forced.env("CLICOLOR_FORCE", "1");
    holds(&finish(forced)?.err, "\u{1b}[")?;
    let mut forced = command(broken.path(), &["check"]);
    forced.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    lacks(&finish(forced)?.err, "\u{1b}")
}

fn json() -> Outcome {
    for files in [BROKEN, WARNED, CLEAN] {
        let told = run(site(files)?.path(), &["check", "--format", "json"])?;
        let document: serde_json::Value = serde_json::from_str(&told.out)?;
        let text = document.to_string();
        same(text.contains("unknown-link"), files == BROKEN)?;
        same(text.contains("content/a.md"), files != CLEAN)?;
    }
    Ok(())
}

fn sarif() -> Outcome {
    let told = run(site(BROKEN)?.path(), &["check", "--format", "sarif"])?.expect(1)?;
    let document: serde_json::Value = serde_json::from_str(&told.out)?;
    same(&document["version"], &"2.1.0".into())?;
    let result = &document["runs"][0]["results"][0];
    same(&result["ruleId"], &"unknown-link".into())?;
    same(&result["level"], &"error".into())?;
    let location = &result["locations"][0]["physicalLocation"];
    same(&location["artifactLocation"]["uri"], &"content/a.md".into())?;
    let region = &location["region"];
    same((&region["startLine"], &region["startColumn"]), (&3.into(), &3.into()))?;
    let clean = run(site(CLEAN)?.path(), &["check", "--format", "sarif"])?.expect(0)?;
    let document: serde_json::Value = serde_json::from_str(&clean.out)?;
    same(&document["runs"][0]["results"], &serde_json::json!([]))
}

fn github() -> Outcome {
    let told = run(site(BROKEN)?.path(), &["check", "--format", "github"])?.expect(1)?;
    same(told.out.lines().count(), 1)?;
    same(told.out.starts_with("::error file=content/a.md,line=3,endLine=3,col=3,"), true)?;
    holds(&told.out, ",title=unknown-link::")
}

fn short() -> Outcome {
    let told = run(site(BROKEN)?.path(), &["check", "--format", "short"])?.expect(1)?;
    same(told.err.lines().count(), 2)?;
    holds(&told.err, "content/a.md:3:3: error")
}

fn paths_in_messages() -> Outcome {
    let dir = tempfile::tempdir()?;
    for (path, text) in BROKEN {
        put(&dir.path().join("some/course"), path, text.as_bytes())?;
    }
    let told = |from: &str, folder: &str| {
        run(&dir.path().join(from), &["check", folder]).map(|run| run.err)
    };
    holds(&told(".", "some/course")?, "--> some/course/content/a.md:3:3")?;
    holds(&told(".", "./some/course/")?, "--> some/course/content/a.md:3:3")?;
    holds(&told("some/course", ".")?, "--> content/a.md:3:3")?;
    holds(&told("some/course/content", "..")?, "--> ../content/a.md:3:3")
}

fn not_utf8() -> Outcome {
    let dir = site(CLEAN)?;
    put(dir.path(), "content/b.md", b"\xef\xbb\xbf# B\r\n\r\nna\xefve [[nowhere]]\n")?;
    let told = run(dir.path(), &["check"])?.expect(1)?;
    holds(
        &told.err,
        "error[not-utf8]: this file is not valid UTF-8\n --> content/b.md:3:3\n  |\n3 | na�ve [[nowhere]]\n  |   ^ the first byte that is not\n  |\n  = help: save the file with the encoding UTF-8\n",
    )?;
    // The rest of the file is checked too.
    holds(&told.err, "error[unknown-link]: no lesson or term is called \"nowhere\"")?;
    put(dir.path(), "site.toml", b"title = \"\xff\"\n")?;
    holds(&run(dir.path(), &["check"])?.expect(1)?.err, "site.toml:1:10")
}

#[cfg(unix)]
fn outside_file() -> Outcome {
    let (dir, other) = (site(CLEAN)?, site(&[("secret.md", "# Secret\n"), ("sub/x.md", "# X\n")])?);
    std::os::unix::fs::symlink(other.path().join("secret.md"), dir.path().join("content/s.md"))?;
    std::os::unix::fs::symlink(other.path().join("sub"), dir.path().join("content/sub"))?;
    let told = run(dir.path(), &["build"])?.expect(0)?;
    holds(
        &told.err,
        "warning[outside-file]: this link leads out of the site's folder\n--> content/s.md\n = help: it is left out; copy what it points to into the folder\n",
    )?;
    holds(&told.err, "--> content/sub\n")?;
    same(dir.path().join("public/s.html").exists(), false)?;
    same(dir.path().join("public/sub").exists(), false)
}

#[cfg(not(unix))]
fn outside_file() -> Outcome {
    Ok(())
}

#[cfg(unix)]
fn inside_links() -> Outcome {
    use std::os::unix::fs::symlink;
    let dir = site(CLEAN)?;
    put(dir.path(), "shared/b.md", b"# B\n")?;
    symlink("../shared", dir.path().join("content/unit"))?;
    symlink("nowhere", dir.path().join("content/dangling.md"))?;
    symlink(".", dir.path().join("content/loop"))?;
    let told = run(dir.path(), &["build"])?.expect(0)?;
    holds(&told.err, "built 2 lessons and 0 terms (5 pages)")?;
    same(dir.path().join("public/unit/b.html").is_file(), true)
}

#[cfg(not(unix))]
fn inside_links() -> Outcome {
    Ok(())
}

fn same_bytes() -> Outcome {
    let dir = tempfile::tempdir()?;
    run(dir.path(), &["init", "c"])?.expect(0)?;
    for number in 0..40 {
        let path =
            format!("c/content/{:02}-unit-{0}/{number:02}-lesson-{number}.md", number % 4 + 2);
        let text =
            format!("+++\ndate = 2026-11-20\n+++\n# L{number}\n\n[[lesson]] [[L{}]]\n", number / 2);
        put(dir.path(), &path, text.as_bytes())?;
    }
    let machines = [
        ("1", "UTC", "C", "one"),
        ("7", "Asia/Tokyo", "tr_TR.UTF-8", "two"),
        ("2", "America/St_Johns", "de_DE.UTF-8", "three"),
    ];
    let mut first = None;
    for (threads, zone, language, out) in machines {
        let mut build = command(dir.path(), &["build", "c", "--out", out]);
        build.env("RAYON_NUM_THREADS", threads).env("TZ", zone);
        build.env("LANG", language).env("LC_ALL", language);
        finish(build)?.expect(0)?;
        let tree = tree(&dir.path().join(out))?;
        same(tree.len() > 45, true)?;
        match &first {
            None => first = Some(tree),
            Some(first) if *first == tree => {}
            Some(_) => return Err(format!("{out} differs").into()),
        }
    }
    Ok(())
}

fn base_url() -> Outcome {
    let dir = site(&[("site.toml", "base_url = \"https://a.org\"\n"), ("content/a.md", "# A\n")])?;
    run(dir.path(), &["build", "--base-url", "https://b.org/c"])?.expect(0)?;
    let page = fs::read_to_string(dir.path().join("public/a.html"))?;
    holds(&page, "https://b.org/c/a.html")?;
    lacks(&page, "https://a.org")?;
    let wrong = run(dir.path(), &["build", "--base-url", "b.org"])?.expect(2)?;
    holds(&wrong.err, "a web address begins with https://")
}

fn drafts() -> Outcome {
    let dir = site(CLEAN)?;
    put(dir.path(), "content/b.md", b"+++\ndraft = true\n+++\n# B\n")?;
    run(dir.path(), &["build"])?.expect(0)?;
    same(dir.path().join("public/b.html").exists(), false)?;
    run(dir.path(), &["build", "--drafts"])?.expect(0)?;
    same(dir.path().join("public/b.html").exists(), true)?;
    run(dir.path(), &["build"])?.expect(0)?;
    same(dir.path().join("public/b.html").exists(), false)
}

fn plain_folder() -> Outcome {
    let dir = site(&[
        ("my-notes/README.md", "Some notes, see [one](part/one.md).\n"),
        ("my-notes/part/one.md", "# One\n\n![plan](../plan.svg)\n"),
        ("my-notes/plan.svg", "<svg viewBox='0 0 3 2'/>"),
    ])?;
    for _ in 0..2 {
        let told = run(dir.path(), &["build", "my-notes"])?.expect(0)?;
        holds(&told.err, "built 2 lessons and 0 terms (3 pages) into my-notes/public")?;
    }
    let home = fs::read_to_string(dir.path().join("my-notes/public/index.html"))?;
    holds(&home, "My notes")?;
    holds(&home, "<a href=\"part/one.html\">one</a>")
}

fn readme() -> Outcome {
    let dir = site(CLEAN)?;
    put(dir.path(), "content/index.md", b"# Home\n")?;
    put(dir.path(), "content/README.md", b"# For those who read the repository\n")?;
    run(dir.path(), &["build"])?.expect(0)?;
    let home = fs::read_to_string(dir.path().join("public/index.html"))?;
    holds(&home, "<h1 id=\"home\">Home</h1>")?;
    same(dir.path().join("public/readme.html").exists(), false)
}

fn hidden_files() -> Outcome {
    let dir = site(CLEAN)?;
    for path in [".git/x.md", ".b.md", "node_modules/x/README.md", "unit/.DS_Store", "c.md~"] {
        put(dir.path(), &format!("content/{path}"), b"# X\n")?;
    }
    run(dir.path(), &["build"])?.expect(0)?;
    let made = tree(&dir.path().join("public"))?;
    let made = made.keys().map(|path| path.to_string_lossy().into_owned());
    let made: Vec<_> =
        made.filter(|path| !path.starts_with(".hornbook") && !path.starts_with("theme/")).collect();
    let expected = ["404.html", "a.html", "a.md", "index.html", "index.md", "llms.txt"];
    same(made, expected.map(str::to_owned).to_vec())
}

fn image_sizes() -> Outcome {
    let dir = site(CLEAN)?;
    put(dir.path(), "content/b.md", b"# B\n\n![P](p.svg) ![Q](q.png) ![R](r.jpg)\n")?;
    put(dir.path(), "content/p.svg", b"<svg width='30' height='20'/>")?;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x07\x08\0\0\0\0";
    put(dir.path(), "content/q.png", png)?;
    put(dir.path(), "content/r.jpg", b"no picture")?;
    run(dir.path(), &["build"])?.expect(0)?;
    let page = fs::read_to_string(dir.path().join("public/b.html"))?;
    holds(&page, "<img src=\"p.svg\" alt=\"P\" width=\"30\" height=\"20\"")?;
    holds(&page, "<img src=\"q.png\" alt=\"Q\" width=\"5\" height=\"7\"")?;
    holds(&page, "<img src=\"r.jpg\" alt=\"R\" loading")
}

fn assets() -> Outcome {
    let dir = site(CLEAN)?;
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    put(dir.path(), "content/01-unit/Data 1.bin", &bytes)?;
    put(dir.path(), "content/01-unit/b.md", b"# B\n")?;
    run(dir.path(), &["build"])?.expect(0)?;
    same(fs::read(dir.path().join("public/unit/Data 1.bin"))? == bytes, true)
}

fn closed_pipe() -> Outcome {
    let dir = site(CLEAN)?;
    // More than a pipe holds.
    let wrong = "[[nowhere]]\n".repeat(2_000);
    put(dir.path(), "content/b.md", wrong.as_bytes())?;
    for (format, on_stdout) in [("json", true), ("sarif", true), ("github", true), ("short", false)]
    {
        let mut check = command(dir.path(), &["check", "--format", format]);
        check.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut check = check.spawn()?;
        let (mut out, mut err) =
            (check.stdout.take().ok_or("no pipe")?, check.stderr.take().ok_or("no pipe")?);
        let mut said = String::new();
        if on_stdout {
            // A first byte, so that there is something that nobody reads on.
            out.read_exact(&mut [0])?;
            drop(out);
            err.read_to_string(&mut said)?;
        } else {
            err.read_exact(&mut [0])?;
            drop(err);
            out.read_to_string(&mut said)?;
        }
        lacks(&said, "panicked")?;
        same(check.wait()?.code(), Some(1))?;
    }
    Ok(())
}

fn wrong_arguments() -> Outcome {
    let dir = site(CLEAN)?;
    for (arguments, said) in [
        (&[][..], "Usage: hornbook <COMMAND>"),
        (&["bild"], "'bild'"),
        (&["build", "--nothing"], "'--nothing'"),
        (&["check", "--format", "xml"], "human, short, json, github, sarif"),
        (&["new"], "Usage: hornbook new <COMMAND>"),
        (&["new", "lesson"], "<TITLE>"),
    ] {
        let told = run(dir.path(), arguments)?.expect(2)?;
        holds(&told.err, said)?;
        same(told.out.as_str(), "")?;
    }
    Ok(())
}

fn help() -> Outcome {
    let dir = tempfile::tempdir()?;
    let help = run(dir.path(), &["--help"])?.expect(0)?;
    holds(&help.out, "Exit status:")?;
    same(help.err.as_str(), "")?;
    let version = run(dir.path(), &["--version"])?.expect(0)?;
    same(version.out.as_str(), concat!("hornbook ", env!("CARGO_PKG_VERSION"), "\n"))
}

fn sources_stay() -> Outcome {
    let dir = site(BROKEN)?;
    put(dir.path(), "content/plan.svg", b"<svg/>")?;
    let before = (tree(dir.path())?, times(dir.path())?);
    run(dir.path(), &["check"])?.expect(1)?;
    same((tree(dir.path())?, times(dir.path())?) == before, true)?;
    run(dir.path(), &["build", "--keep-going"])?.expect(1)?;
    fs::remove_dir_all(dir.path().join("public"))?;
    same((tree(dir.path())?, times(dir.path())?) == before, true)
}

#[cfg(unix)]
fn unreadable() -> Result<Completion, Failed> {
    use std::os::unix::fs::PermissionsExt;
    let dir = site(CLEAN)?;
    put(dir.path(), "content/closed/b.md", b"# B\n")?;
    let closed = dir.path().join("content/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000))?;
    // Whoever may read everything, such as root, meets no closed folder.
    let is_closed = fs::read_dir(&closed).is_err();
    let told = run(dir.path(), &["check"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755))?;
    if !is_closed {
        let reason = "permissions do not hold for this user".to_owned();
        return Ok(Completion::Ignored { reason: Some(reason) });
    }
    holds(&told?.expect(2)?.err, "cannot read ./content/closed: Permission denied")?;
    Ok(Completion::Completed)
}

#[cfg(not(unix))]
fn unreadable() -> Result<Completion, Failed> {
    Ok(Completion::Ignored { reason: Some("permissions are those of Unix".to_owned()) })
}

/// A course with a term that stands in a heading, in a sentence and in a longer term.
fn explained() -> Result<TempDir, Failed> {
    site(&[
        ("content/01-unit/a.md", "# A\n\n## Values\n\nThe value counts. A value stream.\n"),
        ("content/glossary/value.md", "# Value\n\nIts worth.\n"),
        ("content/glossary/value-stream.md", "# Value stream\n\nA series of steps.\n"),
    ])
}

fn explain() -> Outcome {
    let dir = explained()?;
    let run = run(dir.path(), &["explain", "content/01-unit/a.md"])?.expect(0)?;
    let path = "content/01-unit/a.md";
    let expected = format!(
        "{path}:3:4: \"Values\" is not linked to Value (content/glossary/value.md), a form of \"Value\": stands in a heading\n\
         {path}:5:5: \"value\" → Value (content/glossary/value.md): the first use here\n\
         {path}:5:21: \"value stream\" → Value stream (content/glossary/value-stream.md): the first use here; longer than Value\n"
    );
    same(run.out, expected)?;

    let arguments = ["explain", "content/01-unit/a.md:5", "--format", "json"];
    let run = self::run(dir.path(), &arguments)?.expect(0)?;
    let found: serde_json::Value = serde_json::from_str(&run.out)?;
    same(found.as_array().map(Vec::len), Some(2))?;
    same(found[0]["rule"].as_str(), Some("linked"))?;
    same(found[1]["won_over"][0].as_str(), Some("Value"))?;

    // The course is found around the file, wherever the command runs.
    let unit = dir.path().join("content/01-unit");
    let run = self::run(&unit, &["explain", "a.md:3"])?.expect(0)?;
    holds(&run.out, "a.md:3:4: \"Values\" is not linked")
}

fn explain_refuses() -> Outcome {
    let dir = explained()?;
    put(dir.path(), "notes.txt", b"No lesson.")?;
    let run = run(dir.path(), &["explain", "notes.txt"])?.expect(2)?;
    holds(&run.err, "notes.txt is no lesson of ")?;
    let run = self::run(dir.path(), &["explain", "nothing.md"])?.expect(2)?;
    holds(&run.err, "nothing.md")
}

/// Run in `content/`, the command would build another course than its author means.
fn inside_content() -> Outcome {
    let dir = site(CLEAN)?;
    put(dir.path(), "content/01-unit/b.md", b"# B\n")?;
    let run = run(&dir.path().join("content/01-unit"), &["check"])?.expect(2)?;
    holds(&run.err, "lies in the content of the course")
}

/// A report that is lost must not look like a clean one.
fn full_disk() -> Outcome {
    let dir = site(CLEAN)?;
    // Only Linux has a file that is always full.
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { return Ok(()) };
    let mut command = command(dir.path(), &["check", "--format", "sarif"]);
    let status = command.stdout(full).stderr(Stdio::piped()).output()?;
    same(status.status.code(), Some(2))?;
    holds(&String::from_utf8_lossy(&status.stderr), "cannot write to standard output")
}
