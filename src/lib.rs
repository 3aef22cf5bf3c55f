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
//! Between `parse` and `link`, [`recognise`] finds the terms of the [`glossary`] in each lesson: per file, parallel and
//! pure as well.
//!
//! Beside the pages, [`search`] makes the index that browsers search by themselves, and [`web`] what other machines read:
//! the feed and the sitemap. [`headers`] says what a host should send with a bundle.
//!
//! The modules stand below in the order in which they are best read: nouns, verbs, and what is around them. [`session`]
//! runs the pipeline and remembers, and tells its [`progress`], which [`verify`] holds it to; [`inputs`] are what a build is
//! remembered under; [`watch`] tells when to look, [`follow`] builds again, [`serve`] shows it; [`report`]
//! words diagnostics; [`explain`] says why a word is a link; [`starter`] makes
//! new courses and files; [`error`] is for machines that fail.
//!
//! Nouns never call verbs; the middle verbs are pure; only `load`, `image`, `write`, `watch` and `starter` touch the disk, and
//! [`serve`] where it sends assets.

#![forbid(unsafe_code)]

pub mod source;
pub mod diagnostic;
pub mod config;
pub mod strings;
pub mod value;
pub mod document;
pub mod answer;
pub mod quiz;
pub mod lesson;
pub mod interface;
pub mod ascii;
pub mod language;
pub mod glossary;
pub mod address;
pub mod course;
pub mod bundle;

pub mod load;
pub mod parse;
pub mod recognise;
pub mod link;
pub mod render;
pub mod search;
pub mod web;
pub mod write;
pub mod headers;

pub mod session;
pub mod inputs;
pub mod progress;
pub mod memo;
pub mod table;
pub mod numbers;
pub mod watch;
pub mod follow;
pub mod serve;
pub mod verify;
pub mod report;
pub mod explain;
pub mod starter;
pub mod error;
mod image;
