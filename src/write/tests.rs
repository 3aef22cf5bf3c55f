//! What writing promises, tried on real folders; what holds for both ways is tried in both.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::plan::Plan;
use super::*;
use crate::bundle::Output;
use crate::source::SourcePath;

type Way = fn(&Plan) -> Result<Swap>;

/// The swap; a test must not pass because the files were replaced in place after all.
const SWAP: Way = |plan| swap::run(plan).inspect(|swap| assert_ne!(*swap, Swap::Impossible));
const IN_PLACE: Way = |_| Ok(Swap::Impossible);
const BOTH: [Way; 2] = [SWAP, IN_PLACE];

fn write_with(
    way: impl FnOnce(&Plan) -> Result<Swap>,
    bundle: &Bundle,
    site: &Path,
    out: &Path,
) -> Result<Written> {
    Ok(Stage::open(out)?.write_with(way, bundle, site)?.written)
}

/// A folder with a site's folder and, later, the output.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("site")).unwrap();
        Self { folder }
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn out(&self, path: &str) -> PathBuf {
        let out = self.folder.path().join("out");
        if path.is_empty() { out } else { out.join(path) }
    }

    fn source(&self, path: &str, content: &str) {
        fs::write(self.site().join(path), content).unwrap();
    }

    /// Puts a file, and the folders above it, into the output as a stranger would.
    fn put(&self, path: &str, content: &str) {
        fs::create_dir_all(self.out(path).parent().unwrap()).unwrap();
        fs::write(self.out(path), content).unwrap();
    }

    fn try_write(&self, way: Way, bundle: &Bundle) -> Result<Written> {
        write_with(way, bundle, &self.site(), &self.out(""))
    }

    fn write(&self, way: Way, files: &[(&str, &str)]) -> Written {
        self.try_write(way, &bundle(files)).unwrap()
    }

    /// All of the output but its manifest: paths with their contents, `/` for a folder, `-> aim`
    /// for a link.
    fn listing(&self) -> Vec<(String, String)> {
        let mut listing = listing(&self.out(""));
        listing.retain(|(path, _)| path != ".hornbook.json");
        listing
    }

    fn assert_holds(&self, files: &[(&str, &str)]) {
        let files: Vec<_> = files.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        assert_eq!(self.listing(), files);
        self.assert_no_leftovers();
    }

    fn assert_no_leftovers(&self) {
        let names = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.retain(|name| name != "site" && name != "out" && !is_lasting_lock(name));
        assert!(names.is_empty(), "{names:?}");
    }
}

/// Where a lock file cannot be removed safely, it stays.
fn is_lasting_lock(name: &OsStr) -> bool {
    !cfg!(unix) && name.to_str().is_some_and(|name| name.ends_with(".hornbook-lock"))
}

fn listing(root: &Path) -> Vec<(String, String)> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name();
    let entries = entries.into_iter().map(|entry| {
        let entry = entry.unwrap();
        let path = tree::slashed(entry.path().strip_prefix(root).unwrap()).unwrap();
        let content = match entry.file_type() {
            kind if kind.is_dir() => "/".to_owned(),
            kind if kind.is_symlink() => {
                format!("-> {}", entry.path().read_link().unwrap().display())
            }
            _ => fs::read_to_string(entry.path()).unwrap(),
        };
        (path, content)
    });
    entries.collect()
}

/// `=PATH` for the content stands for a copy of the site's `PATH`.
fn bundle(files: &[(&str, &str)]) -> Bundle {
    let files = files.iter().map(|(path, content)| {
        let output = match content.strip_prefix('=') {
            Some(source) => Output::Copy(SourcePath::new(source)),
            None => Output::text(*content),
        };
        (path.to_string(), output)
    });
    Bundle { files: files.collect() }
}

const fn counts(written: usize, unchanged: usize, removed: usize) -> Written {
    Written { written, unchanged, removed }
}

/// Sets a time that no test run could have given a file.
fn age(path: &Path) -> SystemTime {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
    time
}

fn modified(path: &Path) -> SystemTime {
    fs::symlink_metadata(path).unwrap().modified().unwrap()
}

#[cfg(unix)]
fn inode(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&fs::symlink_metadata(path).unwrap())
}

#[test]
fn the_first_build_makes_the_folder_and_those_above_it() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("logo.svg", "<svg/>");
        let files = [("a/b/c.html", "c"), ("index.html", "i"), ("logo.svg", "=logo.svg")];
        let out = desk.out("deep/er");
        let written = write_with(way, &bundle(&files), &desk.site(), &out).unwrap();
        assert_eq!(written, counts(3, 0, 0));
        assert_eq!(fs::read_to_string(out.join("a/b/c.html")).unwrap(), "c");
        assert_eq!(fs::read_to_string(out.join("logo.svg")).unwrap(), "<svg/>");
        assert!(is_output(&out) && !is_output(&desk.out("deep")));
        for entry in fs::read_dir(desk.out("deep")).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(name == "er" || is_lasting_lock(&name), "{name:?}");
        }
    }
}

#[test]
fn the_manifest_is_the_same_however_the_site_came_about() {
    let manifests = BOTH.map(|way| {
        let desk = Desk::new();
        desk.source("b.svg", "b");
        desk.write(way, &[("old.html", "o"), ("a.html", "1"), ("b.svg", "=b.svg")]);
        desk.write(way, &[("a.html", "2"), ("a/c.html", "c"), ("b.svg", "=b.svg")]);
        fs::read_to_string(desk.out(".hornbook.json")).unwrap()
    });
    let clean = Desk::new();
    clean.source("b.svg", "b");
    clean.write(SWAP, &[("a.html", "2"), ("a/c.html", "c"), ("b.svg", "=b.svg")]);
    let manifest = fs::read_to_string(clean.out(".hornbook.json")).unwrap();
    assert_eq!(manifests, [manifest.clone(), manifest.clone()]);
    let hash = format!("{:032x}", xxhash_rust::xxh3::xxh3_128(b"2"));
    assert!(manifest.contains(&format!("\"a.html\": \"{hash}\"")), "{manifest}");
}

#[cfg(unix)]
#[test]
fn unchanged_files_keep_their_times_and_inodes() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("b.svg", "b");
        desk.write(way, &[("a.html", "a"), ("b.svg", "=b.svg"), ("c/c.html", "1")]);
        let kept = ["a.html", "b.svg"].map(|path| desk.out(path));
        let times = kept.each_ref().map(|path| age(path));
        let inodes = kept.each_ref().map(|path| inode(path));
        let written = desk.write(way, &[("a.html", "a"), ("b.svg", "=b.svg"), ("c/c.html", "2")]);
        assert_eq!(written, counts(1, 2, 0));
        assert_eq!(kept.each_ref().map(|path| modified(path)), times);
        assert_eq!(kept.each_ref().map(|path| inode(path)), inodes);
        assert_eq!(fs::read_to_string(desk.out("c/c.html")).unwrap(), "2");
    }
}

#[cfg(unix)]
#[test]
fn a_build_that_changes_nothing_leaves_even_the_folder() {
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a.html", "a")]);
        let before = (inode(&desk.out("")), modified(&desk.out("")));
        assert_eq!(desk.write(way, &[("a.html", "a")]), counts(0, 1, 0));
        assert_eq!((inode(&desk.out("")), modified(&desk.out(""))), before);
    }
}

#[test]
fn a_changed_source_of_a_copy_is_copied_again() {
    for way in BOTH {
        let desk = Desk::new();
        // Longer than a chunk, and different in its last byte only.
        desk.source("b.svg", &"b".repeat(150_000));
        desk.write(way, &[("b.svg", "=b.svg")]);
        desk.source("b.svg", &("b".repeat(149_999) + "c"));
        assert_eq!(desk.write(way, &[("b.svg", "=b.svg")]), counts(1, 0, 0));
        assert!(fs::read_to_string(desk.out("b.svg")).unwrap().ends_with('c'));
    }
}

#[cfg(unix)]
#[test]
fn a_copy_is_never_a_link_to_its_source() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("b.svg", "b");
        desk.write(way, &[("b.svg", "=b.svg")]);
        assert_ne!(inode(&desk.out("b.svg")), inode(&desk.site().join("b.svg")));
    }
}

#[test]
fn a_file_changed_by_hand_is_restored() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("b.svg", "b");
        let files = [("a.html", "a"), ("b.svg", "=b.svg"), ("c.html", "c")];
        desk.write(way, &files);
        desk.put("a.html", "x");
        desk.put("b.svg", "y");
        fs::remove_file(desk.out("c.html")).unwrap();
        assert_eq!(desk.write(way, &files), counts(3, 0, 0));
        desk.assert_holds(&[("a.html", "a"), ("b.svg", "b"), ("c.html", "c")]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_file_is_replaced_and_not_followed() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("precious.md", "a");
        desk.write(way, &[("a.html", "a"), ("b.html", "b")]);
        fs::remove_file(desk.out("a.html")).unwrap();
        std::os::unix::fs::symlink("../site/precious.md", desk.out("a.html")).unwrap();
        desk.write(way, &[("a.html", "a")]);
        desk.assert_holds(&[("a.html", "a")]);
        desk.write(way, &[("a.html", "2")]);
        assert_eq!(fs::read_to_string(desk.site().join("precious.md")).unwrap(), "a");
    }
}

#[test]
fn a_foreign_folder_is_refused_and_not_touched() {
    for way in BOTH {
        let desk = Desk::new();
        desk.put("thesis.txt", "years of work");
        let before = modified(&desk.out(""));
        let error = desk.try_write(way, &bundle(&[("a.html", "a")])).unwrap_err();
        assert!(matches!(error, Error::ForeignOutput { .. }), "{error}");
        desk.assert_holds(&[("thesis.txt", "years of work")]);
        assert_eq!(modified(&desk.out("")), before);
    }
}

#[test]
fn an_empty_folder_is_taken() {
    for way in BOTH {
        let desk = Desk::new();
        fs::create_dir(desk.out("")).unwrap();
        desk.write(way, &[("a.html", "a")]);
        desk.assert_holds(&[("a.html", "a")]);
    }
}

#[test]
fn a_file_is_not_taken_for_a_folder() {
    let desk = Desk::new();
    fs::write(desk.out(""), "text").unwrap();
    let error = desk.try_write(SWAP, &bundle(&[("a.html", "a")])).unwrap_err();
    assert!(error.to_string().ends_with("out: it is a file, not a folder"), "{error}");
    assert_eq!(fs::read_to_string(desk.out("")).unwrap(), "text");
    desk.assert_no_leftovers();
}

#[cfg(unix)]
#[test]
fn a_link_to_the_folder_stays_a_link() {
    for way in BOTH {
        let desk = Desk::new();
        let real = desk.site().join("public");
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink("site/public", desk.out("")).unwrap();
        desk.write(way, &[("a.html", "1")]);
        desk.write(way, &[("a.html", "2")]);
        assert!(desk.out("").is_symlink());
        assert_eq!(fs::read_to_string(real.join("a.html")).unwrap(), "2");
        assert_eq!(listing(&desk.site()).len(), 3, "nothing but the output");
    }
}

#[test]
fn a_manifest_that_cannot_be_read_stops_the_build() {
    let desk = Desk::new();
    desk.put(".hornbook.json", "<<<<<<< HEAD");
    let error = desk.try_write(SWAP, &bundle(&[("a.html", "a")])).unwrap_err();
    assert!(error.to_string().contains(".hornbook.json: expected value at line 1"), "{error}");
    desk.assert_holds(&[]);
}

#[cfg(unix)]
#[test]
fn what_the_manifest_does_not_list_is_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a.html", "1"), ("gone/b.html", "b"), ("gone/c/d.html", "d")]);
        desk.put("CNAME", "course.example");
        desk.put(".git/objects/00", "blob");
        desk.put("gone/notes.txt", "notes");
        fs::create_dir(desk.out("empty")).unwrap();
        symlink("nowhere", desk.out("dangling")).unwrap();
        symlink("../../site", desk.out("gone/site")).unwrap();
        for (folder, mode) in
            [("", 0o751), (".git", 0o700), (".git/objects", 0o500), ("gone", 0o2755)]
        {
            fs::set_permissions(desk.out(folder), fs::Permissions::from_mode(mode)).unwrap();
        }
        let (time, number) = (age(&desk.out("CNAME")), inode(&desk.out("CNAME")));

        let written = desk.write(way, &[("a.html", "2"), (".git-info.html", "i")]);

        assert_eq!(written, counts(2, 0, 2));
        desk.assert_holds(&[
            (".git", "/"),
            (".git/objects", "/"),
            (".git/objects/00", "blob"),
            (".git-info.html", "i"),
            ("CNAME", "course.example"),
            ("a.html", "2"),
            ("dangling", "-> nowhere"),
            ("empty", "/"),
            ("gone", "/"),
            ("gone/notes.txt", "notes"),
            ("gone/site", "-> ../../site"),
        ]);
        assert_eq!((modified(&desk.out("CNAME")), inode(&desk.out("CNAME"))), (time, number));
        let mode = |path| fs::metadata(desk.out(path)).unwrap().permissions().mode() & 0o7777;
        assert_eq!(["", ".git", ".git/objects", "gone"].map(mode), [0o751, 0o700, 0o500, 0o2755]);
    }
}

#[test]
fn only_own_files_are_removed_and_folders_only_when_empty() {
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a/b/c.html", "c"), ("d/e.html", "e"), ("f.html", "f")]);
        desk.put("d/theirs.html", "t");
        assert_eq!(desk.write(way, &[("f.html", "f")]), counts(0, 1, 2));
        desk.assert_holds(&[("d", "/"), ("d/theirs.html", "t"), ("f.html", "f")]);
    }
}

#[test]
fn a_forged_manifest_removes_nothing_outside() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("precious.md", "p");
        desk.put(".hornbook.json", r#"{"hornbook": 1, "files": {"../site/precious.md": ""}}"#);
        desk.write(way, &[("a.html", "a")]);
        assert_eq!(fs::read_to_string(desk.site().join("precious.md")).unwrap(), "p");
        desk.assert_holds(&[("a.html", "a")]);
    }
}

#[cfg(unix)]
#[test]
fn a_strangers_file_is_never_overwritten() {
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a.html", "1"), ("old/b.html", "b")]);
        desk.put("theirs/notes.txt", "t");
        fs::create_dir(desk.out("empty")).unwrap();
        desk.put("old/notes.txt", "t");
        std::os::unix::fs::symlink("../site", desk.out("link")).unwrap();
        let before = desk.listing();
        for (path, there) in [
            ("theirs/notes.txt", "theirs/notes.txt"),
            ("theirs/notes.txt/x.html", "theirs/notes.txt"),
            ("theirs", "theirs/notes.txt"),
            ("empty", "empty"),
            ("old", "old/notes.txt"),
            ("link", "link"),
            ("link/x.html", "link"),
        ] {
            let error = desk.try_write(way, &bundle(&[("a.html", "2"), (path, "x")])).unwrap_err();
            let Error::AlreadyThere { path: found } = &error else { panic!("{path}: {error}") };
            assert!(found.ends_with(Path::new("out").join(there)), "{path}: {error}");
            assert_eq!(desk.listing(), before);
        }
        assert_eq!(listing(&desk.site()), []);
        desk.assert_no_leftovers();
    }
}

#[test]
fn files_and_folders_take_each_others_places() {
    for way in BOTH {
        let desk = Desk::new();
        let (first, second) = (
            [("a", "file"), ("b/c/d.html", "d"), ("b/e.html", "e"), ("z.html", "z")],
            [("a/c/d.html", "d"), ("a/e.html", "e"), ("b", "file"), ("z.html", "z")],
        );
        desk.write(way, &first);
        assert_eq!(desk.write(way, &second), counts(3, 1, 3));
        let holds = [
            ("a", "/"),
            ("a/c", "/"),
            ("a/c/d.html", "d"),
            ("a/e.html", "e"),
            ("b", "file"),
            ("z.html", "z"),
        ];
        desk.assert_holds(&holds);
        assert_eq!(desk.write(way, &first), counts(3, 1, 3));
        assert_eq!(desk.listing().len(), 6);
        assert_eq!(fs::read_to_string(desk.out("a")).unwrap(), "file");
    }
}

#[test]
fn a_failure_leaves_the_old_site_and_nothing_else() {
    for way in BOTH {
        let desk = Desk::new();
        desk.source("b.svg", "b");
        desk.write(way, &[("a", "1"), ("b.svg", "=b.svg"), ("c/d.html", "d")]);
        let before = listing(&desk.out(""));
        let failing =
            [("a/x.html", "2"), ("b.svg", "=b.svg"), ("c", "3"), ("e.svg", "=missing.svg")];
        let error = desk.try_write(way, &bundle(&failing)).unwrap_err();
        assert!(error.to_string().contains("missing.svg"), "{error}");
        assert_eq!(listing(&desk.out("")), before);
        desk.assert_no_leftovers();
    }
}

#[test]
fn a_first_build_that_fails_leaves_no_folder() {
    for way in BOTH {
        let desk = Desk::new();
        desk.try_write(way, &bundle(&[("e.svg", "=missing.svg")])).unwrap_err();
        assert!(!desk.out("").exists());
        desk.assert_no_leftovers();
    }
}

#[test]
fn what_a_build_killed_in_place_has_left_is_completed() {
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a.html", "1"), ("b.html", "1"), ("old.html", "o")]);
        let manifest = manifest::Manifest::read(&desk.out("")).unwrap().unwrap();
        // It had replaced one file, made one more, and half of a third.
        let announced =
            ["a.html", ".hornbook-1-0", "b.html", ".hornbook-1-1", "c/d.html", ".hornbook-1-2"];
        manifest.announcing(announced).write(&desk.out("")).unwrap();
        desk.put("a.html", "2");
        desk.put(".hornbook-1-1", "2");
        desk.put(".hornbook-1-2", "hal");
        desk.put(".hornbook.json.new", "{");
        desk.put(".hornbook-lock", "");
        let mut files = vec![("a.html", "2"), ("b.html", "2"), ("c/d.html", "half")];
        assert_eq!(desk.write(way, &files), counts(2, 1, 3));
        files.insert(2, ("c", "/"));
        let _ = fs::remove_file(desk.out(".hornbook-lock"));
        desk.assert_holds(&files);
    }
}

#[test]
fn what_a_build_killed_at_its_manifest_has_left_is_removed_by_one_that_changes_nothing() {
    for way in BOTH {
        let desk = Desk::new();
        desk.write(way, &[("a.html", "1")]);
        desk.put(".hornbook.json.new", "{");
        assert_eq!(desk.write(way, &[("a.html", "1")]), counts(0, 1, 0));
        desk.assert_holds(&[("a.html", "1")]);
    }
}

#[test]
fn what_killed_builds_have_left_beside_is_removed_and_nothing_like_it() {
    let desk = Desk::new();
    let beside = |name: &str| desk.folder.path().join(name);
    for name in
        [".out.hornbook-17-0", ".out.hornbook-notes", ".out.hornbook-1-2-3", ".other.hornbook-1-2"]
    {
        fs::create_dir(beside(name)).unwrap();
        fs::write(beside(name).join("a.html"), "a").unwrap();
    }
    fs::write(beside(".out.hornbook-18-0"), "a file").unwrap();
    desk.write(SWAP, &[("a.html", "a")]);
    assert!(!beside(".out.hornbook-17-0").exists());
    for name in
        [".out.hornbook-notes", ".out.hornbook-1-2-3", ".other.hornbook-1-2", ".out.hornbook-18-0"]
    {
        assert!(beside(name).exists(), "{name}");
    }
}

#[test]
fn two_renames_do_what_an_exchange_does() {
    let desk = Desk::new();
    desk.write(SWAP, &[("a.html", "old")]);
    let new = desk.folder.path().join("new");
    fs::create_dir(&new).unwrap();
    swap::exchange_by_renames(&new, &desk.out("")).unwrap();
    assert_eq!(fs::read_to_string(new.join("a.html")).unwrap(), "old");
    assert_eq!(listing(&desk.out("")), []);
    fs::remove_dir_all(new).unwrap();
    desk.assert_no_leftovers();
}

#[test]
fn a_site_left_between_two_renames_is_put_back() {
    let desk = Desk::new();
    desk.write(SWAP, &[("a.html", "a"), ("b.html", "b")]);
    desk.put("CNAME", "course.example");
    fs::rename(desk.out(""), desk.folder.path().join(".out.hornbook-old")).unwrap();
    assert_eq!(desk.write(SWAP, &[("a.html", "2"), ("b.html", "b")]), counts(1, 1, 0));
    desk.assert_holds(&[("CNAME", "course.example"), ("a.html", "2"), ("b.html", "b")]);
}

#[cfg(unix)]
#[test]
fn what_is_a_strangers_is_there_before_the_swap() {
    let desk = Desk::new();
    desk.write(SWAP, &[("a.html", "1")]);
    desk.put(".git/index", "i");
    std::os::unix::fs::symlink("nowhere", desk.out("link")).unwrap();
    let new = desk.folder.path().join("new");
    fs::create_dir(&new).unwrap();
    let prepare = |plan: &Plan| {
        swap::create_folders(plan, &new)?;
        swap::carry(plan.tree, &new, &plan.stage.register)?;
        let expected = [(".git", "/"), (".git/index", "i"), ("link", "-> nowhere")];
        assert_eq!(listing(&new), expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
        Ok(Swap::Done { stamps: Vec::new() })
    };
    write_with(prepare, &bundle(&[("a.html", "2")]), &desk.site(), &desk.out("")).unwrap();
}

#[test]
fn a_failure_in_the_middle_of_replacing_is_made_good_by_the_next_build() {
    let desk = Desk::new();
    desk.write(IN_PLACE, &[("a.html", "1"), ("old.html", "o")]);
    let files = [("a.html", "2"), ("b.css", "b"), ("in-the-way.html", "i")];
    let obstacle = desk.out("").canonicalize().unwrap().join("in-the-way.html");
    let obstruct = |_: &Plan| {
        // The plan has been made by now.
        fs::create_dir(&obstacle).unwrap();
        Ok(Swap::Impossible)
    };
    write_with(obstruct, &bundle(&files), &desk.site(), &desk.out("")).unwrap_err();
    assert!(desk.out("b.css").exists() && desk.out("old.html").exists());
    fs::remove_dir(&obstacle).unwrap();
    desk.write(IN_PLACE, &files);
    desk.assert_holds(&files);
}

#[test]
fn files_that_come_or_change_during_a_swap_are_brought_along() {
    let desk = Desk::new();
    desk.write(SWAP, &[("a.html", "1"), ("gone/b.html", "b")]);
    desk.put(".git/index", "old");
    let out = desk.out("").canonicalize().unwrap();
    let meanwhile = |plan: &Plan| {
        // The tree has been read by now.
        fs::write(out.join(".git/object"), "blob").unwrap();
        fs::write(out.join("gone/late.txt"), "late").unwrap();
        swap::run(plan)
    };
    write_with(meanwhile, &bundle(&[("a.html", "2")]), &desk.site(), &desk.out("")).unwrap();
    desk.assert_holds(&[
        (".git", "/"),
        (".git/index", "old"),
        (".git/object", "blob"),
        ("a.html", "2"),
        ("gone", "/"),
        ("gone/late.txt", "late"),
    ]);
}

#[test]
fn a_copy_in_place_of_a_link_has_the_same_time() {
    let desk = Desk::new();
    desk.source("old", "o");
    let (old, new) = (desk.site().join("old"), desk.site().join("new"));
    let time = age(&old);
    content::copy_with_time(&old, &new).unwrap();
    assert_eq!((fs::read_to_string(&new).unwrap(), modified(&new)), ("o".to_owned(), time));
}

#[test]
fn two_builds_at_once_leave_one_whole_site() {
    for ways in [[SWAP, SWAP], [IN_PLACE, IN_PLACE], [SWAP, IN_PLACE]] {
        let desk = Desk::new();
        let names: Vec<String> =
            (0..40).map(|number| format!("{}/{number}.html", number % 4)).collect();
        let site = |build: &str, round: usize| {
            let own = (format!("only-{build}.html"), Output::text(build));
            let shared = names.iter();
            let shared = shared.map(|name| (name.clone(), Output::text(format!("{build}{round}"))));
            Bundle { files: shared.chain([own]).collect() }
        };
        std::thread::scope(|scope| {
            for (way, build) in ways.into_iter().zip(["one", "two"]) {
                let (desk, site) = (&desk, &site);
                scope.spawn(move || {
                    for round in 0..20 {
                        let written = desk.try_write(way, &site(build, round)).unwrap();
                        assert_eq!(written.written + written.unchanged, 41);
                    }
                });
            }
        });
        let last = if desk.out("only-one.html").exists() { "one" } else { "two" };
        let whole: Vec<_> = names.iter().map(|name| (name.clone(), format!("{last}19"))).collect();
        let mut found = desk.listing();
        found.retain(|(_, content)| content != "/");
        assert!(found.contains(&(format!("only-{last}.html"), last.to_owned())));
        assert_eq!(found.len(), 41);
        assert!(whole.iter().all(|file| found.contains(file)), "{found:?}");
        desk.assert_no_leftovers();
    }
}

#[cfg(unix)]
#[test]
fn a_reader_never_sees_two_builds_at_once() {
    use rustix::fs::{Mode, OFlags, open, openat};
    use std::io::Read;
    use std::sync::atomic::{AtomicBool, Ordering};

    let desk = Desk::new();
    let build = |number: usize| {
        let text = number.to_string().repeat(5_000);
        desk.write(SWAP, &[("a.html", &text), ("b/b.css", &text), ("c.html", "c")]);
    };
    build(0);
    let done = AtomicBool::new(false);
    let read = || {
        let mut seen = std::collections::BTreeSet::new();
        while !done.load(Ordering::Relaxed) {
            // One look at the folder: two paths looked up one after the other may well lead to two
            // builds, whole as each of them is.
            let folder = open(desk.out(""), OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty());
            let folder = folder.expect("the folder is always there");
            let mut both = ["a.html", "b/b.css"].into_iter().map_while(|path| {
                // Gone with its build is all right.
                let mut file =
                    fs::File::from(openat(&folder, path, OFlags::RDONLY, Mode::empty()).ok()?);
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                assert!(text.len() >= 5_000, "half a file");
                Some(text)
            });
            if let (Some(a), Some(b)) = (both.next(), both.next()) {
                assert!(a == b, "{} and {}", &a[..3], &b[..3]);
                seen.insert(a);
            }
        }
        seen.len()
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(read);
        (1..300).for_each(build);
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 10, "the reader has seen many builds");
    });
}

#[test]
fn a_path_of_both_a_file_and_a_folder_is_an_error() {
    for way in BOTH {
        let desk = Desk::new();
        let error = desk.try_write(way, &bundle(&[("a", "a"), ("a/b.html", "b")])).unwrap_err();
        assert!(matches!(error, Error::AlreadyThere { .. }), "{error}");
        assert!(!desk.out("").exists());
    }
}

#[test]
fn a_path_that_leads_elsewhere_is_a_mistake_of_ours() {
    for path in [
        "",
        "/a",
        "a//b",
        "a/",
        "../a",
        "a/../../b",
        "./a",
        "a\0b",
        ".hornbook.json",
        ".hornbook-lock",
    ] {
        let desk = Desk::new();
        let write = || desk.try_write(SWAP, &bundle(&[(path, "x")]));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(write));
        assert!(result.is_err(), "{path:?}");
        assert!(!desk.out("").exists());
    }
}
