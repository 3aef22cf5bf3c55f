//! The command line: what can be asked for, and the help that teaches it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hornbook::headers;
use hornbook::report;
use hornbook::session::Options;

/// Build courses from folders of Markdown lessons.
///
/// A course is a folder with `site.toml` and `content/`. Folders in `content/` are units, Markdown files are lessons,
/// and `content/glossary/` holds the terms. Any other folder of Markdown can be built too.
#[derive(Parser)]
#[command(name = "hornbook", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  the content has errors
  2  the command could not do its work

Start with:
  hornbook init my-course
  hornbook serve my-course";

#[derive(Subcommand)]
pub enum Command {
    /// Show the course in a browser, and every change as soon as it is saved.
    ///
    /// The site is built in memory; nothing is written. A page that is open changes in place. While the content has errors,
    /// the last good site stays, and the mistakes are shown over it.
    Serve(ServeArgs),
    /// Build the site into a folder.
    ///
    /// The whole site is replaced in one step, and files that did not change keep their times. While the content has
    /// errors, nothing is written.
    Build(BuildArgs),
    /// Compare a built site with its manifest, file by file.
    ///
    /// For a folder that was copied, unpacked, deployed or fetched again. Whatever differs goes to standard output, and the
    /// exit status is 2.
    Verify(VerifyArgs),
    /// Print what a host should send with the site: caching, security, and a Content-Security-Policy.
    ///
    /// The policy allows what the pages need and nothing else. Nothing is written; what should be known, such as other hosts
    /// that pages load from, goes to standard error.
    Headers(HeadersArgs),
    /// Report every mistake in the content, and write nothing.
    ///
    /// People's formats go to standard error; `json`, `github` and `sarif` go to standard output, for a program or a file.
    Check(CheckArgs),
    /// Say why words of a lesson are linked to terms, or are not.
    ///
    /// For each place where a term could be linked: which term, by which of its forms, and the rule that decided.
    Explain(ExplainArgs),
    /// Make a small course to start from.
    Init {
        /// The folder to make; it must not exist, or be empty
        dir: PathBuf,
    },
    /// Add a lesson or a term to a course.
    #[command(subcommand)]
    New(NewCommand),
    /// Change the look of the site.
    #[command(subcommand)]
    Theme(ThemeCommand),
}

#[derive(Subcommand)]
pub enum ThemeCommand {
    /// Copy a part of the built-in theme into the course, to change it.
    ///
    /// Without PART the parts are listed. The copy takes the place of the built-in file; what is not copied stays built in
    /// and is kept up to date with the program, so copy no more than what you change.
    Eject {
        /// A template, a static file or a language's strings: `lesson.html`, `style.css`, `strings/de.toml`; or `all`
        part: Option<String>,
        /// The folder of the course
        #[arg(long, value_name = "DIR", default_value = ".")]
        site: PathBuf,
        /// The theme's folder in `themes/` [default: `theme` of site.toml, else `custom`]
        #[arg(long)]
        name: Option<String>,
    },
}

/// Where the course is.
#[derive(Args)]
pub struct Site {
    /// The folder of the course
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Publish lessons that are marked as drafts
    #[arg(long)]
    pub drafts: bool,
}

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub site: Site,
    /// The port to answer on [default: 4000, or the next free one]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// The address to answer on; `0.0.0.0` lets every machine of your network read the course
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub host: String,
    /// Open the site in your browser
    #[arg(long)]
    pub open: bool,
    /// Tell every build on standard output, as one line of JSON for each event
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct BuildArgs {
    #[command(flatten)]
    pub site: Site,
    /// Where to write the site [default: `public` in the folder of the course]
    #[arg(long, short, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The site's web address, instead of `base_url` in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Write the site even while the content has errors
    #[arg(long)]
    pub keep_going: bool,
    /// Build the written site again in other ways, and compare
    ///
    /// In one thread, and after other states of the course; then the folder with its manifest. Whatever differs is told file
    /// by file, and the exit status is 2.
    #[arg(long, conflicts_with = "watch")]
    pub verify: bool,
    /// Build the whole site, also where nothing has changed since the last build
    #[arg(long)]
    pub fresh: bool,
    /// Where builds are remembered, so that one that changes nothing is known [default: a folder of your user's cache]
    #[arg(long, value_name = "DIR", conflicts_with = "watch")]
    pub cache: Option<PathBuf>,
    /// Say how long each step took
    #[arg(long, conflicts_with = "watch")]
    pub timings: bool,
    /// Build again whenever the sources change, file by file, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

impl BuildArgs {
    /// Where the site is written.
    pub fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| self.site.dir.join("public"))
    }

    /// What the build is asked for.
    pub fn options(&self) -> Options {
        let (drafts, base_url) = (self.site.drafts, self.base_url.clone());
        Options { drafts, base_url, ..Options::default() }
    }
}

#[derive(Args)]
pub struct VerifyArgs {
    /// The folder of the built site
    #[arg(default_value = "public")]
    pub dir: PathBuf,
    /// The manifest to compare with, where the folder has none [default: `.hornbook.json` in the folder]
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Compare nothing; list the address of every file of a site that is published at URL
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub addresses: Option<String>,
}

#[derive(Args)]
pub struct HeadersArgs {
    #[command(flatten)]
    pub site: Site,
    /// Who serves the site
    #[arg(long, value_enum)]
    pub format: Host,
    /// The site's web address, instead of `base_url` in site.toml: below its path the headers hold
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
}

/// The hosts that headers are written for.
#[derive(Clone, Copy, ValueEnum)]
pub enum Host {
    /// `.htaccess`
    Apache,
    /// A part of a Caddyfile
    Caddy,
    /// `_headers` of Cloudflare Pages
    Cloudflare,
    /// GitHub Pages take no headers: what a page itself can say
    Github,
    /// GitLab Pages take no headers: what a page itself can say
    Gitlab,
    /// `_headers`
    Netlify,
    /// A part of a `server` block
    Nginx,
    /// `vercel.json`
    Vercel,
}

impl From<Host> for headers::Host {
    fn from(host: Host) -> Self {
        match host {
            Host::Apache => Self::Apache,
            Host::Caddy => Self::Caddy,
            Host::Cloudflare => Self::Cloudflare,
            Host::Github => Self::Github,
            Host::Gitlab => Self::Gitlab,
            Host::Netlify => Self::Netlify,
            Host::Nginx => Self::Nginx,
            Host::Vercel => Self::Vercel,
        }
    }
}

#[derive(Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub site: Site,
    /// How to tell the mistakes
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Say how long each step took
    #[arg(long)]
    pub timings: bool,
}

#[derive(Args)]
pub struct ExplainArgs {
    /// The lesson's file, with `:LINE` for one line of it
    #[arg(value_name = "FILE[:LINE]")]
    pub file: String,
    /// The folder of the course [default: the nearest one around the file]
    #[arg(long, value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// How to tell it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human)]
    pub format: ExplainFormat,
}

/// The forms in which `explain` answers.
#[derive(Clone, Copy, ValueEnum)]
pub enum ExplainFormat {
    /// One line each
    Human,
    /// One JSON array
    Json,
}

#[derive(Subcommand)]
pub enum NewCommand {
    /// Add a lesson after those its unit has.
    Lesson {
        #[command(flatten)]
        new: New,
        /// The unit's folder in `content/`, such as `01-value`
        #[arg(long, value_name = "FOLDER")]
        unit: Option<String>,
    },
    /// Add a term to the glossary.
    Term {
        #[command(flatten)]
        new: New,
    },
}

#[derive(Args)]
pub struct New {
    /// What it is called
    pub title: String,
    /// The folder of the course
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub site: PathBuf,
}

/// The forms in which `check` tells mistakes.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// With the source and how to mend it
    Human,
    /// One line each
    Short,
    /// One JSON document
    Json,
    /// Annotations for GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl From<Format> for report::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Short => Self::Short,
            Format::Json => Self::Json,
            Format::Github => Self::Github,
            Format::Sarif => Self::Sarif,
        }
    }
}

fn base_url(text: &str) -> Result<String, String> {
    let is_address = hornbook::parse::is_web_address(text);
    let refused = || "a web address begins with https:// and has no `?` or `#`".to_owned();
    is_address.then(|| text.to_owned()).ok_or_else(refused)
}
