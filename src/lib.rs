//! Hornbook: from a folder of Markdown lessons to an interlinked static site.
//!
//! It is a compiler with a linker. Five verbs, four nouns:
//!
//! ```text
//!          load           parse             link             render          write
//! disk ─────────▶ Sources ──────▶ [Lesson] ──────▶ Course ──────────▶ Bundle ─────▶ disk
//!          I/O            text+hash  per file,        whole site,       per output,      I/O
//!                         parallel, pure   cheap, pure       parallel, pure
//! ```
//!
//! The modules in the order in which they are best read. The nouns: [`source`], [`diagnostic`], [`config`], [`value`],
//! [`document`], [`lesson`], [`address`], [`course`], [`bundle`]. The verbs: [`load`], [`parse`], [`link`], [`render`],
//! [`write`]. Around them: [`session`] runs the pipeline and remembers, [`report`] words diagnostics, [`starter`] makes
//! new courses and files, [`error`] is for machines that fail.
//!
//! Nouns never call verbs; the middle verbs are pure; only `load`, `write`, `image` and `starter` touch the disk.

pub mod address;
pub mod bundle;
pub mod config;
pub mod course;
pub mod diagnostic;
pub mod document;
pub mod glossary;
pub mod language;
pub mod lesson;
pub mod source;
pub mod value;

pub mod link;
pub mod load;
pub mod parse;
pub mod recognise;
pub mod render;
pub mod write;

pub mod error;
pub mod explain;
mod image;
pub mod report;
pub mod session;
pub mod starter;
