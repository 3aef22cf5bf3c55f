//! Sources: what lies on disk, before anything is understood.
//!
//! Text is held normalised (see [`normalise`]) and with its hash; assets are known by path and never
//! loaded. Places in a text are byte [`Span`]s; lines and columns are worked out only for people.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;

/// A file's path below the site's folder, always with `/`: `content/01-value/index.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `index.md`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What stands before the last `/`; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The path below `folder`, or `None` where it lies elsewhere.
    pub fn below(&self, folder: &str) -> Option<&str> {
        if folder.is_empty() {
            return Some(&self.0);
        }
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A range of bytes in a source's text, start included, end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets. Texts are below 4 GiB: `load` refuses larger ones.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The same range, seen from a text in which this one begins at byte `offset`.
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A value with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// A span in a certain file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: SourcePath,
    pub span: Span,
}

/// A text file with its hash.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: SourcePath,
    pub text: Arc<str>,
    /// xxh3 of the path and the text: the key under which `session` remembers what was made of it.
    pub hash: u128,
}

impl Source {
    /// Takes a text as it lies on disk.
    pub fn new(path: SourcePath, raw: &str) -> Self {
        let text: Arc<str> = Arc::from(&*normalise(raw));
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        hasher.update(path.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(text.as_bytes());
        Self { hash: hasher.digest128(), path, text }
    }

    pub fn place(&self, span: Span) -> Place {
        Place { path: self.path.clone(), span }
    }
}

/// A file that is copied as it is. Its content is not loaded; only an image's size is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asset {
    pub path: SourcePath,
    /// Width and height in CSS pixels, for images whose format tells.
    pub size: Option<(u32, u32)>,
}

/// A file of a theme that replaces or adds to the built-in one.
#[derive(Clone, Debug)]
pub enum ThemeFile {
    /// Below `templates/`; the source's path says where it lies, `name` what templates call it.
    Template { name: String, source: Source },
    /// Below `strings/`: `LANG.toml`, with the language as the file is named.
    Strings { language: String, source: Source },
    /// Below `static/`; copied to the theme's folder in the output under `name`. The xxh3-128 of its content is part of
    /// that folder's name.
    Static { name: String, path: SourcePath, hash: u128 },
}

/// The hashes of files as a service worker knows them.
pub type Hashes = BTreeMap<SourcePath, String>;

/// All that one build reads.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `site.toml`, where there is one.
    pub config: Option<Source>,
    /// The folder that holds the lessons, below the site's folder; empty when it is the site's folder.
    pub content: String,
    /// The name of the site's folder: the title of a site that gives none.
    pub name: String,
    /// Every Markdown file below `content`, sorted by path.
    pub lessons: Vec<Source>,
    /// Every other file below `content`, sorted by path.
    pub assets: Vec<Asset>,
    /// The files of the themes that lie in `themes/`, by theme name, sorted by name.
    pub themes: Vec<(String, Vec<ThemeFile>)>,
    /// There are links in the site's folder, so that one change can be seen at several paths.
    pub has_links: bool,
    /// Of the files that are copied, where a site is kept for reading offline: by content, which nothing else asks for.
    pub hashes: Arc<Hashes>,
    /// What is wrong with the files themselves, such as text that is not UTF-8.
    pub diagnostics: Vec<Diagnostic>,
}

impl Sources {
    /// Finds the source a diagnostic speaks of.
    pub fn find(&self, path: &SourcePath) -> Option<&Source> {
        if let Some(config) = self.config.as_ref().filter(|config| config.path == *path) {
            return Some(config);
        }
        if let Ok(index) = self.lessons.binary_search_by(|lesson| lesson.path.cmp(path)) {
            return Some(&self.lessons[index]);
        }
        self.themes.iter().flat_map(|(_, files)| files).find_map(|file| match file {
            ThemeFile::Template { source, .. } | ThemeFile::Strings { source, .. } => {
                (source.path == *path).then_some(source)
            }
            ThemeFile::Static { .. } => None,
        })
    }
}

/// Makes any text look the same whatever wrote it: no byte order mark, `\n` as the only line ending,
/// U+0000 replaced by U+FFFD (CommonMark 0.31.2, sections 2.1 and 2.3). Lines and columns stay.
fn normalise(raw: &str) -> Cow<'_, str> {
    let raw = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    if is_normal(raw.as_bytes()) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}"))
}

/// Whether there is nothing to replace. A block is looked at without a branch for each byte, so that the compiler takes
/// many bytes at once: every text of a course comes through here.
fn is_normal(text: &[u8]) -> bool {
    let is_foreign = |byte: u8| u8::from((byte == b'\r') | (byte == 0));
    let is_normal = |block: &[u8]| block.iter().fold(0, |any, byte| any | is_foreign(*byte)) == 0;
    text.chunks(BLOCK).all(is_normal)
}

/// Where lines begin in a text, for turning spans into lines and columns.
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters stand before each block of [`BLOCK`] bytes, so that a column in a line of a megabyte is not
    /// counted from its start. `None`: the text is ASCII and a character is a byte.
    characters: Option<Vec<usize>>,
}

/// How many bytes are counted at most for a column, twice.
const BLOCK: usize = 1024;

/// A line and a column, both from 1; the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl<'a> LineIndex<'a> {
    pub fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let characters = (!text.is_ascii()).then(|| {
            let blocks = text.as_bytes().chunks(BLOCK);
            let counts = blocks.map(|block| block.iter().filter(|byte| is_first(**byte)).count());
            let before = |sum: &mut usize, count| Some(std::mem::replace(sum, *sum + count));
            counts.scan(0, before).collect()
        });
        Self { text, starts, characters }
    }

    /// The byte at which a line begins, counted from 1.
    pub fn start(&self, line: usize) -> usize {
        self.starts[line.clamp(1, self.starts.len()) - 1]
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        let Some(characters) = &self.characters else { return offset };
        let Some(before) = characters.get(offset / BLOCK) else {
            return self.text.chars().count();
        };
        let block = &self.text.as_bytes()[offset / BLOCK * BLOCK..offset];
        before + block.iter().filter(|byte| is_first(**byte)).count()
    }

    /// The position of a byte offset; one past the end of the text, or inside a character, is moved back.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.characters_before(self.starts[line]);
        let column = self.characters_before(offset) - start + 1;
        Position { line: line + 1, column }
    }

    /// The byte offset of a position; what lies past the end of a line or of the text is moved back to it.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line.clamp(1, self.starts.len()) - 1;
        let start = self.starts[line];
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let mut columns = self.text[start..end].char_indices().map(|(at, _)| start + at);
        columns.nth(position.column.saturating_sub(1)).unwrap_or(end)
    }
}

/// Whether a byte is the first one of a character in UTF-8.
fn is_first(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_far_to_the_right_count_characters_too() {
        let text = format!("ä\n{}é!\n", "äb漢".repeat(2_000));
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let line = text[..offset].matches('\n').count();
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..offset].chars().count() + 1;
            assert_eq!(index.position(offset as u32), Position { line: line + 1, column });
        }
    }

    #[test]
    fn a_text_loses_its_mark_and_foreign_line_endings_but_no_line() {
        assert_eq!(normalise("\u{feff}a\r\nb\rc\0"), "a\nb\nc\u{fffd}");
        let long = "x".repeat(3 * BLOCK);
        assert_eq!(normalise(&format!("{long}\r{long}\0")), format!("{long}\n{long}\u{fffd}"));
        assert!(matches!(normalise(&long), Cow::Borrowed(text) if text == long));
    }

    #[test]
    fn columns_count_characters() {
        let index = LineIndex::new("äb\ncé!");
        assert_eq!(index.position(2), Position { line: 1, column: 2 });
        assert_eq!(index.position(7), Position { line: 2, column: 3 });
        assert_eq!(index.position(99), Position { line: 2, column: 4 });
        assert_eq!(index.offset(Position { line: 2, column: 3 }), 7);
        assert_eq!(index.offset(Position { line: 1, column: 9 }), 3);
    }
}
