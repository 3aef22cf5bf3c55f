//! The storm: hundreds of random operations on a site that is followed, and while somebody reads it if it is served.
//!
//! In the end what is served, or written, is what a clean build gives. In between, pages of lessons that were there all the time are
//! never missing and never cut off, whatever else happens and however they are saved.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use hornbook::load::load;
use hornbook::session::{Options, Session};
use hornbook::write::write;
use walkdir::WalkDir;

use super::client::Client;
use super::editors::Editor;
use super::trouble::{beside, copy};
use super::{Outcome, PATIENCE, Served, command, compare_with_clean_build, put, stop};

/// How many operations there are, where HORNBOOK_STORM does not say.
const OPERATIONS: u64 = 400;
/// Lessons that are always there.
const LASTING: u64 = 4;
/// Names for lessons that come and go, and for units.
const PASSING: u64 = 8;
const UNITS: [&str; 3] = ["one", "two", "three"];

/// Numbers that look random, and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// What there is at first.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        ("site.toml".to_owned(), "title = \"Course\"\n".to_owned()),
        ("content/index.md".to_owned(), "# Course\n\nHome.\n".to_owned()),
        ("content/glossary/value.md".to_owned(), term(0)),
    ];
    files.extend((0..LASTING).map(|one| (lasting(one), lesson("Lasting", 0))));
    files.extend((0..PASSING).map(|one| (passing("one", one), lesson("Passing", 0))));
    files
}

/// Does all operations, and takes away what is wrong then. Returns how many there were, and every page that ever was.
fn blow(root: &Path) -> Result<(u64, Vec<String>), libtest_mimic::Failed> {
    let operations = std::env::var("HORNBOOK_STORM").ok().and_then(|number| number.parse().ok());
    let operations = operations.unwrap_or(OPERATIONS);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut ever = BTreeSet::new();
    for step in 1..=operations {
        operate(root, &mut numbers, step, &mut ever)
            .map_err(|error| format!("operation {step}: {error:?}"))?;
        sleep(Duration::from_millis(numbers.below(3) * numbers.below(15)));
    }
    mend(root)?;
    Ok((operations, ever.into_iter().collect()))
}

pub fn ends_in_a_clean_output() -> Outcome {
    let dir = tempfile::tempdir()?;
    let root = dir.path();
    files().iter().try_for_each(|(path, text)| put(root, path, text))?;
    let mut child = command(root, &["build", "--watch"]).spawn()?;
    let result = storm_on_disk(root, &mut child);
    let ended = stop(&mut child);
    let _ = child.kill();
    result.and(ended)
}

fn storm_on_disk(root: &Path, child: &mut Child) -> Outcome {
    let (out, clean) = (root.join("public"), tempfile::tempdir()?);
    // Until the first site stands a failure ends it. Pages come last, then the lock goes.
    let (page, lock) = (out.join("index.html"), root.join(".public.hornbook-lock"));
    let begin = Instant::now();
    while (!page.exists() || lock.exists()) && begin.elapsed() < PATIENCE {
        sleep(Duration::from_millis(5));
    }
    blow(root)?;
    let sources = load(root, None).map_err(|error| error.to_string())?;
    let build = Session::default().build(&sources, &Options::default());
    let clean = clean.path().join("public");
    write(&build.bundle, root, &clean).map_err(|error| error.to_string())?;
    let expected = tree(&clean)?;
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Err(format!("it ended: {status}").into());
        }
        let wrong = match tree(&out) {
            Ok(found) if found == expected => return Ok(()),
            Ok(found) => {
                let is_other = |(path, text): &(String, Vec<u8>)| {
                    expected.iter().all(|known| known != &(path.clone(), text.clone()))
                };
                let other: Vec<_> = found.iter().filter(|file| is_other(file)).collect();
                let paths: Vec<_> = other.iter().map(|(path, _)| path).collect();
                format!("{} files instead of {}; other: {paths:?}", found.len(), expected.len())
            }
            Err(error) => format!("{error:?}"),
        };
        if begin.elapsed() > PATIENCE {
            return Err(wrong.into());
        }
        sleep(Duration::from_millis(50));
    }
}

/// Every file below a folder with what it holds.
fn tree(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, libtest_mimic::Failed> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?.to_string_lossy().into_owned();
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(files)
}

pub fn ends_in_a_clean_build() -> Outcome {
    let files = files();
    let borrowed: Vec<_> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let served = Served::start(&borrowed)?;
    let reader = Reader::start(served.port);
    let (operations, ever) = blow(served.dir.path())?;

    let reads = reader.stop()?;
    let events = served.events_until_quiet();
    let begin = Instant::now();
    while let Err(error) = compare_with_clean_build(&served, &ever) {
        if begin.elapsed() > PATIENCE {
            return Err(error);
        }
        sleep(Duration::from_millis(50));
    }
    let builds = events.iter().filter(|event| event["event"] == "building").count() as u64;
    // An operation is one build, or two where it is made of steps with time between; a burst is few.
    // After the site's folder was gone, half a second can pass without one.
    if builds > operations * 2 || builds < operations / 40 {
        return Err(format!("{builds} builds for {operations} operations").into());
    }
    if reads < 100 {
        return Err(format!("nobody read: {reads}").into());
    }
    served.stop()
}

/// Does something to the site that authors, editors and version control do.
fn operate(root: &Path, numbers: &mut Numbers, step: u64, ever: &mut BTreeSet<String>) -> Outcome {
    let at = |path: &str| root.join(path);
    let unit = numbers.of(&UNITS);
    let one = numbers.below(PASSING);
    let file = at(&passing(unit, one));
    ever.insert(format!("{unit}/p{one}.html"));
    match numbers.below(21) {
        0..=5 => {
            let lasting = at(&lasting(numbers.below(LASTING)));
            numbers.of(&Editor::ALL).save(&lasting, &lesson("Lasting", step))?;
        }
        6 | 7 => put(root, &passing(unit, one), &lesson("Passing", step))?,
        8 => {
            let _ = fs::remove_file(file);
        }
        9 => {
            let other = at(&passing(numbers.of(&UNITS), numbers.below(PASSING)));
            fs::create_dir_all(other.parent().unwrap_or(&other))?;
            let _ = fs::rename(file, other);
        }
        10 => {
            let (from, to) = (at(&format!("content/{unit}")), at("content/moved"));
            let _ = fs::rename(&from, &to);
            sleep(Duration::from_millis(numbers.below(40)));
            let _ = fs::rename(to, from);
        }
        11 => {
            let _ = fs::remove_dir_all(at(&format!("content/{unit}")));
        }
        12 => put(root, &passing("one", 0), "# Passing\n\n[[nowhere]] and [](gone.md)\n")?,
        13 => put(root, "content/glossary/value.md", &term(step))?,
        // As when another branch is checked out: many files at once.
        14 => {
            for one in 0..PASSING {
                let path = passing(unit, one);
                let _ = fs::remove_file(at(&path));
                put(root, &path, &lesson("Branch", step))?;
            }
        }
        15 => {
            let (content, away) = (at("content"), at("away"));
            fs::rename(&content, &away)?;
            sleep(Duration::from_millis(numbers.below(60)));
            fs::rename(away, content)?;
        }
        // The whole folder is out of the way for a moment, or for longer than all looks take.
        16 => {
            let away = beside(root);
            fs::rename(root, &away)?;
            sleep(Duration::from_millis(numbers.below(2) * numbers.below(600)));
            put(&away, &passing(unit, one), &lesson("Away", step))?;
            come_back(&away, root)?;
        }
        17 => {
            let (folder, new) = (at(&format!("content/{unit}")), at("new"));
            put(root, &format!("new/p{one}.md"), &lesson("Replaced", step))?;
            let _ = fs::remove_dir_all(&folder);
            fs::rename(new, folder)?;
        }
        18 => links(root, numbers, step, ever)?,
        // They may be gone when they are read, or copied.
        19 => {
            for one in 0..PASSING {
                for ending in ["md", "svg"] {
                    let path = format!("content/{unit}/brief{one}.{ending}");
                    put(root, &path, &lesson("Brief", step))?;
                    sleep(Duration::from_millis(numbers.below(4)));
                    fs::remove_file(at(&path))?;
                }
            }
        }
        _ => {
            let other = beside(root);
            copy(root, &other)?;
            put(&other, &passing(unit, one), &lesson("Other", step))?;
            let old = root.with_extension("old");
            fs::rename(root, &old)?;
            come_back(&other, root)?;
            fs::remove_dir_all(old)?;
        }
    }
    Ok(())
}

/// Brings a site's folder back to its place.
fn come_back(from: &Path, root: &Path) -> Outcome {
    let begin = Instant::now();
    while let Err(error) = fs::rename(from, root) {
        // A site that is just being written can make its folders anew.
        let _ = fs::remove_dir_all(root.join("public"));
        let _ = fs::remove_dir(root);
        if begin.elapsed() > PATIENCE {
            return Err(error.into());
        }
    }
    Ok(())
}

/// A folder with two names, often empty.
fn links(root: &Path, numbers: &mut Numbers, step: u64, ever: &mut BTreeSet<String>) -> Outcome {
    let (folder, link) = (root.join("content/empty"), root.join("content/linked"));
    ever.extend(["empty/x.html", "linked/x.html"].map(str::to_owned));
    match numbers.below(4) {
        0 => {
            let _ = fs::remove_file(link);
        }
        1 => {
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(folder)?;
        }
        _ => {
            fs::create_dir_all(&folder)?;
            #[cfg(unix)]
            let _ = std::os::unix::fs::symlink("empty", link);
            sleep(Duration::from_millis(numbers.below(2) * numbers.below(100)));
            fs::write(folder.join("x.md"), lesson("Linked", step))?;
        }
    }
    Ok(())
}

/// Takes away what is wrong, so that the last build is a good one.
fn mend(root: &Path) -> Outcome {
    put(root, &passing("one", 0), &lesson("Passing", 0))?;
    let _ = fs::remove_dir_all(root.join("content/moved"));
    Ok(())
}

fn lasting(one: u64) -> String {
    format!("content/lasting/l{one}.md")
}

fn passing(unit: &str, one: u64) -> String {
    format!("content/{unit}/p{one}.md")
}

fn lesson(title: &str, step: u64) -> String {
    format!("# {title}\n\nIts value at step {step}.\n\n{}\n", "More words. ".repeat(50))
}

fn term(step: u64) -> String {
    format!("+++\ntitle = \"Value\"\ndefinition = \"As of {step}.\"\n+++\n\nText.\n")
}

/// Somebody who reads the lasting lessons all the time.
struct Reader {
    is_done: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    thread: JoinHandle<Result<(), String>>,
}

impl Reader {
    fn start(port: u16) -> Self {
        let (is_done, reads) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (done, count) = (is_done.clone(), reads.clone());
        let thread = thread::spawn(move || {
            let mut client = Client::new(port);
            for one in (0..LASTING).cycle() {
                if done.load(Ordering::Relaxed) {
                    return Ok(());
                }
                let path = format!("/lasting/l{one}.html");
                let (status, page) = client.get(&path).map_err(|error| format!("{error:?}"))?;
                if status != 200 || !page.trim_end().ends_with("</html>") {
                    return Err(format!("{path}: {status} {page}"));
                }
                count.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_micros(300));
            }
            Ok(())
        });
        Self { is_done, reads, thread }
    }

    /// Ends the reading; an error tells what was missing. Returns how many pages were read.
    fn stop(self) -> Result<u64, String> {
        self.is_done.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the reader panicked".to_owned())??;
        Ok(self.reads.load(Ordering::Relaxed))
    }
}
