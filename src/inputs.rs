//! Inputs: one hash for all that a build is made of.
//!
//! A build is a function of its program, its sources and its options, and reads neither the clock nor the environment. So what
//! is true of a session is true of builds in a row: under one hash there is one result. `write` keeps such results as
//! records. What copied files hold is not loaded and no part of this; a record tells them by other means.
//!
//! Of a survey, that is, before anything is read, the hash says which files there are. Whoever knows that none of them was
//! touched needs no other one.

use std::hash::Hash;

use xxhash_rust::xxh3::Xxh3;

use crate::load::Survey;
use crate::session::Options;
use crate::source::{Source, Sources, ThemeFile};

/// The hash of a build's inputs. `program` is that of the program itself.
pub fn key(program: u128, sources: &Sources, options: &Options) -> u128 {
    // Taken apart field by field: a new one does not compile until somebody has decided what it does to a build.
    let Sources {
        config,
        content,
        name,
        lessons,
        assets,
        themes,
        // Says how to look again.
        has_links: _,
        hashes,
        diagnostics,
    } = sources;
    let Options { drafts, base_url, purpose } = options;
    let mut hasher = Xxh3::new();
    let to = &mut hasher;
    program.hash(to);
    (drafts, base_url, purpose).hash(to);
    config.as_ref().map(of_text).hash(to);
    (content, name, lessons.len()).hash(to);
    // Nothing of a source counts that is not in its hash.
    lessons.iter().for_each(|lesson| of_text(lesson).hash(to));
    assets.hash(to);
    themes.len().hash(to);
    for (theme, files) in themes {
        (theme, files.len()).hash(to);
        files.iter().for_each(|file| of_theme_file(file).hash(to));
    }
    hashes.hash(to);
    // The values of many types, none of them an input of anything else.
    format!("{diagnostics:?}").hash(to);
    hasher.digest128()
}

/// The hash of what is known of a build's inputs before they are read.
pub fn key_unread(program: u128, survey: &Survey, options: &Options) -> u128 {
    let known = key(program, &survey.sources, options);
    let mut hasher = Xxh3::new();
    known.hash(&mut hasher);
    survey.files().for_each(|path| path.hash(&mut hasher));
    hasher.digest128()
}

fn of_text(source: &Source) -> u128 {
    let Source { path: _, text: _, hash } = source;
    *hash
}

/// What kind of file it is, what it is called, where it lies, and the hash of what it holds.
fn of_theme_file(file: &ThemeFile) -> (u8, &str, &str, u128) {
    match file {
        ThemeFile::Template { name, source } => (0, name, source.path.as_str(), source.hash),
        ThemeFile::Strings { language, source } => (1, language, source.path.as_str(), source.hash),
        ThemeFile::Static { name, path, hash } => (2, name, path.as_str(), *hash),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bundle::Purpose;
    use crate::source::{Asset, SourcePath};

    fn text(path: &str, text: &str) -> Source {
        Source::new(SourcePath::new(path), text)
    }

    fn sources() -> Sources {
        let path = || SourcePath::new("themes/t/static/a.css");
        let files = vec![
            ThemeFile::Static { name: "a.css".to_owned(), path: path(), hash: 1 },
            ThemeFile::Strings { language: "en".to_owned(), source: text("themes/t/s.toml", "1") },
        ];
        Sources {
            config: Some(text("site.toml", "1")),
            content: "content".to_owned(),
            name: "course".to_owned(),
            lessons: vec![text("content/a.md", "1"), text("content/b.md", "1")],
            assets: vec![Asset { path: SourcePath::new("content/a.png"), size: Some((1, 2)) }],
            themes: vec![("t".to_owned(), files)],
            ..Sources::default()
        }
    }

    #[test]
    fn each_input_counts() {
        type Change = fn(&mut Sources, &mut Options, &mut u128);
        let changes: &[Change] = &[
            |_, _, _| {},
            |_, _, program| *program += 1,
            |_, options, _| options.drafts = true,
            |_, options, _| options.base_url = Some("https://example.org/".to_owned()),
            |_, options, _| options.purpose = Purpose::Preview,
            |sources, _, _| sources.config = None,
            |sources, _, _| sources.config = Some(text("site.toml", "2")),
            |sources, _, _| sources.content.clear(),
            |sources, _, _| sources.name.push('s'),
            |sources, _, _| sources.lessons[0] = text("content/a.md", "2"),
            |sources, _, _| sources.lessons[0] = text("content/c.md", "1"),
            |sources, _, _| drop(sources.lessons.pop()),
            |sources, _, _| sources.assets[0].size = None,
            |sources, _, _| sources.assets[0].path = SourcePath::new("content/b.png"),
            |sources, _, _| sources.assets.clear(),
            |sources, _, _| sources.themes[0].0.push('t'),
            |sources, _, _| drop(sources.themes[0].1.pop()),
            |sources, _, _| {
                let path = SourcePath::new("themes/t/static/a.css");
                let name = "a.css".to_owned();
                sources.themes[0].1[0] = ThemeFile::Static { name, path, hash: 2 };
            },
            |sources, _, _| {
                let hashes = [(SourcePath::new("content/a.png"), "1".to_owned())];
                sources.hashes = Arc::new(hashes.into());
            },
            |sources, _, _| {
                let place = sources.lessons[0].place(Default::default());
                sources.diagnostics.push(crate::diagnostic::Diagnostic::not_utf8(place));
            },
        ];
        let keys = changes.iter().map(|change| {
            let (mut sources, mut options, mut program) = (sources(), Options::default(), 1);
            change(&mut sources, &mut options, &mut program);
            key(program, &sources, &options)
        });
        let keys: std::collections::BTreeSet<u128> = keys.collect();
        assert_eq!(keys.len(), changes.len());
    }
}
