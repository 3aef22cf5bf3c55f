//! The site's configuration: what `site.toml` says, and what holds where it is silent.

use crate::diagnostic::{Code, Severity};
use crate::source::Place;
use crate::value::Value;

/// Where terms are linked in a lesson; `[glossary] link` in `site.toml`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TermLinks {
    /// Where a term is first used in each section.
    #[default]
    Section,
    /// Where it is first used in the lesson.
    Lesson,
    Every,
    Never,
}

/// The share of a quiz that passes where nobody says otherwise, in percent: that of ITIL 4 Foundation.
pub const DEFAULT_PASS: u32 = 65;

/// A site's settings, with defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `None`: the home page's title, else the folder's name.
    pub title: Option<String>,
    /// A BCP 47 language tag.
    pub language: String,
    pub description: Option<String>,
    /// The site's web address with a `/` at its end; feeds only what must be absolute.
    pub base_url: Option<String>,
    /// The path of the site's root at its host, with a `/` at its end; `None` where it is not known.
    pub root: Option<String>,
    /// The picture that stands for the site where others link to it: a path in the content, with the place that names it.
    pub image: Option<(String, Place)>,
    /// The picture of the site in tabs and among apps: a path in the content, with the place that names it.
    pub icon: Option<(String, Place)>,
    /// A folder in `themes/`, with the place that names it.
    pub theme: Option<(String, Place)>,
    pub term_links: TermLinks,
    /// `[map] enabled`: whether the course is drawn.
    pub map: bool,
    /// `[quiz] site`: the name under which browsers keep learners' progress; `None`: made from the title.
    pub storage: Option<String>,
    /// `[quiz] pass`: the share of a quiz that passes, in percent.
    pub pass: u32,
    /// `[feed] enabled`: whether subscribers are told what is new.
    pub feed: bool,
    /// `[markdown] enabled`: whether texts are published as Markdown too.
    pub markdown: bool,
    /// `[offline] enabled`: whether browsers keep the whole site.
    pub offline: bool,
    /// `[search] enabled`: whether the site can be searched.
    pub search: bool,
    /// `[check]`: codes whose severity differs from the default; `None` switches the code off.
    pub severities: Vec<(Code, Option<Severity>)>,
    /// `[extra]`: whatever a site's own templates need.
    pub extra: Vec<(String, Value)>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: None,
            language: "en".to_owned(),
            description: None,
            base_url: None,
            root: None,
            image: None,
            icon: None,
            theme: None,
            term_links: TermLinks::default(),
            map: true,
            storage: None,
            pass: DEFAULT_PASS,
            feed: true,
            markdown: true,
            offline: false,
            search: true,
            severities: Vec::new(),
            extra: Vec::new(),
        }
    }
}

impl Config {
    /// What a diagnostic of this code counts as on this site; `None` where it is switched off.
    pub fn severity(&self, code: Code) -> Option<Severity> {
        let set = self.severities.iter().find(|(set, _)| *set == code);
        set.map_or(Some(code.default_severity()), |(_, severity)| *severity)
    }
}

/// The path of a web address that ends with a `/`.
pub fn path_of(base_url: &str) -> Option<&str> {
    let (_, rest) = base_url.split_once("://")?;
    rest.find('/').map(|at| &rest[at..])
}

/// Brings a web address into the form that paths can be appended to.
pub fn with_trailing_slash(mut base_url: String) -> String {
    if !base_url.ends_with('/') {
        base_url.push('/');
    }
    base_url
}
