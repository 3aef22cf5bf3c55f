//! Watching: tells when, and where, something changed in what a build reads.
//!
//! Events are not interpreted; each means "look there again". Folders are watched, not files. What an event names goes
//! to [`debounce`], which decides when to act. Whoever acts compares what it reads with what it had, so an event too many
//! does no harm.
//!
//! A new folder is watched as soon as its event arrives, with those in it, and it counts as changed as a whole: what was put
//! into it before is found by looking, what comes after by events. Nothing falls between.
//!
//! Where events do not arrive, the files are looked at again and again ([`poll`]).

mod arrival;
pub mod debounce;
mod poll;
pub mod prints;
mod signs;
mod tree;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::AccessKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Result};
use crate::load::CONFIG;
pub use debounce::Changes;
use debounce::{Debounce, QUIET};
use poll::Marks;
use signs::{Sign, signs};
use tree::Tree;

/// The least time between two looks where events do not arrive. A look may take a tenth of the time at most.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Systems other than Linux watch a folder with all that is in it.
const ONE_BY_ONE: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Watches a site's folder. See the module.
pub struct Watch {
    tree: Tree,
    signals: Receiver<Signal>,
    how: How,
    debounce: Debounce,
    /// What the files looked like when events were lost, or at the last look.
    marks: Option<Marks>,
    notice: Option<Notice>,
    /// Which folder the site's was when it was watched; `None` after it was gone.
    root: Option<(u64, u64)>,
}

enum How {
    Events(Listening),
    Looking,
}

/// What the system was asked to tell of.
struct Listening {
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
    /// Those that are links. The system has one watch for all names of a folder.
    links: BTreeSet<PathBuf>,
}

enum Signal {
    Event(Event),
    Failed(notify::Error),
    Stop,
}

/// Ends a [`Watch`] from another thread.
#[derive(Clone)]
pub struct Stop(Sender<Signal>);

impl Stop {
    pub fn stop(&self) {
        // Nobody listens when the watch has ended already.
        let _ = self.0.send(Signal::Stop);
    }
}

/// Why the files are looked at instead of listened for; displayed for the author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The folder lies on a network or belongs to another system.
    Foreign,
    /// Events were tried out and did not arrive.
    Deaf,
    /// The system watches no more folders.
    Limit,
    /// The system refused for another reason.
    Refused(String),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Foreign => "the course lies on a network or on another system's disk",
            Self::Deaf => "the system tells of no changes here",
            Self::Limit if cfg!(target_os = "linux") => {
                "the system's limit of watched folders is reached (fs.inotify.max_user_watches)"
            }
            Self::Limit => "the system's limit of watched folders is reached",
            Self::Refused(why) => why,
        };
        write!(f, "{why}; looking for changes every {} seconds instead", LOOK_EVERY.as_secs_f32())
    }
}

impl Watch {
    /// Begins to watch. `out` is where the site is written, if it is.
    ///
    /// # Errors
    ///
    /// When there is no such folder. A system that refuses to watch is no error: see [`Watch::notice`].
    pub fn start(site: &Path, out: Option<&Path>) -> Result<(Self, Stop)> {
        let root = site.canonicalize().map_err(Error::io("open", site))?;
        let (sender, signals) = channel();
        let tree = Tree::new(root, out);
        let root = number(&tree.root);
        let arrived = Arc::new(AtomicBool::new(false));
        let (how, notice) = match listen(&tree, sender.clone(), arrived) {
            Ok(how) => (how, None),
            Err(notice) => (How::Looking, Some(notice)),
        };
        let marks = notice.is_some().then(|| Marks::of(&tree));
        let debounce = Debounce::default();
        let watch = Self { tree, signals, how, debounce, marks, notice, root };
        Ok((watch, Stop(sender)))
    }

    /// The site's folder, links resolved; what changes is named below it.
    pub fn root(&self) -> &Path {
        &self.tree.root
    }

    /// What the author has to know of how changes are found, once.
    pub fn notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    /// Waits for changes, at most until `end`: there can be none then. `None` when the watch was stopped.
    pub fn next_changes(&mut self, end: Instant) -> Option<Changes> {
        loop {
            let changes = match self.how {
                How::Events(_) => self.listen(end)?,
                How::Looking => self.look(LOOK_EVERY)?,
            };
            if !changes.is_empty() || Instant::now() >= end {
                return Some(changes);
            }
        }
    }

    /// Notes that the site's folder could not be read: the one that is watched may not be the one that lies there next.
    pub fn lose_root(&mut self) {
        self.root = None;
    }

    /// Whether the folder that is watched is the one that lies there.
    pub fn has_root(&self) -> bool {
        match &self.how {
            How::Events(Listening { watched, .. }) => {
                watched.contains(&self.tree.root)
                    && self.root.is_some()
                    && self.root == number(&self.tree.root)
            }
            How::Looking => true,
        }
    }

    /// Watches every folder anew if the site's folder was gone, and with it what the system knew of it. Returns whether
    /// it was: then all may be different.
    pub fn find_root(&mut self) -> bool {
        let was_gone = !self.has_root();
        if was_gone {
            self.root = number(&self.tree.root);
            self.restart();
        }
        was_gone
    }

    /// Watches every folder anew.
    fn restart(&mut self) {
        let root = self.tree.root.clone();
        self.follow_folders(&root, Sign::Begun);
    }

    /// Waits until nothing happens any more, though not for ever. Returns what happened meanwhile.
    pub fn settle(&mut self) -> Option<Changes> {
        if matches!(self.how, How::Looking) {
            return self.look(QUIET);
        }
        let begin = Instant::now();
        while begin.elapsed() < debounce::AT_MOST {
            match self.signals.recv_timeout(QUIET) {
                Ok(signal) => self.take_in(signal)?,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        Some(self.debounce.take())
    }

    fn listen(&mut self, end: Instant) -> Option<Changes> {
        loop {
            let until = self.debounce.due().map_or(end, |due| due.min(end));
            let wait = until.saturating_duration_since(Instant::now());
            match self.signals.recv_timeout(wait) {
                Ok(signal) => self.take_in(signal)?,
                Err(RecvTimeoutError::Timeout) => return Some(self.debounce.take()),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
            if matches!(self.how, How::Looking) {
                return Some(self.debounce.take());
            }
        }
    }

    /// Waits, then looks at every file.
    fn look(&mut self, least: Duration) -> Option<Changes> {
        let wait = Instant::now() + least;
        loop {
            let rest = wait.saturating_duration_since(Instant::now());
            match self.signals.recv_timeout(rest) {
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
        let begin = Instant::now();
        let marks = Marks::of(&self.tree);
        let paths = match &self.marks {
            Some(before) => marks.changed_since(before),
            None => BTreeSet::from([self.tree.root.clone()]),
        };
        self.marks = Some(marks);
        if paths.is_empty() {
            // A look at very many files, or over a slow network, leaves time for other work.
            std::thread::sleep(begin.elapsed() * 9);
        }
        Some(paths)
    }

    /// `None` when the watch was stopped.
    fn take_in(&mut self, signal: Signal) -> Option<()> {
        match signal {
            Signal::Stop => return None,
            Signal::Failed(error) => self.give_up_listening(&error),
            Signal::Event(event) if event.need_rescan() => self.make_up_for_lost_events(),
            Signal::Event(event) => {
                let now = Instant::now();
                for (path, sign) in signs(event) {
                    if self.tree.concerns(&path) {
                        self.follow_folders(&path, sign);
                        self.debounce.note(path, sign, now);
                    }
                }
            }
        }
        Some(())
    }

    /// Watches what is a folder now, and no longer what was one.
    fn follow_folders(&mut self, path: &Path, sign: Sign) {
        let How::Events(listening) = &mut self.how else { return };
        let is_folder = listening.watched.contains(path) || path.is_dir();
        // Whether there is a `site.toml` decides which folders are read.
        let is_config = path.file_name().is_some_and(|name| name == CONFIG);
        if !ONE_BY_ONE || sign == Sign::Noticed || !(is_folder || is_config) {
            return;
        }
        let had_links = !listening.links.is_empty();
        listening.forget(path);
        if had_links {
            // With one name of a folder its other names have gone deaf.
            listening.watched.clear();
        }
        let is_top = path.parent() == Some(&self.tree.root) || path == self.tree.root;
        // With the first `content/`, another part of the folder is the course.
        let is_all = is_top || had_links;
        let tree = &self.tree;
        let folders = || if is_all { tree.folders() } else { tree.folders_below(path) };
        if let Err(error) = listening.add(folders) {
            self.give_up_listening(&error);
        }
    }

    /// Events came faster than they could be taken: every file is looked at. None is opened, because that makes events,
    /// which could be too many again.
    fn make_up_for_lost_events(&mut self) {
        let marks = Marks::of(&self.tree);
        let changed = match &self.marks {
            Some(before) => marks.changed_since(before),
            None => BTreeSet::from([self.tree.root.clone()]),
        };
        self.marks = Some(marks);
        self.restart();
        let now = Instant::now();
        changed.into_iter().for_each(|path| self.debounce.note(path, Sign::Noticed, now));
    }

    fn give_up_listening(&mut self, error: &notify::Error) {
        self.notice = Some(notice_of(error));
        self.how = How::Looking;
        self.marks = Some(Marks::of(&self.tree));
        // What was not told of until now is found by looking at everything once.
        self.debounce.note(self.tree.root.clone(), Sign::Noticed, Instant::now());
    }
}

/// Asks the system for events of every folder, and makes sure that they come.
fn listen(
    tree: &Tree,
    sender: Sender<Signal>,
    arrived: Arc<AtomicBool>,
) -> std::result::Result<How, Notice> {
    if arrival::is_foreign(&tree.root) {
        return Err(Notice::Foreign);
    }
    let has_arrived = arrived.clone();
    let handler = move |event: notify::Result<Event>| {
        has_arrived.store(true, Ordering::Relaxed);
        let signal = match event {
            // A build opens every file; nobody needs to hear of it.
            Ok(event) if matches!(event.kind, EventKind::Access(AccessKind::Open(_))) => return,
            Ok(event) => Signal::Event(event),
            Err(error) => Signal::Failed(error),
        };
        let _ = sender.send(signal);
    };
    let config = notify::Config::default();
    let watcher = RecommendedWatcher::new(handler, config).map_err(|error| notice_of(&error))?;
    let mut listening = Listening { watcher, watched: BTreeSet::new(), links: BTreeSet::new() };
    listening.add(|| tree.folders()).map_err(|error| notice_of(&error))?;
    if !arrival::try_out(&tree.root, &arrived) {
        return Err(Notice::Deaf);
    }
    Ok(How::Events(listening))
}

impl Listening {
    /// Watches folders that are not watched yet. They are looked for until there are no more: no event tells of one that
    /// was made in a folder after somebody had looked there, and before that one was watched.
    fn add(&mut self, mut folders: impl FnMut() -> Vec<PathBuf>) -> notify::Result<()> {
        loop {
            let before = self.watched.len();
            self.add_each(folders())?;
            if !ONE_BY_ONE || self.watched.len() == before {
                return Ok(());
            }
        }
    }

    fn add_each(&mut self, folders: Vec<PathBuf>) -> notify::Result<()> {
        let mode = if ONE_BY_ONE { RecursiveMode::NonRecursive } else { RecursiveMode::Recursive };
        for folder in folders {
            let is_covered = |above: &Path| self.watched.contains(above);
            let is_watched = self.watched.contains(&folder)
                || (!ONE_BY_ONE && folder.ancestors().skip(1).any(is_covered));
            if is_watched {
                continue;
            }
            match self.watcher.watch(&folder, mode) {
                Ok(()) => {
                    if folder.is_symlink() {
                        self.links.insert(folder.clone());
                    }
                    self.watched.insert(folder);
                }
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Watches a folder, and what was in it, no longer: its name can be that of another one by now.
    fn forget(&mut self, path: &Path) {
        let gone = self.watched.iter().filter(|folder| folder.starts_with(path)).cloned();
        for folder in gone.collect::<Vec<_>>() {
            let _ = self.watcher.unwatch(&folder);
            self.watched.remove(&folder);
            self.links.remove(&folder);
        }
    }
}

/// A folder can be gone again before it is watched; the one above it tells of that.
fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// What tells a folder from another one of its name. No event does: while somebody works in a folder, its removal is
/// not told.
fn number(folder: &Path) -> Option<(u64, u64)> {
    let metadata = folder.metadata().ok()?;
    #[cfg(unix)]
    let number = {
        use std::os::unix::fs::MetadataExt;
        (metadata.dev(), metadata.ino())
    };
    #[cfg(not(unix))]
    let number = (0, u64::from(metadata.is_dir()));
    Some(number)
}

fn notice_of(error: &notify::Error) -> Notice {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => Notice::Limit,
        _ => Notice::Refused(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn site() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("content")).expect("a folder");
        fs::write(root.join("content/a.md"), "one").expect("a file");
        (dir, root)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1)
    }

    /// Waits until a path is among the changes.
    fn wait_for(watch: &mut Watch, path: &Path) {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            if watch.next_changes(soon()).expect("it goes on").contains(path) {
                return;
            }
        }
        panic!("no change of {}", path.display());
    }

    #[test]
    fn a_change_is_told_until_the_watch_is_stopped() {
        let (_dir, root) = site();
        let (mut watch, stop) = Watch::start(&root, None).expect("it is there");
        assert_eq!(watch.notice(), None);
        fs::write(root.join("content/a.md"), "two").expect("a file");
        wait_for(&mut watch, &root.join("content/a.md"));
        stop.stop();
        while watch.next_changes(soon()).is_some() {}
    }

    #[test]
    fn what_is_in_new_moved_and_replaced_folders_is_told() {
        let (_dir, root) = site();
        let (mut watch, _stop) = Watch::start(&root, None).expect("it is there");
        let content = root.join("content");
        fs::create_dir_all(content.join("unit/deep")).expect("folders");
        wait_for(&mut watch, &content.join("unit"));
        fs::write(content.join("unit/deep/b.md"), "one").expect("a file");
        wait_for(&mut watch, &content.join("unit/deep/b.md"));
        fs::rename(content.join("unit"), content.join("other")).expect("a rename");
        wait_for(&mut watch, &content.join("other"));
        fs::write(content.join("other/deep/b.md"), "two").expect("a file");
        wait_for(&mut watch, &content.join("other/deep/b.md"));
        fs::remove_dir_all(&content).expect("a removal");
        wait_for(&mut watch, &content);
        fs::create_dir_all(&content).expect("a folder");
        wait_for(&mut watch, &content);
        fs::write(content.join("c.md"), "one").expect("a file");
        wait_for(&mut watch, &content.join("c.md"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_is_made_while_others_are_looked_for_is_watched() {
        let (_dir, root) = site();
        let (mut watch, _stop) = Watch::start(&root, None).expect("it is there");
        let (unit, deep) = (root.join("content/unit"), root.join("content/unit/deep"));
        fs::create_dir(&unit).expect("a folder");
        let How::Events(listening) = &mut watch.how else { panic!("it listens") };
        let folders = || {
            let seen = watch.tree.folders_below(&unit);
            let _ = fs::create_dir(&deep);
            seen
        };
        listening.add(folders).expect("they are there");
        assert!(listening.watched.contains(&deep));
    }

    #[test]
    #[cfg(unix)]
    fn linked_folders_are_watched_where_they_lead() {
        let (_dir, root) = site();
        fs::create_dir_all(root.join("shared")).expect("a folder");
        let link = root.join("content/linked");
        std::os::unix::fs::symlink(root.join("shared"), &link).expect("a link");
        let (mut watch, _stop) = Watch::start(&root, None).expect("it is there");
        fs::write(root.join("shared/d.md"), "one").expect("a file");
        wait_for(&mut watch, &link.join("d.md"));
    }

    #[test]
    fn where_nobody_tells_files_are_looked_at() {
        let (_dir, root) = site();
        let (mut watch, stop) = Watch::start(&root, None).expect("it is there");
        watch.give_up_listening(&notify::Error::new(notify::ErrorKind::MaxFilesWatch));
        assert_eq!(watch.notice(), Some(Notice::Limit));
        watch.debounce.take();
        fs::write(root.join("content/a.md"), "another length").expect("a file");
        wait_for(&mut watch, &root.join("content/a.md"));
        stop.stop();
        assert_eq!(watch.next_changes(soon()), None);
    }

    #[test]
    fn lost_events_are_made_up_for_once() {
        let (_dir, root) = site();
        let (mut watch, _stop) = Watch::start(&root, None).expect("it is there");
        watch.make_up_for_lost_events();
        assert_eq!(watch.debounce.take(), BTreeSet::from([root.clone()]));
        watch.make_up_for_lost_events();
        assert_eq!(watch.debounce.take(), BTreeSet::new());
    }
}
