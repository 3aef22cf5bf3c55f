//! Again: `build` remembers what it made, and does nothing where nothing has changed since.

use std::env;
use std::path::PathBuf;

use hornbook::inputs;
use hornbook::load::Survey;
use hornbook::memo::key_of;
use hornbook::session::{Build, Options};
use hornbook::source::{SourcePath, Sources};
use hornbook::write::{Asked, Claim, Finished, Recalled, Records, Said};

use crate::cli::BuildArgs;
use crate::tell::{folder, is_styled, say, summary};

/// A longer report is not remembered.
const LONGEST_REPORT: usize = 1024 * 1024;

/// What the builds before this one have left.
pub struct Past<'a> {
    arguments: &'a BuildArgs,
    records: Records,
    program: u128,
    options: &'a Options,
    /// Of what is known before anything is read.
    unread: u128,
    sources: Vec<SourcePath>,
    /// How diagnostics are told by this build.
    manner: u128,
}

impl<'a> Past<'a> {
    /// `None` where nothing can be remembered: there is no place for it, or `program`, the hash of this program, is not known.
    pub fn new(
        arguments: &'a BuildArgs,
        program: Option<u128>,
        survey: &Survey,
        options: &'a Options,
    ) -> Option<Self> {
        let program = program?;
        Some(Self {
            arguments,
            records: Records::new(arguments.cache.clone().or_else(cache)?),
            program,
            options,
            unread: inputs::key_unread(program, survey, options),
            sources: survey.files().cloned().collect(),
            manner: key_of(&(folder(&arguments.site.dir), is_styled())),
        })
    }

    /// The last build, if this one would come to the same; `sources` are at hand once they are read. `--fresh` and `--verify`
    /// ask for the work itself.
    pub fn recall(&self, claim: &Claim, sources: Option<&Sources>) -> Option<Recalled> {
        if self.arguments.fresh || self.arguments.verify {
            return None;
        }
        self.records.recall(claim, &self.asked(sources))
    }

    /// Remembers a build that told `report` and was finished. One with errors is not: its exit status is another one.
    pub fn keep(
        &self,
        claim: &Claim,
        sources: &Sources,
        build: &Build,
        report: String,
        finished: &Finished,
    ) {
        if build.has_errors() || report.len() > LONGEST_REPORT {
            return;
        }
        let said = Said { summary: summary(&build.counts), report, manner: self.manner };
        let kept = self.records.keep(claim, &self.asked(Some(sources)), said, finished);
        // Whoever has named the folder wants to know.
        if let (Err(error), Some(_)) = (kept, &self.arguments.cache) {
            say(&format!("not remembered: {error}\n"));
        }
    }

    fn asked(&self, sources: Option<&Sources>) -> Asked<'_> {
        Asked {
            site: &self.arguments.site.dir,
            unread: self.unread,
            inputs: sources.map(|sources| inputs::key(self.program, sources, self.options)),
            sources: &self.sources,
            manner: self.manner,
        }
    }
}

/// The folder for such things, as each system has it.
fn cache() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let below_home = |path: &str| named("HOME").map(|home| home.join(path));
    let folder = match env::consts::OS {
        "windows" => named("LOCALAPPDATA"),
        "macos" => named("XDG_CACHE_HOME").or_else(|| below_home("Library/Caches")),
        _ => named("XDG_CACHE_HOME").or_else(|| below_home(".cache")),
    };
    Some(folder?.join("hornbook"))
}
