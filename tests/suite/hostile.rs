//! Hostile input, as a table: what is put where, and what is told or made of it. Each row is a site in a folder of its own,
//! built by the real binary.
//!
//! Of every row is asserted beside what it says: the command ends with 0, 1 or 2 as the diagnostics ask for and without a
//! panic, nothing is changed outside of the output folder, nothing of a secret that lies beside the site is published, and
//! pages are well-formed and run no script but those of the theme.

mod breaking;
mod collisions;
mod exhausting;
mod leaving;
mod settings;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Failed, Trial};
use walkdir::WalkDir;

use crate::cli::CACHE;
use crate::sound;

/// What lies beside every site and must not be published.
const SECRET: &str = "TOP-SECRET-4711";
/// How many rows the table has at least.
const ROWS: usize = 120;

pub fn trials() -> Vec<Trial> {
    let groups = [
        leaving::rows(),
        settings::rows(),
        breaking::rows(),
        collisions::rows(),
        exhausting::rows(),
    ];
    let rows: Vec<Row> = groups.into_iter().flatten().collect();
    assert!(rows.len() >= ROWS, "the table has {} rows", rows.len());
    let trials = rows.into_iter().map(|row| {
        let name = format!("hostile: {}", row.name);
        Trial::test(name, move || row.run())
    });
    trials.collect()
}

/// One row of the table.
#[derive(Default)]
pub struct Row {
    name: &'static str,
    puts: Vec<Put>,
    /// Diagnostics as `error[code] path:line`, in any order; the path alone where there is no line.
    told: Vec<String>,
    /// What the command says when it cannot work at all.
    fails: Option<&'static str>,
    /// What stands in a file of the output, and what does not.
    shows: Vec<(&'static str, String, bool)>,
    /// Paths that the output has, or has not.
    made: Vec<(&'static str, bool)>,
    is_raw: bool,
}

/// Something that is put into the folder.
enum Put {
    File(String, Vec<u8>),
    /// A symbolic link and where it leads.
    Link(String, String),
    Pipe(String),
    Socket(String),
    /// A file whose name is no text.
    Nameless(Vec<u8>),
}

pub fn row(name: &'static str) -> Row {
    Row { name, ..Row::default() }
}

impl Row {
    /// A file of the site.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.put(Put::File(path.to_owned(), text.as_ref().to_vec()))
    }

    /// The body of `content/a.md`.
    pub fn body(self, text: impl AsRef<[u8]>) -> Self {
        self.file("content/a.md", text)
    }

    /// The front matter of `content/a.md` in TOML.
    pub fn front(self, toml: &str) -> Self {
        self.body(format!("+++\n{toml}\n+++\n\nText.\n"))
    }

    /// The front matter of `content/a.md` in YAML.
    pub fn yaml(self, yaml: &str) -> Self {
        self.body(format!("---\n{yaml}\n---\n\nText.\n"))
    }

    pub fn link(self, path: &str, to: &str) -> Self {
        self.put(Put::Link(path.to_owned(), to.to_owned()))
    }

    pub fn pipe(self, path: &str) -> Self {
        self.put(Put::Pipe(path.to_owned()))
    }

    pub fn socket(self, path: &str) -> Self {
        self.put(Put::Socket(path.to_owned()))
    }

    pub fn nameless(self, path: &[u8]) -> Self {
        self.put(Put::Nameless(path.to_vec()))
    }

    fn put(mut self, put: Put) -> Self {
        self.puts.push(put);
        self
    }

    pub fn told(mut self, diagnostic: &str) -> Self {
        self.told.push(diagnostic.to_owned());
        self
    }

    pub fn fails(mut self, message: &'static str) -> Self {
        self.fails = Some(message);
        self
    }

    pub fn shows(mut self, path: &'static str, text: &str) -> Self {
        self.shows.push((path, text.to_owned(), true));
        self
    }

    pub fn lacks(mut self, path: &'static str, text: &str) -> Self {
        self.shows.push((path, text.to_owned(), false));
        self
    }

    pub fn makes(mut self, path: &'static str) -> Self {
        self.made.push((path, true));
        self
    }

    pub fn leaves_out(mut self, path: &'static str) -> Self {
        self.made.push((path, false));
        self
    }

    /// The author's own HTML or template decides on the markup.
    pub fn raw(mut self) -> Self {
        self.is_raw = true;
        self
    }

    fn run(&self) -> Result<(), Failed> {
        let dir = tempfile::tempdir()?;
        let site = dir.path().join("site");
        fs::create_dir_all(site.join("content"))?;
        fs::write(dir.path().join("secret.md"), format!("# {SECRET}\n"))?;
        fs::create_dir(dir.path().join("secrets"))?;
        fs::write(dir.path().join("secrets/secret.txt"), SECRET)?;
        fs::write(site.join("content/z.md"), "# Z\n\nText.\n")?;
        let mut sockets = Vec::new();
        for put in &self.puts {
            self.make(&site, put, &mut sockets)?;
        }
        let before = listing(dir.path(), &site.join("public"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_hornbook"));
        command.args(["build", "--keep-going"]).arg(&site).env(CACHE.0, CACHE.1);
        let output = command.current_dir(dir.path()).stdin(Stdio::null()).output()?;
        let said = String::from_utf8(output.stderr)?;
        self.look_at_what_was_said(&said, output.status.code(), &site)?;
        if listing(dir.path(), &site.join("public"))? != before {
            return Err("something outside of the output folder has changed".into());
        }
        self.look_at_output(&site.join("public"))
    }

    fn make(&self, site: &Path, put: &Put, sockets: &mut Vec<UnixListener>) -> Result<(), Failed> {
        let at = |path: &str| -> Result<PathBuf, Failed> {
            let path = site.join(path);
            fs::create_dir_all(path.parent().unwrap_or(site))?;
            Ok(path)
        };
        match put {
            Put::File(path, bytes) => fs::write(at(path)?, bytes)?,
            Put::Link(path, to) => {
                let path = at(path)?;
                // A link may take the place of the folder that every site has.
                let _ = fs::remove_dir_all(&path);
                symlink(to, path)?;
            }
            Put::Pipe(path) => {
                let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
                rustix::fs::mknodat(rustix::fs::CWD, at(path)?, kind, mode, 0)?;
            }
            Put::Socket(path) => sockets.push(UnixListener::bind(at(path)?)?),
            Put::Nameless(path) => {
                let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(path);
                fs::write(site.join(name), "Text.\n")?;
            }
        }
        Ok(())
    }

    fn look_at_what_was_said(
        &self,
        said: &str,
        status: Option<i32>,
        site: &Path,
    ) -> Result<(), Failed> {
        if said.contains("panicked") || said.contains(|c: char| c.is_control() && c != '\n') {
            return Err(format!("it says\n{said:?}").into());
        }
        if let Some(message) = self.fails {
            return match (status, said.contains(message)) {
                (Some(2), true) => Ok(()),
                _ => Err(format!("status {status:?}, and it says\n{said}").into()),
            };
        }
        let folder = format!("{}/", site.display());
        let mut found = told(said, &folder);
        found.sort();
        let mut told = self.told.clone();
        told.sort();
        let has_errors = told.iter().any(|told| told.starts_with("error"));
        if found != told {
            return Err(format!("told {found:#?} instead of {told:#?}\n{said}").into());
        }
        match status {
            Some(status) if status == i32::from(has_errors) => Ok(()),
            status => Err(format!("status {status:?}\n{said}").into()),
        }
    }

    fn look_at_output(&self, out: &Path) -> Result<(), Failed> {
        for file in WalkDir::new(out).into_iter().filter_map(Result::ok) {
            if !file.file_type().is_file() {
                continue;
            }
            let bytes = fs::read(file.path())?;
            let text = String::from_utf8_lossy(&bytes);
            let path = file.path().strip_prefix(out)?.display();
            if text.contains(SECRET) {
                return Err(format!("{path} publishes the secret").into());
            }
            let is_page = file.path().extension().is_some_and(|ending| ending == "html");
            if is_page && !self.is_raw {
                sound::well_formed(&text).map_err(|wrong| format!("{path}: {wrong}\n{text}"))?;
            }
        }
        for (path, is_made) in &self.made {
            if out.join(path).exists() != *is_made {
                return Err(format!("{path} is made: {}", !is_made).into());
            }
        }
        for (path, text, is_there) in &self.shows {
            let html = fs::read_to_string(out.join(path))?;
            if html.contains(text) != *is_there {
                return Err(format!("{text:?} in {path}: {}\n{html}", !is_there).into());
            }
        }
        Ok(())
    }
}

/// `error[code] path:line` of each diagnostic in the form for people.
fn told(said: &str, folder: &str) -> Vec<String> {
    let mut lines = said.lines().peekable();
    let mut told = Vec::new();
    while let Some(line) = lines.next() {
        let is_told = line.starts_with("error[") || line.starts_with("warning[");
        let Some((kind, _)) = line.split_once("]: ").filter(|_| is_told) else { continue };
        let place = lines.peek().and_then(|next| next.trim_start().strip_prefix("--> "));
        let place = place.map(|place| place.strip_prefix(folder).unwrap_or(place));
        // The column is left out.
        let place = place.map(|place| match place.rsplit_once(':') {
            Some((line, column)) if column.parse::<u32>().is_ok() => line,
            _ => place,
        });
        told.push(format!("{kind}] {}", place.unwrap_or_default()).trim_end().to_owned());
    }
    told
}

/// What lies below a folder but for one folder in it: each path with its kind, and files with their bytes.
fn listing(dir: &Path, without: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
    let mut found = BTreeMap::new();
    let walker = WalkDir::new(dir).into_iter();
    for entry in walker.filter_entry(|entry| entry.path() != without) {
        let entry = entry?;
        let kind = format!("{:?}", entry.file_type()).into_bytes();
        let bytes = if entry.file_type().is_file() { fs::read(entry.path())? } else { kind };
        found.insert(entry.into_path(), bytes);
    }
    Ok(found)
}
