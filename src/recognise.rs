//! Recognise: finds the terms of the glossary in a lesson's text, and says of each place why it becomes a link or not.
//!
//! Pure, and for one lesson: it depends on the lesson's text and on the glossary's forms alone.

mod packed;

use std::collections::BTreeSet;
use std::ops::Range;

use ahash::AHashSet;

use crate::address::is_external;
use crate::config::TermLinks;
use crate::document::{Document, Kind, NodeId, QuestionPart};
use crate::glossary::{FormId, Glossary, Hit, Search, TermId};
use crate::language::{Gap, Room, Words};
use crate::lesson::{Lesson, LessonTerms, Role, Section, TermLink, UseKind};
use crate::memo::key_of;
use crate::source::Span;

pub use packed::Recognised;

/// A place in the tree between two characters: before a byte of a text, or before or after a whole node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    pub node: NodeId,
    /// For a text the byte; for any other node 0 before it and [`AFTER`] after it.
    pub at: u32,
}

/// After a whole node.
pub const AFTER: u32 = u32::MAX;

/// A term that becomes a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TermUse {
    pub term: TermId,
    pub open: Point,
    pub close: Point,
}

/// Why a place is linked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Linked,
    /// The term is linked earlier in the section or the lesson.
    LinkedBefore,
    /// A link that the author made.
    InLink,
    InHeading,
    InCode,
    InTitle,
    /// In the head of a table.
    InTableHead,
    /// In an option of a question.
    InOption,
    /// In an element of raw HTML that can hold no link, such as `<a>` or `<button>`, or that shows code.
    InHtml,
    /// Part of a word with a hyphen, of an address or a path.
    InWord,
    /// It looks like a verb, and the term is none.
    Verb,
    /// The term's own article.
    OwnArticle,
    /// The term is linked by `[[…]]` only.
    Explicit,
    /// The lesson or the site links no terms, or not this one.
    SwitchedOff,
    /// `[[!…]]` exempts this place.
    Exempt,
    /// It begins or ends in the middle of emphasis.
    AcrossMarkup,
}

/// A place where a form of a term stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub term: TermId,
    pub form: FormId,
    pub span: Span,
    pub outcome: Outcome,
    /// Shorter forms that begin inside of this one and give way to it.
    pub shadowed: Vec<FormId>,
}

/// A section that speaks of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mentioned {
    pub term: TermId,
    pub section: Option<Section>,
    /// Where the term stands there first, linked or not.
    pub span: Span,
}

/// Finds the terms in a lesson.
pub fn recognise(lesson: &Lesson, glossary: &Glossary, rule: TermLinks) -> Recognised {
    let body = lesson.body.open();
    let mut walk = Walk::new((lesson, &body), glossary, rule, false);
    if !glossary.is_empty() {
        walk.run();
    }
    let links = walk.links.iter();
    let marked = links
        .map(|TermUse { term, open, close }| (&glossary.terms[*term as usize].path, open, close));
    let mark = key_of(&marked.collect::<Vec<_>>());
    Recognised::new(&walk.links, &walk.mentions, mark)
}

/// Finds the terms in a lesson and every place where one was left out, for those who ask why.
pub fn explain(lesson: &Lesson, glossary: &Glossary, rule: TermLinks) -> Vec<Candidate> {
    let body = lesson.body.open();
    let mut walk = Walk::new((lesson, &body), glossary, rule, true);
    walk.run();
    walk.candidates
}

/// A stretch of text that a reader reads in one go, and the nodes its parts come from.
#[derive(Default)]
struct Stretch {
    text: String,
    parts: Vec<Part>,
}

struct Part {
    /// Where it begins in the stretch.
    start: usize,
    node: NodeId,
    /// Why nothing in it is linked.
    left_out: Option<Outcome>,
}

/// What no word contains: stands for everything in a stretch that is no text. An ASCII character, so that a stretch with a
/// link in it stays ASCII.
const OBJECT: char = '\u{1a}';

struct Walk<'a> {
    lesson: &'a Lesson,
    body: &'a Document,
    glossary: &'a Glossary,
    rule: TermLinks,
    heading_levels: Vec<u8>,
    /// Places that are left out are looked at too.
    explains: bool,
    stretch: Stretch,
    /// How many elements of raw HTML are open in which a link has no place.
    html: i32,
    /// Where the innermost exclusions end.
    left_out: Vec<(NodeId, Outcome)>,
    own: Option<TermId>,
    excepted: BTreeSet<TermId>,
    /// The terms that have a link in this section or lesson.
    linked: AHashSet<TermId>,
    /// Inside of a question: where it ends, and the terms that have a link outside of it.
    outside: Option<(NodeId, AHashSet<TermId>)>,
    mentioned: AHashSet<(TermId, Option<Section>)>,
    section: Option<Section>,
    links: Vec<TermUse>,
    mentions: Vec<Mentioned>,
    candidates: Vec<Candidate>,
    /// The node directly around each node, once a place runs over several nodes.
    parents: Vec<Option<NodeId>>,
    /// What finding takes in one stretch and can take again in the next.
    room: Room,
    hits: Vec<Hit<'a>>,
    search: Search,
}

impl<'a> Walk<'a> {
    fn new(
        (lesson, body): (&'a Lesson, &'a Document),
        glossary: &'a Glossary,
        rule: TermLinks,
        explains: bool,
    ) -> Self {
        let own = (lesson.role == Role::Term).then(|| glossary.term_at(&lesson.path)).flatten();
        let excepted = match &lesson.front.glossary {
            LessonTerms::Except(names) => {
                names.iter().filter_map(|name| glossary.named(&name.value)).collect()
            }
            _ => BTreeSet::new(),
        };
        Self {
            lesson,
            body,
            glossary,
            rule,
            heading_levels: lesson.heading_levels(),
            explains,
            stretch: Stretch::default(),
            html: 0,
            left_out: Vec::new(),
            own,
            excepted,
            linked: AHashSet::new(),
            outside: None,
            mentioned: AHashSet::new(),
            section: None,
            links: Vec::new(),
            mentions: Vec::new(),
            candidates: Vec::new(),
            parents: Vec::new(),
            room: Room::default(),
            hits: Vec::new(),
            search: Search::default(),
        }
    }

    /// Walks the text as a reader meets it: the body first, then the footnotes by number.
    fn run(&mut self) {
        let body = self.body;
        self.nodes(0, body.nodes.len() as NodeId);
        for footnote in &self.lesson.footnotes {
            self.nodes(footnote.node + 1, body.node(footnote.node).end);
        }
        self.links.sort_by_key(|link| link.open);
    }

    fn nodes(&mut self, start: NodeId, end: NodeId) {
        let nodes = &self.body.nodes;
        // Where the blocks around end.
        let mut blocks: Vec<NodeId> = Vec::new();
        let mut id = start;
        while id < end {
            let node = &nodes[id as usize];
            while blocks.pop_if(|end| *end <= id).is_some() {
                self.flush();
            }
            while self.left_out.pop_if(|(end, _)| *end <= id).is_some() {}
            self.leave_question(id);
            if matches!(node.kind, Kind::FootnoteDefinition(_)) {
                id = node.end;
                continue;
            }
            if node.kind.is_block() {
                self.flush();
                blocks.push(node.end);
            }
            id = self.visit(id);
        }
        self.flush();
        self.leave_question(end);
        self.left_out.clear();
    }

    /// Takes in one node. Returns the node to go on with.
    fn visit(&mut self, id: NodeId) -> NodeId {
        let node = self.body.node(id);
        let left_out = match &node.kind {
            Kind::Text(text) => {
                let text = self.body.text(*text, &self.lesson.text);
                self.add(id, text);
                return node.end;
            }
            Kind::Code(text) if self.explains => {
                let text = self.body.text(*text, &self.lesson.text);
                self.left_out.push((node.end, Outcome::InCode));
                // No phrase runs into code or out of it.
                self.stretch.text.push(OBJECT);
                self.add(id, text);
                self.stretch.text.push(OBJECT);
                return node.end;
            }
            Kind::SoftBreak => {
                self.stretch.text.push(' ');
                return node.end;
            }
            Kind::Heading(index) => {
                let heading = &self.lesson.headings[*index as usize];
                if heading.top && !self.lesson.is_title(*index as usize) {
                    self.enter_section(*index);
                }
                Outcome::InHeading
            }
            Kind::Link { target, .. } | Kind::NameLink { target } => {
                let used = &self.lesson.uses[*target as usize];
                // A path is a name when it leads into the glossary.
                let is_name = used.kind == UseKind::WikiLink;
                let is_path = used.kind == UseKind::Link && !is_external(&used.text);
                if is_name || (is_path && used.text.contains("glossary/")) {
                    self.see_explicit(&used.text);
                }
                self.stretch.text.push(OBJECT);
                Outcome::InLink
            }
            Kind::Exempt => Outcome::Exempt,
            Kind::CalloutTitle => Outcome::InTitle,
            Kind::TableHead => Outcome::InTableHead,
            Kind::Question(_) => {
                self.enter_question(node.end);
                return id + 1;
            }
            Kind::QuestionPart(QuestionPart::Option | QuestionPart::Head | QuestionPart::Side) => {
                Outcome::InOption
            }
            Kind::CodeBlock { .. } => return node.end,
            Kind::Html(html) => {
                self.html += html_nesting(self.body.text(*html, &self.lesson.text));
                self.stretch.text.push(OBJECT);
                return node.end;
            }
            // No running text, and no phrase runs across it.
            Kind::Code(_)
            | Kind::Image { .. }
            | Kind::HtmlTarget { .. }
            | Kind::HardBreak
            | Kind::FootnoteReference { .. }
            | Kind::Blank(_)
            | Kind::TaskMarker { .. } => {
                self.stretch.text.push(OBJECT);
                return node.end;
            }
            _ => return id + 1,
        };
        if !self.explains && !matches!(left_out, Outcome::InLink | Outcome::Exempt) {
            return node.end;
        }
        self.left_out.push((node.end, left_out));
        id + 1
    }

    fn add(&mut self, node: NodeId, text: &str) {
        let in_html = (self.html > 0).then_some(Outcome::InHtml);
        let left_out = self.left_out.last().map(|(_, outcome)| *outcome).or(in_html);
        self.stretch.parts.push(Part { start: self.stretch.text.len(), node, left_out });
        self.stretch.text.push_str(text);
    }

    /// A heading of the highest level begins a section; deeper ones belong to it.
    fn enter_section(&mut self, heading: u32) {
        self.section = Some(Section::below(heading));
        if self.heading_levels[heading as usize] <= 2 && self.rule == TermLinks::Section {
            self.linked.clear();
        }
    }

    /// A question is a section of its own: what is linked in an explanation that is still closed is linked again in the
    /// text below it.
    fn enter_question(&mut self, end: NodeId) {
        if self.rule == TermLinks::Section {
            self.outside = Some((end, std::mem::take(&mut self.linked)));
        }
    }

    fn leave_question(&mut self, id: NodeId) {
        if let Some((_, linked)) = self.outside.take_if(|(end, _)| *end <= id) {
            self.linked = linked;
        }
    }

    /// `[[value]]` links the term by the author's own hand.
    fn see_explicit(&mut self, name: &str) {
        if let Some(term) = self.glossary.named(name) {
            self.linked.insert(term);
        }
    }

    /// Looks for terms in the stretch that ends here.
    fn flush(&mut self) {
        if !self.stretch.parts.is_empty() {
            let stretch = std::mem::take(&mut self.stretch);
            self.find(&stretch);
            // Its room serves the next one.
            self.stretch = stretch;
        }
        self.stretch.clear();
    }

    fn find(&mut self, stretch: &Stretch) {
        let glossary = self.glossary;
        let room = std::mem::take(&mut self.room);
        let words = Words::in_room(room, &stretch.text, glossary.language);
        let mut hits = std::mem::take(&mut self.hits);
        glossary.find_hits(&words, &mut hits);
        let mut search = std::mem::take(&mut self.search);
        // The first word that is in no form yet.
        let mut free = 0;
        for (nth, at) in hits.iter().map(|hit| hit.word).enumerate() {
            if at < free {
                continue;
            }
            glossary.search(&words, &hits[nth..], &mut search);
            let found = &search.found;
            let whole = found.iter().find(|(count, form)| self.fits(&words, at..at + count, *form));
            match whole {
                Some((count, form)) => {
                    let signs = &glossary.forms[*form as usize];
                    let span = words.span(at..at + count);
                    let range = span.start - signs.before.len()..span.end + signs.after.len();
                    let shadowed = self.shadowed(&words, &hits[nth..], at..at + count);
                    let known = self.is_verb(&words, at, *count, *form).then_some(Outcome::Verb);
                    self.candidate(stretch, *form, range, known, shadowed);
                    free = at + count;
                }
                None => {
                    if let Some((count, form)) = found.first().filter(|_| self.explains) {
                        let range = words.span(at..at + count);
                        let inside = Some(Outcome::InWord);
                        self.candidate(stretch, *form, range, inside, Vec::new());
                    }
                }
            }
        }
        (self.room, self.hits, self.search) = (words.leave(), hits, search);
    }

    /// Whether a form stands at these words as a whole, its signs among it, and not inside of something longer.
    fn fits(&self, words: &Words, numbers: Range<usize>, form: FormId) -> bool {
        let (text, span) = (words.text(), words.span(numbers));
        let form = &self.glossary.forms[form as usize];
        form.fits_between(&text[..span.start], &text[span.end..])
            && stands_alone(text, span.start - form.before.len()..span.end + form.after.len())
    }

    fn is_verb(&self, words: &Words, at: usize, count: usize, form: FormId) -> bool {
        let before = at.checked_sub(1).filter(|_| count == 1 && words.gap(at) == Gap::Space);
        before.is_some_and(|before| {
            self.glossary.looks_like_verb(form, words.word(at), words.word(before))
        })
    }

    /// The shorter forms inside a longer one, which has the first of the hits.
    fn shadowed(&self, words: &Words, hits: &[Hit], longer: Range<usize>) -> Vec<FormId> {
        if !self.explains {
            return Vec::new();
        }
        let inside = hits.partition_point(|hit| hit.word < longer.end);
        let mut shadowed = Vec::new();
        for nth in 0..inside {
            let found = self.glossary.forms_at(words, &hits[nth..inside]);
            let shorter = found.into_iter().filter(|(count, _)| nth > 0 || *count < longer.len());
            shadowed.extend(shorter.map(|(_, form)| form));
        }
        shadowed
    }

    /// Decides what becomes of a place where a form stands.
    fn candidate(
        &mut self,
        stretch: &Stretch,
        form: FormId,
        range: Range<usize>,
        known: Option<Outcome>,
        shadowed: Vec<FormId>,
    ) {
        let term = self.glossary.forms[form as usize].term;
        let first = stretch.part_at(range.start);
        let last = stretch.part_at(range.end - 1);
        let left_out = stretch.parts[first..=last].iter().find_map(|part| part.left_out);
        let mut outcome = known.or(left_out).unwrap_or_else(|| self.decide(term));
        let span = self.span(stretch, first, last, &range);
        let is_no_mention = matches!(
            outcome,
            Outcome::InWord
                | Outcome::InLink
                | Outcome::InCode
                | Outcome::InOption
                | Outcome::Verb
                | Outcome::Exempt
        );
        if !is_no_mention {
            self.mention(term, span);
        }
        if outcome == Outcome::Linked {
            match self.points(stretch, first, last, &range) {
                Some((open, close)) => {
                    self.links.push(TermUse { term, open, close });
                    if self.rule != TermLinks::Every {
                        self.linked.insert(term);
                    }
                }
                None => outcome = Outcome::AcrossMarkup,
            }
        }
        if self.explains {
            self.candidates.push(Candidate { term, form, span, outcome, shadowed });
        }
    }

    fn mention(&mut self, term: TermId, span: Span) {
        // A word too common to be linked by itself is not always the term.
        let is_explicit = self.glossary.terms[term as usize].link == TermLink::Explicit;
        if Some(term) != self.own && !is_explicit && self.mentioned.insert((term, self.section)) {
            self.mentions.push(Mentioned { term, section: self.section, span });
        }
    }

    /// What the rules say of a term at this point.
    fn decide(&self, term: TermId) -> Outcome {
        if Some(term) == self.own {
            Outcome::OwnArticle
        } else if self.glossary.terms[term as usize].link == TermLink::Explicit {
            Outcome::Explicit
        } else if self.rule == TermLinks::Never
            || self.lesson.front.glossary == LessonTerms::None
            || self.excepted.contains(&term)
        {
            Outcome::SwitchedOff
        } else if self.linked.contains(&term) {
            Outcome::LinkedBefore
        } else {
            Outcome::Linked
        }
    }

    /// Where a place stands in the source.
    fn span(&self, stretch: &Stretch, first: usize, last: usize, range: &Range<usize>) -> Span {
        let (first, last) = (&stretch.parts[first], &stretch.parts[last]);
        let start = self.source_of(first).map(|start| start + range.start - first.start);
        let end = self.source_of(last).map(|start| start + range.end - last.start);
        match (start, end) {
            (Some(start), Some(end)) => Span::new(start, end),
            // Escapes and entities make a text unlike its source; then the whole text is shown.
            _ => self.body.node(first.node).span,
        }
    }

    /// Where the text of a part begins in the source, if it stands there as it is.
    fn source_of(&self, part: &Part) -> Option<usize> {
        match &self.body.node(part.node).kind {
            Kind::Text(text) | Kind::Code(text) => Some(text.source()?.start as usize),
            _ => None,
        }
    }

    /// Where a link opens and closes so that it holds whole elements only.
    fn points(
        &mut self,
        stretch: &Stretch,
        first: usize,
        last: usize,
        range: &Range<usize>,
    ) -> Option<(Point, Point)> {
        let (first, last) = (&stretch.parts[first], &stretch.parts[last]);
        let open = Point { node: first.node, at: (range.start - first.start) as u32 };
        let close = Point { node: last.node, at: (range.end - last.start) as u32 };
        if first.node == last.node {
            return Some((open, close));
        }
        if self.parents.is_empty() {
            self.parents = parents(self.body);
        }
        Some((self.lift_open(open, last.node)?, self.lift_close(close, first.node)?))
    }

    /// Before the outermost of the elements that begin with this place and end before a later node.
    fn lift_open(&self, open: Point, later: NodeId) -> Option<Point> {
        let ends_before = |id: &NodeId| self.body.node(*id).end <= later;
        let around = self.around(open.node).take_while(ends_before);
        let (mut outermost, mut is_first) = (open.node, open.at == 0);
        for id in around {
            is_first &= id + 1 == outermost;
            outermost = id;
        }
        match outermost == open.node {
            true => Some(open),
            false => is_first.then_some(Point { node: outermost, at: 0 }),
        }
    }

    /// After the outermost of the elements that end with this place and begin after an earlier node.
    fn lift_close(&self, close: Point, earlier: NodeId) -> Option<Point> {
        let around = self.around(close.node).take_while(|id| *id > earlier);
        let Some(outermost) = around.last() else { return Some(close) };
        let body = self.body;
        let Kind::Text(text) = &body.node(close.node).kind else { return None };
        let is_last = close.at as usize == body.text(*text, &self.lesson.text).len()
            && body.node(outermost).end == body.node(close.node).end;
        is_last.then_some(Point { node: outermost, at: AFTER })
    }

    /// The nodes around a node, the innermost first.
    fn around(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parents[node as usize], |id| self.parents[*id as usize])
    }
}

/// The node directly around each node.
fn parents(body: &Document) -> Vec<Option<NodeId>> {
    let mut parents = vec![None; body.nodes.len()];
    for id in 0..body.nodes.len() as NodeId {
        for child in body.children(id) {
            parents[child as usize] = Some(id);
        }
    }
    parents
}

impl Stretch {
    fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
    }

    fn part_at(&self, byte: usize) -> usize {
        self.parts.partition_point(|part| part.start <= byte).saturating_sub(1)
    }
}

/// How many more elements are open after a piece of raw HTML than before it, of those in which a link has no place.
fn html_nesting(html: &str) -> i32 {
    const ELEMENTS: &[&str] = &[
        "a", "button", "code", "kbd", "option", "pre", "samp", "script", "select", "style", "svg",
        "textarea", "title", "var",
    ];
    let mut nesting = 0;
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        let (step, rest) = rest.strip_prefix('/').map_or((1, rest), |rest| (-1, rest));
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name)) {
            nesting += step;
        }
    }
    nesting
}

/// Whether a place is not just a part of a longer word, an address or a path.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    const JOINTS: [char; 14] =
        ['-', '\u{2010}', '\u{2011}', '_', '/', '\\', '@', '#', '&', '=', '~', '%', '$', '+'];
    let is_joint = |c: char| JOINTS.contains(&c);
    let mut before = text[..range.start].chars().rev();
    let mut after = text[range.end..].chars();
    let joined_before = match before.next() {
        Some(c) if is_joint(c) => {
            before.next().is_some_and(char::is_alphanumeric) || "/\\@#~$&".contains(c)
        }
        Some('.' | ':') => before.next().is_some_and(char::is_alphanumeric),
        _ => false,
    };
    let joined_after = match after.next() {
        Some(c) if is_joint(c) => {
            after.next().is_some_and(char::is_alphanumeric) || "/\\@=".contains(c)
        }
        Some('.' | ':') => after.next().is_some_and(|c| c.is_alphanumeric() || c == '/'),
        _ => false,
    };
    !joined_before && !joined_after
}
