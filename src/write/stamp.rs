//! Stamps: what tells that a file was not touched, without reading it.
//!
//! A file that is written to gets later times, and one that takes another's place has another number. That is sure only of a
//! file that was last touched *before* somebody began to look at it: a clock has ticks, and what is changed within one
//! tick keeps its times (git calls such files racily clean). So a stamp is only made of files that are older than a
//! moment by the same clock, and everything else is read. For what a build writes beside the output folder that moment is the swap:
//! its stamps are taken as it is written, and until the swap nobody else is there. What it replaces in a folder that
//! others look into is read by the next build, and has a stamp for the one after that.
//!
//! What a disk has lost in a power cut has its stamp all the same. So no stamp outlives the [boot] it was made in.

#[cfg(unix)]
use std::fs::File;
use std::fs::Metadata;
#[cfg(unix)]
use std::io;

use xxhash_rust::xxh3::xxh3_128;

/// What the file system says of a file that was not touched since some moment. Two that are equal are of one file with the
/// same content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stamp {
    pub length: u64,
    /// When its content was last changed, in nanoseconds since 1970.
    pub modified: i64,
    /// When anything of it was last changed, so: no program can set this.
    pub changed: i64,
    pub number: u64,
}

/// A moment by the clock of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "nobody tells the time there"))]
pub(super) struct Moment {
    device: u64,
    time: i64,
}

#[cfg(unix)]
impl Stamp {
    /// The stamp of a file, whenever it was touched: to be compared with another one.
    pub fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self {
            length: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
            number: metadata.ino(),
        })
    }

    /// The stamp of a file whose times are those of a clock; `None` where they are another one's.
    pub fn by(clock: &Moment, metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Self::of(metadata).filter(|_| metadata.dev() == clock.device)
    }
}

/// Elsewhere the standard library tells too little of a file.
#[cfg(not(unix))]
impl Stamp {
    pub fn of(_metadata: &Metadata) -> Option<Self> {
        None
    }

    pub fn by(_clock: &Moment, _metadata: &Metadata) -> Option<Self> {
        None
    }
}

impl Stamp {
    /// The stamp of a file that is looked at after `moment`; `None` where it might change and keep it.
    pub fn before(moment: &Moment, metadata: &Metadata) -> Option<Self> {
        Self::by(moment, metadata).filter(|stamp| stamp.is_before(moment))
    }

    /// Whether a file that is changed after `moment` cannot keep this stamp.
    pub fn is_before(&self, moment: &Moment) -> bool {
        self.modified.max(self.changed) < moment.time
    }
}

/// Stands for the time since this machine was started, where that is told. Each time has another one.
pub(super) fn boot() -> Option<u128> {
    let id = std::fs::read("/proc/sys/kernel/random/boot_id").ok()?;
    Some(xxh3_128(&id))
}

#[cfg(unix)]
impl Moment {
    /// Now, by the clock of the file system that an empty file of ours lies in, which may be another machine's.
    pub fn now(file: &File) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        // What has another length has another time, and takes no room on a full disk.
        file.set_len(1)?;
        file.set_len(0)?;
        let metadata = file.metadata()?;
        let time = nanoseconds(metadata.mtime(), metadata.mtime_nsec());
        Ok(Self { device: metadata.dev(), time })
    }
}

#[cfg(unix)]
fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn only_what_is_older_than_the_moment_has_a_stamp() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let clock = File::create(folder.path().join("clock")).expect("a file");
        // Until the clock has ticked.
        let tick = |since: Option<Moment>| loop {
            let now = Moment::now(&clock).expect("a time");
            if since.is_none_or(|since| since.time < now.time) {
                break now;
            }
        };
        let before = tick(None);
        fs::write(&path, "a").expect("a file");
        let metadata = || fs::metadata(&path).expect("what is told of a file");
        assert_eq!(Stamp::before(&before, &metadata()), None);
        let after = tick(Some(tick(None)));
        let stamp = Stamp::before(&after, &metadata()).expect("a stamp");
        assert_eq!(Stamp::of(&metadata()), Some(stamp));
        // The same length, and a time that was set back.
        fs::write(&path, "b").expect("a file");
        let file = File::options().write(true).open(&path).expect("a file");
        let nanoseconds = Duration::from_nanos(stamp.modified as u64);
        file.set_modified(SystemTime::UNIX_EPOCH + nanoseconds).expect("a time");
        assert_eq!(Stamp::of(&metadata()).map(|now| now.modified), Some(stamp.modified));
        assert_ne!(Stamp::of(&metadata()), Some(stamp));
        let elsewhere = Moment { device: after.device + 1, time: i64::MAX };
        assert_eq!(Stamp::before(&elsewhere, &metadata()), None);
    }
}
