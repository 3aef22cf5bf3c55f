//! The shape of a question: which part of its text is the prompt, what is to be answered, hints and explanation.
//!
//! Works on the Markdown parser's events, so that every part may hold any Markdown.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::fence::Asked;

/// An event and its bytes in the question's text.
pub type Ev<'t> = (Event<'t>, Range<usize>);

/// A question's parts.
#[derive(Debug)]
pub struct Shape<'t> {
    pub prompt: Vec<Ev<'t>>,
    pub form: Form<'t>,
    pub hints: Vec<Vec<Ev<'t>>>,
    pub explanation: Vec<Ev<'t>>,
    /// Options that stand apart from the others, as a part of the explanation.
    pub stray: Option<Range<usize>>,
    /// Lines that were meant as options or entries and are text.
    pub glued: Vec<Range<usize>>,
}

impl Shape<'_> {
    /// How many options, entries, pairs or blanks there are.
    pub fn count(&self) -> usize {
        match &self.form {
            Form::Choice(items) | Form::Order(items) => items.len(),
            Form::Match { rows, .. } => rows.len(),
            Form::Blanks => self.prompt.iter().filter(|(event, _)| is_blank(event)).count(),
        }
    }
}

/// What is to be answered.
#[derive(Debug)]
pub enum Form<'t> {
    Choice(Vec<Item<'t>>),
    /// The blanks stand in the prompt.
    Blanks,
    Order(Vec<Item<'t>>),
    Match {
        head: Row<'t>,
        rows: Vec<Row<'t>>,
    },
}

/// An entry of a list.
#[derive(Debug)]
pub struct Item<'t> {
    pub range: Range<usize>,
    /// Whether its box is ticked; `None` where it has no box.
    pub ticked: Option<bool>,
    pub content: Vec<Ev<'t>>,
    /// The quotations under it.
    pub feedback: Vec<(Range<usize>, Vec<Ev<'t>>)>,
}

/// A row of a table with the content of its cells.
#[derive(Debug, Default)]
pub struct Row<'t> {
    pub range: Range<usize>,
    pub cells: Vec<(Range<usize>, Vec<Ev<'t>>)>,
}

/// Why a text has no shape.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing can be answered.
    NoAnswer,
    /// What the fence asks for is not there.
    NotThere(Asked),
    /// A table to be matched has this many columns.
    Columns(usize, Range<usize>),
}

/// Finds the parts. `asked` is the kind that the fence asks for.
pub fn find<'t>(
    text: &'t str,
    events: Vec<Ev<'t>>,
    asked: Option<Asked>,
) -> Result<Shape<'t>, Fault> {
    let glued = glued_options(text, &events);
    let events = without_headings(text, events);
    let events = with_hints_apart(text, events);
    let blocks = blocks(text, &events);
    let first = |kind: fn(&Block) -> bool| blocks.iter().position(|(block, _)| kind(block));
    let tasks = first(|block| *block == Block::Tasks);
    let numbers = first(|block| *block == Block::Numbers);
    let table = first(|block| matches!(block, Block::Table(_)));
    let pairs = first(|block| *block == Block::Table(2));
    // What begins with `=` between double brackets is no name: such a table is to be filled in.
    let has_number =
        |at: usize| events[blocks[at].1.clone()].iter().any(|(event, _)| is_number(event));
    let kind = asked.or(match (tasks, numbers, pairs) {
        (Some(_), _, _) => Some(Asked::Single),
        (None, Some(_), _) => Some(Asked::Order),
        (None, None, Some(pairs)) if !has_number(pairs) => Some(Asked::Match),
        _ => None,
    });
    let (at, kind) = match kind {
        Some(Asked::Single | Asked::Multiple) => (tasks, Block::Tasks),
        Some(Asked::Order) => (numbers, Block::Numbers),
        Some(Asked::Match) => (table, Block::Table(2)),
        Some(Asked::FillIn) | None => (None, Block::Other),
    };
    let Some(at) = at else {
        if let Some(asked) = asked.filter(|asked| *asked != Asked::FillIn) {
            return Err(Fault::NotThere(asked));
        }
        let is_blank = |(event, _): &Ev<'_>| is_blank(event);
        if !events.iter().any(is_blank) && empty_blank(&events).is_none() {
            // A table of another width was most likely meant to be matched.
            return Err(match table.map(|at| &blocks[at]) {
                Some((Block::Table(columns), range)) => {
                    Fault::Columns(*columns, span(&events, range))
                }
                _ => Fault::NoAnswer,
            });
        }
        let rule = first(|block| *block == Block::Rule).unwrap_or(blocks.len());
        return Ok(parts(glued, &events, &blocks, rule..rule, Form::Blanks));
    };
    match kind {
        Block::Tasks => {
            let end = end_of_tasks(text, &events, &blocks, at);
            let items = choice_items(text, &events, &blocks[at..end]);
            Ok(parts(glued, &events, &blocks, at..end, Form::Choice(items)))
        }
        Block::Numbers => {
            let items = items(text, &events[blocks[at].1.clone()]);
            Ok(parts(glued, &events, &blocks, at..at + 1, Form::Order(items)))
        }
        _ => {
            let (Block::Table(columns), range) = &blocks[at] else { return Err(Fault::NoAnswer) };
            if *columns != 2 {
                return Err(Fault::Columns(*columns, span(&events, range)));
            }
            let (head, rows) = rows(&events[range.clone()]);
            Ok(parts(glued, &events, &blocks, at..at + 1, Form::Match { head, rows }))
        }
    }
}

/// What stands at the top level of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    /// A list in which some item has a box.
    Tasks,
    Numbers,
    /// A table with this many columns.
    Table(usize),
    Quote,
    Rule,
    Hint,
    /// A footnote's text, which is shown elsewhere.
    Footnote,
    Other,
}

/// Puts the parts together around the blocks that are the answer.
fn parts<'t>(
    glued: Vec<Range<usize>>,
    events: &[Ev<'t>],
    blocks: &[(Block, Range<usize>)],
    answer: Range<usize>,
    form: Form<'t>,
) -> Shape<'t> {
    let of = |blocks: &[(Block, Range<usize>)], is_in: fn(&Block) -> bool| -> Vec<Ev<'t>> {
        let blocks = blocks.iter().filter(|(block, _)| is_in(block));
        blocks.flat_map(|(_, range)| events[range.clone()].iter().cloned()).collect()
    };
    let is_text: fn(&Block) -> bool = |block| !matches!(block, Block::Hint | Block::Footnote);
    let mut prompt = of(&blocks[..answer.start], is_text);
    prompt.extend(of(blocks, |block| *block == Block::Footnote));
    let hints = blocks.iter().filter(|(block, _)| *block == Block::Hint);
    let hints = hints.map(|(_, range)| without_mark(&events[range.clone()]));
    let mut after = &blocks[answer.end..];
    // The line between a question and its explanation is a mark, not a part of either.
    while let [(Block::Rule | Block::Hint, _), rest @ ..] = after {
        after = rest;
    }
    Shape {
        prompt,
        hints: hints.collect(),
        stray: stray_options(events, after, &form),
        glued,
        form,
        explanation: of(after, is_text),
    }
}

/// A list of options after other text that follows the first list.
fn stray_options(
    events: &[Ev<'_>],
    after: &[(Block, Range<usize>)],
    form: &Form<'_>,
) -> Option<Range<usize>> {
    let is_choice = matches!(form, Form::Choice(_));
    let mut lists = after.iter().filter(|(block, _)| *block == Block::Tasks);
    lists.next().filter(|_| is_choice).map(|(_, range)| span(events, range))
}

/// Lines that were meant as an option or an entry and lack the space behind the hyphen or the number: `-[x] this`,
/// `2.that`. Markdown takes them for more of the line above, whatever that belongs to.
fn glued_options(text: &str, events: &[Ev<'_>]) -> Vec<Range<usize>> {
    let is_box = |at: usize| {
        let rest = text[at..].strip_prefix(['-', '*', '+']);
        rest.is_some_and(|rest| ["[ ]", "[x]", "[X]"].iter().any(|sign| rest.starts_with(sign)))
    };
    let is_numbered =
        events.iter().any(|(event, _)| matches!(event, Event::Start(Tag::List(Some(_)))));
    let is_number = |at: usize| {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        let rest = &text[at + digits..];
        let after = rest.strip_prefix(['.', ')']).and_then(|rest| rest.chars().next());
        is_numbered && (1..=2).contains(&digits) && after.is_some_and(char::is_alphabetic)
    };
    let lines = events.windows(2).filter_map(|pair| match pair {
        [(Event::SoftBreak | Event::Start(_), _), (Event::Text(_), range)] => Some(range),
        _ => None,
    });
    let glued = lines.filter(|range| is_box(range.start) || is_number(range.start));
    let whole = |at: usize| text[at..].lines().next().unwrap_or_default().trim_end().len();
    glued.map(|range| range.start..range.start + whole(range.start)).collect()
}

/// Headings become bold paragraphs, since a question is no section; a line `---` directly under a text, which Markdown
/// takes for the underline of a heading, becomes the rule that it was meant as.
fn without_headings<'t>(text: &str, events: Vec<Ev<'t>>) -> Vec<Ev<'t>> {
    let mut plain = Vec::with_capacity(events.len());
    let mut is_underlined = false;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                let written = text[range.clone()].trim_end();
                let last = written.lines().last().unwrap_or_default().trim();
                is_underlined = !written.starts_with('#') && last.starts_with('-');
                plain.push((Event::Start(Tag::Paragraph), range.clone()));
                if !is_underlined {
                    plain.push((Event::Start(Tag::Strong), range));
                }
            }
            Event::End(TagEnd::Heading(_)) if is_underlined => {
                plain.push((Event::End(TagEnd::Paragraph), range.clone()));
                plain.push((Event::Rule, range.end..range.end));
            }
            Event::End(TagEnd::Heading(_)) => {
                plain.push((Event::End(TagEnd::Strong), range.clone()));
                plain.push((Event::End(TagEnd::Paragraph), range));
            }
            _ => plain.push((event, range)),
        }
    }
    plain
}

/// Begins a new paragraph at each line of a paragraph that begins a hint.
fn with_hints_apart<'t>(text: &str, events: Vec<Ev<'t>>) -> Vec<Ev<'t>> {
    let mut apart: Vec<Ev<'t>> = Vec::with_capacity(events.len());
    let mut depth = 0;
    for (event, range) in events {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Text(_)
                if depth == 1
                    && is_hint_mark(text, range.start)
                    && matches!(apart.last(), Some((Event::SoftBreak, _))) =>
            {
                apart.pop();
                apart.push((Event::End(TagEnd::Paragraph), range.start..range.start));
                apart.push((Event::Start(Tag::Paragraph), range.clone()));
            }
            _ => {}
        }
        apart.push((event, range));
    }
    apart
}

/// Whether a hint begins at this byte: `? `.
fn is_hint_mark(text: &str, at: usize) -> bool {
    text[at..].strip_prefix('?').is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// The boxes that stand in a list inside of an option.
pub fn inner_boxes(items: &[Item<'_>]) -> Vec<Range<usize>> {
    let events = items.iter().flat_map(|item| &item.content);
    let boxes = events.filter(|(event, _)| matches!(event, Event::TaskListMarker(_)));
    boxes.map(|(_, range)| range.clone()).collect()
}

/// What an author has most likely meant where nothing can be answered: the line, and what keeps Markdown from seeing it.
pub fn near_miss(text: &str) -> Option<(Range<usize>, &'static str)> {
    super::code::lines(text).find_map(|(at, line)| {
        let written = line.trim();
        let indented = line.starts_with("    ") || line.starts_with('\t');
        let begins = |signs: &[&str]| signs.iter().any(|sign| written.starts_with(sign));
        let is_box = begins(&["- [ ]", "- [x]", "- [X]"]);
        let reason = if is_box && indented {
            "it is indented by four columns, which Markdown takes for code"
        } else if begins(&["-[ ]", "-[x]", "-[X]", "*[ ]", "*[x]"]) {
            "a space is missing between the hyphen and the bracket"
        } else if is_box {
            "a space is missing behind the box"
        } else if begins(&["– [", "— [", "− [", "• ["]) {
            "a list begins with a hyphen, and this is another sign"
        } else if begins(&["- ( )", "- (x)", "- (X)", "() ", "( ) ", "(x) "]) {
            "a box has square brackets behind a hyphen: `- [ ]`"
        } else if begins(&["[ ] ", "[x] ", "[X] "]) {
            "a hyphen is missing before the box: `- [ ]`"
        } else if written.starts_with('|') && !text.contains("---") {
            "the line `| --- | --- |` is missing below the head of the table"
        } else if written.contains("[[") && !written.contains("]]") {
            "the blank is not closed by `]]`"
        } else if written.contains("___") {
            "a blank is written with its answer: `[[answer]]`"
        } else {
            return None;
        };
        let start = at + line.len() - line.trim_start().len();
        Some((start..start + written.len(), reason))
    })
}

/// The places at which a line inside of an item begins like a hint: Markdown has taken it for the rest of the option.
pub fn misplaced_hints(text: &str, items: &[Item<'_>]) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    for item in items {
        for pair in item.content.windows(2) {
            if let [(Event::SoftBreak, _), (Event::Text(_), range)] = pair
                && is_hint_mark(text, range.start)
            {
                places.push(range.clone());
            }
        }
    }
    places
}

/// The fence of a code block that stands directly behind a box, where Markdown knows only text.
pub fn code_beside_box(text: &str, item: &Item<'_>) -> Option<Range<usize>> {
    let first = item.content.iter().find(|(event, _)| !matches!(event, Event::Start(_)))?;
    let line = text[first.1.start..].lines().next()?.trim_end();
    let is_fence = line.starts_with("```") || line.starts_with("~~~");
    let is_text = matches!(first.0, Event::Text(_));
    (is_fence && is_text).then(|| first.1.start..first.1.start + line.len())
}

/// The events of a hint without its mark.
fn without_mark<'t>(events: &[Ev<'t>]) -> Vec<Ev<'t>> {
    let mut events = events.to_vec();
    if let Some((Event::Text(text), range)) = events.get_mut(1) {
        let rest = text.strip_prefix('?').unwrap_or(text).trim_start();
        let cut = text.len() - rest.len();
        *range = (range.start + cut).min(range.end)..range.end;
        *text = rest.to_owned().into();
    }
    events
}

/// The blocks at the top level, as ranges of events.
fn blocks(text: &str, events: &[Ev<'_>]) -> Vec<(Block, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < events.len() {
        let end = block_end(events, at);
        let inside = &events[at..end];
        let kind = match &events[at].0 {
            Event::Rule => Block::Rule,
            Event::Start(Tag::List(start)) => {
                if items(text, inside).iter().any(|item| item.ticked.is_some()) {
                    Block::Tasks
                } else if start.is_some() {
                    Block::Numbers
                } else {
                    Block::Other
                }
            }
            Event::Start(Tag::Table(columns)) => Block::Table(columns.len()),
            Event::Start(Tag::BlockQuote(_)) => Block::Quote,
            Event::Start(Tag::FootnoteDefinition(_)) => Block::Footnote,
            Event::Start(Tag::Paragraph) => match inside.get(1) {
                Some((Event::Text(_), range)) if is_hint_mark(text, range.start) => Block::Hint,
                _ => Block::Other,
            },
            _ => Block::Other,
        };
        blocks.push((kind, at..end));
        at = end;
    }
    blocks
}

/// One past the event that ends what begins at `at`.
fn block_end(events: &[Ev<'_>], at: usize) -> usize {
    let mut depth = 0;
    for (index, (event, _)) in events.iter().enumerate().skip(at) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    events.len()
}

/// The bytes of a range of events.
fn span(events: &[Ev<'_>], range: &Range<usize>) -> Range<usize> {
    events[range.start].1.clone()
}

/// Where the options end: quotations between lists, and one directly under the last, are feedback that its author did
/// not indent, as mkdocs-quiz has it.
fn end_of_tasks(
    text: &str,
    events: &[Ev<'_>],
    blocks: &[(Block, Range<usize>)],
    first: usize,
) -> usize {
    let mut end = first + 1;
    loop {
        let is = |at: usize, kind: &Block| blocks.get(at).is_some_and(|(block, _)| block == kind);
        if is(end, &Block::Tasks) {
            end += 1;
        } else if is(end, &Block::Quote) && is(end + 1, &Block::Tasks) {
            end += 2;
        } else if is(end, &Block::Quote) {
            let above = span(events, &blocks[end - 1].1).end;
            let quote = span(events, &blocks[end].1).start;
            let gap = text[..quote].trim_end().len().min(above)..quote;
            let is_next_line = text[gap].matches('\n').count() <= 1;
            return if is_next_line { end + 1 } else { end };
        } else {
            return end;
        }
    }
}

/// The options of one or several lists with the quotations between them.
fn choice_items<'t>(
    text: &str,
    events: &[Ev<'t>],
    blocks: &[(Block, Range<usize>)],
) -> Vec<Item<'t>> {
    let mut all: Vec<Item<'t>> = Vec::new();
    for (block, range) in blocks {
        let inside = &events[range.clone()];
        match (block, all.last_mut()) {
            (Block::Quote, Some(item)) => item.feedback.push(feedback(text, inside)),
            _ => all.extend(items(text, inside)),
        }
    }
    all
}

/// What a quotation under an option says; a callout stays one.
fn feedback<'t>(text: &str, quotation: &[Ev<'t>]) -> (Range<usize>, Vec<Ev<'t>>) {
    let first = quotation.iter().find(|(event, _)| matches!(event, Event::Text(_)));
    match first {
        Some((_, range)) if text[range.start..].starts_with("[!") => {
            (quotation[0].1.clone(), quotation.to_vec())
        }
        _ => unwrapped(quotation),
    }
}

/// What stands inside of a block, with the block's bytes.
fn unwrapped<'t>(events: &[Ev<'t>]) -> (Range<usize>, Vec<Ev<'t>>) {
    let range = events[0].1.clone();
    (range, events[1..events.len() - 1].to_vec())
}

/// The items of a list.
fn items<'t>(text: &str, list: &[Ev<'t>]) -> Vec<Item<'t>> {
    let mut all = Vec::new();
    let mut at = 1;
    while at + 1 < list.len() {
        let end = block_end(list, at);
        all.push(item(text, &list[at..end]));
        at = end;
    }
    all
}

fn item<'t>(text: &str, events: &[Ev<'t>]) -> Item<'t> {
    let mut item = Item {
        range: events[0].1.clone(),
        ticked: None,
        content: Vec::new(),
        feedback: Vec::new(),
    };
    let mut at = 1;
    while at + 1 < events.len() {
        let end = block_end(events, at);
        match &events[at].0 {
            Event::Start(Tag::BlockQuote(_)) => {
                item.feedback.push(feedback(text, &events[at..end]))
            }
            Event::TaskListMarker(ticked) => item.ticked = Some(*ticked),
            _ => item.content.extend_from_slice(&events[at..end]),
        }
        at = end;
    }
    // In a loose list the box stands in the first paragraph.
    if let Some((Event::TaskListMarker(ticked), _)) = item.content.get(1) {
        item.ticked = Some(*ticked);
        item.content.remove(1);
    }
    if item.ticked.is_none() && cut_empty_box(text, &mut item.content) {
        item.ticked = Some(false);
    }
    item
}

/// `- []` is a box for mkdocs-quiz and its authors, and text for Markdown. Cuts it off.
fn cut_empty_box(text: &str, content: &mut Vec<Ev<'_>>) -> bool {
    let is_text = |(event, _): &Ev<'_>| matches!(event, Event::Text(_));
    let Some(first) = content.iter().position(is_text).filter(|at| *at <= 1) else { return false };
    let start = content[first].1.start;
    if !text[start..].starts_with("[]") {
        return false;
    }
    let end = start + 2;
    while content.get(first).is_some_and(|event| is_text(event) && event.1.end <= end) {
        content.remove(first);
    }
    if let Some((Event::Text(rest), range)) = content.get_mut(first) {
        let kept = &rest[end.saturating_sub(range.start).min(rest.len())..];
        let kept = kept.trim_start().to_owned();
        *range = range.end.saturating_sub(kept.len()).max(range.start)..range.end;
        *rest = CowStr::from(kept);
    }
    true
}

/// The head and the rows of a table.
fn rows<'t>(table: &[Ev<'t>]) -> (Row<'t>, Vec<Row<'t>>) {
    let mut rows = Vec::new();
    let mut at = 1;
    while at + 1 < table.len() {
        let end = block_end(table, at);
        let mut row = Row { range: table[at].1.clone(), cells: Vec::new() };
        let mut cell = at + 1;
        while cell + 1 < end {
            let cell_end = block_end(table, cell);
            row.cells.push(unwrapped(&table[cell..cell_end]));
            cell = cell_end;
        }
        rows.push(row);
        at = end;
    }
    let head = if rows.is_empty() { Row::default() } else { rows.remove(0) };
    (head, rows)
}

/// Whether a blank begins: what Markdown takes for a name in double brackets.
pub fn is_blank(event: &Event<'_>) -> bool {
    use pulldown_cmark::LinkType;
    match event {
        // `[[!…]]` exempts a term here as everywhere.
        Event::Start(Tag::Link {
            link_type: LinkType::WikiLink { has_pothole }, dest_url, ..
        }) => *has_pothole || !dest_url.starts_with('!'),
        _ => false,
    }
}

/// Whether a blank for a number begins.
fn is_number(event: &Event<'_>) -> bool {
    match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            is_blank(event) && dest_url.trim_start().starts_with('=')
        }
        _ => false,
    }
}

/// Where a blank stands in which nothing is: Markdown has no link without a name and leaves it as text.
pub fn empty_blank(events: &[Ev<'_>]) -> Option<Range<usize>> {
    let is_text = |(event, _): &Ev<'_>| matches!(event, Event::Text(_));
    let runs = events.chunk_by(|a, b| is_text(a) && is_text(b));
    runs.filter(|run| is_text(&run[0])).find_map(|run| {
        let text: String = run.iter().filter_map(|(event, _)| text_of(event)).collect();
        let gap = empty_brackets(&text)?;
        let start = run[0].1.start;
        Some(start + gap.start..start + gap.end)
    })
}

fn text_of<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) => Some(text),
        _ => None,
    }
}

/// The first `[[` and `]]` with nothing but white space between them.
fn empty_brackets(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    for (close, _) in text.match_indices("]]") {
        let before = text[from..close].trim_end();
        if before.ends_with("[[") {
            return Some(from + before.len() - 2..close + 2);
        }
        from = close + 1;
    }
    None
}
