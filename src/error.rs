//! Errors: the machine or the command failed, not what the author wrote.
//!
//! An error says what was being done and to which path. It ends the command with exit status 2.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    /// The output folder holds files that Hornbook did not write.
    ForeignOutput { path: PathBuf },
    /// The output folder and the sources overlap.
    OutputInSources { path: PathBuf },
    /// A file would have to be created where one is already.
    AlreadyThere { path: PathBuf },
    /// The arguments do not fit what is on disk.
    Usage { message: String },
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err`: keeps what was being done and to what.
    pub fn io<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}", path.display())
            }
            Self::ForeignOutput { path } => write!(
                f,
                "{} is not empty and was not written by hornbook; choose another folder with --out, or empty it",
                path.display()
            ),
            Self::OutputInSources { path } => write!(
                f,
                "the site cannot be written to {}: sources lie there; choose another folder with --out",
                path.display()
            ),
            Self::AlreadyThere { path } => write!(f, "{} is already there", path.display()),
            Self::Usage { message } => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
