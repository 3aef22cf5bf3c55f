//! Fingerprints of assets: whether a file that was touched holds something else now.
//!
//! Texts are loaded and carry their hash; assets are not, so what they held is remembered here.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use crate::source::SourcePath;

/// Larger files are known by length and time: to read a film takes longer than to show it again.
const READ_UP_TO: u64 = 4 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

/// The fingerprint of each asset. See the module.
#[derive(Default)]
pub struct Prints(HashMap<SourcePath, u128>);

impl Prints {
    /// Takes the fingerprints of these files below `root`.
    pub fn of(root: &Path, assets: &[SourcePath]) -> Self {
        let prints = assets.par_iter().map(|path| (path.clone(), print(root, path)));
        Self(prints.collect())
    }

    /// Takes these files' fingerprints anew and returns the files that had another one.
    pub fn renew(&mut self, root: &Path, touched: Vec<SourcePath>) -> Vec<SourcePath> {
        let mut changed = touched;
        changed.retain(|path| {
            let new = print(root, path);
            self.0.insert(path.clone(), new) != Some(new)
        });
        changed
    }
}

/// 0 for a file that cannot be read.
fn print(root: &Path, path: &SourcePath) -> u128 {
    of_file(&root.join(path.as_str())).unwrap_or(0)
}

fn of_file(path: &Path) -> std::io::Result<u128> {
    let metadata = fs::metadata(path)?;
    let mut hasher = Xxh3::new();
    hasher.update(&metadata.len().to_le_bytes());
    if metadata.len() > READ_UP_TO {
        let since = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        hasher.update(&since.as_nanos().to_le_bytes());
        return Ok(hasher.digest128());
    }
    let mut file = File::open(path)?.take(READ_UP_TO);
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.digest128()),
            read => hasher.update(&chunk[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touch_is_no_change_and_other_bytes_are() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (root, paths) = (dir.path(), vec![SourcePath::new("a.svg")]);
        let file = root.join("a.svg");
        fs::write(&file, "one").expect("a file");
        let mut prints = Prints::of(root, &paths);
        fs::write(&file, "one").expect("a file");
        assert_eq!(prints.renew(root, paths.clone()), []);
        fs::write(&file, "two").expect("a file");
        assert_eq!(prints.renew(root, paths.clone()), paths);
        fs::remove_file(&file).expect("a removal");
        assert_eq!(prints.renew(root, paths.clone()), paths);
    }
}
