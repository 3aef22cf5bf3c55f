//! Rules of this project as tests: what must stand where.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hornbook::diagnostic::Code;
use hornbook::render::{STATIC, STRINGS, TEMPLATES};
use libtest_mimic::{Failed, Trial};
use walkdir::WalkDir;

use crate::case;

/// Codes that no case in memory can show, and the trial that shows them with the real binary.
const SHOWN_ON_DISK: &[(&str, &str)] = &[
    ("not-utf8", "cli: a file that is not UTF-8 is reported"),
    ("outside-file", "cli: a link that leads outside is reported"),
];
/// The parts of the source that may touch the disk; `image` reads the size of an asset for `load`, and the preview server
/// opens the assets that it is asked for.
const DISK: &[&str] =
    &["src/load", "src/write", "src/watch", "src/image.rs", "src/starter", "src/serve/copied.rs"];
/// Questions to the disk that need no `fs`. Of other things than paths they are asked in [`DISK`] only.
const QUESTIONS: &[&str] = &[
    ".canonicalize()",
    ".is_dir()",
    ".is_file()",
    ".is_symlink()",
    ".exists()",
    ".try_exists()",
    ".metadata()",
    ".symlink_metadata()",
    ".read_dir()",
    ".read_link()",
];
/// How many lines a file may have.
const LINES: usize = 700;

pub fn trials(others: &[Trial]) -> Vec<Trial> {
    let names: BTreeSet<String> = others.iter().map(|trial| trial.name().to_owned()).collect();
    vec![
        Trial::test("tidy: every code has a case", move || codes_have_cases(&names)),
        Trial::test("tidy: every case of a code shows it", cases_show_codes),
        Trial::test("tidy: every code has an entry in the manual", codes_are_in_the_manual),
        Trial::test("tidy: every case opens with a sentence", cases_open_with_a_sentence),
        Trial::test("tidy: every file of the theme is built in", theme_is_built_in),
        Trial::test("tidy: what a theme offers is in the manual", theme_is_in_the_manual),
        Trial::test("tidy: every source file says what it is", files_say_what_they_are),
        Trial::test("tidy: only load and write touch the disk", few_touch_the_disk),
        Trial::test("tidy: no source file is long", no_file_is_long),
    ]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with one of these endings, by their paths below the root.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, PathBuf)> {
    let walker = WalkDir::new(root().join(folder)).follow_links(true).sort_by_file_name();
    let paths = walker.into_iter().filter_map(Result::ok).filter(|file| file.file_type().is_file());
    let paths = paths.map(walkdir::DirEntry::into_path);
    let paths = paths.filter(|path| {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        endings.is_empty() || endings.contains(&&*ending)
    });
    let named = paths.map(|path| {
        let below = path.strip_prefix(root()).unwrap_or(&path);
        (below.to_string_lossy().replace('\\', "/"), path)
    });
    named.collect()
}

/// Fails with everything that is wrong.
fn none(wrong: Vec<String>) -> Result<(), Failed> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn codes_have_cases(trials: &BTreeSet<String>) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for code in Code::ALL.iter().map(|code| code.as_str()) {
        let case = case::folder().join(format!("diagnostics/{code}.case"));
        match SHOWN_ON_DISK.iter().find(|(shown, _)| *shown == code) {
            None if !case.is_file() => {
                wrong.push(format!("{code}: there is no {}", case.display()))
            }
            Some(_) if case.is_file() => wrong.push(format!("{code} has a case and is listed too")),
            Some((_, trial)) if !trials.contains(*trial) => {
                wrong.push(format!("{code}: there is no trial \"{trial}\""));
            }
            _ => {}
        }
    }
    none(wrong)
}

fn cases_show_codes() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, path) in files("tests/cases/diagnostics", &["case"]) {
        let code = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let shown = text.split("=== diagnostics").nth(1).unwrap_or_default();
        if Code::from_name(&code).is_none() {
            wrong.push(format!("{name} is named after no code"));
        } else if !shown.contains(&format!("[{code}]: ")) {
            wrong.push(format!("{name} does not show its code"));
        }
    }
    none(wrong)
}

fn codes_are_in_the_manual() -> Result<(), Failed> {
    let manual = files("docs/content", &["md"]);
    if manual.is_empty() {
        return Ok(());
    }
    let mut headings = BTreeSet::new();
    for (_, path) in manual {
        for line in fs::read_to_string(path)?.lines().filter(|line| line.starts_with('#')) {
            let heading = line.trim_start_matches('#').trim();
            headings.insert(heading.trim_matches('`').to_owned());
        }
    }
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let missing = codes.filter(|code| !headings.contains(*code));
    none(missing.map(|code| format!("docs/content has no heading `{code}`")).collect())
}

fn cases_open_with_a_sentence() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, path) in files("tests/cases", &["case"]) {
        let text = fs::read_to_string(&path)?;
        let opening = text.split("===").next().unwrap_or_default().trim();
        let begins = opening.starts_with(|c: char| c.is_uppercase() || "`[-".contains(c));
        if !begins || !opening.ends_with('.') {
            wrong.push(format!("{name} opens with {opening:?}"));
        }
    }
    none(wrong)
}

fn theme_is_built_in() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (folder, built_in) in [("templates", TEMPLATES), ("strings", STRINGS), ("static", STATIC)] {
        let folder = format!("themes/default/{folder}/");
        for (path, _) in files(&folder, &[]) {
            let name = path.strip_prefix(&folder).unwrap_or(&path);
            if !built_in.iter().any(|(known, _)| *known == name) {
                wrong.push(format!("{path} is not built in: src/render/theme.rs does not name it"));
            }
        }
    }
    none(wrong)
}

/// Templates, blocks, components and the values of views, each in the table that is for it.
fn theme_is_in_the_manual() -> Result<(), Failed> {
    let folder = root().join("docs/content/05-themes");
    if !folder.is_dir() {
        return Ok(());
    }
    let parts = fs::read_to_string(folder.join("05-templates-and-components.md"))?;
    let values = fs::read_to_string(folder.join("02-what-a-template-sees.md"))?;
    let mut wrong = Vec::new();
    for (name, text) in TEMPLATES {
        if !parts.contains(&format!("| `{name}` |")) {
            wrong.push(format!("the manual has no row for {name}"));
        }
        for what in ["block", "component"] {
            let openings = [format!("{{%- {what} "), format!("{{% {what} ")];
            let defined = openings.iter().flat_map(|opening| text.split(opening).skip(1));
            for rest in defined {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                let called = &rest[..end.unwrap_or(rest.len())];
                if !parts.contains(&format!("| `{called}` |")) {
                    wrong.push(format!("the manual has no row for the {what} {called} of {name}"));
                }
            }
        }
    }
    let views = fs::read_to_string(root().join("src/render/views.rs"))?;
    for view in views.split("pub struct ").skip(1) {
        let (name, fields) = view.split_once('{').unwrap_or_default();
        let fields = fields.split_once("\n}").map_or("", |(fields, _)| fields);
        let prefix = match name.trim() {
            "SiteView" => "site.",
            "PageView" => "page.",
            "RedirectView" => "redirect.",
            // The body is a text for templates, a drawing is the map in it, and `extra` has no names of its own.
            "Body" | "Drawing" => continue,
            _ => "",
        };
        for line in fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
            let Some((field, _)) = line.split_once(':') else { continue };
            if !values.contains(&format!("`{prefix}{field}`")) {
                wrong.push(format!("the manual does not tell `{prefix}{field}` of {name}"));
            }
        }
    }
    none(wrong)
}

fn files_say_what_they_are() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, path) in [files("src", &["rs"]), files("tests/suite", &["rs"])].concat() {
        if !fs::read_to_string(path)?.starts_with("//! ") {
            wrong.push(format!("{name} does not open with a line `//! …`"));
        }
    }
    none(wrong)
}

fn few_touch_the_disk() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let found: Vec<_> = touches("let root = site\n    .canonicalize()\n    .is_ok();").collect();
    if found != [".canonicalize()"] {
        wrong.push(format!("a question to the disk is not found: {found:?}"));
    }
    for (name, path) in files("src", &["rs"]) {
        let may = DISK.iter().any(|part| name.starts_with(part)) || name.ends_with("/tests.rs");
        let text = fs::read_to_string(path)?;
        if may {
            continue;
        }
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        wrong.extend(touches(&text[..tests]).map(|what| format!("{name} uses {what}")));
    }
    none(wrong)
}

/// What a program says to touch the disk. Chains that are broken into lines are read as one.
fn touches(program: &str) -> impl Iterator<Item = &'static str> {
    let lines: String = program.lines().map(str::trim).collect();
    let uses_fs = lines.contains("fs::") || lines.contains("std::fs");
    let questions = QUESTIONS.iter().filter(move |question| lines.contains(**question));
    uses_fs.then_some("fs::").into_iter().chain(questions.copied())
}

fn no_file_is_long() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (name, path) in files("src", &["rs"]) {
        let lines = fs::read_to_string(path)?.lines().count();
        if lines > LINES && !name.ends_with("tests.rs") {
            wrong.push(format!("{name} has {lines} lines"));
        }
    }
    none(wrong)
}
