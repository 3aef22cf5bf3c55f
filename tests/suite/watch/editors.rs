//! How editors save a file: what they do to the folder, step by step.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::{COURSE, Outcome, Served, equal};

/// A way to save.
#[derive(Clone, Copy, Debug)]
pub enum Editor {
    /// Tries out a name, moves the file away, writes it anew.
    Vim,
    /// A lock, its own copy, a backup, and the file anew.
    Emacs,
    /// Empties the file and writes it in pieces.
    VsCode,
    /// JetBrains' safe write: a new file and two renames.
    JetBrains,
    /// Writes a temporary file and renames it, as Sublime Text and most scripts do.
    Rename,
    /// A swap file and a backup beside it, and the file in place.
    Nano,
    /// A program that takes its time.
    Slow,
}

impl Editor {
    pub const ALL: [Self; 7] = [
        Self::Vim,
        Self::Emacs,
        Self::VsCode,
        Self::JetBrains,
        Self::Rename,
        Self::Nano,
        Self::Slow,
    ];

    pub fn save(self, file: &Path, text: &str) -> io::Result<()> {
        let (half, rest) = text.split_at(text.len() / 2);
        match self {
            Self::Vim => {
                let probe = file.with_file_name("4913");
                File::create(&probe)?;
                fs::remove_file(probe)?;
                let backup = beside(file, "", "~");
                fs::rename(file, &backup)?;
                fs::write(file, text)?;
                fs::remove_file(backup)
            }
            Self::Emacs => {
                let lock = beside(file, ".#", "");
                let copy = beside(file, "#", "#");
                #[cfg(unix)]
                std::os::unix::fs::symlink("author@machine.1:2", &lock)?;
                fs::write(&copy, text)?;
                let backup = beside(file, "", "~");
                fs::rename(file, &backup)?;
                fs::write(file, text)?;
                fs::remove_file(copy)?;
                fs::remove_file(backup)?;
                if cfg!(unix) { fs::remove_file(lock) } else { Ok(()) }
            }
            Self::VsCode => {
                let mut opened = File::create(file)?;
                opened.write_all(half.as_bytes())?;
                opened.write_all(rest.as_bytes())
            }
            Self::JetBrains => {
                let (new, old) =
                    (beside(file, "", "___jb_tmp___"), beside(file, "", "___jb_old___"));
                fs::write(&new, text)?;
                fs::rename(file, &old)?;
                fs::rename(&new, file)?;
                fs::remove_file(old)
            }
            Self::Rename => {
                let new = beside(file, "", ".tmp");
                fs::write(&new, text)?;
                fs::rename(new, file)
            }
            Self::Nano => {
                let swap = beside(file, ".", ".swp");
                fs::write(&swap, "nano")?;
                fs::copy(file, beside(file, "", "~"))?;
                fs::write(file, text)?;
                fs::remove_file(beside(file, "", "~"))?;
                fs::remove_file(swap)
            }
            Self::Slow => {
                let mut opened = File::create(file)?;
                opened.write_all(half.as_bytes())?;
                sleep(Duration::from_millis(8));
                opened.write_all(rest.as_bytes())
            }
        }
    }
}

fn beside(file: &Path, before: &str, after: &str) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{before}{name}{after}"))
}

/// Each way brings the new text to the page, and builds once or twice: what lies beside the file for a moment is no
/// part of the course.
pub fn every_way_is_seen() -> Outcome {
    let served = Served::start(COURSE)?;
    let file = served.at("content/a.md");
    for editor in Editor::ALL {
        let text = format!("saved by {editor:?}");
        editor.save(&file, &format!("# A\n\n{text}\n"))?;
        served.wait_for("/a.html", &text)?;
        let events = served.events_until_quiet();
        let pages = events.iter().filter(|event| event["event"] == "built");
        for event in pages.clone() {
            equal(&event["assets"], &serde_json::json!([]), &format!("assets by {editor:?}"))?;
        }
        let builds = pages.count();
        if !(1..=2).contains(&builds) {
            return Err(format!("{editor:?}: {builds} builds: {events:?}").into());
        }
    }
    served.stop()
}
