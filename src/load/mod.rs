//! Load: from a folder on disk to sources. The only verb that reads the site's folder.

mod refresh;

use std::fs;
use std::io::{self, Read};
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::parse::{self, is_index};
use crate::source::{Asset, Hashes, Place, Source, SourcePath, Sources, Span, ThemeFile};
use crate::web::offline::hash_of_read;
use crate::{image, write};

pub use refresh::{Refreshed, copies, refresh};

/// How many bytes there is room for before a file is read: nearly all lessons are shorter.
const BUFFER: usize = 32 * 1024;

/// The name of the configuration file.
pub const CONFIG: &str = "site.toml";

/// Reads a site. A folder with neither `site.toml` nor `content/` is a folder of lessons itself. `out` is left out
/// where it lies inside.
pub fn load(site: &Path, out: Option<&Path>) -> Result<Sources> {
    survey(site, out)?.read()
}

/// What lies in a site's folder, and has not been read yet.
pub struct Survey {
    site: PathBuf,
    /// What is known without reading: where the lessons are, what the folder is called, what is wrong with links and names.
    pub sources: Sources,
    config: Option<Found>,
    /// The files in `themes/`, sorted by path.
    themes: Vec<Found>,
    /// The files below the folder of the lessons, sorted by path.
    content: Vec<Found>,
}

/// Looks at what lies in a site's folder. [`Survey::read`] reads it; see [`load`].
pub fn survey(site: &Path, out: Option<&Path>) -> Result<Survey> {
    expect_folder(site)?;
    let root = site.canonicalize().map_err(Error::io("open", site))?;
    if let Some(course) = course_around(&root) {
        let (folder, course) = (site.display(), course.display());
        let message =
            format!("{folder} lies in the content of the course {course}; name that folder");
        return Err(Error::Usage { message });
    }
    let mut sources = Sources { name: folder_name(&root), ..Sources::default() };
    let disk = site.join(CONFIG);
    let has_config = disk.is_file() && is_inside(&disk, CONFIG, &root, &mut sources);
    let config = has_config.then(|| Found { disk, path: SourcePath::new(CONFIG) });
    let has_content = site.join("content").is_dir();
    let mut themes = Vec::new();
    if config.is_some() || has_content {
        sources.content = "content".to_owned();
        themes = find_themes(site, &root, &mut sources)?;
    }
    let out = out.and_then(|out| out.canonicalize().ok());
    let folder = site.join(&sources.content);
    let name = sources.content.clone();
    let mut content = Vec::new();
    if folder.is_dir() && (name.is_empty() || is_inside(&folder, &name, &root, &mut sources)) {
        content = walk(&folder, &name, &root, out.as_deref(), &mut sources)?;
    }
    Ok(Survey { site: site.to_owned(), sources, config, themes, content })
}

impl Survey {
    /// Every file that [`Self::read`] looks at, always in the same order.
    pub fn files(&self) -> impl Iterator<Item = &SourcePath> {
        let files = self.config.iter().chain(&self.themes).chain(&self.content);
        files.map(|file| &file.path)
    }

    /// Reads what was found.
    pub fn read(self) -> Result<Sources> {
        let Self { site, mut sources, config, themes, content } = self;
        if let Some(Found { disk, path }) = config {
            let (source, broken) = read_text(&disk, path)?;
            sources.config = Some(source);
            sources.diagnostics.extend(broken);
        }
        read_themes(themes, &mut sources)?;
        read_content(content, &mut sources)?;
        if is_offline(&sources) {
            sources.hashes = hash_copies(&site, &sources)?;
        }
        Ok(sources)
    }
}

/// Whether browsers are to keep the site: then it counts what the files hold that are copied.
fn is_offline(sources: &Sources) -> bool {
    sources.config.as_ref().is_some_and(|config| parse::site(config).0.offline)
}

fn hash_copies(site: &Path, sources: &Sources) -> Result<Arc<Hashes>> {
    let paths = copies(sources);
    let hashed = paths.into_par_iter().map(|path| {
        let disk = site.join(path.as_str());
        let hash = || {
            let mut file = fs::File::open(&disk)?;
            hash_of_read(|chunk| file.read(chunk))
        };
        let hash = hash().map_err(Error::io("read", &disk))?;
        Ok((path, hash))
    });
    hashed.collect::<Result<Hashes>>().map(Arc::new)
}

/// Fails where a site's folder is not there, or is a file.
pub fn expect_folder(site: &Path) -> Result<()> {
    let metadata = fs::metadata(site).map_err(Error::io("open", site))?;
    if !metadata.is_dir() {
        let message = format!("{} is a file; name the folder of the course", site.display());
        return Err(Error::Usage { message });
    }
    Ok(())
}

/// The course in whose content a folder lies that is no course itself.
fn course_around(root: &Path) -> Option<&Path> {
    if root.join(CONFIG).is_file() || root.join("content").is_dir() {
        return None;
    }
    let is_course =
        |folder: &&Path| folder.join(CONFIG).is_file() && root.starts_with(folder.join("content"));
    root.ancestors().skip(1).find(is_course)
}

/// What a site without a title is called.
fn folder_name(root: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let own = name(root);
    // `book/src` is the book.
    let of_parent = root.parent().and_then(name);
    match own.as_deref() {
        Some("src" | "content" | "docs") => of_parent.or(own).unwrap_or_default(),
        _ => own.unwrap_or_default(),
    }
}

/// A file below the folder that is walked, and its path below the site's folder.
struct Found {
    disk: PathBuf,
    path: SourcePath,
}

fn read_content(found: Vec<Found>, sources: &mut Sources) -> Result<()> {
    let (lessons, assets): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|file| is_markdown(&file.path));
    let lessons = without_hidden_readmes(lessons);
    sources.lessons.reserve_exact(lessons.len());
    for source in read_texts(lessons) {
        let (source, broken) = source?;
        sources.lessons.push(source);
        sources.diagnostics.extend(broken);
    }
    sources.assets = assets
        .into_par_iter()
        .map(|file| Asset { size: image::size(&file.disk), path: file.path })
        .collect();
    Ok(())
}

/// Lists the files below a folder, sorted by path. Hidden files, packages of other tools, sites that Hornbook wrote and
/// links that lead out of the site's folder are left out.
fn walk(
    folder: &Path,
    prefix: &str,
    root: &Path,
    out: Option<&Path>,
    sources: &mut Sources,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut walker = WalkDir::new(folder).follow_links(true).into_iter();
    while let Some(entry) = walker.next() {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to a folder above it, or to nothing, is no file of the course.
            Err(error) if error.loop_ancestor().is_some() || is_dangling(&error) => {
                sources.has_links = true;
                continue;
            }
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let source = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                return Err(Error::Io { doing: "read", path, source });
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let name = entry.file_name().to_string_lossy();
        let is_folder = entry.file_type().is_dir();
        sources.has_links |= entry.path_is_symlink();
        if is_skipped(entry.path(), &name, is_folder, out) {
            if is_folder {
                walker.skip_current_dir();
            }
            continue;
        }
        let path = source_path(folder, prefix, entry.path());
        if entry.file_name().to_str().is_none() {
            let place = Place { path, span: Span::default() };
            sources.diagnostics.push(Diagnostic::not_utf8_name(place));
            if is_folder {
                walker.skip_current_dir();
            }
            continue;
        }
        if entry.path_is_symlink() && !leads_inside(entry.path(), root) {
            let place = Place { path, span: Span::default() };
            sources.diagnostics.push(Diagnostic::outside_file(place));
            if is_folder {
                walker.skip_current_dir();
            }
        } else if entry.file_type().is_file() {
            found.push(Found { disk: entry.into_path(), path });
        }
    }
    found.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether a file or folder is left out, and all that lies in it.
fn is_skipped(disk: &Path, name: &str, is_folder: bool, out: Option<&Path>) -> bool {
    let is_out = |out: &Path| disk.canonicalize().is_ok_and(|disk| disk == out);
    is_skipped_name(name) || (is_folder && (write::is_output(disk) || out.is_some_and(is_out)))
}

/// Whether files and folders of this name are left out, whatever they hold.
pub fn is_skipped_name(name: &str) -> bool {
    name.starts_with('.') || name == "node_modules" || is_left_over(name)
}

/// What editors and systems leave behind: often whole drafts, which nobody means to publish.
fn is_left_over(name: &str) -> bool {
    const ENDINGS: &[&str] =
        &["~", ".bak", ".orig", ".swp", ".tmp", "___jb_tmp___", "___jb_old___"];
    name == "Thumbs.db"
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        // Emacs' own copy of what is not saved yet.
        || (name.starts_with('#') && name.ends_with('#'))
}

fn is_dangling(error: &walkdir::Error) -> bool {
    let not_found = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    error.depth() > 0 && error.io_error().is_some_and(not_found)
}

/// Whether what a link points to lies in the site's folder, and is not hidden there: `.git` and `.env` hold what nobody
/// means to publish.
fn leads_inside(link: &Path, root: &Path) -> bool {
    let Ok(target) = link.canonicalize() else { return false };
    let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    target.strip_prefix(root).is_ok_and(|below| !below.components().any(is_hidden))
}

/// Whether a file or folder at the top of a site is no link, or one that stays in the site's folder. Else it is reported.
fn is_inside(disk: &Path, name: &str, root: &Path, sources: &mut Sources) -> bool {
    if !disk.is_symlink() {
        return true;
    }
    sources.has_links = true;
    let is_inside = leads_inside(disk, root);
    if !is_inside {
        let place = Place { path: SourcePath::new(name), span: Span::default() };
        sources.diagnostics.push(Diagnostic::outside_file(place));
    }
    is_inside
}

/// The path of what lies below `folder`, itself at `prefix`.
fn source_path(folder: &Path, prefix: &str, path: &Path) -> SourcePath {
    let (whole, above) = (path.to_string_lossy(), folder.to_string_lossy());
    // Not by components: what is below has been found there, and a site has many files.
    let below = whole.strip_prefix(&*above).unwrap_or(&whole);
    let below = below.trim_start_matches(MAIN_SEPARATOR);
    let mut text = String::with_capacity(prefix.len() + 1 + below.len());
    text.push_str(prefix);
    if !prefix.is_empty() {
        text.push('/');
    }
    text.push_str(below);
    if MAIN_SEPARATOR != '/' {
        text = text.replace(MAIN_SEPARATOR, "/");
    }
    SourcePath::new(&text)
}

fn is_markdown(path: &SourcePath) -> bool {
    let ending = path.file_name().rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown")
    })
}

/// Where a folder has an `index.md`, its `README.md` is for those who read the repository.
fn without_hidden_readmes(mut lessons: Vec<Found>) -> Vec<Found> {
    let is_readme = |path: &SourcePath| {
        let stem = crate::parse::stem(path.file_name());
        stem.eq_ignore_ascii_case("readme")
    };
    let indexed: std::collections::HashSet<String> = lessons
        .iter()
        .filter(|file| is_index(file.path.file_name()) && !is_readme(&file.path))
        .map(|file| file.path.folder().to_owned())
        .collect();
    lessons.retain(|file| !(is_readme(&file.path) && indexed.contains(file.path.folder())));
    lessons
}

/// A text with what is wrong with its file.
type ReadText = Result<(Source, Option<Diagnostic>)>;

/// Reads text files, in their order.
fn read_texts(files: Vec<Found>) -> Vec<ReadText> {
    let read = |buffer: &mut Vec<u8>, file: Found| read_text_with(buffer, &file.disk, file.path);
    files.into_par_iter().with_min_len(16).map_init(Vec::new, read).collect()
}

fn read_text(disk: &Path, path: SourcePath) -> ReadText {
    read_text_with(&mut Vec::new(), disk, path)
}

/// Reads a text file, first into a buffer that may have served others. What is not UTF-8 is reported and replaced, so that
/// the rest of the file is checked too.
fn read_text_with(buffer: &mut Vec<u8>, disk: &Path, path: SourcePath) -> ReadText {
    read_into(buffer, disk).map_err(Error::io("read", disk))?;
    if u32::try_from(buffer.len()).is_err() {
        let message = format!("{} is larger than 4 GiB", disk.display());
        return Err(Error::Usage { message });
    }
    match std::str::from_utf8(buffer) {
        Ok(text) => Ok((Source::new(path, text), None)),
        Err(error) => {
            let before = String::from_utf8_lossy(&buffer[..error.valid_up_to()]);
            let source = Source::new(path, &String::from_utf8_lossy(buffer));
            let at = Source::new(source.path.clone(), &before).text.len();
            let span = Span::new(at, at + '\u{fffd}'.len_utf8());
            let broken = Diagnostic::not_utf8(source.place(span));
            Ok((source, Some(broken)))
        }
    }
}

/// Reads a whole file without asking for its length first: most fit into what the buffer has, and each question to the
/// system costs as much as reading a lesson.
fn read_into(buffer: &mut Vec<u8>, disk: &Path) -> io::Result<()> {
    buffer.clear();
    buffer.reserve(BUFFER);
    fs::File::open(disk)?.take(u64::MAX).read_to_end(buffer).map(|_| ())
}

/// Finds the files of the themes that lie in `themes/`.
fn find_themes(site: &Path, root: &Path, sources: &mut Sources) -> Result<Vec<Found>> {
    let folder = site.join("themes");
    if !folder.is_dir() || !is_inside(&folder, "themes", root, sources) {
        return Ok(Vec::new());
    }
    walk(&folder, "themes", root, None, sources)
}

/// Reads themes. Templates and strings are texts; of static files only the hash is taken.
fn read_themes(found: Vec<Found>, sources: &mut Sources) -> Result<()> {
    for file in found {
        let below = file.path.as_str().to_owned();
        let mut parts = below.splitn(4, '/');
        let (_, Some(theme), Some(kind), Some(name)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let language = name.strip_suffix(".toml").filter(|language| !language.contains('/'));
        let theme_file = match (kind, language) {
            ("templates", _) => {
                let (source, broken) = read_text(&file.disk, file.path)?;
                sources.diagnostics.extend(broken);
                ThemeFile::Template { name: name.to_owned(), source }
            }
            ("strings", Some(language)) => {
                let (source, broken) = read_text(&file.disk, file.path)?;
                sources.diagnostics.extend(broken);
                ThemeFile::Strings { language: language.to_owned(), source }
            }
            ("static", _) => {
                let hash = write::hash_file(&file.disk).map_err(Error::io("read", &file.disk))?;
                ThemeFile::Static { name: name.to_owned(), path: file.path, hash }
            }
            _ => continue,
        };
        match sources.themes.last_mut().filter(|(last, _)| last == theme) {
            Some((_, files)) => files.push(theme_file),
            None => sources.themes.push((theme.to_owned(), vec![theme_file])),
        }
    }
    Ok(())
}

/// Refuses an output folder that is, or holds, or lies inside a folder of sources.
pub fn keep_clear(site: &Path, sources: &Sources, out: &Path) -> Result<()> {
    let root = site.canonicalize().map_err(Error::io("open", site))?;
    let out_real = real_path(out);
    let holds_sources = root.starts_with(&out_real);
    let in_sources = !sources.content.is_empty()
        && [sources.content.as_str(), "themes"]
            .iter()
            .any(|folder| out_real.starts_with(root.join(folder)));
    if holds_sources || in_sources {
        return Err(Error::OutputInSources { path: out.to_owned() });
    }
    Ok(())
}

/// The path with its links resolved, as far as it exists.
pub fn real_path(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in absolute.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            return match absolute.strip_prefix(ancestor) {
                Ok(rest) if rest.as_os_str().is_empty() => real,
                Ok(rest) => real.join(rest),
                Err(_) => real,
            };
        }
    }
    absolute
}

/// The text of a file that is copied, as far as it is one; `None` where it cannot be read.
pub fn read_copy(site: &Path, path: &SourcePath) -> Option<String> {
    let bytes = fs::read(site.join(path.as_str())).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The nearest folder around a file that is a course: it has `site.toml` or `content/`. Else the file's own folder.
pub fn site_around(file: &Path) -> Result<PathBuf> {
    let real = file.canonicalize().map_err(Error::io("open", file))?;
    let folders = real.ancestors().skip(1);
    let is_site = |folder: &&Path| folder.join(CONFIG).is_file() || folder.join("content").is_dir();
    let own = real.parent().unwrap_or(&real);
    Ok(folders.into_iter().find(is_site).unwrap_or(own).to_owned())
}

/// The path of a file below a site's folder.
pub fn path_below(site: &Path, file: &Path) -> Result<SourcePath> {
    let root = site.canonicalize().map_err(Error::io("open", site))?;
    let real = file.canonicalize().map_err(Error::io("open", file))?;
    if !real.starts_with(&root) {
        let message = format!("{} does not lie in {}", file.display(), site.display());
        return Err(Error::Usage { message });
    }
    Ok(source_path(&root, "", &real))
}
