//! What goes wrong and passes: the site's folder is gone, a file cannot be read, the output cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use walkdir::{DirEntry, WalkDir};

use super::{COURSE, Outcome, PATIENCE, Served, command, equal, put, stop};

/// Longer than the time after which something is tried again.
const LATER: Duration = Duration::from_millis(1200);

/// A name beside a folder.
pub fn beside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!("{name}-away"))
}

/// Copies a folder with all that is in it but links, the output, and the lock of whoever is writing it.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    let is_copied = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || (name != "public" && !name.starts_with('.'))
    };
    for entry in WalkDir::new(from).into_iter().filter_entry(is_copied) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

pub fn folder_comes_back() -> Outcome {
    let served = Served::start(COURSE)?;
    let (root, away) = (served.at(""), beside(served.dir.path()));
    for (round, wait) in [Duration::ZERO, Duration::from_millis(100), LATER].into_iter().enumerate()
    {
        let [meanwhile, after] = ["Meanwhile", "After"].map(|when| format!("{when} {round}."));
        fs::rename(&root, &away)?;
        sleep(wait);
        put(&away, "content/a.md", &format!("# A\n\n{meanwhile}\n"))?;
        sleep(wait);
        fs::rename(&away, &root)?;
        served.wait_for("/a.html", &meanwhile)?;
        served.put("content/a.md", &format!("# A\n\n{after}\n"))?;
        served.wait_for("/a.html", &after)?;
    }
    served.stop()
}

pub fn folder_is_replaced() -> Outcome {
    let served = Served::start(COURSE)?;
    let (root, other) = (served.at(""), beside(served.dir.path()));
    for (round, wait) in [Duration::ZERO, Duration::from_millis(100), LATER].into_iter().enumerate()
    {
        let [replaced, after] = ["Replaced", "After"].map(|when| format!("{when} {round}."));
        copy(&root, &other)?;
        put(&other, "content/a.md", &format!("# A\n\n{replaced}\n"))?;
        fs::remove_dir_all(&root)?;
        sleep(wait);
        fs::rename(&other, &root)?;
        served.wait_for("/a.html", &replaced)?;
        served.put("content/a.md", &format!("# A\n\n{after}\n"))?;
        served.wait_for("/a.html", &after)?;
    }
    served.stop()
}

/// Who runs the tests may be allowed to read everything; nobody can read a link to itself.
#[cfg(unix)]
pub fn unreadable() -> Outcome {
    let served = Served::start(COURSE)?;
    let link = served.at("content/unit/itself.md");
    std::os::unix::fs::symlink("itself.md", &link)?;
    served.put("content/a.md", "# A\n\nSaved beside it.\n")?;
    let trouble = served.event("trouble")?;
    equal(&trouble["message"].to_string().contains("itself.md"), &true, "the message names it")?;
    sleep(LATER);
    equal(&served.events_until_quiet(), &Vec::new(), "told while nothing changes")?;
    fs::remove_file(&link)?;
    served.wait_for("/a.html", "Saved beside it.")?;
    let told = served.events_until_quiet();
    let first = told.first().ok_or("nothing is told")?;
    equal(&first["message"], &"the course can be read again".into(), "the end of the trouble")?;
    // It comes and goes without anything else.
    std::os::unix::fs::symlink("itself.md", &link)?;
    served.event("trouble")?;
    fs::remove_file(&link)?;
    let end = served.event("trouble")?;
    equal(&end["message"], &"the course can be read again".into(), "the end of the trouble")?;
    equal(&served.events_until_quiet(), &Vec::new(), "told of nothing new")?;
    served.stop()
}

#[cfg(unix)]
pub fn link_to_an_empty_folder() -> Outcome {
    let served = Served::start(COURSE)?;
    fs::create_dir(served.at("content/empty"))?;
    served.events_until_quiet();
    std::os::unix::fs::symlink("empty", served.at("content/linked"))?;
    equal(&served.events_until_quiet(), &Vec::new(), "no file is another one")?;
    served.put("content/empty/x.md", "# X\n\nIn both.\n")?;
    served.wait_for("/empty/x.html", "In both.")?;
    served.wait_for("/linked/x.html", "In both.")?;
    // The folder is still followed by its own name.
    fs::remove_file(served.at("content/linked"))?;
    served.events_until_quiet();
    served.put("content/empty/x.md", "# X\n\nIn one.\n")?;
    served.wait_for("/empty/x.html", "In one.")?;
    served.stop()
}

pub fn not_written() -> Outcome {
    let dir = tempfile::tempdir()?;
    COURSE.iter().try_for_each(|(path, text)| put(dir.path(), path, text))?;
    let mut child = command(dir.path(), &["build", "--watch"]).spawn()?;
    let out = dir.path().join("public");
    let wait = |text: &str| {
        let begin = Instant::now();
        while !fs::read_to_string(out.join("a.html")).is_ok_and(|page| page.contains(text)) {
            if begin.elapsed() > PATIENCE {
                return Err(format!("{text:?} is not written"));
            }
            sleep(Duration::from_millis(5));
        }
        Ok(())
    };
    // A page is there before the last file is: a folder that is being written to cannot be removed.
    let rest = || {
        let begin = Instant::now();
        while dir.path().join(".public.hornbook-lock").exists() && begin.elapsed() < PATIENCE {
            sleep(Duration::from_millis(5));
        }
    };
    let result = wait("One.").map_err(Into::into).and_then(|()| {
        rest();
        fs::remove_dir_all(&out)?;
        fs::write(&out, "in the way")?;
        put(dir.path(), "content/a.md", "# A\n\nTwo.\n")?;
        sleep(LATER);
        fs::remove_file(&out)?;
        wait("Two.")?;
        put(dir.path(), "content/a.md", "# A\n\nThree.\n")?;
        Ok(wait("Three.")?)
    });
    let ended = stop(&mut child);
    let _ = child.kill();
    result.and(ended)
}
