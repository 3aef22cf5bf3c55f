//! Packed documents: a tree as it is kept while nobody walks it, in three to four bytes a node.
//!
//! A build walks a tree when terms are looked for, when the page is rendered and when the search index is made. In between
//! it would take more memory than its text; opening it again costs less than a hundredth of rendering its page.
//!
//! ```text
//! document = number(tables)  table*  number(texts)  text*  number(nodes)  node*
//! node     = head  [step(start)]  number(length)  [number(descendants)]  what its kind holds
//! head     = the kind's number; LEAF: there are no descendants; NEXT: it starts where was read up to
//! table    = number(columns)  number(alignment)*
//! text     = number(length)  byte*
//! ```
//!
//! Numbers and steps are those of [`numbers`].
//! Starts are counted from the place that was read up to: the end of a leaf, else the start of a node.

use std::num::NonZeroU32;

use super::{Align, CalloutKind, Document, Fold, Kind, Made, Node, QuestionPart, Text};
use crate::numbers;
use crate::source::Span;

const LEAF: u8 = 64;
const NEXT: u8 = 128;

/// A document that is kept. See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed(Box<[u8]>);

impl Default for Packed {
    fn default() -> Self {
        Self::new(&Document::default())
    }
}

impl Packed {
    pub fn new(document: &Document) -> Self {
        let Document { nodes, tables, made } = document;
        // Mostly enough, so that nothing is moved while it grows.
        const NODE: usize = 5;
        let mut writer =
            Writer { out: numbers::Writer::with_capacity(nodes.len() * NODE + 64), at: 0 };
        writer.out.number(tables.len() as u32);
        for table in tables {
            writer.out.number(table.len() as u32);
            table.iter().for_each(|align| writer.out.number(*align as u32));
        }
        writer.out.number(made.len() as u32);
        for text in made {
            writer.out.number(text.len() as u32);
            writer.out.bytes.extend_from_slice(text.as_bytes());
        }
        writer.out.number(nodes.len() as u32);
        for (id, node) in nodes.iter().enumerate() {
            writer.node(id as u32, node);
        }
        Self(writer.out.finish())
    }

    /// The document, to be walked.
    pub fn open(&self) -> Document {
        let mut input = numbers::Reader::new(&self.0);
        let count = input.number();
        let tables = (0..count).map(|_| {
            let columns = input.number();
            (0..columns).map(|_| ALIGNS[input.number() as usize]).collect()
        });
        let tables = tables.collect();
        let count = input.number();
        let made = (0..count).map(|_| made(&mut input)).collect();
        let count = input.number();
        let mut nodes = Vec::with_capacity(count as usize);
        // Whoever reads the nodes owns the reader: one that is lent would be kept in memory and not in registers.
        let mut reader = Reader { input, at: 0 };
        nodes.extend((0..count).map(move |id| reader.node(id)));
        Document { nodes, tables, made }
    }
}

const ALIGNS: [Align; 4] = [Align::None, Align::Left, Align::Center, Align::Right];
const FOLDS: [Fold; 3] = [Fold::No, Fold::Open, Fold::Closed];
const PARTS: [QuestionPart; 7] = [
    QuestionPart::Prompt,
    QuestionPart::Option,
    QuestionPart::Feedback,
    QuestionPart::Head,
    QuestionPart::Side,
    QuestionPart::Hint,
    QuestionPart::Explanation,
];

struct Writer {
    out: numbers::Writer,
    /// The place in the source that was written up to.
    at: u32,
}

impl Writer {
    fn node(&mut self, id: u32, node: &Node) {
        let Node { kind, span, end } = node;
        let head = self.out.bytes.len();
        self.out.bytes.push(0);
        let mut flags = 0;
        if span.start == self.at {
            flags |= NEXT;
        } else {
            self.out.step(self.at, span.start);
        }
        self.out.number(span.end.wrapping_sub(span.start));
        let descendants = end.wrapping_sub(id + 1);
        if descendants == 0 {
            flags |= LEAF;
            self.at = span.end;
        } else {
            self.out.number(descendants);
            self.at = span.start;
        }
        self.out.bytes[head] = self.kind(kind, *span) | flags;
    }

    /// Writes what a kind holds, and returns its number.
    fn kind(&mut self, kind: &Kind, span: Span) -> u8 {
        match kind {
            Kind::Paragraph => 0,
            Kind::Heading(heading) => self.with(1, [*heading]),
            Kind::BlockQuote => 2,
            Kind::Callout { kind, fold } => self.with(3, [*kind as u32, *fold as u32]),
            Kind::CalloutTitle => 4,
            Kind::CodeBlock { info } => self.with(5, [optional(*info)]),
            Kind::HtmlBlock => 6,
            Kind::List { start: None } => 7,
            Kind::List { start: Some(start) } => self.with(8, [*start]),
            Kind::Item => 9,
            Kind::FootnoteDefinition(None) => 10,
            Kind::FootnoteDefinition(Some(footnote)) => self.with(11, [*footnote]),
            Kind::DefinitionList => 12,
            Kind::DefinitionTitle => 13,
            Kind::DefinitionDetails => 14,
            Kind::Table(table) => self.with(15, [*table]),
            Kind::TableHead => 16,
            Kind::TableRow => 17,
            Kind::TableCell => 18,
            Kind::Rule => 19,
            Kind::Question(question) => self.with(20, [*question]),
            Kind::QuestionPart(part) => self.with(21, [*part as u32]),
            // Three numbers for each kind of text.
            Kind::Text(text) => 22 + self.text(*text, span),
            Kind::Code(text) => 25 + self.text(*text, span),
            Kind::Html(text) => 28 + self.text(*text, span),
            Kind::HtmlTarget { target, raw } => self.with(31, [*target, optional(*raw)]),
            Kind::SoftBreak => 32,
            Kind::HardBreak => 33,
            Kind::Emphasis => 34,
            Kind::Strong => 35,
            Kind::Strikethrough => 36,
            Kind::Superscript => 37,
            Kind::Subscript => 38,
            Kind::Link { target, title } => self.with(39, [*target, optional(*title)]),
            Kind::NameLink { target } => self.with(40, [*target]),
            Kind::Image { target, title } => self.with(41, [*target, optional(*title)]),
            Kind::Exempt => 42,
            Kind::FootnoteReference { footnote, occurrence } => {
                self.with(43, [*footnote, *occurrence])
            }
            Kind::TaskMarker { done } => self.with(44, [u32::from(*done)]),
            Kind::Blank(blank) => self.with(45, [*blank]),
        }
    }

    fn with<const N: usize>(&mut self, kind: u8, numbers: [u32; N]) -> u8 {
        numbers.into_iter().for_each(|number| self.out.number(number));
        kind
    }

    /// Writes where a text stands: where its node does, elsewhere in the source, or among those that were made.
    fn text(&mut self, text: Text, node: Span) -> u8 {
        match text.source() {
            Some(span) if span == node => 0,
            Some(span) => {
                self.out.step(node.start, span.start);
                self.with(1, [span.end.wrapping_sub(span.start)])
            }
            None => self.with(2, [text.0.end]),
        }
    }
}

fn optional(made: Option<Made>) -> u32 {
    made.map_or(0, |made| made.0.get())
}

struct Reader<'a> {
    input: numbers::Reader<'a>,
    /// The place in the source that was read up to.
    at: u32,
}

impl Reader<'_> {
    #[inline(always)]
    fn node(&mut self, id: u32) -> Node {
        let head = self.input.byte();
        let start = if head & NEXT == 0 { self.input.step(self.at) } else { self.at };
        let span = Span { start, end: start.wrapping_add(self.input.number()) };
        let mut end = id + 1;
        if head & LEAF == 0 {
            end = end.wrapping_add(self.input.number());
            self.at = span.start;
        } else {
            self.at = span.end;
        }
        Node { kind: self.kind(head & !(LEAF | NEXT), span), span, end }
    }

    /// Reads what a kind holds; as [`Writer::kind`] has it.
    #[inline(always)]
    fn kind(&mut self, number: u8, span: Span) -> Kind {
        match number {
            0 => Kind::Paragraph,
            1 => Kind::Heading(self.input.number()),
            2 => Kind::BlockQuote,
            3 => Kind::Callout {
                kind: CalloutKind::ALL[self.input.number() as usize],
                fold: FOLDS[self.input.number() as usize],
            },
            4 => Kind::CalloutTitle,
            5 => Kind::CodeBlock { info: self.optional() },
            6 => Kind::HtmlBlock,
            7 => Kind::List { start: None },
            8 => Kind::List { start: Some(self.input.number()) },
            9 => Kind::Item,
            10 => Kind::FootnoteDefinition(None),
            11 => Kind::FootnoteDefinition(Some(self.input.number())),
            12 => Kind::DefinitionList,
            13 => Kind::DefinitionTitle,
            14 => Kind::DefinitionDetails,
            15 => Kind::Table(self.input.number()),
            16 => Kind::TableHead,
            17 => Kind::TableRow,
            18 => Kind::TableCell,
            19 => Kind::Rule,
            20 => Kind::Question(self.input.number()),
            21 => Kind::QuestionPart(PARTS[self.input.number() as usize]),
            22..25 => Kind::Text(self.text(number - 22, span)),
            25..28 => Kind::Code(self.text(number - 25, span)),
            28..31 => Kind::Html(self.text(number - 28, span)),
            31 => Kind::HtmlTarget { target: self.input.number(), raw: self.optional() },
            32 => Kind::SoftBreak,
            33 => Kind::HardBreak,
            34 => Kind::Emphasis,
            35 => Kind::Strong,
            36 => Kind::Strikethrough,
            37 => Kind::Superscript,
            38 => Kind::Subscript,
            39 => Kind::Link { target: self.input.number(), title: self.optional() },
            40 => Kind::NameLink { target: self.input.number() },
            41 => Kind::Image { target: self.input.number(), title: self.optional() },
            42 => Kind::Exempt,
            43 => Kind::FootnoteReference {
                footnote: self.input.number(),
                occurrence: self.input.number(),
            },
            44 => Kind::TaskMarker { done: self.input.number() == 1 },
            45 => Kind::Blank(self.input.number()),
            _ => panic!("no kind has the number {number}"),
        }
    }

    #[inline(always)]
    fn text(&mut self, form: u8, node: Span) -> Text {
        Text(match form {
            0 => node,
            1 => {
                let start = self.input.step(node.start);
                Span { start, end: start.wrapping_add(self.input.number()) }
            }
            _ => Span { start: Text::MADE, end: self.input.number() },
        })
    }

    #[inline(always)]
    fn optional(&mut self) -> Option<Made> {
        NonZeroU32::new(self.input.number()).map(Made)
    }
}

/// One of the texts that were made.
fn made(input: &mut numbers::Reader<'_>) -> Box<str> {
    let length = input.number() as usize;
    // It was a text when it was written.
    String::from_utf8_lossy(input.take(length)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Str;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn span() -> impl Strategy<Value = Span> {
        // Whatever a span may be, it comes back.
        prop_oneof![
            (0..300_u32, 0..300_u32)
                .prop_map(|(start, length)| Span { start, end: start + length }),
            (0..u32::MAX, any::<u32>()).prop_map(|(start, end)| Span { start, end }),
        ]
    }

    /// Where a text stands: where its node does, elsewhere, or nowhere.
    fn text() -> impl Strategy<Value = Option<Str>> {
        let source = span().prop_map(|span| Some(Str::Source(span)));
        prop_oneof![Just(None), source, ".{0,9}".prop_map(|text| Some(Str::Owned(text.into())))]
    }

    fn plain() -> impl Strategy<Value = Kind> {
        select(vec![
            Kind::Paragraph,
            Kind::BlockQuote,
            Kind::CalloutTitle,
            Kind::HtmlBlock,
            Kind::List { start: None },
            Kind::Item,
            Kind::FootnoteDefinition(None),
            Kind::DefinitionList,
            Kind::DefinitionTitle,
            Kind::DefinitionDetails,
            Kind::TableHead,
            Kind::TableRow,
            Kind::TableCell,
            Kind::Rule,
            Kind::SoftBreak,
            Kind::HardBreak,
            Kind::Emphasis,
            Kind::Strong,
            Kind::Strikethrough,
            Kind::Superscript,
            Kind::Subscript,
            Kind::Exempt,
        ])
    }

    fn numbered() -> impl Strategy<Value = Kind> {
        let made = || prop::option::of((1..u32::MAX).prop_map(|n| Made(NonZeroU32::MIN | n)));
        prop_oneof![
            any::<u32>().prop_map(Kind::Heading),
            (select(CalloutKind::ALL.to_vec()), select(FOLDS.to_vec()))
                .prop_map(|(kind, fold)| Kind::Callout { kind, fold }),
            made().prop_map(|info| Kind::CodeBlock { info }),
            any::<u32>().prop_map(|start| Kind::List { start: Some(start) }),
            any::<u32>().prop_map(|footnote| Kind::FootnoteDefinition(Some(footnote))),
            any::<u32>().prop_map(Kind::Table),
            any::<u32>().prop_map(Kind::Question),
            select(PARTS.to_vec()).prop_map(Kind::QuestionPart),
            (any::<u32>(), made()).prop_map(|(target, raw)| Kind::HtmlTarget { target, raw }),
            (any::<u32>(), made()).prop_map(|(target, title)| Kind::Link { target, title }),
            any::<u32>().prop_map(|target| Kind::NameLink { target }),
            (any::<u32>(), made()).prop_map(|(target, title)| Kind::Image { target, title }),
            (any::<u32>(), any::<u32>()).prop_map(|(footnote, occurrence)| {
                Kind::FootnoteReference { footnote, occurrence }
            }),
            any::<bool>().prop_map(|done| Kind::TaskMarker { done }),
            any::<u32>().prop_map(Kind::Blank),
        ]
    }

    /// A kind, or which kind of text and what it says.
    type Content = Result<Kind, (usize, Option<Str>)>;

    /// What a node is, its place, and how many descendants it has.
    fn node() -> impl Strategy<Value = (Content, Span, u32)> {
        let kind = prop_oneof![plain(), numbered()].prop_map(Ok);
        let text = (0..3_usize, text()).prop_map(Err);
        let descendants = prop_oneof![Just(0), 0..1000_u32];
        (prop_oneof![kind, text], span(), descendants)
    }

    proptest! {
        #[test]
        fn what_is_packed_is_opened_as_it_was(
            nodes in prop::collection::vec(node(), 0..40),
            tables in prop::collection::vec(prop::collection::vec(select(ALIGNS.to_vec()), 0..5), 0..3),
        ) {
            let tables = tables.into_iter().map(Vec::into_boxed_slice).collect();
            let mut document = Document { tables, ..Document::default() };
            for (id, (kind, span, descendants)) in nodes.into_iter().enumerate() {
                let kind = kind.unwrap_or_else(|(kind, text)| {
                    let text = document.keep(text.unwrap_or(Str::Source(span)));
                    [Kind::Text(text), Kind::Code(text), Kind::Html(text)][kind].clone()
                });
                document.nodes.push(Node { kind, span, end: id as u32 + 1 + descendants });
            }
            prop_assert_eq!(Packed::new(&document).open(), document);
        }
    }

    #[test]
    fn nothing_is_opened_as_nothing() {
        assert_eq!(Packed::default().open(), Document::default());
    }
}
