//! The stage: where pages are written while a build makes the next ones.
//!
//! A site of 10,000 pages has hundreds of megabytes. Written into the new tree as soon as they are made, they need no memory,
//! and whoever reads the output folder sees nothing of them before the swap. A page that the old site has just so is not
//! written at all. Where the folder cannot be swapped, pages stay in memory: then all of them have to be whole before
//! the first one is replaced.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ahash::AHashMap as HashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::abandon::Register;
use super::above::Above;
use super::beside::Beside;
use super::claim::Claim;
use super::content::Made;
use super::finished::Finished;
use super::lock::{Lock, refuses_files};
use super::plan::{Plan, PlannedFile};
use super::swap::{self, Swap};
use super::tree::Tree;
use super::{at, check_path, content, in_place, or_gone};
use crate::address::Address;
use crate::bundle::{Bundle, Edited, Output, Shelf};
use crate::error::{Error, Result};

/// An output folder that is being written to. Until [`Stage::write`] nothing in it changes; dropped before, it leaves
/// nothing behind.
pub struct Stage {
    pub(super) tree: Tree,
    /// Where the new tree is prepared; `None` inside where nothing can be created beside the folder.
    beside: OnceLock<Option<Beside>>,
    /// Whether pages may be put there before all of them are known.
    takes_pages: bool,
    /// The pages that have been.
    staged: Mutex<HashMap<Address, Made>>,
    failure: Mutex<Option<Error>>,
    pub(super) register: Register,
    /// Dropped last, in this order.
    pub(super) lock: Arc<Lock>,
    _above: Arc<Above>,
}

impl Stage {
    /// Takes hold of a folder, and waits for other builds that write to it.
    ///
    /// # Errors
    ///
    /// As [`Claim::take`], and where the folder cannot be read.
    pub fn open(out: &Path) -> Result<Self> {
        Self::on(&Claim::take(out)?)
    }

    /// A stage for a folder that was taken hold of.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read.
    pub fn on(claim: &Claim) -> Result<Self> {
        let tree = Tree::read(&claim.root)?;
        Ok(Self {
            takes_pages: swap::may_swap(&tree),
            tree,
            beside: OnceLock::new(),
            staged: Mutex::default(),
            failure: Mutex::default(),
            register: claim.register.clone(),
            lock: claim.lock.clone(),
            _above: claim.above.clone(),
        })
    }

    /// Brings `bundle`, whose pages may have been kept here, to the folder. `site` is the folder that copied files are
    /// taken from.
    ///
    /// # Panics
    ///
    /// When a path in the bundle could lead out of the folder, or is kept for `write` itself.
    pub fn write<'a>(self, bundle: &'a Bundle, site: &Path) -> Result<Finished<'a>> {
        self.write_with(swap::run, bundle, site)
    }

    /// `replace_whole` does all the work, or cannot and has not touched the folder: then the files are replaced in place.
    pub(super) fn write_with<'a>(
        self,
        replace_whole: impl FnOnce(&Plan) -> Result<Swap>,
        bundle: &'a Bundle,
        site: &Path,
    ) -> Result<Finished<'a>> {
        bundle.files.keys().for_each(check_path);
        if let Some(error) = lock(&self.failure).take() {
            return Err(error);
        }
        let plan = Plan::new(bundle, site, &self)?;
        let mut stamps = Vec::new();
        if !plan.is_done() {
            match replace_whole(&plan)? {
                Swap::Done { stamps: new } => stamps = new,
                // All in one: what is begun here would be some of both.
                Swap::Impossible => self.register.step(|| in_place::run(&plan))?,
            }
        }
        Ok(Finished { written: plan.counts(), bundle, stamps })
    }

    /// The folder in which the new tree is prepared, made when it is first asked for. `None` where nothing can be created
    /// beside the output.
    pub(super) fn beside(&self) -> Result<Option<&Beside>> {
        if let Some(beside) = self.beside.get() {
            return Ok(beside.as_ref());
        }
        // Two may come at once: one of the folders is removed again.
        let beside = match Beside::create(&self.tree.root, &self.register) {
            Ok(beside) => Some(beside),
            Err(error) if refuses_files(&error) => None,
            Err(error) => return Err(Error::io("create a folder beside", &self.tree.root)(error)),
        };
        Ok(self.beside.get_or_init(|| beside).as_ref())
    }

    /// The pages that are new. One that was kept and is not among them is as it was in the old tree.
    pub(super) fn pages(&self) -> MutexGuard<'_, HashMap<Address, Made>> {
        lock(&self.staged)
    }

    /// Removes pages whose place another one took: two at one address are an error that a build may go on after.
    pub(super) fn remove_strays(&self, plan: &Plan) -> Result<()> {
        let staged = lock(&self.staged);
        let is_new_page = |file: &&PlannedFile| {
            matches!(file.output, Output::Kept(_)) && file.unchanged.is_none()
        };
        // Each of these is there by the plan. Mostly they are all that was staged.
        if plan.files.iter().filter(is_new_page).count() == staged.len() {
            return Ok(());
        }
        for (address, Made { hash, .. }) in staged.iter() {
            if plan.file(address.as_str()).is_some_and(|file| *file.output == Output::Kept(*hash)) {
                continue;
            }
            let path = self.staged(address.as_str());
            or_gone(fs::remove_file(&path)).map_err(Error::io("remove", &path))?;
        }
        Ok(())
    }

    /// Where the page of a path is that was put away.
    pub(super) fn staged(&self, path: &str) -> PathBuf {
        let folder = self.beside.get().and_then(Option::as_ref).map(|beside| &beside.path);
        at(folder.unwrap_or(&self.tree.root), path)
    }

    /// Whether the old site has a file with just these bytes.
    fn has(&self, path: &str, bytes: &[u8]) -> bool {
        let is_own = self.tree.own.get(path) == Some(&true);
        is_own && File::open(at(&self.tree.root, path)).is_ok_and(|old| content::holds(&old, bytes))
    }

    /// Writes a page, and says whether there was room for it: two pages may have one address.
    fn put(&self, address: &Address, bytes: &[u8], hash: u128) -> Result<bool> {
        let Some(beside) = self.beside()? else { return Ok(false) };
        let path = at(&beside.path, address.as_str());
        let write = || Made::new(hash, &create(&path, bytes)?, self.lock.since());
        let made = match self.register.step(write) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
            result => result.map_err(Error::io("write", &path))?,
        };
        lock(&self.staged).insert(address.clone(), made);
        Ok(true)
    }
}

impl Shelf for Stage {
    /// What goes wrong is told by [`Stage::write`].
    fn keep(&self, address: &Address, bytes: Vec<u8>) -> Output {
        if !self.takes_pages || lock(&self.failure).is_some() {
            return Output::Bytes(bytes.into());
        }
        let hash = xxh3_128(&bytes);
        if self.has(address.as_str(), &bytes) {
            return Output::Kept(hash);
        }
        match self.put(address, &bytes, hash) {
            Ok(true) => return Output::Kept(hash),
            Ok(false) => {}
            Err(error) => *lock(&self.failure) = Some(error),
        }
        Output::Bytes(bytes.into())
    }

    fn keep_edited(&self, address: &Address, text: Edited) -> Output {
        match self.keep(address, text.text().into_bytes()) {
            Output::Kept(hash) => Output::Kept(hash),
            _ => Output::Edited(Arc::new(text)),
        }
    }
}

/// Makes a new file, and the folders that it lies in.
fn create(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let open = || File::create_new(path);
    let mut file = open().or_else(|error| match (error.kind(), path.parent()) {
        (io::ErrorKind::NotFound, Some(folder)) => {
            fs::create_dir_all(folder)?;
            open()
        }
        _ => Err(error),
    })?;
    file.write_all(bytes)?;
    Ok(file)
}

/// Nobody panics while holding one of the locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::Written;
    use super::*;
    use tempfile::TempDir;

    fn desk() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        (folder, out)
    }

    fn keep(stage: &Stage, files: &[(&str, &str)]) -> Bundle {
        let keep = |(path, text): &(&str, &str)| {
            (path.to_string(), stage.keep(&Address::new(path), text.as_bytes().to_vec()))
        };
        Bundle { files: files.iter().map(keep).collect() }
    }

    fn write(out: &Path, files: &[(&str, &str)]) -> Written {
        let stage = Stage::open(out).expect("a stage");
        let bundle = keep(&stage, files);
        stage.write(&bundle, out).expect("a site").written
    }

    fn read(out: &Path, path: &str) -> String {
        fs::read_to_string(out.join(path)).expect("a page")
    }

    fn neighbours(folder: &TempDir) -> usize {
        fs::read_dir(folder.path()).expect("a folder").count()
    }

    #[test]
    fn pages_are_put_beside_the_folder_and_are_there_all_at_once() {
        let (folder, out) = desk();
        write(&out, &[("a.html", "1")]);
        let stage = Stage::open(&out).expect("a stage");
        let bundle = keep(&stage, &[("a.html", "2"), ("unit/b.html", "2")]);
        assert!(bundle.files.iter().all(|(_, output)| matches!(output, Output::Kept(_))));
        assert_eq!(read(&out, "a.html"), "1");
        assert!(!out.join("unit").exists());
        stage.write(&bundle, &out).expect("a site");
        assert_eq!((read(&out, "a.html"), read(&out, "unit/b.html")), ("2".into(), "2".into()));
        assert_eq!(neighbours(&folder), 1);
    }

    #[test]
    fn a_stage_that_is_left_leaves_nothing() {
        let (folder, out) = desk();
        write(&out, &[("a.html", "1")]);
        let stage = Stage::open(&out).expect("a stage");
        keep(&stage, &[("a.html", "2"), ("b.html", "2")]);
        drop(stage);
        assert_eq!(read(&out, "a.html"), "1");
        assert!(!out.join("b.html").exists());
        assert_eq!(neighbours(&folder), 1);
    }

    #[test]
    fn a_build_that_is_abandoned_leaves_nothing() {
        let (folder, out) = desk();
        let register = Register::default();
        let claim = Claim::take_with(&out.join("deep/er"), &register).expect("a claim");
        let stage = Stage::on(&claim).expect("a stage");
        keep(&stage, &[("a.html", "1"), ("unit/b.html", "1")]);
        assert_eq!(neighbours(&folder), 1);
        register.abandon();
        assert_eq!(neighbours(&folder), 0);
        // As in a process that ends: nothing is dropped any more.
        std::mem::forget((stage, claim));
    }

    #[test]
    fn pages_that_stay_are_not_written() {
        let (folder, out) = desk();
        write(&out, &[("a.html", "1"), ("b.html", "1")]);
        let stage = Stage::open(&out).expect("a stage");
        let bundle = keep(&stage, &[("a.html", "1"), ("b.html", "1")]);
        // Nothing but the lock lies beside the folder.
        assert_eq!(neighbours(&folder), 2);
        let finished = stage.write(&bundle, &out).expect("a site");
        let Written { written, unchanged, .. } = finished.written;
        assert_eq!((written, unchanged), (0, 2));
        let Written { written, unchanged, .. } = write(&out, &[("a.html", "1"), ("b.html", "2")]);
        assert_eq!((written, unchanged), (1, 1));
        assert_eq!((read(&out, "a.html"), read(&out, "b.html")), ("1".into(), "2".into()));
    }

    #[test]
    fn staged_pages_are_brought_where_the_folder_cannot_be_swapped_after_all() {
        let (folder, out) = desk();
        write(&out, &[("a.html", "1"), ("c.html", "1")]);
        let stage = Stage::open(&out).expect("a stage");
        let bundle = keep(&stage, &[("a.html", "2"), ("unit/b.html", "2")]);
        stage.write_with(|_| Ok(Swap::Impossible), &bundle, &out).expect("a site");
        assert_eq!((read(&out, "a.html"), read(&out, "unit/b.html")), ("2".into(), "2".into()));
        assert!(!out.join("c.html").exists());
        assert_eq!(neighbours(&folder), 1);
    }

    #[test]
    fn of_two_pages_at_one_address_the_one_that_is_asked_for_is_written() {
        for (first, last) in [("old", "new"), ("new", "old"), ("new", "newer")] {
            let (_folder, out) = desk();
            write(&out, &[("a.html", "old")]);
            let stage = Stage::open(&out).expect("a stage");
            keep(&stage, &[("a.html", first)]);
            let bundle = keep(&stage, &[("a.html", last)]);
            stage.write(&bundle, &out).expect("a site");
            assert_eq!(read(&out, "a.html"), last);
        }
    }

    #[test]
    fn what_goes_wrong_while_pages_are_kept_is_told_and_changes_nothing() {
        let (folder, out) = desk();
        write(&out, &[("a.html", "1")]);
        let stage = Stage::open(&out).expect("a stage");
        // No folder can have the name of a page.
        let bundle = keep(&stage, &[("a.html", "2"), ("a.html/b.html", "2"), ("c.html", "2")]);
        let error = stage.write(&bundle, &out).err().expect("a failure").to_string();
        assert!(error.contains("b.html"), "{error}");
        assert_eq!(read(&out, "a.html"), "1");
        assert_eq!(neighbours(&folder), 1);
    }
}
