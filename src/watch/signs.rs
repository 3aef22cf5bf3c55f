//! What an event says of a path, as far as it matters: looked at, begun, finished.
//!
//! Systems word their events differently, and none is to be relied upon for what it says of a file. An event means "look
//! there"; the one thing taken from it is whether somebody is done writing.

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind};

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something that may go on: a file is written to, made or gone; a folder changes.
    Begun,
    /// A file was closed after writing, or renamed into its place.
    Finished,
    /// Its times, its owner or its rights changed, and perhaps its text.
    Noticed,
}

/// The signs in an event. That files are read, by us among others, is none.
pub fn signs(event: Event) -> Vec<(PathBuf, Sign)> {
    let sign = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Sign::Finished,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Sign::Finished,
        // Told again after the two that it is made of.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return Vec::new(),
        EventKind::Modify(ModifyKind::Metadata(_)) => Sign::Noticed,
        _ => Sign::Begun,
    };
    event.paths.into_iter().map(|path| (path, sign)).collect()
}

/// The kinds of files that are acted upon as soon as they are written. Others may be what editors put beside a file
/// while they save it, under names that nobody can list.
const PROMPT: &[&str] = &[
    "md", "markdown", "toml", "html", "css", "js", "svg", "png", "jpg", "jpeg", "gif", "webp",
    "avif",
];

/// Whether a path is of such a kind.
pub fn is_prompt(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    PROMPT.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, DataChange, MetadataKind, RemoveKind};

    #[test]
    fn only_a_closed_or_renamed_file_is_finished() {
        let sign = |kind| {
            let event = Event::new(kind).add_path("a.md".into());
            signs(event).first().map(|(_, sign)| *sign)
        };
        let closed = |mode| EventKind::Access(AccessKind::Close(mode));
        assert_eq!(sign(closed(AccessMode::Write)), Some(Sign::Finished));
        assert_eq!(sign(closed(AccessMode::Read)), None);
        assert_eq!(sign(EventKind::Access(AccessKind::Open(AccessMode::Any))), None);
        let name = |mode| EventKind::Modify(ModifyKind::Name(mode));
        assert_eq!(sign(name(RenameMode::To)), Some(Sign::Finished));
        assert_eq!(sign(name(RenameMode::From)), Some(Sign::Begun));
        assert_eq!(sign(name(RenameMode::Both)), None);
        let data = ModifyKind::Data(DataChange::Any);
        assert_eq!(sign(EventKind::Modify(data)), Some(Sign::Begun));
        let metadata = ModifyKind::Metadata(MetadataKind::Any);
        assert_eq!(sign(EventKind::Modify(metadata)), Some(Sign::Noticed));
        assert_eq!(sign(EventKind::Create(CreateKind::Folder)), Some(Sign::Begun));
        assert_eq!(sign(EventKind::Remove(RemoveKind::File)), Some(Sign::Begun));
    }
}
