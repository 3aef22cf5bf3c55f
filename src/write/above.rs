//! The folders above an output that were not there: a build that writes no site takes them back.

use std::fs;
use std::io;
use std::path::Path;

use super::abandon::{Ours, Register};

/// Folders that were made for an output, the outermost first. Those that are empty in the end are removed.
pub(super) struct Above {
    made: Vec<Ours>,
    register: Register,
}

impl Above {
    /// None had to be made.
    pub fn none(register: &Register) -> Self {
        Self { made: Vec::new(), register: register.clone() }
    }

    /// Makes a folder and all that it lies in.
    pub fn create(folder: &Path, register: &Register) -> io::Result<Self> {
        let missing = |folder: &&Path| !folder.exists() && *folder != Path::new("");
        let missing: Vec<&Path> = folder.ancestors().take_while(missing).collect();
        // Dropped after the step, whatever goes wrong in it.
        let mut above = Self::none(register);
        let mut step = register.alone();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                // Another build's, by now.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let ours = Ours::Folder(folder.to_owned());
                    step.register(ours.clone());
                    above.made.push(ours);
                }
            }
        }
        Ok(above)
    }
}

impl Drop for Above {
    fn drop(&mut self) {
        let mut step = self.register.alone();
        self.made.iter().rev().for_each(|folder| step.remove(folder));
    }
}
