//! Two versions of a course with everything that a page can need, and what a clean build makes of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::desk;
use crate::cli;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    A,
    B,
}

impl Version {
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// The hash of every file by path.
pub type Tree = BTreeMap<String, u128>;

/// The files that may go away while a course is built: nothing names them.
const LOOSE: [&str; LACKING] =
    ["content/90-more/99-last.md", "content/90-more/loose.bin", "themes/own/static/own.css"];
pub const LACKING: usize = 3;

/// Both versions on disk, and what becomes of them.
pub struct Course {
    folder: TempDir,
    trees: [Tree; 2],
    lacking: [Vec<Tree>; 2],
    rooms: [u64; 2],
    /// How long a build takes, and its writing alone.
    pub takes: (Duration, Duration),
}

impl Course {
    pub fn new() -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        desk::set_mode(folder.path(), 0o755);
        let mut course = Self {
            folder,
            trees: Default::default(),
            lacking: Default::default(),
            rooms: [0; 2],
            takes: Default::default(),
        };
        for version in [Version::A, Version::B] {
            let site = course.site(version);
            write(&site, version)?;
            let begin = Instant::now();
            let (tree, room) = built(&site)?;
            course.takes = (begin.elapsed(), begin.elapsed() / 3);
            course.trees[version as usize] = tree;
            course.rooms[version as usize] = room;
            for path in LOOSE {
                let lacking = tempfile::tempdir()?;
                write(lacking.path(), version)?;
                fs::remove_file(lacking.path().join(path))?;
                course.lacking[version as usize].push(built(lacking.path())?.0);
            }
        }
        Ok(course)
    }

    /// Where a version's sources lie.
    pub fn site(&self, version: Version) -> PathBuf {
        self.folder.path().join(format!("{version:?}"))
    }

    pub fn tree(&self, version: Version) -> &Tree {
        &self.trees[version as usize]
    }

    /// How many bytes a version takes on a disk with blocks of 4 KiB.
    pub fn room(&self, version: Version) -> u64 {
        self.rooms[version as usize]
    }

    /// What a version is without one of its files, and which that is.
    pub fn lacking(&self, version: Version, which: usize) -> (&Tree, &'static str) {
        (&self.lacking[version as usize][which], LOOSE[which])
    }
}

fn built(site: &Path) -> Result<(Tree, u64), Failed> {
    let out = tempfile::tempdir()?;
    let path = out.path().to_string_lossy().into_owned();
    cli::run(site, &["build", "--out", &path])?.expect(0)?;
    let files = cli::tree(out.path())?;
    let room = files.values().map(|bytes| (bytes.len() as u64).next_multiple_of(4096)).sum();
    Ok((desk::hashes(files), room))
}

/// Writes the sources of a version. The two have lessons, pictures and terms in common and of their own; every common
/// file says something else, leads to others, and uses another style sheet.
pub fn write(site: &Path, version: Version) -> Result<(), Failed> {
    let (lessons, unit) = match version {
        Version::A => (0..24, "02-worth"),
        Version::B => (8..32, "03-cost"),
    };
    let put = |path: &str, text: String| cli::put(site, path, text.as_bytes());
    put("site.toml", format!("title = \"Course {version:?}\"\ntheme = \"own\"\n"))?;
    put("themes/own/static/lasting.css", format!("/* {version:?} */\n"))?;
    put("themes/own/static/own.css", format!("/* {version:?} */\n"))?;
    for number in lessons.clone() {
        let folder = if number % 2 == 0 { "01-value" } else { unit };
        let next = lessons.clone().find(|next| *next > number).unwrap_or(lessons.start);
        let text = format!(
            "# Lesson {number}\n\nVersion {version:?} of value {number}: [[Lesson {next}]], [[Term {}]].\n\n\
             ![A picture]({number}.svg)\n\n```quiz\nWhich {number}?\n\n- [x] {version:?}\n- [ ] None\n```\n",
            next % 5,
        );
        put(&format!("content/{folder}/lesson-{number}.md"), text)?;
        let picture = format!("<svg xmlns='http://www.w3.org/2000/svg'><!--{version:?}--></svg>");
        put(&format!("content/{folder}/{number}.svg"), picture)?;
    }
    for number in 0..5 {
        put(
            &format!("content/glossary/{number}.md"),
            format!("+++\ntitle = \"Term {number}\"\n+++\n\nMeaning of {version:?}.\n"),
        )?;
    }
    put("content/90-more/large.bin", format!("{version:?}").repeat(200_000))?;
    put("content/90-more/loose.bin", format!("{version:?}").repeat(50_000))?;
    put(
        "content/90-more/01-first.md",
        format!("# First\n\nOf {version:?}: [large](large.bin).\n"),
    )?;
    put("content/90-more/99-last.md", format!("# Last\n\nOf {version:?}.\n"))
}
