//! The bundle: everything a build puts out, as a value.
//!
//! Tests compare it, the preview server serves it, `write` brings it to disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::SourcePath;

/// What one output file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Made by this build.
    Bytes(Arc<[u8]>),
    /// Copied from the site's folder as it is.
    Copy(SourcePath),
}

impl Output {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Bytes(text.into().into_bytes().into())
    }
}

/// Output files by path, always with `/`: `value/what-is-value.html`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    pub files: BTreeMap<String, Output>,
}

impl Bundle {
    /// The text of a file that this build made; `None` for copies, other bytes and missing files.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.files.get(path)? {
            Output::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Output::Copy(_) => None,
        }
    }
}
