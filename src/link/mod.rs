//! Link: from all lessons to the course.
//!
//! First every name is indexed and every lesson gets its address and its place in the order ([`Index`]); then every use is
//! resolved, lesson by lesson ([`Resolver`]), links and terms are turned around ([`Mentions`]), and the glossary is checked
//! as a whole. Pure: it reads no file and cannot fail. What is made from a part of the course alone is a function of its
//! own, so that `session` can remember it.

mod addresses;
mod checks;
mod implied;
mod index;
mod marks;
mod mentions;
mod names;
mod outline;
mod paths;
mod pictures;
mod questions;
mod resolve;
mod summary;
mod terms;
mod ties;

pub use addresses::{NOT_FOUND, THEME_FOLDER};
pub use checks::{Clashes, circular_definition, early_terms, unused_terms};
pub use index::{Index, Member, Site, asset_identity, identity};
pub use mentions::{Mentions, Said, said};
pub use questions::Asked;
pub use resolve::{Resolver, is_refused};
pub use terms::taught_in;
pub use ties::ties;
