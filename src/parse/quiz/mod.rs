//! Questions: from the text of a fence `quiz` to its parts, and from these to what they mean.
//!
//! [`fence`] reads the words behind the fence, [`shape`] finds the parts of the text and decides on the kind,
//! [`blank`] reads what a blank accepts. `markdown::question` writes the parts into the lesson's tree; [`key`] then
//! says what the question is known by, and [`lint`] what is wrong with how it is worded. [`mkdocs`] lets the `<quiz>`
//! blocks of mkdocs-quiz pass for fences.

pub mod blank;
pub mod code;
pub mod fence;
pub mod key;
pub mod lint;
pub mod mkdocs;
pub mod shape;
