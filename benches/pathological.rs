//! How long pathological inputs take, and how much memory: each is built by the real binary in a folder of its own.
//!
//! `cargo bench --bench pathological [-- PART OF A NAME …]` prints the slowest last and fails where one takes more than a
//! second. `HORNBOOK_SIZE` says how deep or long the inputs are. The time is the smaller one of what a clock says and what
//! the processor worked: other programs may keep the machine busy.

#![allow(clippy::print_stdout, reason = "printing is what a benchmark is for")]

#[path = "../tests/suite/pathological/inputs.rs"]
mod inputs;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use inputs::{PATHOLOGICAL, Pathological};

const SIZE: usize = 50_000;
/// What no input may take longer than.
const LIMIT: Duration = Duration::from_secs(1);
/// When an input is given up.
const PATIENCE: Duration = Duration::from_secs(120);
/// The unit in which Linux tells processor time.
const TICKS_PER_SECOND: u64 = 100;

/// What an input took.
struct Taken {
    name: &'static str,
    time: Duration,
    /// The most memory it had at one time, in KiB; Linux alone tells.
    peak: u64,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let size = match std::env::var("HORNBOOK_SIZE") {
        Ok(size) => size.parse()?,
        Err(_) => SIZE,
    };
    let parts: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let asked = |input: &&Pathological| {
        parts.is_empty() || parts.iter().any(|part| input.name.contains(part.as_str()))
    };
    let mut all = Vec::new();
    for input in PATHOLOGICAL.iter().filter(asked) {
        all.push(measure(input, size)?);
    }
    all.sort_by_key(|taken| taken.time);
    for Taken { name, time, peak } in &all {
        println!("{:8.3} s {:7.1} MiB  {name}", time.as_secs_f64(), *peak as f64 / 1024.0);
    }
    let slow = all.iter().filter(|taken| taken.time > LIMIT).count();
    let most = all.iter().map(|taken| taken.peak).max().unwrap_or_default() / 1024;
    println!("{} inputs of {size}, {slow} above {LIMIT:?}; at most {most} MiB", all.len());
    Ok(if slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds an input in a folder of its own.
fn measure(input: &Pathological, size: usize) -> Result<Taken, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(in_memory())?;
    for (path, text) in input.files(size) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
        fs::write(path, text)?;
    }
    let (time, peak) = build(folder.path())?;
    Ok(Taken { name: input.name, time, peak })
}

/// A folder in memory where there is one: on a disk, creating files can take ten times as long as a minute ago.
fn in_memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

fn build(site: &Path) -> Result<(Duration, u64), Box<dyn Error>> {
    let started = Instant::now();
    let mut process = Command::new(env!("CARGO_BIN_EXE_hornbook"))
        .args(["build", "--keep-going"])
        .arg(site)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let (mut peak, mut worked) = (0, Duration::ZERO);
    let status = loop {
        peak = peak_of(&process).unwrap_or(0).max(peak);
        worked = worked_by(&process).unwrap_or(worked).max(worked);
        if let Some(status) = process.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            process.kill()?;
            process.wait()?;
            return Ok((PATIENCE, peak));
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let time = started.elapsed();
    match status.code() {
        Some(0 | 1) if worked > Duration::ZERO => Ok((time.min(worked), peak)),
        Some(0 | 1) => Ok((time, peak)),
        _ => Err(format!("{} in {}", status, site.display()).into()),
    }
}

/// The processor time that a process has taken so far.
fn worked_by(process: &Child) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).ok()?;
    // The name, in parentheses, may hold anything; behind it the eleven fields before the two times are numbers.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
}

/// The most memory that a process has had so far, in KiB.
fn peak_of(process: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
