//! Files that a site copies: served from where they lie, in pieces, never loaded whole.
//!
//! The only part of the server that opens files. It opens what the bundle lists and nothing else, and nothing that a
//! link leads out of the site's folder to.

use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::source::SourcePath;

const CHUNK: u64 = 64 * 1024;

/// An open file.
pub struct Copied {
    file: File,
    pub length: u64,
    /// Another one for other bytes, as far as the system tells without reading them.
    pub tag: String,
}

/// Opens a file that the bundle copies; `root` is the site's folder, links resolved. `None` where it is gone, or leads
/// out of the folder.
pub async fn open(root: &Path, path: &SourcePath) -> Option<Copied> {
    let real: PathBuf = tokio::fs::canonicalize(root.join(path.as_str())).await.ok()?;
    if !real.starts_with(root) {
        return None;
    }
    let file = File::open(&real).await.ok()?;
    let metadata = file.metadata().await.ok().filter(|metadata| metadata.is_file())?;
    let modified = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH);
    let time = modified.unwrap_or_default().as_nanos();
    let length = metadata.len();
    Some(Copied { file, length, tag: format!("{length:x}-{time:x}") })
}

impl Copied {
    /// A part of the file, read as it is sent.
    pub async fn part(mut self, range: Range<u64>) -> io::Result<Body> {
        self.file.seek(SeekFrom::Start(range.start)).await?;
        let rest = range.end - range.start;
        let pieces = stream::try_unfold((self.file, rest), |(mut file, rest)| async move {
            if rest == 0 {
                return Ok::<_, io::Error>(None);
            }
            let mut piece = vec![0; rest.min(CHUNK) as usize];
            let read = file.read(&mut piece).await?;
            if read == 0 {
                // It was cut meanwhile, and the length is told already.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            piece.truncate(read);
            Ok(Some((Bytes::from(piece), (file, rest - read as u64))))
        });
        Ok(Body::from_stream(pieces))
    }
}
