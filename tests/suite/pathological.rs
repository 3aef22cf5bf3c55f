//! Pathological input: what grows without bound must not take time or stack without bound.
//!
//! Each input is built by the real binary, since an overflowing stack would end this whole suite. Asserted is only that
//! it ends; `cargo bench --bench pathological` measures inputs of the size that figures are given for.

mod inputs;

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use inputs::{PATHOLOGICAL, Pathological};
use libtest_mimic::{Failed, Trial};

use crate::cli::CACHE;

/// How large an input is. Tests are built without optimisation and must end soon all the same.
const SIZE: usize = if cfg!(debug_assertions) { 3_000 } else { 50_000 };
/// Long enough for a busy machine; what takes longer does not end in practice.
const LIMIT: Duration = Duration::from_secs(60);

pub fn trials() -> Vec<Trial> {
    let trials = PATHOLOGICAL
        .iter()
        .map(|input| Trial::test(format!("pathological: {}", input.name), || ends(input)));
    trials.collect()
}

/// Runs the binary on an input.
fn ends(input: &Pathological) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    for (path, text) in input.files(SIZE) {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
        fs::write(path, text)?;
    }
    let started = Instant::now();
    let report = fs::File::create(dir.path().join("report.txt"))?;
    let mut process = Command::new(env!("CARGO_BIN_EXE_hornbook"))
        .args(["build", "--keep-going"])
        .arg(dir.path())
        .env(CACHE.0, CACHE.1)
        .stdout(Stdio::null())
        .stderr(report)
        .spawn()?;
    let status = loop {
        if let Some(status) = process.try_wait()? {
            break status;
        }
        if started.elapsed() > LIMIT {
            process.kill()?;
            process.wait()?;
            return Err(format!("it does not end within {LIMIT:?}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    match status.code() {
        Some(0 | 1) => Ok(()),
        _ => {
            let said = fs::read(dir.path().join("report.txt"))?;
            let said = String::from_utf8_lossy(&said);
            let end: Vec<_> = said.lines().rev().take(3).collect();
            Err(format!("{status}: {end:?}").into())
        }
    }
}
