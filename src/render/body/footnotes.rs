//! Footnotes: the marks in the text, the notes below it, and the ways back.

use super::Writer;
use crate::document::NodeId;
use crate::lesson::footnote_id;

impl Writer<'_> {
    pub(super) fn footnote_reference(&mut self, footnote: u32, occurrence: u32) {
        let number = footnote + 1;
        let id = reference_id(footnote, occurrence);
        self.out.push_str("<sup class=\"footnote-ref\"");
        // A link cannot hold another one.
        if self.open_links > 0 {
            self.attribute("id", &id);
            self.out.push_str(&format!(">{number}</sup>"));
            return;
        }
        self.out.push_str("><a");
        self.attribute("href", &format!("#{}", footnote_id(footnote)));
        self.attribute("id", &id);
        self.out.push_str(&format!(" role=\"doc-noteref\">{number}</a></sup>"));
    }

    /// Writes the texts of the footnotes, each with the ways back to where it is referred to.
    pub(super) fn footnotes(&mut self) {
        if self.lesson.footnotes.is_empty() {
            return;
        }
        self.line("<section class=\"footnotes\" role=\"doc-endnotes\">");
        self.on_new_line("<h2 class=\"visually-hidden\">");
        self.say("text.footnotes");
        self.out.push_str("</h2>\n");
        self.line("<ol>");
        let lesson = self.lesson;
        for (index, footnote) in lesson.footnotes.iter().enumerate() {
            let index = index as u32;
            self.on_new_line("<li");
            self.attribute("id", &footnote_id(index));
            self.out.push_str(">\n");
            self.footnote = Some(index);
            self.nodes(footnote.node + 1, self.document.node(footnote.node).end, None);
            if self.footnote.take().is_some() {
                self.on_new_line("<p>");
                self.ways_back(index);
                self.out.push_str("</p>\n");
            }
            self.line("</li>");
        }
        self.line("</ol>");
        self.line("</section>");
    }

    /// Puts the ways back where the footnote's last paragraph ends, if it ends with one.
    pub(super) fn way_back_in_last_paragraph(&mut self, paragraph: NodeId) {
        let Some(index) = self.footnote else { return };
        let footnote = self.document().node(self.lesson.footnotes[index as usize].node);
        if self.open.is_empty() && self.document().node(paragraph).end == footnote.end {
            self.footnote = None;
            self.out.push(' ');
            self.ways_back(index);
        }
    }

    fn ways_back(&mut self, footnote: u32) {
        for occurrence in 0..self.lesson.footnotes[footnote as usize].references {
            if occurrence > 0 {
                self.out.push(' ');
            }
            self.out.push_str("<a");
            self.attribute("href", &format!("#{}", reference_id(footnote, occurrence)));
            self.out.push_str(" class=\"footnote-back\" role=\"doc-backlink\"");
            let number = match occurrence {
                0 => format!("{}", footnote + 1),
                _ => format!("{}-{}", footnote + 1, occurrence + 1),
            };
            let label = self.strings.fill("text.back", &[("number", &number)]);
            self.attribute("aria-label", &label);
            self.out.push_str(">↩</a>");
        }
    }
}

/// The id of one reference to a footnote.
fn reference_id(footnote: u32, occurrence: u32) -> String {
    match occurrence {
        0 => format!("fnref:{}", footnote + 1),
        _ => format!("fnref:{}:{}", footnote + 1, occurrence + 1),
    }
}
