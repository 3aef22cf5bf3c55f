//! Makes a course of any size for a program, and tells its bytes.
//!
//! ```text
//! cargo bench --bench course -- FOLDER --lessons 10000 --terms 200 --questions --for hugo
//! ```
//!
//! `--for` is `hornbook` (where it is left out), `hugo`, `mdbook` or `zola`; `--no-search` switches the search index off, and
//! `--base-url ADDRESS` feeds and the sitemap on. The folder must be empty or not be there.

#![allow(clippy::print_stdout, reason = "it tells what it has made")]

mod lessons;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use lessons::{Program, Settings, Size};
use walkdir::WalkDir;
use xxhash_rust::xxh3::Xxh3;

fn main() -> Result<(), Box<dyn Error>> {
    let mut folder = None;
    let mut size = Size { lessons: 1_000, terms: 200, questions: false };
    let mut settings = Settings::default();
    let mut base_url = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            // Cargo says this to every benchmark.
            "--bench" => {}
            "--lessons" => size.lessons = value()?.parse()?,
            "--terms" => size.terms = value()?.parse()?,
            "--questions" => size.questions = true,
            "--no-search" => settings.search = false,
            "--base-url" => base_url = Some(value()?),
            "--for" => settings.program = program(&value()?)?,
            option if option.starts_with('-') => return Err(format!("what is {option}?").into()),
            path if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(format!("there is a folder already; what is {other}?").into()),
        }
    }
    settings.base_url = base_url.as_deref();
    let folder = folder.ok_or("which folder?")?;
    if folder.exists() && fs::read_dir(&folder)?.next().is_some() {
        return Err(format!("{} is not empty", folder.display()).into());
    }
    lessons::lay_out(&folder, size, settings)?;

    let (mut files, mut words, mut bytes, mut hash) = (0, 0, 0, Xxh3::new());
    for entry in WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let text = fs::read(entry.path())?;
            files += 1;
            words += text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
            bytes += text.len();
            hash.update(&text);
        }
    }
    println!("{files} files, {words} words, {bytes} bytes, hash {:016x}", hash.digest());
    Ok(())
}

fn program(name: &str) -> Result<Program, String> {
    match name {
        "hornbook" => Ok(Program::Hornbook),
        "hugo" => Ok(Program::Hugo),
        "mdbook" => Ok(Program::MdBook),
        "zola" => Ok(Program::Zola),
        _ => Err(format!("there is no layout for {name}")),
    }
}
