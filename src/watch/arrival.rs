//! Whether a folder's events arrive at all.
//!
//! What another machine does to a folder on a network, or Windows to a folder that Linux sees, no event tells. That is
//! known by the kind of file system. Whether events work otherwise is tried out; nothing is written for it, since to open
//! a folder is an event too.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long an event may take to arrive.
const PATIENCE: Duration = Duration::from_millis(500);

/// The file systems that others can write to unseen, by their numbers in Linux: NFS, SMB (three), 9P (WSL 2 and virtual
/// machines), WSL 1, AFS, Ceph, Coda, VirtualBox, FUSE (sshfs, virtiofs and many more).
#[cfg(target_os = "linux")]
const FOREIGN: &[u32] = &[
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x0102_1997,
    0x5346_4846,
    0x5346_414f,
    0x00c3_6400,
    0x7375_7245,
    0x786f_4256,
    0x6573_5546,
];

/// Whether a folder lies where changes can be made of which no event tells.
#[cfg(target_os = "linux")]
pub fn is_foreign(folder: &Path) -> bool {
    // The field's type differs between machines; the numbers have 32 bits.
    rustix::fs::statfs(folder).is_ok_and(|found| FOREIGN.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
pub fn is_foreign(_folder: &Path) -> bool {
    false
}

/// Does something to a watched folder that leaves no trace, and waits for an event of it. `arrived` is set by whoever
/// receives events.
pub fn try_out(folder: &Path, arrived: &AtomicBool) -> bool {
    // Elsewhere nothing that leaves no trace is an event.
    if !cfg!(target_os = "linux") {
        return true;
    }
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if std::fs::read_dir(folder).is_err() {
            return true; // Not for us to say: `load` will report it.
        }
        sleep(Duration::from_micros(500));
        if arrived.load(Ordering::Relaxed) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_disk_tells_of_its_changes_and_a_missing_folder_is_no_network() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        assert!(!is_foreign(dir.path()));
        assert!(!is_foreign(&dir.path().join("missing")));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn without_an_event_the_attempt_fails() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        assert!(!try_out(dir.path(), &AtomicBool::new(false)));
        assert!(try_out(dir.path(), &AtomicBool::new(true)));
    }
}
