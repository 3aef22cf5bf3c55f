//! A folder with an output in it, how it is built into, and what is found in it afterwards.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use walkdir::WalkDir;
use xxhash_rust::xxh3::xxh3_128;

use super::course::{Course, Tree, Version};
use crate::cli;

/// How the output is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Swap,
    /// The build is started inside of the folder, which therefore has to stay.
    InPlace,
}

/// What is in the folder after a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Old,
    New,
    /// In place: files of both, all whole, and all links of the pages lead somewhere.
    Mixed,
}

pub struct Desk {
    /// It holds `out` and nothing else.
    pub folder: PathBuf,
    way: Way,
    /// What the program is started by, to have the rights of somebody else.
    user: Option<&'static [&'static str]>,
    program: PathBuf,
}

impl Desk {
    pub fn new(
        place: &Path,
        way: Way,
        user: Option<&'static [&'static str]>,
    ) -> Result<Self, Failed> {
        set_mode(place, 0o755);
        let folder = place.join("desk");
        fs::create_dir(&folder)?;
        let built = || env!("CARGO_BIN_EXE_hornbook").into();
        let mut program = PathBuf::from(std::env::var_os("HORNBOOK").unwrap_or_else(built));
        if user.is_some() {
            // It may lie where that somebody cannot go.
            let copy = place.join("hornbook");
            // By another process: what this one has open for writing, its children have for a moment too, and then
            // nobody can run it.
            Command::new("cp").arg("--force").args([&program, &copy]).status()?;
            program = copy;
            own(&folder, NOBODY);
        }
        Ok(Self { folder, way, user, program })
    }

    pub fn remove(self) -> Result<(), Failed> {
        Ok(fs::remove_dir_all(self.folder)?)
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// A build that has not begun.
    pub fn command(&self, site: impl AsRef<Path>) -> Command {
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new(user[0]);
                command.args(&user[1..]).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.arg("build").arg(site.as_ref()).arg("--out");
        if self.way == Way::InPlace && self.out().exists() {
            command.current_dir(self.out()).arg(".");
        } else {
            command.current_dir(&self.folder).arg(self.out());
        }
        command.env(cli::CACHE.0, cli::CACHE.1);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Builds a version without any fault.
    pub fn build(&self, course: &Course, version: Version) -> Result<(), Failed> {
        let output = self.command(course.site(version)).stderr(Stdio::piped()).output()?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }

    /// The build after a fault gives just the version, and leaves nothing beside it.
    pub fn complete(&self, course: &Course, version: Version) -> Result<(), Failed> {
        self.build(course, version)
            .map_err(|wrong| format!("the next build: {}", wrong.message().unwrap_or_default()))?;
        if self.tree()? != *course.tree(version) {
            return Err(self.strange(&[course.tree(version)])?.into());
        }
        self.assert_alone()
    }

    pub fn tree(&self) -> Result<Tree, Failed> {
        Ok(hashes(cli::tree(&self.out())?))
    }

    /// Waits until the build is somewhere: half of the times at its writing, which the lock tells.
    pub fn wait_somewhere(
        &self,
        child: &mut Child,
        course: &Course,
        dice: &Dice,
    ) -> Result<(), Failed> {
        let (whole, writing) = course.takes;
        let mut span = whole;
        if dice.below(2) == 0 {
            let lock = self.folder.join(".out.hornbook-lock");
            let begin = Instant::now();
            while !lock.exists() && child.try_wait()?.is_none() && begin.elapsed() < 10 * whole {
                std::thread::sleep(Duration::from_micros(100));
            }
            span = writing;
        }
        let share = dice.below(1_000) as u32;
        std::thread::sleep(span * share / 900);
        Ok(())
    }

    /// What is in the folder; an error where it is none of what it may be. The versions are the old one and the new one.
    pub fn look(&self, course: &Course, versions: &[Version]) -> Result<Found, Failed> {
        self.look_as(self.way, course, versions)
    }

    /// The same where a folder that is to be swapped may turn out to be one that cannot be.
    pub fn look_in_place(&self, course: &Course, versions: &[Version]) -> Result<Found, Failed> {
        self.look_as(Way::InPlace, course, versions)
    }

    fn look_as(&self, way: Way, course: &Course, versions: &[Version]) -> Result<Found, Failed> {
        let tree = self.tree()?;
        let trees: Vec<&Tree> = versions.iter().map(|version| course.tree(*version)).collect();
        match trees.iter().position(|known| **known == tree) {
            Some(0) => Ok(Found::Old),
            Some(_) => Ok(Found::New),
            None if way == Way::Swap => Err(self.strange(&trees)?.into()),
            None => self.assert_whole(&trees).map(|()| Found::Mixed),
        }
    }

    /// Every file is one of a version, or a build's own and listed as such; every link of a page leads somewhere.
    fn assert_whole(&self, trees: &[&Tree]) -> Result<(), Failed> {
        let manifest = fs::read(self.out().join(".hornbook.json"))?;
        let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
        let found = self.tree()?;
        for (path, hash) in &found {
            let name = path.rsplit('/').next().unwrap_or_default();
            let is_known = trees.iter().any(|tree| tree.get(path) == Some(hash));
            let is_hidden = name.starts_with(".hornbook-") && !manifest["files"][path].is_null();
            let is_manifest = path.starts_with(".hornbook.json");
            if !is_known && !is_hidden && !is_manifest {
                return Err(format!("{path} is of neither version").into());
            }
        }
        self.assert_links(&found)
    }

    /// Follows the links from the home page.
    fn assert_links(&self, found: &Tree) -> Result<(), Failed> {
        let (mut seen, mut open) = (BTreeSet::new(), vec!["index.html".to_owned()]);
        while let Some(page) = open.pop() {
            let html = fs::read_to_string(self.out().join(&page))?;
            for target in targets(&page, &html) {
                if !found.contains_key(&target) {
                    return Err(format!("{page} leads to {target}, which is not there").into());
                }
                if target.ends_with(".html") && seen.insert(target.clone()) {
                    open.push(target);
                }
            }
        }
        Ok(())
    }

    /// Nothing lies beside the output.
    pub fn assert_alone(&self) -> Result<(), Failed> {
        let mut beside = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            beside.push(entry?.file_name());
        }
        beside.retain(|name| name != "out");
        if beside.is_empty() { Ok(()) } else { Err(format!("left beside: {beside:?}").into()) }
    }

    /// Takes a folder away from whoever builds. It may be gone already.
    pub fn close(&self, path: &Path) {
        set_mode(path, 0o555);
        if self.user.is_some() {
            own(path, 0);
        }
    }

    /// Gives the builder back what was taken.
    pub fn open_all(&self) -> Result<(), Failed> {
        for entry in WalkDir::new(&self.folder) {
            let entry = entry?;
            if entry.file_type().is_dir() {
                set_mode(entry.path(), 0o755);
                if self.user.is_some() {
                    own(entry.path(), NOBODY);
                }
            }
        }
        Ok(())
    }

    /// What keeps the folder from being the nearest of these.
    fn strange(&self, trees: &[&Tree]) -> Result<String, Failed> {
        let found = self.tree()?;
        let wrong = |tree: &&Tree| -> Vec<String> {
            let paths: BTreeSet<&String> = tree.keys().chain(found.keys()).collect();
            let wrong = paths.into_iter().filter(|path| tree.get(*path) != found.get(*path));
            wrong.cloned().collect()
        };
        let nearest = trees.iter().map(wrong).min_by_key(Vec::len).unwrap_or_default();
        Ok(format!(
            "neither site: {} files are wrong, such as {:?}",
            nearest.len(),
            nearest.first()
        ))
    }
}

/// The files that the links and sources of a page lead to.
fn targets(page: &str, html: &str) -> Vec<String> {
    let attributes = html.split([' ', '\n']).filter_map(|attribute| {
        let value =
            attribute.strip_prefix("href=\"").or_else(|| attribute.strip_prefix("src=\""))?;
        let path = value.split(['"', '#', '?']).next().filter(|path| !path.is_empty())?;
        (!path.contains(':')).then_some(path)
    });
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let joined = attributes.filter_map(|path| hornbook::address::join(folder, path));
    joined.collect()
}

pub fn hashes(files: BTreeMap<PathBuf, Vec<u8>>) -> Tree {
    let hash =
        |(path, bytes): (PathBuf, Vec<u8>)| (path.to_string_lossy().into_owned(), xxh3_128(&bytes));
    files.into_iter().map(hash).collect()
}

/// Sets the permissions of what may be gone already.
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
}

/// Who builds where permissions are to hold.
const NOBODY: u32 = 65534;

fn own(path: &Path, user: u32) {
    let _ = std::os::unix::fs::chown(path, Some(user), Some(user));
}

pub fn owner(path: &Path) -> Result<u32, Failed> {
    Ok(std::os::unix::fs::MetadataExt::uid(&fs::metadata(path)?))
}

/// Random numbers (SplitMix64), another series every time.
pub struct Dice(Cell<u64>);

impl Dice {
    pub fn new() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self(Cell::new(now.unwrap_or_default().as_nanos() as u64))
    }

    /// What the numbers to come follow from.
    pub fn seed(&self) -> u64 {
        self.0.get()
    }

    pub fn below(&self, limit: usize) -> usize {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut mixed = self.0.get();
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}
