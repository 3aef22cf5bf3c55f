//! Records: what a build was made of and what it gave, kept for the next one.
//!
//! A record says: these inputs gave this manifest, and were told so. Where the folder still holds what its manifest lists, the
//! next build of the same inputs has nothing to do. What the folder holds is known by [stamps](super::stamp), and by reading
//! where there are none; so a folder that was copied, or unpacked from the cache of a CI job, is read once and compared
//! with the hashes in its manifest. Sources are known in the same way: by their stamps, else by what was read. Only what
//! files hold that a site copies is part of no build's inputs: it is held to the hashes in the manifest.
//!
//! Records lie in a folder of their own, since the site is published and has the same bytes everywhere. Anything about
//! them that is not as it should be means that there is none: then the site is built.

mod form;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::claim::Claim;
use super::finished::Finished;
use super::manifest::{self, Manifest, hex};
use super::stamp::{self, Moment, Stamp};
use super::{at, content, folders_above};
use crate::bundle::Output;
use crate::error::{Error, Result};
use crate::memo::key_of;
use crate::source::SourcePath;
use form::Form;

/// What a build is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The folder that the sources lie in.
    pub site: &'a Path,
    /// The hash of what is known of the inputs before they are read.
    pub unread: u128,
    /// The hash of all inputs, once they are read.
    pub inputs: Option<u128>,
    /// The sources by path, in an order that `unread` stands for.
    pub sources: &'a [SourcePath],
    /// How diagnostics are told.
    pub manner: u128,
}

/// What a build said: not made of its output, and to be said again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// How much the course holds.
    pub summary: String,
    /// The diagnostics as they were told.
    pub report: String,
    /// A hash of how they were told: another terminal shows other texts.
    pub manner: u128,
}

/// The folder in which records are kept.
pub struct Records {
    folder: PathBuf,
    boot: Option<u128>,
}

/// A build that has nothing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    pub said: Said,
    /// How many files the site has.
    pub files: usize,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record<'a> {
    unread: u128,
    inputs: u128,
    /// The hash of the manifest's bytes.
    manifest: u128,
    /// When the stamps were made.
    boot: Option<u128>,
    said: Said,
    /// The stamps of the sources.
    sources: Vec<Option<Stamp>>,
    /// Every file that the manifest lists.
    files: Vec<Listed<'a>>,
    copies: Vec<Copied<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Listed<'a> {
    path: &'a str,
    stamp: Option<Stamp>,
}

/// A file of the site's folder that was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Copied<'a> {
    source: &'a str,
    /// Where it was copied to.
    path: &'a str,
    stamp: Option<Stamp>,
}

impl Records {
    /// The folder need not be there.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, boot: stamp::boot() }
    }

    /// The last build into a folder, if it was made of the same inputs and the folder is still as it left it. Without the hash
    /// of all inputs, it is only known of sources that were not touched that they are the same.
    pub fn recall(&self, claim: &Claim, asked: &Asked) -> Option<Recalled> {
        let bytes = fs::read(self.path(&claim.root)).ok()?;
        let mut record = Form::read(&bytes)?;
        if record.boot != self.boot {
            record.forget_stamps();
            record.boot = self.boot;
        }
        let has_inputs = match asked.inputs {
            Some(inputs) => record.inputs == inputs,
            None => record.unread == asked.unread && record.has_sources(asked),
        };
        let is_told_so = record.said.report.is_empty() || record.said.manner == asked.manner;
        if !has_inputs || !is_told_so {
            return None;
        }
        let seen = record.look(&claim.root, asked, claim.since())?;
        if seen != record {
            // The next build need not read again what this one has read.
            let _ = self.write(&claim.root, &seen);
        }
        Some(Recalled { files: record.files.len(), said: record.said })
    }

    /// Keeps a build that was just written to a folder, and whose sources were read under the claim.
    ///
    /// # Errors
    ///
    /// When the record cannot be written. A build need not fail for this.
    ///
    /// # Panics
    ///
    /// Without the hash of all inputs.
    pub fn keep(
        &self,
        claim: &Claim,
        asked: &Asked,
        said: Said,
        finished: &Finished,
    ) -> Result<()> {
        let (root, since, bundle) = (&claim.root, claim.since(), finished.bundle);
        let manifest = root.join(manifest::NAME);
        let manifest = content::hash(&manifest).map_err(Error::io("read", &manifest))?;
        let listed = |(number, path)| {
            let look = || stamp_of(fs::symlink_metadata(at(root, path)), since);
            Listed { path, stamp: finished.stamp(number).or_else(look) }
        };
        let paths: Vec<&str> = bundle.files.keys().collect();
        let copies = bundle.files.iter().filter_map(|(path, output)| match output {
            Output::Copy(source) => {
                let stamp = stamp_of(asked.metadata(source.as_str()), since);
                Some(Copied { source: source.as_str(), path, stamp })
            }
            Output::Bytes(_) | Output::Kept(_) | Output::Edited(_) | Output::Later(_) => None,
        });
        let copies = copies.collect();
        let record = Record {
            unread: asked.unread,
            inputs: asked.inputs.expect("whoever has built a site has read its sources"),
            manifest,
            boot: self.boot,
            said,
            sources: asked.stamps(since),
            files: paths.into_par_iter().enumerate().map(listed).collect(),
            copies,
        };
        self.write(root, &record)?;
        self.forget_what_is_gone();
        Ok(())
    }

    /// Where the record of an output folder is. The name begins with a full stop, so that it is no file of a course,
    /// whatever folder is chosen.
    fn path(&self, root: &Path) -> PathBuf {
        let name = hex(xxh3_128(root.as_os_str().as_encoded_bytes()));
        self.folder.join(format!(".{name}{ENDING}"))
    }

    fn write(&self, root: &Path, record: &Record) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let path = self.path(root);
        let mut temporary = path.clone().into_os_string();
        temporary.push(format!("-{}", std::process::id()));
        let temporary = PathBuf::from(temporary);
        fs::write(&temporary, Form::write(root, record))
            .and_then(|()| fs::rename(&temporary, &path))
            .inspect_err(|_| drop(fs::remove_file(&temporary)))
            .map_err(Error::io("write", &path))
    }

    /// Removes the records of output folders that are not there any more. What cannot be read or removed stays.
    fn forget_what_is_gone(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_record = entry.file_name().to_str().is_some_and(is_name);
            let is_gone = || -> io::Result<bool> {
                let root = Form::root(&mut io::BufReader::new(fs::File::open(entry.path())?))?;
                Ok(root.is_some_and(|root| !root.exists()))
            };
            if is_record && is_gone().unwrap_or(false) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

const ENDING: &str = ".record";

/// Whether a file of this name can be a record.
fn is_name(name: &str) -> bool {
    let hash = name.strip_prefix('.').and_then(|name| name.strip_suffix(ENDING));
    hash.is_some_and(|hash| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl<'a> Record<'a> {
    /// Then everything is read.
    fn forget_stamps(&mut self) {
        self.sources.fill(None);
        self.files.iter_mut().for_each(|listed| listed.stamp = None);
        self.copies.iter_mut().for_each(|copied| copied.stamp = None);
    }

    /// Whether no source was touched.
    fn has_sources(&self, asked: &Asked) -> bool {
        let pairs = self.sources.par_iter().zip(asked.sources);
        self.sources.len() == asked.sources.len()
            && pairs.all(|(stamp, path)| is_as_stamped(&asked.metadata(path.as_str()), *stamp))
    }

    /// Looks whether a folder holds what the manifest lists, and the sources that were copied hold it too. Returns the same
    /// with the stamps of now.
    fn look(&self, root: &Path, asked: &Asked, since: Option<&Moment>) -> Option<Self> {
        let path = root.join(manifest::NAME);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        let bytes = is_file.then(|| fs::read(&path).ok()).flatten()?;
        if xxh3_128(&bytes) != self.manifest || !self.has_folders(root) {
            return None;
        }
        let manifest = OnceLock::new();
        let holds = |disk: PathBuf, path: &str| {
            let manifest = manifest.get_or_init(|| Manifest::parse(&bytes)).as_ref()?;
            let hash = content::hash(&disk).ok()?;
            (manifest.files.get(path) == Some(&hex(hash))).then_some(())
        };
        // The system is asked before a file is read: what changes it after that changes its stamp.
        let files = self.files.par_iter().map(|listed| {
            let metadata = fs::symlink_metadata(at(root, listed.path));
            // A link is none of ours, whatever it leads to.
            if !metadata.as_ref().is_ok_and(fs::Metadata::is_file) {
                return None;
            }
            if is_as_stamped(&metadata, listed.stamp) {
                return Some(*listed);
            }
            holds(at(root, listed.path), listed.path)?;
            Some(Listed { stamp: stamp_of(metadata, since), ..*listed })
        });
        let copies = self.copies.par_iter().map(|copied| {
            let metadata = asked.metadata(copied.source);
            if is_as_stamped(&metadata, copied.stamp) {
                return Some(*copied);
            }
            holds(at(asked.site, copied.source), copied.path)?;
            Some(Copied { stamp: stamp_of(metadata, since), ..*copied })
        });
        Some(Self {
            unread: asked.unread,
            sources: asked.inputs.map_or_else(|| self.sources.clone(), |_| asked.stamps(since)),
            files: files.collect::<Option<_>>()?,
            copies: copies.collect::<Option<_>>()?,
            said: self.said.clone(),
            ..*self
        })
    }

    /// Whether the folders of the site are folders and no links.
    fn has_folders(&self, root: &Path) -> bool {
        let mut folders = BTreeSet::new();
        let mut last = "";
        for Listed { path, .. } in &self.files {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // Files stand in order, so most lie where the one before does.
            if folder != last {
                folders.extend(folders_above(path));
                last = folder;
            }
        }
        let is_folder = |folder: &&str| {
            fs::symlink_metadata(at(root, folder)).is_ok_and(|metadata| metadata.is_dir())
        };
        folders.par_iter().all(is_folder)
    }
}

impl Asked<'_> {
    fn metadata(&self, path: &str) -> io::Result<fs::Metadata> {
        fs::metadata(at(self.site, path))
    }

    /// The stamps of the sources, which have been read since a moment.
    fn stamps(&self, since: Option<&Moment>) -> Vec<Option<Stamp>> {
        let paths = self.sources.par_iter();
        paths.map(|path| stamp_of(self.metadata(path.as_str()), since)).collect()
    }
}

fn is_as_stamped(metadata: &io::Result<fs::Metadata>, stamp: Option<Stamp>) -> bool {
    stamp.is_some() && metadata.as_ref().is_ok_and(|metadata| Stamp::of(metadata) == stamp)
}

fn stamp_of(metadata: io::Result<fs::Metadata>, since: Option<&Moment>) -> Option<Stamp> {
    Stamp::before(since?, &metadata.ok()?)
}

/// The hash of the running program: two builds of one version are two programs. `None` where it cannot be read.
pub fn program() -> Option<u128> {
    // On Linux this is what runs, also when its file has been replaced meanwhile.
    let path = match cfg!(target_os = "linux") {
        true => PathBuf::from("/proc/self/exe"),
        false => std::env::current_exe().ok()?,
    };
    // One that is built to be debugged is ten times as large, and reads ten times slower. Nobody carries it about.
    if cfg!(debug_assertions) {
        return Some(key_of(&Stamp::of(&fs::metadata(&path).ok()?)?));
    }
    content::hash(&path).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::File;

    use tempfile::TempDir;

    use super::*;
    use crate::address::Address;
    use crate::bundle::{Bundle, Shelf};
    use crate::write::Stage;

    fn asked() -> Asked<'static> {
        Asked { site: Path::new(""), unread: 0, inputs: Some(0), sources: &[], manner: 0 }
    }

    /// A folder for a site and for what is remembered of it.
    struct Desk {
        folder: TempDir,
        records: Records,
    }

    impl Desk {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            Self { records: Records::new(folder.path().join("cache")), folder }
        }

        fn out(&self) -> PathBuf {
            self.folder.path().join("out")
        }

        /// Builds a site of pages.
        fn build(&self, pages: &[(&str, &str)]) {
            self.build_while(pages, |_| {});
        }

        /// The same, while somebody does something to the folder in which pages are put away.
        fn build_while(&self, pages: &[(&str, &str)], meddle: impl Fn(&Path)) {
            let claim = Claim::take(&self.out()).expect("a claim");
            let stage = Stage::on(&claim).expect("a stage");
            let keep = |(path, text): &(&str, &str)| {
                (path.to_string(), stage.keep(&Address::new(path), text.as_bytes().to_vec()))
            };
            let bundle = Bundle { files: pages.iter().map(keep).collect() };
            let tick = || {
                let now = stage.lock.now().expect("a clock");
                while stage.lock.now().expect("a clock") == now {}
            };
            tick();
            meddle(&stage.staged(""));
            tick();
            let finished = stage.write(&bundle, Path::new("")).expect("a site");
            self.records.keep(&claim, &asked(), Said::default(), &finished).expect("a record");
        }

        fn is_recalled(&self) -> bool {
            let claim = Claim::take(&self.out()).expect("a claim");
            self.records.recall(&claim, &asked()).is_some()
        }

        /// The files that the last build has left stamps of.
        fn stamped(&self) -> Vec<String> {
            let root = fs::canonicalize(self.out()).expect("a folder");
            let bytes = fs::read(self.records.path(&root)).expect("a record");
            let record = Form::read(&bytes).expect("a record");
            let stamped = record.files.iter().filter(|listed| listed.stamp.is_some());
            stamped.map(|listed| listed.path.to_owned()).collect()
        }
    }

    #[test]
    fn what_a_swap_has_brought_need_not_be_read_again() {
        let desk = Desk::new();
        desk.build(&[("a.html", "1"), ("unit/b.html", "1")]);
        assert_eq!(desk.stamped(), ["a.html", "unit/b.html"]);
        // One that stays was within everybody's reach.
        desk.build(&[("a.html", "2"), ("unit/b.html", "1")]);
        assert_eq!(desk.stamped(), ["a.html"]);
        assert!(desk.is_recalled());
    }

    /// Changes a page so that its length and the time of its content stay.
    fn change(path: &Path) {
        let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
        fs::write(path, "2").expect("a page");
        let page = File::options().write(true).open(path).expect("a page");
        page.set_modified(modified.expect("a time")).expect("a time");
    }

    #[test]
    fn what_is_changed_after_a_build_is_seen() {
        for path in ["a.html", "unit/b.html"] {
            let desk = Desk::new();
            desk.build(&[("a.html", "1"), ("unit/b.html", "1")]);
            change(&desk.out().join(path));
            assert!(!desk.is_recalled());
        }
    }

    #[test]
    fn what_is_changed_before_the_swap_is_seen() {
        let desk = Desk::new();
        desk.build_while(&[("a.html", "1")], |staged| change(&staged.join("a.html")));
        assert!(!desk.is_recalled());
    }

    #[test]
    fn after_a_power_cut_stamps_say_nothing() {
        let mut desk = Desk::new();
        desk.build(&[("a.html", "1")]);
        // As if the disk had kept what is known of the file, and not the file.
        let root = fs::canonicalize(desk.out()).expect("a folder");
        change(&root.join("a.html"));
        let bytes = fs::read(desk.records.path(&root)).expect("a record");
        let mut record = Form::read(&bytes).expect("a record");
        let metadata = fs::metadata(root.join("a.html")).expect("a page");
        record.files[0].stamp = Stamp::of(&metadata);
        desk.records.write(&root, &record).expect("a record");
        assert!(desk.is_recalled());
        desk.records.boot = Some(1);
        assert!(!desk.is_recalled());
    }
}
