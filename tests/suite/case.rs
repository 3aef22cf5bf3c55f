//! Cases: small text files that show one thing each. `tests/README.md` says how to write one.

use std::fs;
use std::path::{Path, PathBuf};

use hornbook::bundle::Output;
use hornbook::report::{Format, Report};
use hornbook::session::{Build, Options};
use hornbook::source::Sources;
use libtest_mimic::{Completion, Failed, Trial};
use walkdir::WalkDir;

use crate::{bug, site};

/// Set to rewrite what cases expect.
const BLESS: &str = "HORNBOOK_BLESS";

/// One trial for each file in `tests/cases`.
pub fn trials() -> Vec<Trial> {
    let folder = folder();
    let files = WalkDir::new(&folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let cases = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "case"));
    let trials = cases.map(|file| {
        let path = file.into_path();
        let name = path.strip_prefix(&folder).unwrap_or(&path).with_extension("");
        Trial::ignorable_test(format!("case: {}", name.display()), move || run(&path))
    });
    trials.collect()
}

/// Where the cases are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// A part of a case: a line `=== kind argument` and what follows it.
struct Section {
    kind: String,
    argument: String,
    text: String,
}

fn run(path: &Path) -> Result<Completion, Failed> {
    let text = fs::read_to_string(path)?;
    let (opening, mut sections) = split(&text);
    if opening.trim().is_empty() {
        return Err("a case opens with a sentence that says what it shows".into());
    }
    let inputs = inputs(&sections)?;
    let sources = site::sources(inputs.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let build = site::build(&sources, &options(&sections)?);
    let mut wrong = String::new();
    let mut blessed = false;
    let bug = sections.iter().find(|section| section.kind == "bug");
    let bug = bug.map(|section| section.argument.clone());
    let bless = std::env::var_os(BLESS).is_some() && bug.is_none();
    for section in &mut sections {
        let found = match section.kind.as_str() {
            "diagnostics" => diagnostics(&build, &sources),
            "files" => files(&build),
            "page" => {
                wrong.push_str(&page(&build, section));
                continue;
            }
            _ => continue,
        };
        if found.trim_end() == section.text.trim_end() {
            continue;
        }
        if bless {
            section.text = format!("{}\n\n", found.trim_end());
            blessed = true;
        } else {
            wrong.push_str(&format!(
                "\n{} differ\n--- expected\n{}\n--- found\n{found}",
                section.kind, section.text
            ));
        }
    }
    if !sections.iter().any(|section| section.kind == "diagnostics")
        && !build.diagnostics.is_empty()
    {
        wrong.push_str(&format!("\nunexpected diagnostics\n{}", diagnostics(&build, &sources)));
    }
    if blessed {
        fs::write(path, join(&opening, &sections))?;
    }
    let result = if wrong.is_empty() { Ok(()) } else { Err(Failed::from(wrong)) };
    match bug {
        Some(bug) => bug::known(&bug, result),
        None => result.map(|()| Completion::Completed),
    }
}

fn split(text: &str) -> (String, Vec<Section>) {
    let mut opening = String::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("=== ") {
            let (kind, argument) = head.trim_end().split_once(' ').unwrap_or((head.trim_end(), ""));
            sections.push(Section {
                kind: kind.to_owned(),
                argument: argument.to_owned(),
                text: String::new(),
            });
        } else {
            sections.last_mut().map_or(&mut opening, |section| &mut section.text).push_str(line);
        }
    }
    (opening, sections)
}

fn join(opening: &str, sections: &[Section]) -> String {
    let mut text = opening.to_owned();
    for Section { kind, argument, text: body } in sections {
        let head = format!("=== {kind} {argument}");
        text.push_str(&format!("{}\n{body}", head.trim_end()));
    }
    text.trim_end().to_owned() + "\n"
}

/// The input files by path.
fn inputs(sections: &[Section]) -> Result<Vec<(String, String)>, Failed> {
    let mut files = Vec::new();
    for Section { kind, argument, text } in sections {
        match kind.as_str() {
            "file" => files.push((argument.clone(), text.clone())),
            "escaped" => files.push((unescape(argument)?, unescape(text)?)),
            _ => {}
        }
    }
    Ok(files)
}

/// Puts in the characters that would not show: `\r`, `\0`, `\u{…}`, and `\\` for a backslash.
fn unescape(text: &str) -> Result<String, Failed> {
    let mut unescaped = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            unescaped.push(character);
            continue;
        }
        let rest = characters.as_str();
        match characters.next() {
            Some('\\') => unescaped.push('\\'),
            Some('r') => unescaped.push('\r'),
            Some('0') => unescaped.push('\0'),
            Some('u') => {
                let digits = rest.strip_prefix("u{").and_then(|rest| rest.split_once('}'));
                let number = digits.and_then(|(digits, _)| u32::from_str_radix(digits, 16).ok());
                let escaped = number.and_then(char::from_u32);
                unescaped.push(escaped.ok_or_else(|| format!("no character: \\{rest:.9}"))?);
                characters.by_ref().find(|character| *character == '}');
            }
            _ => return Err(format!("unknown escape: \\{rest:.9}").into()),
        }
    }
    Ok(unescaped)
}

fn options(sections: &[Section]) -> Result<Options, Failed> {
    let mut options = Options::default();
    for section in sections {
        match (section.kind.as_str(), section.argument.as_str()) {
            ("option", "drafts") => options.drafts = true,
            ("option", argument) => match argument.strip_prefix("base-url ") {
                Some(url) => options.base_url = Some(url.to_owned()),
                None => return Err(format!("unknown option `{argument}`").into()),
            },
            ("bug" | "file" | "escaped" | "diagnostics" | "files" | "page", _) => {}
            (kind, _) => return Err(format!("unknown section `{kind}`").into()),
        }
    }
    Ok(options)
}

fn diagnostics(build: &Build, sources: &Sources) -> String {
    let report = Report { diagnostics: &build.diagnostics, sources, folder: "." };
    report.render(Format::Human, false)
}

/// Every path of the output but those of the built-in theme, which is the same for all.
fn files(build: &Build) -> String {
    let files = build.bundle.files.iter().filter(|(path, output)| {
        !(path.starts_with("theme/") && matches!(output, Output::Bytes(_)))
    });
    let files: String = files.map(|(path, _)| format!("{path}\n")).collect();
    without_theme_hash(build, &files)
}

/// Writes `HASH` for the name of the theme's folder, which changes with every file of the built-in theme.
fn without_theme_hash(build: &Build, text: &str) -> String {
    let mut folders = build.bundle.files.keys().filter_map(|path| path.strip_suffix("/theme.js"));
    match folders.next() {
        Some(folder) => text.replace(&format!("{folder}/"), "theme/HASH/"),
        None => text.to_owned(),
    }
}

/// Checks that the lines of a section stand in a page in this order, and that those after `!` do not.
fn page(build: &Build, section: &Section) -> String {
    let Some(html) = build.bundle.made(&section.argument) else {
        return format!("\nthere is no page {}\n{}", section.argument, files(build));
    };
    let html = without_theme_hash(build, &html);
    let mut at = 0;
    for line in section.text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(absent) = line.strip_prefix('!') {
            if html.contains(absent.trim()) {
                return format!("\n{} has what it should not have: {absent}\n", section.argument);
            }
        } else if let Some(found) = html[at..].find(line) {
            at += found + line.len();
        } else {
            let what = if html.contains(line) { "out of order" } else { "missing" };
            return format!("\n{}: {what}: {line}\n\n{html}", section.argument);
        }
    }
    String::new()
}
