//! Looking again: after any edit on a real folder, `load::refresh` gives what a full `load` gives.
//!
//! And what follows from it: a session that only ever looked at what had changed builds what a new one builds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hornbook::load::{load, refresh};
use hornbook::session::{Options, Session};
use hornbook::source::{Sources, ThemeFile};
use libtest_mimic::{Failed, Trial};

use crate::site;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("refresh: files and folders come, go and become others", anything_can_happen),
        Trial::test("refresh: an index hides and shows the README beside it", readme_comes_back),
        #[cfg(unix)]
        Trial::test("refresh: a change behind a link is seen", links_are_seen),
        Trial::test("refresh: copies that may have changed are told", copies_are_told),
    ]
}

/// The files of a folder on disk, brought from one state to the next.
pub struct Disk {
    folder: tempfile::TempDir,
    files: BTreeMap<String, String>,
    pub sources: Sources,
}

impl Disk {
    pub fn new(files: BTreeMap<String, String>) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        for (path, text) in &files {
            write(&folder.path().join(path), text)?;
        }
        let sources = load(folder.path(), None).map_err(|error| error.to_string())?;
        Ok(Self { folder, files, sources })
    }

    /// Makes these the files, and looks again where they differ from those before.
    pub fn become_files(&mut self, files: BTreeMap<String, String>) -> Result<(), String> {
        let root = self.folder.path();
        let mut changed = Vec::new();
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            let disk = root.join(path);
            fs::remove_file(&disk).map_err(|error| format!("{path}: {error}"))?;
            changed.push(disk);
        }
        for (path, text) in files.iter().filter(|(path, text)| self.files.get(*path) != Some(text))
        {
            write(&root.join(path), text)?;
            changed.push(root.join(path));
        }
        self.files = files;
        self.look_again(&changed)
    }

    /// Looks again at some paths, and compares what is seen with what a full look sees.
    pub fn look_again(&mut self, changed: &[PathBuf]) -> Result<(), String> {
        let root = self.folder.path();
        let refreshed =
            refresh(&self.sources, root, None, changed).map_err(|error| error.to_string())?;
        let full = load(root, None).map_err(|error| error.to_string())?;
        let (found, expected) = (told(&refreshed.sources), told(&full));
        if found != expected {
            return Err(format!("{changed:?}: refreshed {found:#?}\nloaded {expected:#?}"));
        }
        self.sources = refreshed.sources;
        Ok(())
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

fn write(disk: &Path, text: &str) -> Result<(), String> {
    let folder = disk.parent().unwrap_or(disk);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(disk, text))
        .map_err(|error| error.to_string())
}

/// Everything that sources say, in words that can be compared.
fn told(sources: &Sources) -> Vec<String> {
    let Sources { config, content, name, lessons, assets, themes, has_links, hashes, diagnostics } =
        sources;
    let mut told = vec![format!("{content:?} {name:?} {has_links} {hashes:?}")];
    told.extend(
        config.iter().chain(lessons).map(|source| format!("{} {:x}", source.path, source.hash)),
    );
    told.extend(assets.iter().map(|asset| format!("{asset:?}")));
    for (theme, files) in themes {
        told.extend(files.iter().map(|file| match file {
            ThemeFile::Template { name, source } => format!("{theme} {name} {:x}", source.hash),
            ThemeFile::Strings { language, source } => {
                format!("{theme} {language} {:x}", source.hash)
            }
            ThemeFile::Static { name, path, hash } => format!("{theme} {name} {path} {hash:x}"),
        }));
    }
    told.extend(diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}")));
    told
}

fn course() -> BTreeMap<String, String> {
    let files = [
        ("site.toml", "title = \"A course\"\n"),
        ("content/a.md", "# A\n\nSee [B](unit/b.md).\n"),
        ("content/unit/b.md", "# B\n"),
        ("content/unit/README.md", "# Read me\n"),
        ("content/unit/picture.svg", "<svg width=\"1\" height=\"1\"></svg>"),
        ("themes/own/static/style.css", "a {}"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

fn anything_can_happen() -> Result<(), Failed> {
    let mut disk = Disk::new(course())?;
    let mut session = Session::default();
    let options = Options::default();
    session.build(&disk.sources, &options);
    type Step = (&'static str, fn(&Disk) -> std::io::Result<()>, &'static [&'static str]);
    let steps: &[Step] = &[
        ("a file is written", |d| fs::write(d.at("content/a.md"), "# Other\n"), &["content/a.md"]),
        ("nothing happened", |_| Ok(()), &["content/a.md", "content/nothing.md"]),
        (
            "a folder is moved",
            |d| fs::rename(d.at("content/unit"), d.at("content/moved")),
            &["content/unit", "content/moved"],
        ),
        (
            "a file becomes a folder",
            |d| {
                fs::remove_file(d.at("content/a.md"))?;
                fs::create_dir(d.at("content/a.md"))?;
                fs::write(d.at("content/a.md/c.md"), "# C\n")
            },
            &["content/a.md", "content/a.md/c.md"],
        ),
        (
            "a hidden file is written",
            |d| fs::write(d.at("content/.a.md.swp"), "x"),
            &["content/.a.md.swp"],
        ),
        (
            "a backup is written",
            |d| fs::write(d.at("content/moved/b.md~"), "x"),
            &["content/moved/b.md~"],
        ),
        (
            "a file is not UTF-8",
            |d| fs::write(d.at("content/moved/b.md"), b"# \xff\n"),
            &["content/moved/b.md"],
        ),
        ("another one is written", |d| fs::write(d.at("content/d.md"), "# D\n"), &["content/d.md"]),
        (
            "it is UTF-8 again",
            |d| fs::write(d.at("content/moved/b.md"), "# B\n"),
            &["content/moved/b.md"],
        ),
        (
            "a folder turns out to be written by Hornbook",
            |d| fs::write(d.at("content/moved/.hornbook.json"), "{}"),
            &["content/moved/.hornbook.json"],
        ),
        (
            "it is not",
            |d| fs::remove_file(d.at("content/moved/.hornbook.json")),
            &["content/moved/.hornbook.json"],
        ),
        (
            "the configuration is edited",
            |d| fs::write(d.at("site.toml"), "theme = \"own\"\n"),
            &["site.toml"],
        ),
        (
            "the course is to be read offline",
            |d| fs::write(d.at("site.toml"), "theme = \"own\"\n[offline]\nenabled = true\n"),
            &["site.toml"],
        ),
        (
            "a file that browsers keep is another one",
            |d| fs::write(d.at("themes/own/static/style.css"), "b {}"),
            &["themes/own/static/style.css"],
        ),
        (
            "it is no longer to be read offline",
            |d| fs::write(d.at("site.toml"), "theme = \"own\"\n"),
            &["site.toml"],
        ),
        (
            "a template comes",
            |d| {
                fs::create_dir_all(d.at("themes/own/templates"))?;
                fs::write(d.at("themes/own/templates/home.html"), "home")
            },
            &["themes/own/templates"],
        ),
        ("the configuration goes", |d| fs::remove_file(d.at("site.toml")), &["site.toml"]),
        (
            "the content goes",
            |d| fs::rename(d.at("content"), d.at("lessons")),
            &["content", "lessons"],
        ),
        (
            "the content comes back",
            |d| fs::rename(d.at("lessons"), d.at("content")),
            &["content", "lessons"],
        ),
        ("a theme goes", |d| fs::remove_dir_all(d.at("themes")), &["themes/own", "themes"]),
    ];
    for (what, happens, paths) in steps {
        happens(&disk).map_err(|error| format!("{what}: {error}"))?;
        let paths: Vec<PathBuf> = paths.iter().map(|path| disk.at(path)).collect();
        disk.look_again(&paths).map_err(|wrong| format!("{what}: {wrong}"))?;
        let build = session.build(&disk.sources, &options);
        let clean = site::build(&disk.sources, &options);
        if build.bundle != clean.bundle || build.diagnostics != clean.diagnostics {
            return Err(format!("{what}: the build differs from a clean one").into());
        }
    }
    Ok(())
}

fn readme_comes_back() -> Result<(), Failed> {
    let mut disk = Disk::new(course())?;
    let index = disk.at("content/unit/index.md");
    fs::write(&index, "# Index\n")?;
    disk.look_again(std::slice::from_ref(&index))?;
    fs::remove_file(&index)?;
    disk.look_again(&[index])?;
    fs::write(disk.at("content/unit/README.md"), "# Another\n")?;
    disk.look_again(&[disk.at("content/unit/README.md")])?;
    Ok(())
}

#[cfg(unix)]
fn links_are_seen() -> Result<(), Failed> {
    let mut disk = Disk::new(course())?;
    std::os::unix::fs::symlink("b.md", disk.at("content/unit/linked.md"))?;
    disk.look_again(&[disk.at("content/unit/linked.md")])?;
    fs::write(disk.at("content/unit/b.md"), "# Another\n")?;
    disk.look_again(&[disk.at("content/unit/b.md")])?;
    Ok(())
}

fn copies_are_told() -> Result<(), Failed> {
    let disk = Disk::new(course())?;
    let root = disk.folder.path();
    for (changed, expected) in [
        ("content/unit", "content/unit/picture.svg"),
        ("content/unit/picture.svg", "content/unit/picture.svg"),
        ("themes/own/static/style.css", "themes/own/static/style.css"),
        ("content/a.md", ""),
    ] {
        let copies = refresh(&disk.sources, root, None, &[root.join(changed)])?.copies;
        let copies: Vec<&str> = copies.iter().map(|path| path.as_str()).collect();
        if copies.join(" ") != expected {
            return Err(format!("{changed}: {copies:?}").into());
        }
    }
    Ok(())
}
