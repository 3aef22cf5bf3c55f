//! The document tree: a lesson's body as Markdown means it, ready to be walked and rendered.
//!
//! The tree is one flat list in reading order. A node knows where its descendants end, so a walk is a
//! walk over neighbours in memory, and a text is mostly a [`Span`] of the source instead of a copy. Nodes are what a course
//! has most of, so they are small: what is rare or large stands in lists of its own. While nobody walks a tree it is kept
//! [`packed`].

pub mod packed;

use std::num::NonZeroU32;

use crate::source::Span;

/// A piece of text, as a parser has it: a part of the source as it stands there, or made from it (escapes, entities).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Str {
    Source(Span),
    Owned(Box<str>),
}

/// A piece of text in a document, read by [`Document::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(Span);

impl Text {
    /// In place of a beginning: what would be the end is a number among [`Document::made`]. No text begins there, since
    /// sources are shorter.
    const MADE: u32 = u32::MAX;

    /// Where it stands in the source, if it stands there as it is.
    pub fn source(self) -> Option<Span> {
        (self.0.start != Self::MADE).then_some(self.0)
    }
}

impl From<Span> for Text {
    fn from(span: Span) -> Self {
        Self(span)
    }
}

/// A text that was made from the source, by its number among them from 1. Read by [`Document::made`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made(NonZeroU32);

/// A node's index in [`Document::nodes`].
pub type NodeId = u32;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    None,
    Left,
    Center,
    Right,
}

/// The kinds of callouts, each with the word authors write and its default title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalloutKind {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
    Key,
    Definition,
    Example,
    Story,
    Exam,
    Exercise,
}

impl CalloutKind {
    pub const ALL: [Self; 11] = [
        Self::Note,
        Self::Tip,
        Self::Important,
        Self::Warning,
        Self::Caution,
        Self::Key,
        Self::Definition,
        Self::Example,
        Self::Story,
        Self::Exam,
        Self::Exercise,
    ];

    /// The word between `[!` and `]`, in capitals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Tip => "TIP",
            Self::Important => "IMPORTANT",
            Self::Warning => "WARNING",
            Self::Caution => "CAUTION",
            Self::Key => "KEY",
            Self::Definition => "DEFINITION",
            Self::Example => "EXAMPLE",
            Self::Story => "STORY",
            Self::Exam => "EXAM",
            Self::Exercise => "EXERCISE",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word))
    }
}

/// Whether a callout can be folded: `[!NOTE]-` starts closed, `[!NOTE]+` starts open (Obsidian's form).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    No,
    Open,
    Closed,
}

/// The parts of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionPart {
    Prompt,
    /// An option to choose, or an entry to be put in order.
    Option,
    /// What is said of the option that it follows.
    Feedback,
    /// A cell of the head of a table to be matched.
    Head,
    /// A side of a pair to be matched.
    Side,
    Hint,
    Explanation,
}

/// What a node is. Blocks first, then inlines; the names are CommonMark's and GFM's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Paragraph,
    /// An index into [`Lesson::headings`](crate::lesson::Lesson::headings).
    Heading(u32),
    BlockQuote,
    Callout {
        kind: CalloutKind,
        fold: Fold,
    },
    /// The first child of every callout; empty where the author gives no title.
    CalloutTitle,
    /// Its children are texts. The info string is what follows the fence.
    CodeBlock {
        info: Option<Made>,
    },
    HtmlBlock,
    List {
        /// The first number of an ordered list.
        start: Option<u32>,
    },
    Item,
    /// An index into [`Lesson::footnotes`](crate::lesson::Lesson::footnotes); `None`: never referred to.
    FootnoteDefinition(Option<u32>),
    DefinitionList,
    DefinitionTitle,
    DefinitionDetails,
    /// An index into [`Document::tables`].
    Table(u32),
    TableHead,
    TableRow,
    TableCell,
    Rule,
    /// A question of a quiz, an index into [`Lesson::questions`](crate::lesson::Lesson::questions). Its children are
    /// [`Kind::QuestionPart`]s.
    Question(u32),
    QuestionPart(QuestionPart),

    Text(Text),
    Code(Text),
    /// A piece of raw HTML, passed through.
    Html(Text),
    /// The value of an attribute in raw HTML that leads somewhere: an index into
    /// [`Lesson::uses`](crate::lesson::Lesson::uses), and what the author wrote, where the source at its place is not just
    /// that.
    HtmlTarget {
        target: u32,
        raw: Option<Made>,
    },
    SoftBreak,
    HardBreak,
    Emphasis,
    Strong,
    Strikethrough,
    Superscript,
    Subscript,
    /// `target` is an index into [`Lesson::uses`](crate::lesson::Lesson::uses).
    Link {
        target: u32,
        title: Option<Made>,
    },
    /// `[[name]]`: its child is the name as written, and its page decides what is shown instead.
    NameLink {
        target: u32,
    },
    Image {
        target: u32,
        title: Option<Made>,
    },
    /// `[[!text]]`: text in which no term is linked.
    Exempt,
    FootnoteReference {
        /// An index into [`Lesson::footnotes`](crate::lesson::Lesson::footnotes).
        footnote: u32,
        /// Which reference to that footnote this is, from 0.
        occurrence: u32,
    },
    TaskMarker {
        done: bool,
    },
    /// A gap in the prompt of a question, by its index among the question's blanks.
    Blank(u32),
}

impl Kind {
    /// Whether it is a block of its own or a part of one, and not a piece of a line.
    pub fn is_block(&self) -> bool {
        matches!(
            self,
            Self::Paragraph
                | Self::Heading(_)
                | Self::BlockQuote
                | Self::Callout { .. }
                | Self::CalloutTitle
                | Self::CodeBlock { .. }
                | Self::HtmlBlock
                | Self::List { .. }
                | Self::Item
                | Self::FootnoteDefinition(_)
                | Self::DefinitionList
                | Self::DefinitionTitle
                | Self::DefinitionDetails
                | Self::Table(_)
                | Self::TableHead
                | Self::TableRow
                | Self::TableCell
                | Self::Rule
                | Self::Question(_)
                | Self::QuestionPart(_)
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub span: Span,
    /// One past the last descendant.
    pub end: NodeId,
}

const _: () = assert!(size_of::<Node>() == 24, "a course has millions of nodes");

/// A tree of nodes in preorder; it may have several roots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub nodes: Vec<Node>,
    /// How the columns of each table are aligned.
    pub tables: Vec<Box<[Align]>>,
    /// Texts that stand nowhere in the source as they are.
    made: Vec<Box<str>>,
}

impl Document {
    /// An empty document with room for the nodes that a source mostly has.
    pub fn with_room_for(source: &str) -> Self {
        const BYTES_OF_A_NODE: usize = 16;
        const MOST: usize = 1 << 14;
        let nodes = Vec::with_capacity((source.len() / BYTES_OF_A_NODE).min(MOST));
        Self { nodes, ..Self::default() }
    }

    /// Takes in a text that was made from the source.
    pub fn make(&mut self, text: impl Into<Box<str>>) -> Made {
        self.made.push(text.into());
        let number = u32::try_from(self.made.len()).ok().and_then(NonZeroU32::new);
        Made(number.unwrap_or_else(|| panic!("a source of less than 4 GiB has fewer texts")))
    }

    pub fn made(&self, text: Made) -> &str {
        &self.made[text.0.get() as usize - 1]
    }

    /// Takes in a text, to be read by [`Self::text`].
    pub fn keep(&mut self, text: Str) -> Text {
        Text(match text {
            Str::Source(span) => span,
            Str::Owned(text) => Span { start: Text::MADE, end: self.make(text).0.get() },
        })
    }

    #[inline]
    pub fn text<'a>(&'a self, text: Text, source: &'a str) -> &'a str {
        match text.source() {
            Some(span) => &source[span.range()],
            None => &self.made[text.0.end as usize - 1],
        }
    }

    /// Cuts so many bytes off the beginning of a text.
    pub fn cut_start(&mut self, text: Text, bytes: usize) -> Text {
        match text.source() {
            Some(Span { start, end }) => {
                Text(Span { start: start.saturating_add(bytes as u32).min(end), end })
            }
            None => {
                let made = &mut self.made[text.0.end as usize - 1];
                *made = made.get(bytes..).unwrap_or_default().into();
                text
            }
        }
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub fn roots(&self) -> Children<'_> {
        Children { document: self, next: 0, end: self.nodes.len() as NodeId }
    }

    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { document: self, next: id + 1, end: self.node(id).end }
    }

    /// The node and all its descendants, in reading order.
    pub fn subtree(&self, id: NodeId) -> &[Node] {
        &self.nodes[id as usize..self.node(id).end as usize]
    }

    /// Appends what a reader would read aloud below `id`: text and code, breaks as spaces.
    pub fn plain_text(&self, id: NodeId, source: &str, out: &mut String) {
        for node in self.subtree(id) {
            match &node.kind {
                Kind::Text(text) | Kind::Code(text) => out.push_str(self.text(*text, source)),
                Kind::SoftBreak | Kind::HardBreak => out.push(' '),
                _ => {}
            }
        }
    }
}

/// The ids of sibling nodes, in order.
pub struct Children<'a> {
    document: &'a Document,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = self.next;
        self.next = self.document.node(id).end;
        Some(id)
    }
}
