//! Sites in memory: sources from texts, as `load` would make them.

use hornbook::session::{Build, Options, Session};
use hornbook::source::{Asset, Source, SourcePath, Sources, ThemeFile};

/// Makes sources of files by path. A site is recognised as one by its `site.toml` or `content/`, as on disk.
pub fn sources<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sources {
    let mut sources = Sources { name: "a-course".to_owned(), ..Sources::default() };
    let files: Vec<_> = files.into_iter().collect();
    let has_content = files.iter().any(|(path, _)| path.starts_with("content/"));
    if has_content || files.iter().any(|(path, _)| *path == "site.toml") {
        sources.content = "content".to_owned();
    }
    for (path, text) in files {
        add(&mut sources, path, text);
    }
    sources.lessons.sort_by(|a, b| a.path.cmp(&b.path));
    sources.assets.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn add(sources: &mut Sources, path: &str, text: &str) {
    let source_path = SourcePath::new(path);
    if path == "site.toml" {
        sources.config = Some(Source::new(source_path, text));
    } else if let Some(below) = path.strip_prefix("themes/") {
        let mut parts = below.splitn(3, '/');
        let (Some(theme), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next())
        else {
            return;
        };
        let file = match kind {
            "templates" => ThemeFile::Template {
                name: name.to_owned(),
                source: Source::new(source_path, text),
            },
            "strings" => ThemeFile::Strings {
                language: name.trim_end_matches(".toml").to_owned(),
                source: Source::new(source_path, text),
            },
            _ => {
                let hash = Source::new(source_path.clone(), text).hash;
                ThemeFile::Static { name: name.to_owned(), path: source_path, hash }
            }
        };
        match sources.themes.iter_mut().find(|(known, _)| known == theme) {
            Some((_, files)) => files.push(file),
            None => sources.themes.push((theme.to_owned(), vec![file])),
        }
    } else if path.ends_with(".md") || path.ends_with(".markdown") {
        sources.lessons.push(Source::new(source_path, text));
    } else {
        sources.assets.push(Asset { path: source_path, size: None });
    }
}

/// Builds sources in a new session.
pub fn build(sources: &Sources, options: &Options) -> Build {
    Session::default().build(sources, options)
}
