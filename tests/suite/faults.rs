//! Faults: a build that is killed, meets a full disk, loses its permissions or its sources, or is not alone.
//!
//! Builds of two versions of a site go into one folder, and something goes wrong while they do. Where the folder is
//! swapped, it then holds one version or the other, to the byte. Where it is written in place, which is forced by
//! building from inside of it, every file is one of either version, and no page that can be come to leads to what is not
//! there. The next build completes, and nothing lies beside the folder. `HORNBOOK_FAULTS=1000` asks for that many
//! runs, and `HORNBOOK` names another program than the one that was built for the tests.

mod course;
mod desk;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use libtest_mimic::{Completion, Failed, Trial};

use course::{Course, Version};
use desk::{Desk, Dice, Found, Way};

use crate::ended;

/// How many runs there are where HORNBOOK_FAULTS does not say.
const RUNS: usize = 20;
/// How many kinds of faults share them.
const KINDS: usize = 6;

type Outcome = Result<(), Failed>;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("faults: a build that is killed", || rounds(killed)),
        Trial::test("faults: a build that is told to end", || rounds(told_to_end)),
        Trial::ignorable_test("faults: a disk that is full", full_disk),
        Trial::ignorable_test("faults: permissions that are lost", permissions),
        Trial::test("faults: a source that goes away while it is read", || rounds(vanishing)),
        Trial::test("faults: two builds into one folder", || rounds(together)),
    ]
}

/// Everything that one run of a fault is given.
struct Round<'a> {
    run: usize,
    desk: &'a Desk,
    dice: &'a mut Dice,
    /// What is in the folder before.
    old: Version,
    /// What is to be in it.
    new: Version,
}

/// The course of all trials, built once.
static COURSE: LazyLock<Course> = LazyLock::new(|| Course::new().expect("the course can be built"));

fn rounds(fault: impl Fn(&mut Round) -> Result<Found, Failed>) -> Outcome {
    let folder = tempfile::tempdir()?;
    rounds_in(folder.path(), None, fault)
}

/// Runs a fault again and again in both ways, and completes the build after each.
fn rounds_in(
    folder: &Path,
    user: Option<&'static [&'static str]>,
    fault: impl Fn(&mut Round) -> Result<Found, Failed>,
) -> Outcome {
    let asked = std::env::var("HORNBOOK_FAULTS").ok().and_then(|runs| runs.parse().ok());
    let runs = asked.unwrap_or(RUNS).div_ceil(KINDS);
    for way in [Way::Swap, Way::InPlace] {
        let mut dice = Dice::new();
        let mut found = [0; 3];
        let desk = Desk::new(folder, way, user)?;
        desk.build(&COURSE, Version::A)?;
        let mut old = Version::A;
        for run in 0..runs.div_ceil(2) {
            let new = old.other();
            let seed = dice.seed();
            let round = &mut Round { run, desk: &desk, dice: &mut dice, old, new };
            let told = |wrong: Failed| {
                let message = wrong.message().unwrap_or_default().to_owned();
                Failed::from(format!("{way:?}, run {run}, seed {seed}: {message}"))
            };
            found[fault(round).map_err(told)? as usize] += 1;
            // Not always on with the same: a build may also be taken back.
            let next = if dice.below(4) == 0 { old } else { new };
            desk.complete(&COURSE, next).map_err(told)?;
            old = next;
        }
        if asked.is_some() {
            let [old, new, mixed] = found;
            let told =
                format!("{way:?}: {old} left the old site, {new} the new, {mixed} some of both");
            writeln!(std::io::stdout(), "{told}")?;
        }
        desk.remove()?;
    }
    Ok(())
}

fn killed(round: &mut Round) -> Result<Found, Failed> {
    let Round { desk, dice, old, new, .. } = round;
    let mut child = desk.command(COURSE.site(*new)).spawn()?;
    desk.wait_somewhere(&mut child, &COURSE, dice)?;
    child.kill()?;
    child.wait()?;
    desk.look(&COURSE, &[*old, *new])
}

/// Whether it has finished or not: nothing is left beside, and in place nothing is half done either.
fn told_to_end(round: &mut Round) -> Result<Found, Failed> {
    let Round { desk, dice, old, new, .. } = round;
    let mut child = desk.command(COURSE.site(*new)).spawn()?;
    desk.wait_somewhere(&mut child, &COURSE, dice)?;
    let (signal, ended) = [("INT", 130), ("TERM", 143)][dice.below(2)];
    if child.try_wait()?.is_none() {
        ended::send(&child, signal)?;
    }
    let status = child.wait()?.code();
    desk.assert_alone()?;
    let found = desk.look(&COURSE, &[*old, *new])?;
    match (status, found) {
        // Before it listens, while nothing is written, a signal ends the process by itself.
        (None, Found::Old) | (Some(0), Found::New) => Ok(found),
        (Some(status), Found::Old | Found::New) if status == ended => Ok(found),
        _ => Err(format!("exit status {status:?} and {found:?}").into()),
    }
}

/// A disk that has room for two sites in every second run, and else has none; where none can be mounted, a limit to the
/// size of files.
fn full_disk() -> Result<Completion, Failed> {
    let folder = tempfile::tempdir()?;
    let disk = folder.path().join("disk");
    fs::create_dir(&disk)?;
    let mount = |options: &str| {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&disk);
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !mount("size=64m") {
        rounds(limited)?;
        return Ok(Completion::Completed);
    }
    let _mounted = Mounted(&disk);
    rounds_in(&disk, None, |round| {
        let fits = round.run % 2 == 1;
        // At times a limit, which some other file hits than the one that comes last.
        if !fits && round.dice.below(3) == 0 {
            return limited(round);
        }
        let (old, new) = (COURSE.room(round.old), COURSE.room(round.new));
        // What is equal in both is linked and needs none, folders and lists need some more.
        let least = if fits { 2 * new } else { 0 };
        let room = old + least + round.dice.below(new as usize) as u64;
        if !mount(&format!("remount,size={room}")) {
            return Err(format!("the disk cannot become {room} bytes small").into());
        }
        let status = round.desk.command(COURSE.site(round.new)).status()?;
        let found = failed_or_done(round, status.code());
        mount("remount,size=64m").then_some(()).ok_or("the disk stays small")?;
        match found? {
            Found::New => Ok(Found::New),
            found if fits => Err(format!("{found:?}, although there was room").into()),
            found => Ok(found),
        }
    })?;
    Ok(Completion::Completed)
}

/// A disk that goes when this does, whatever happens.
struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

/// No file may be longer than some blocks of 512 bytes.
fn limited(round: &mut Round) -> Result<Found, Failed> {
    let command = round.desk.command(COURSE.site(round.new));
    let mut limited = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", round.dice.below(80));
    limited.args(["-c", &script]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    let status = limited.stderr(Stdio::null()).status()?;
    failed_or_done(round, status.code())
}

/// After a build that could say itself what was wrong: nothing is left beside, whether it failed or not.
fn failed_or_done(round: &Round, status: Option<i32>) -> Result<Found, Failed> {
    round.desk.assert_alone()?;
    let found = round.desk.look(&COURSE, &[round.old, round.new])?;
    match (status, found) {
        (Some(0), Found::New) | (Some(2), _) => Ok(found),
        _ => Err(format!("exit status {status:?} and {found:?}").into()),
    }
}

/// Folders are closed while somebody without privileges builds.
fn permissions() -> Result<Completion, Failed> {
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let folder = tempfile::tempdir()?;
    let is_root = desk::owner(folder.path())? == 0;
    let tried = Command::new(NOBODY[0]).args(&NOBODY[1..]).arg("true").status();
    if is_root && !tried.is_ok_and(|status| status.success()) {
        let reason = "permissions do not hold for this user, and there is no setpriv";
        return Ok(Completion::ignored_with(reason));
    }
    rounds_in(folder.path(), is_root.then_some(NOBODY), closed)?;
    Ok(Completion::Completed)
}

fn closed(round: &mut Round) -> Result<Found, Failed> {
    let Round { desk, dice, old, new, .. } = round;
    let places = ["", "out", "out/theme", "out/value", "out/glossary"];
    let place = desk.folder.join(places[dice.below(places.len())]);
    let mut child = desk.command(COURSE.site(*new)).stderr(Stdio::null()).spawn()?;
    desk.wait_somewhere(&mut child, &COURSE, dice)?;
    // Whether it is still there depends on how far the build has come.
    desk.close(&place);
    let status = child.wait()?.code();
    desk.open_all()?;
    if !matches!(status, Some(0 | 2)) {
        return Err(format!("exit status {status:?}").into());
    }
    desk.look_in_place(&COURSE, &[*old, *new])
}

/// A file of the sources comes and goes.
fn vanishing(round: &mut Round) -> Result<Found, Failed> {
    let Round { desk, dice, old, new, .. } = round;
    let (without, path) = COURSE.lacking(*new, dice.below(course::LACKING));
    let site = tempfile::tempdir()?;
    course::write(site.path(), *new)?;
    let (there, away) = (site.path().join(path), site.path().join("away"));
    let is_done = AtomicBool::new(false);
    let pauses: Vec<u64> = (0..64).map(|_| dice.below(3_000) as u64).collect();
    let status = std::thread::scope(|scope| {
        scope.spawn(|| {
            for pause in pauses.iter().cycle() {
                if is_done.load(Ordering::Relaxed) && there.exists() {
                    return;
                }
                let (from, to) = if there.exists() { (&there, &away) } else { (&away, &there) };
                let _ = fs::rename(from, to);
                std::thread::sleep(Duration::from_micros(*pause));
            }
        });
        let status = desk.command(site.path()).stderr(Stdio::null()).status();
        is_done.store(true, Ordering::Relaxed);
        status
    })?;
    desk.assert_alone()?;
    if status.code() == Some(0) {
        let tree = desk.tree()?;
        let is_either = tree == *COURSE.tree(*new) || tree == *without;
        return if is_either { Ok(Found::New) } else { Err("neither with nor without".into()) };
    }
    // What could not be read stops a build before it has changed anything.
    match desk.look(&COURSE, &[*old])? {
        Found::Old => Ok(Found::Old),
        found => Err(format!("exit status {status} and {found:?}").into()),
    }
}

/// Two builds begin at nearly the same time, and sometimes one of them is killed.
fn together(round: &mut Round) -> Result<Found, Failed> {
    let Round { desk, dice, old, new, .. } = round;
    let mut one = desk.command(COURSE.site(*new)).stderr(Stdio::null()).spawn()?;
    std::thread::sleep(Duration::from_micros(dice.below(40_000) as u64));
    let mut other = desk.command(COURSE.site(*old)).stderr(Stdio::null()).spawn()?;
    let is_killed = dice.below(3) == 0;
    if is_killed {
        desk.wait_somewhere(&mut one, &COURSE, dice)?;
        one.kill()?;
    }
    let statuses = [one.wait()?.code(), other.wait()?.code()];
    if statuses[1] != Some(0) || (!is_killed && statuses[0] != Some(0)) {
        return Err(format!("exit statuses {statuses:?}").into());
    }
    // The second has taken over what the first has left, or the first came after it.
    let found = desk.look(&COURSE, &[*old, *new])?;
    if !is_killed {
        desk.assert_alone()?;
        if found == Found::Mixed {
            return Err("two sites in one".into());
        }
    }
    Ok(found)
}
