//! The document tree: a lesson's body as Markdown means it, ready to be walked and rendered.
//!
//! The tree is one flat list in reading order. A node knows where its descendants end, so a walk is a
//! walk over neighbours in memory, and a text is mostly a [`Span`] of the source instead of a copy.

use crate::source::Span;

/// A piece of text: a part of the source as it stands there, or made from it (escapes, entities).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Str {
    Source(Span),
    Owned(Box<str>),
}

impl Str {
    pub fn resolve<'a>(&'a self, source: &'a str) -> &'a str {
        match self {
            Self::Source(span) => &source[span.range()],
            Self::Owned(text) => text,
        }
    }
}

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
        info: Option<Str>,
    },
    HtmlBlock,
    List {
        /// The first number of an ordered list.
        start: Option<u64>,
    },
    Item,
    /// An index into [`Lesson::footnotes`](crate::lesson::Lesson::footnotes); `None`: never referred to.
    FootnoteDefinition(Option<u32>),
    DefinitionList,
    DefinitionTitle,
    DefinitionDetails,
    Table(Box<[Align]>),
    TableHead,
    TableRow,
    TableCell,
    Rule,
    /// A question of a quiz, an index into [`Lesson::questions`](crate::lesson::Lesson::questions). Its children are
    /// [`Kind::QuestionPart`]s.
    Question(u32),
    QuestionPart(QuestionPart),

    Text(Str),
    Code(Str),
    /// A piece of raw HTML, passed through.
    Html(Str),
    /// The value of an attribute in raw HTML that leads somewhere: an index into
    /// [`Lesson::uses`](crate::lesson::Lesson::uses), and what the author wrote.
    HtmlTarget {
        target: u32,
        raw: Box<Str>,
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
        title: Option<Box<str>>,
    },
    /// `[[name]]`: its child is the name as written, and its page decides what is shown instead.
    NameLink {
        target: u32,
    },
    Image {
        target: u32,
        title: Option<Box<str>>,
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

/// A tree of nodes in preorder; it may have several roots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub nodes: Vec<Node>,
}

impl Document {
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
                Kind::Text(text) | Kind::Code(text) => out.push_str(text.resolve(source)),
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
