//! Builds that write no site, because they are told to end or the content has errors: nothing of them is left.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Failed, Trial};

use crate::cli::{Outcome, Test, command, holds, put, run, same, site, tree};

/// So many that a signal comes while pages are written.
const LESSONS: usize = 400;

pub fn trials() -> Vec<Trial> {
    let always: &[Test] =
        &[("of the folders above the output none is left after errors", errors_leave_no_folders)];
    let unix: &[Test] = &[
        ("a first build that is told to end leaves nothing", first),
        ("a build that is told to end leaves the old site, and nothing beside it", second),
    ];
    let tests = always.iter().chain(if cfg!(unix) { unix } else { &[] });
    tests.map(|(name, test)| Trial::test(format!("ended: {name}"), test)).collect()
}

fn errors_leave_no_folders() -> Outcome {
    let dir = site(&[("course/content/a.md", "# A\n\n[[nowhere]]\n")])?;
    fs::create_dir(dir.path().join("mine"))?;
    for out in ["new/deep/er/out", "mine/deep/out", "mine"] {
        run(dir.path(), &["build", "course", "--out", out])?.expect(1)?;
        same(names(dir.path())?, vec!["course".to_owned(), "mine".to_owned()])?;
        same(names(&dir.path().join("mine"))?, Vec::new())?;
    }
    run(dir.path(), &["build", "course", "--out", "new/deep/out", "--keep-going"])?.expect(1)?;
    same(dir.path().join("new/deep/out/a.html").exists(), true)
}

fn first() -> Outcome {
    let dir = site(&[])?;
    lessons(dir.path(), "One")?;
    let told = end(dir.path(), "new/deep/out", "INT")?;
    same(told.0, Some(130))?;
    holds(&told.1, "stopped\n")?;
    same(names(dir.path())?, vec!["course".to_owned()])
}

fn second() -> Outcome {
    let dir = site(&[])?;
    lessons(dir.path(), "One")?;
    run(dir.path(), &["build", "course", "--out", "out"])?.expect(0)?;
    put(dir.path(), "out/mine.txt", b"mine")?;
    let old = tree(&dir.path().join("out"))?;
    lessons(dir.path(), "Two")?;
    for (signal, status) in [("TERM", 143), ("INT", 130)] {
        same(end(dir.path(), "out", signal)?.0, Some(status))?;
        same(names(dir.path())?, vec!["course".to_owned(), "out".to_owned()])?;
        same(tree(&dir.path().join("out"))? == old, true)?;
    }
    run(dir.path(), &["build", "course", "--out", "out"])?.expect(0)?;
    let new = fs::read_to_string(dir.path().join("out/lesson-1.html"))?;
    holds(&new, "Two, and more")
}

fn lessons(dir: &Path, text: &str) -> Outcome {
    for number in 0..LESSONS {
        let lesson = format!("# Lesson {number}\n\n{text}, and more.\n");
        put(dir, &format!("course/content/lesson-{number}.md"), lesson.as_bytes())?;
    }
    Ok(())
}

/// Starts a build, sends it a signal when the first page is written, and gives its exit status with what it said.
fn end(dir: &Path, out: &str, signal: &str) -> Result<(Option<i32>, String), Failed> {
    let mut build = command(dir, &["build", "course", "--out", out]);
    let mut child = build.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let above = dir.join(out);
    let above = above.parent().unwrap_or(dir);
    while child.try_wait()?.is_none() && !is_writing(above)? {
        std::thread::yield_now();
    }
    send(&child, signal)?;
    let output = child.wait_with_output()?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Whether pages are written beside the output.
fn is_writing(above: &Path) -> Result<bool, Failed> {
    let Ok(entries) = fs::read_dir(above) else { return Ok(false) };
    for entry in entries {
        let entry = entry?;
        let is_beside = entry.file_name().to_string_lossy().starts_with(".out.hornbook-");
        let mut inside = fs::read_dir(entry.path()).into_iter().flatten();
        if is_beside && inside.next().is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn send(child: &Child, signal: &str) -> Outcome {
    let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status()?;
    same(status.success(), true)
}

fn names(folder: &Path) -> Result<Vec<String>, Failed> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let names: Vec<_> = names.collect::<std::io::Result<_>>()?;
    let mut names: Vec<String> =
        names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}
