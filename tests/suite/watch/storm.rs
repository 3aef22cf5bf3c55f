//! The storm: hundreds of random operations on a site that is served, while somebody reads it.
//!
//! In the end what is served is what a clean build gives. In between, pages of lessons that were there all the time are
//! never missing and never cut off, whatever else happens and however they are saved.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use super::client::Client;
use super::editors::Editor;
use super::{Outcome, PATIENCE, Served, compare_with_clean_build};

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

pub fn ends_in_a_clean_build() -> Outcome {
    let mut files = vec![
        ("site.toml".to_owned(), "title = \"Course\"\n".to_owned()),
        ("content/index.md".to_owned(), "# Course\n\nHome.\n".to_owned()),
        ("content/glossary/value.md".to_owned(), term(0)),
    ];
    files.extend((0..LASTING).map(|one| (lasting(one), lesson("Lasting", 0))));
    files.extend((0..PASSING).map(|one| (passing("one", one), lesson("Passing", 0))));
    let borrowed: Vec<_> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let served = Served::start(&borrowed)?;
    let reader = Reader::start(served.port);

    let operations = std::env::var("HORNBOOK_STORM").ok().and_then(|number| number.parse().ok());
    let operations = operations.unwrap_or(OPERATIONS);
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut ever = BTreeSet::new();
    for step in 1..=operations {
        operate(&served, &mut numbers, step, &mut ever)
            .map_err(|error| format!("operation {step}: {error:?}"))?;
        sleep(Duration::from_millis(numbers.below(3) * numbers.below(15)));
    }
    mend(&served)?;

    let reads = reader.stop()?;
    let events = served.events_until_quiet();
    let ever: Vec<String> = ever.into_iter().collect();
    let begin = Instant::now();
    while let Err(error) = compare_with_clean_build(&served, &ever) {
        if begin.elapsed() > PATIENCE {
            return Err(error);
        }
        sleep(Duration::from_millis(50));
    }
    let builds = events.iter().filter(|event| event["event"] == "building").count() as u64;
    // An operation is one build, or two where it is made of steps with time between; a burst is few.
    if builds > operations * 2 || builds < operations / 20 {
        return Err(format!("{builds} builds for {operations} operations").into());
    }
    if reads < 100 {
        return Err(format!("nobody read: {reads}").into());
    }
    served.stop()
}

/// Does something to the site that authors, editors and version control do.
fn operate(
    served: &Served,
    numbers: &mut Numbers,
    step: u64,
    ever: &mut BTreeSet<String>,
) -> Outcome {
    let unit = numbers.of(&UNITS);
    let one = numbers.below(PASSING);
    let file = served.at(&passing(unit, one));
    ever.insert(format!("{unit}/p{one}.html"));
    match numbers.below(16) {
        0..=5 => {
            let lasting = served.at(&lasting(numbers.below(LASTING)));
            numbers.of(&Editor::ALL).save(&lasting, &lesson("Lasting", step))?;
        }
        6 | 7 => served.put(&passing(unit, one), &lesson("Passing", step))?,
        8 => {
            let _ = fs::remove_file(file);
        }
        9 => {
            let other = served.at(&passing(numbers.of(&UNITS), numbers.below(PASSING)));
            fs::create_dir_all(other.parent().unwrap_or(&other))?;
            let _ = fs::rename(file, other);
        }
        10 => {
            let (from, to) = (served.at(&format!("content/{unit}")), served.at("content/moved"));
            let _ = fs::rename(&from, &to);
            sleep(Duration::from_millis(numbers.below(40)));
            let _ = fs::rename(to, from);
        }
        11 => {
            let _ = fs::remove_dir_all(served.at(&format!("content/{unit}")));
        }
        12 => served.put(&passing("one", 0), "# Passing\n\n[[nowhere]] and [](gone.md)\n")?,
        13 => served.put("content/glossary/value.md", &term(step))?,
        // As when another branch is checked out: many files at once.
        14 => {
            for one in 0..PASSING {
                let path = passing(unit, one);
                let _ = fs::remove_file(served.at(&path));
                served.put(&path, &lesson("Branch", step))?;
            }
        }
        _ => {
            let (content, away) = (served.at("content"), served.at("away"));
            fs::rename(&content, &away)?;
            sleep(Duration::from_millis(numbers.below(60)));
            fs::rename(away, content)?;
        }
    }
    Ok(())
}

/// Takes away what is wrong, so that the last build is a good one.
fn mend(served: &Served) -> Outcome {
    served.put(&passing("one", 0), &lesson("Passing", 0))?;
    let _ = fs::remove_dir_all(served.at("content/moved"));
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
