//! Themes: the templates that make pages of views, and the files that go with them.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use serde::Serialize;
use tera::{Context, ErrorKind, ReportError, Tera};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::characters;
use super::compact::compact;
use crate::bundle::{Output, Purpose};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::link::THEME_FOLDER;
use crate::memo::key_of;
use crate::source::{LineIndex, Place, Position, Source, Sources, Span, ThemeFile};
use crate::strings::Strings;

macro_rules! built_in {
    ($folder:literal: $($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../themes/default/", $folder, "/", $name)))),*]
    };
}

/// The templates of the built-in theme.
pub const TEMPLATES: &[(&str, &str)] = built_in!("templates":
    "404.html" "base.html" "components.html" "glossary.html" "home.html" "lesson.html" "map.html" "redirect.html"
    "term.html" "unit.html"
);

/// The template that defines the components.
const COMPONENTS: &str = "components.html";

/// The strings of the built-in theme, by language.
pub const STRINGS: &[(&str, &str)] = built_in!("strings":
    "en.toml" "en-US.toml" "ar.toml" "de.toml" "es.toml" "fr.toml" "ja.toml"
);

/// The static files of the built-in theme.
pub const STATIC: &[(&str, &str)] = built_in!("static":
    "answer.js" "exam.css" "exam.js" "find.js" "glossary.js" "home.js" "icon.svg" "map.css" "offline.js" "preview.js" "progress.js"
    "quiz.css" "quiz.js" "reading.js" "route.js" "search.css" "search.js" "style.css" "theme.js"
);

/// A theme, ready to render: the built-in one with a site's own files in place of its.
pub struct Theme {
    tera: Tera,
    /// What is said in the language of the site.
    pub strings: Arc<Strings>,
    /// Of everything that a page is made from beside its view.
    pub hash: u128,
    /// The site's own templates, to say where a mistake is.
    own: Vec<(String, Source)>,
    /// Where the static files lie in the output.
    pub folder: String,
    /// By the name below [`Self::folder`].
    pub static_files: Vec<(String, Output)>,
    /// Of the folder and which files lie there, taken from where.
    pub files_key: u128,
}

impl Theme {
    /// Puts the theme together that a site asks for. Where its own templates are broken, that is reported and the
    /// built-in ones serve, so that the rest of the site is still checked.
    pub fn new(
        sources: &Sources,
        config: &Config,
        strings: &Arc<Strings>,
        purpose: Purpose,
    ) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let files = own_files(sources, config, &mut diagnostics);
        let mut own = Vec::new();
        let mut static_files = built_in_files().clone();
        for file in files {
            match file {
                ThemeFile::Template { name, source } => own.push((name.clone(), source.clone())),
                ThemeFile::Strings { .. } => {}
                ThemeFile::Static { name, path, hash } => {
                    static_files.insert(name.clone(), (Output::Copy(path.clone()), *hash));
                }
            }
        }
        own.retain(|(name, source)| match syntax_error(name, source) {
            Some(error) => {
                diagnostics.push(error);
                false
            }
            None => true,
        });
        let strings = strings.clone();
        let folder = folder(&static_files, purpose);
        let hash = hash(&own, &strings, &folder);
        let files_key = key_of_files(&folder, &static_files);
        let static_files = static_files.into_iter().map(|(name, (output, _))| (name, output));
        let static_files = static_files.collect();
        let tera = Tera::default();
        let mut theme = Self { tera, strings, hash, own, folder, static_files, files_key };
        if let Err(error) = theme.compile() {
            theme.blame(&error, &mut diagnostics);
            theme.own.clear();
            theme.compile().unwrap_or_else(|error| panic!("the built-in theme is broken: {error}"));
        }
        (theme, diagnostics)
    }

    fn compile(&mut self) -> tera::TeraResult<()> {
        self.tera = together(&self.own, &self.strings)?;
        Ok(())
    }

    /// Reports which of the own templates does not go together with the built-in ones. What Tera finds only then (a
    /// filter, a component or a template that nobody has) it tells without a place.
    fn blame(&self, error: &tera::Error, diagnostics: &mut Vec<Diagnostic>) {
        let before = diagnostics.len();
        for own in &self.own {
            let Err(error) = together(std::slice::from_ref(own), &self.strings) else { continue };
            let mut diagnostic = self.diagnostic(&error);
            if diagnostic.place.is_none() {
                let message = error_line(&error);
                let span = mentioned(&own.1, &message);
                diagnostic = Diagnostic::template_error(Some(own.1.place(span)), &message);
            }
            diagnostics.push(diagnostic);
        }
        if diagnostics.len() == before {
            diagnostics.push(self.diagnostic(error));
        }
    }

    /// Renders a template with what it may see. `room`: how many bytes the page may have; more is no mistake.
    pub fn render<V: Serialize>(
        &self,
        template: &str,
        site: &tera::Value,
        name: &'static str,
        view: &V,
        room: usize,
    ) -> Result<String, Box<Diagnostic>> {
        let mut context = Context::new();
        context.insert_value("site", site.clone());
        context.insert(name, view);
        let mut html = Vec::with_capacity(room);
        let done = self.tera.render_to(template, &context, &mut html);
        done.map_err(|error| Box::new(self.diagnostic(&error)))?;
        let html = String::from_utf8(html);
        Ok(characters::allowed(html.unwrap_or_else(|_| panic!("templates write texts"))))
    }

    /// Renders a component with its arguments, for what many pages have alike.
    pub fn component<const N: usize>(
        &self,
        name: &str,
        arguments: [(&'static str, tera::Value); N],
    ) -> Result<String, Box<Diagnostic>> {
        let mut context = Context::new();
        for (name, value) in arguments {
            context.insert_value(name, value);
        }
        let html = self.tera.render_component(name, &context, None, true);
        html.map_err(|error| Box::new(self.diagnostic(&error)))
    }

    /// Says where a template failed and what was not found.
    fn diagnostic(&self, error: &tera::Error) -> Diagnostic {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                self.report(report)
            }
            ErrorKind::MissingParent { current, parent } => {
                let message = format!("there is no template `{parent}` to extend");
                Diagnostic::template_error(self.place(current, None), &message)
            }
            ErrorKind::CircularExtend { tpl, .. } => {
                let message = "this template extends itself".to_owned();
                Diagnostic::template_error(self.place(tpl, None), &message)
            }
            ErrorKind::CircularInclude { tpl, .. } => {
                let message = "this template includes itself".to_owned();
                Diagnostic::template_error(self.place(tpl, None), &message)
            }
            _ => Diagnostic::template_error(None, &error_line(error)),
        }
    }

    fn report(&self, report: &ReportError) -> Diagnostic {
        let place = self.place(report.filename(), Some(report.span()));
        let message = lower_first(report.message());
        // A built-in template fails where a site's own one does not give it what it needs.
        let message = match place {
            Some(_) => message,
            None => format!("{message} (in the built-in template {})", report.filename()),
        };
        Diagnostic::template_error(place, &message)
    }

    fn place(&self, template: &str, span: Option<&tera::Span>) -> Option<Place> {
        let (_, source) = self.own.iter().find(|(name, _)| name == template)?;
        Some(source.place(span.map_or(Span::default(), |span| source_span(source, span))))
    }
}

/// The built-in templates with a site's own in place of theirs. The built-in ones are there as `default/…` too, so that
/// a template can extend the one it replaces.
fn together(own: &[(String, Source)], strings: &Arc<Strings>) -> tera::TeraResult<Tera> {
    let mut tera = Tera::default();
    super::strings::register(&mut tera, strings);
    let is_own = |name: &str| own.iter().any(|(own, _)| own == name);
    let built_in = TEMPLATES.iter();
    let built_in =
        built_in.map(|(name, text)| (*name, super::strings::with_literals(text, strings)));
    let built_in: Vec<(&str, String)> = built_in.collect();
    // Components are global: a second copy of theirs would clash.
    let originals =
        built_in.iter().filter(|(name, _)| !own.is_empty() && !name.ends_with(COMPONENTS));
    let originals = originals.map(|(name, text)| (format!("default/{name}"), text.as_str()));
    let built_in = built_in.iter().filter(|(name, _)| !is_own(name));
    let built_in = built_in.map(|(name, text)| ((*name).to_owned(), text.as_str()));
    let own = own.iter().map(|(name, source)| (name.clone(), &*source.text));
    tera.add_raw_templates(originals.chain(built_in).chain(own))?;
    Ok(tera)
}

/// What an error says, without the drawing that Tera adds for terminals.
fn error_line(error: &tera::Error) -> String {
    let message = error.to_string();
    let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    lower_first(line.strip_prefix("error:").unwrap_or(line))
}

/// Where a template has the first name that a message quotes; its beginning where it has none.
fn mentioned(source: &Source, message: &str) -> Span {
    let quoted = message.split(['`', '\'', '"']).skip(1).step_by(2);
    let found = quoted.filter(|name| !name.is_empty()).find_map(|name| {
        let at = source.text.find(name)?;
        Some(Span::new(at, at + name.len()))
    });
    found.unwrap_or_default()
}

/// Static files by name, each with the hash of its content.
type StaticFiles = BTreeMap<String, (Output, u128)>;

fn built_in_files() -> &'static StaticFiles {
    static FILES: LazyLock<StaticFiles> = LazyLock::new(|| {
        let files = STATIC.iter().map(|(name, text)| {
            let bytes: Arc<[u8]> = compact(name, text).as_bytes().into();
            let hash = xxh3_128(&bytes);
            (name.to_string(), (Output::Bytes(bytes), hash))
        });
        files.collect()
    });
    &FILES
}

/// Where the files lie, and where each comes from: those of a site are copied whatever they hold.
fn key_of_files(folder: &str, files: &StaticFiles) -> u128 {
    let origins = files.iter().map(|(name, (output, _))| match output {
        Output::Copy(path) => (name, Some(path)),
        _ => (name, None),
    });
    key_of(&(folder, origins.collect::<Vec<_>>()))
}

/// Where the static files lie. One folder for all of them, so that they can name each other.
fn folder(files: &StaticFiles, purpose: Purpose) -> String {
    if purpose == Purpose::Preview {
        return THEME_FOLDER.to_owned();
    }
    let mut hasher = Xxh3::new();
    for (name, (_, hash)) in files {
        // Not `Hash`, which has the order of bytes of the machine.
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        hasher.update(&hash.to_le_bytes());
    }
    format!("{THEME_FOLDER}/{:016x}", hasher.digest())
}

/// The key under which a theme is remembered: its name, the files of that name, the strings, and what it is for.
pub fn key(sources: &Sources, config: &Config, strings: &Strings, purpose: Purpose) -> u128 {
    let mut hasher = Xxh3::new();
    purpose.hash(&mut hasher);
    hasher.write_u128(strings.hash);
    let Some((name, place)) = &config.theme else { return hasher.digest128() };
    (name, place.span).hash(&mut hasher);
    let named = sources.themes.iter().filter(|(theme, _)| theme == name);
    for file in named.flat_map(|(_, files)| files) {
        match file {
            ThemeFile::Template { source, .. } => hasher.write_u128(source.hash),
            // They have a key of their own.
            ThemeFile::Strings { .. } => {}
            ThemeFile::Static { path, hash, .. } => {
                path.hash(&mut hasher);
                if purpose == Purpose::Publish {
                    hasher.write_u128(*hash);
                }
            }
        }
    }
    // Which other themes there are decides the suggestion for a name that is none.
    for (theme, _) in &sources.themes {
        theme.hash(&mut hasher);
    }
    hasher.digest128()
}

/// The site's own files of the theme it names.
fn own_files<'a>(
    sources: &'a Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> &'a [ThemeFile] {
    let Some((name, place)) = &config.theme else { return &[] };
    match sources.themes.iter().find(|(theme, _)| theme == name) {
        Some((_, files)) => files,
        None => {
            let known = sources.themes.iter().map(|(theme, _)| theme.as_str());
            diagnostics.push(Diagnostic::unknown_theme(place.clone(), name, known));
            &[]
        }
    }
}

/// What is wrong with a template taken by itself. Checked one by one, so that all mistakes are told at once.
fn syntax_error(name: &str, source: &Source) -> Option<Diagnostic> {
    let error = Tera::default().add_raw_template(name, &source.text).err()?;
    let ErrorKind::SyntaxError(report) = error.kind() else { return None };
    let place = source.place(source_span(source, report.span()));
    Some(Diagnostic::template_error(Some(place), &lower_first(report.message())))
}

/// Turns lines (from 1) and columns (from 0) into bytes.
fn source_span(source: &Source, span: &tera::Span) -> Span {
    let index = LineIndex::new(&source.text);
    let byte = |line: usize, column: usize| index.offset(Position { line, column: column + 1 });
    Span::new(byte(span.start_line, span.start_col), byte(span.end_line, span.end_col))
}

fn lower_first(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    let Some(first) = letters.next() else { return String::new() };
    // A name in capitals stays as it is.
    let is_word = letters.clone().next().is_some_and(char::is_lowercase);
    if is_word { first.to_lowercase().chain(letters).collect() } else { message.to_owned() }
}

fn hash(own: &[(String, Source)], strings: &Strings, folder: &str) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.write_u128(strings.hash);
    folder.hash(&mut hasher);
    for (name, text) in TEMPLATES {
        (name, text).hash(&mut hasher);
    }
    for (name, source) in own {
        name.hash(&mut hasher);
        hasher.write_u128(source.hash);
    }
    hasher.digest128()
}
