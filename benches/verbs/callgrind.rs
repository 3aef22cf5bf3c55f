//! Instructions of each verb, counted by valgrind's Callgrind in a process of its own.
//!
//! They are counted and not sampled, so neither the clock of the processor nor other programs make a difference. What is left
//! comes from hash maps, which have other seeds in each process.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::lessons::Size;

/// Tells this program that it runs under valgrind and where its course lies.
pub const COLLECT: &str = "--collect";

/// The function that does what is measured, as valgrind calls it.
const COLLECTED: &str = "verbs::meter::collected";

/// The instructions of each verb by name, in their order.
pub fn instructions(course: &Path, size: Size) -> Outcome<Vec<(String, u64)>> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("counts");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet", "--collect-atstart=no"]);
    command.arg(format!("--toggle-collect={COLLECTED}"));
    command.arg(format!("--dump-after={COLLECTED}"));
    command.arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(std::env::current_exe()?).arg(COLLECT).arg(course);
    command.args(["--lessons", &size.lessons.to_string(), "--terms", &size.terms.to_string()]);
    // Else it gives memory back by the clock.
    command.env("MIMALLOC_PURGE_DELAY", "-1");
    let ran = command.stderr(std::process::Stdio::inherit()).output();
    let ran = ran.map_err(|error| format!("valgrind does not start: {error}"))?;
    if !ran.status.success() {
        return Err(format!("valgrind ended with {}", ran.status).into());
    }
    let names = String::from_utf8(ran.stdout)?;
    let counted = names.lines().enumerate().map(|(at, name)| {
        let part = folder.path().join(format!("counts.{}", at + 1));
        let profile = fs::read_to_string(part).map_err(|_| format!("{name} was not counted"))?;
        Ok((name.to_owned(), total(&profile)?))
    });
    counted.collect()
}

/// The sum that a profile ends with.
fn total(profile: &str) -> Outcome<u64> {
    let sum = profile.lines().find_map(|line| line.strip_prefix("summary: "));
    Ok(sum.ok_or("a profile has no sum")?.trim().parse()?)
}
