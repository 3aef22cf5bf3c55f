//! Paragraphs that are more than text: a picture with its caption, and what somebody says in a story.

use super::{Spelling, Writer, escape};
use crate::document::{CalloutKind, Kind, NodeId};

/// What stands behind `#` in the address of a picture that is shown on a dark or a light ground alone, here and where
/// lessons are read on GitHub.
const GROUNDS: &[(&str, &str)] = &[
    ("#only-dark", "only-dark"),
    ("#only-light", "only-light"),
    ("#gh-dark-mode-only", "only-dark"),
    ("#gh-light-mode-only", "only-light"),
];

impl Writer<'_> {
    /// The caption of a paragraph that holds pictures of the site and nothing else: the first title among them.
    fn caption(&self, paragraph: NodeId) -> Option<&str> {
        let document = self.document();
        let mut caption = None;
        for child in document.children(paragraph) {
            match &document.node(child).kind {
                Kind::Image { target, title }
                    if matches!(self.spellings[*target as usize], Spelling::Asset { .. }) =>
                {
                    caption = caption.or(title.map(|title| document.made(title)));
                }
                Kind::SoftBreak | Kind::HardBreak => {}
                _ => return None,
            }
        }
        caption.filter(|caption| !caption.trim().is_empty())
    }

    /// Writes a paragraph as a figure, if it is one.
    pub(super) fn figure(&mut self, paragraph: NodeId) -> bool {
        let Some(caption) = self.caption(paragraph).map(str::to_owned) else { return false };
        self.line("<figure>");
        for child in self.document().children(paragraph) {
            if let Kind::Image { target, .. } = self.document().node(child).kind {
                self.image(child, target, None);
                self.out.push('\n');
            }
        }
        self.out.push_str("<figcaption>");
        escape(&caption, &mut self.out);
        self.out.push_str("</figcaption>\n</figure>\n");
        true
    }

    /// The ground on which alone a picture is shown, as a class.
    pub(super) fn ground_of(address: &str) -> Option<&'static str> {
        let found = GROUNDS.iter().find(|(ending, _)| address.ends_with(ending));
        found.map(|(_, class)| *class)
    }

    /// Whether a paragraph tells what somebody says: it stands in a story and begins with a name and a colon in bold.
    pub(super) fn is_speech(&self, paragraph: NodeId) -> bool {
        let document = self.document();
        let in_story = self.open.last().is_some_and(|id| {
            matches!(document.node(*id).kind, Kind::Callout { kind: CalloutKind::Story, .. })
        });
        let first = document.children(paragraph).next().filter(|_| in_story);
        let Some(name) = first.filter(|id| document.node(*id).kind == Kind::Strong) else {
            return false;
        };
        let mut said = String::new();
        document.plain_text(name, &self.lesson.text, &mut said);
        // The wide colon is that of Chinese and Japanese.
        said.trim_end().ends_with([':', '：'])
    }
}
