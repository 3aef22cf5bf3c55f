//! Drawing: from a plan and a layout to SVG.
//!
//! Positions are attributes, colours and fonts are the style sheet's. The drawing is a nested list with a link for every
//! box, so it is read and operated as one; lines are left out of that, and each link is described by what it needs.

use std::fmt::{Display, Write};

use super::layout::{self, Grid, Heading, Layout, Line, Rect, Step};
use super::plan::{Group, Kind, Plan, Spot};
use super::text;
use crate::render::body::escape;
use crate::strings::Strings;

/// For wide screens, and for phones: 288 pixels are there on all of them.
const WIDE: Grid = Grid { columns: 3, card: 208, gap: 32, margin: 24 };
const NARROW: Grid = Grid { columns: 1, card: 232, gap: 0, margin: 28 };

const PADDING: i32 = 13;
/// Sizes of fonts and heights of lines; the style sheet has the same.
const TITLE: (i32, i32) = (15, 20);
const NOTE: (i32, i32) = (13, 17);
const HEADING: (i32, i32) = (18, 24);
/// The line above a title, with its number and the learner's mark.
const EYEBROW: i32 = 18;
const MARK: i32 = 16;
/// How far corners of lines are rounded.
const ROUND: i32 = 9;
const MOST_LINES: usize = 4;
const MOST_NOTES: usize = 2;

/// The texts of a box, broken into lines.
struct Label {
    title: Vec<String>,
    notes: Vec<String>,
}

/// Draws a plan for wide screens and for narrow ones.
pub fn draw(plan: &Plan, strings: &Strings, is_mirrored: bool) -> [String; 2] {
    [("map-wide", WIDE), ("map-narrow", NARROW)].map(|(class, grid)| {
        let drawing = Drawing::new(plan, strings, grid, is_mirrored);
        drawing.write(class)
    })
}

struct Drawing<'a> {
    plan: &'a Plan,
    strings: &'a Strings,
    grid: Grid,
    is_mirrored: bool,
    labels: Vec<Label>,
    headings: Vec<Vec<String>>,
    layout: Layout,
}

impl<'a> Drawing<'a> {
    fn new(plan: &'a Plan, strings: &'a Strings, grid: Grid, is_mirrored: bool) -> Self {
        let labels: Vec<Label> =
            plan.spots.iter().map(|spot| label(spot, &grid, strings)).collect();
        let heights: Vec<i32> = labels.iter().zip(&plan.spots).map(height).collect();
        let headings: Vec<Vec<String>> =
            plan.groups.iter().map(|group| heading(group, &grid)).collect();
        let groups = plan.groups.iter().zip(&headings).map(|(group, lines)| layout::Group {
            boxes: group.spots.clone(),
            heading: (!lines.is_empty()).then(|| heading_size(lines)),
        });
        let groups: Vec<layout::Group> = groups.collect();
        let layout = layout::lay_out(&grid, &heights, &groups, &plan.ties);
        Self { plan, strings, grid, is_mirrored, labels, headings, layout }
    }

    fn write(&self, class: &str) -> String {
        let (width, height) = (self.grid.width(), self.layout.height);
        let mut svg = String::new();
        let label = escaped(self.strings.get("map.title"));
        // In em, so that it grows with the reader's font.
        put(
            &mut svg,
            format_args!(
                "<svg class=\"map-drawing {class}\" width=\"{}em\" viewBox=\"-1 -1 {} {}\" role=\"list\" aria-label=\"{label}\">\n",
                f64::from(width + 2) / 16.0,
                width + 2,
                height + 2,
            ),
        );
        svg.push_str("<g aria-hidden=\"true\">\n");
        for panel in &self.layout.panels {
            self.rect(&mut svg, "map-panel", panel, 10);
        }
        for by_terms in [false, true] {
            self.lines(&mut svg, by_terms);
        }
        svg.push_str("</g>\n");
        let is_grouped = self.plan.groups.iter().any(|group| group.title.is_some());
        for (number, group) in self.plan.groups.iter().enumerate() {
            if is_grouped {
                svg.push_str("<g role=\"listitem\">\n");
                self.heading(&mut svg, number, group);
                svg.push_str("<g role=\"list\">\n");
            }
            for id in group.spots.clone() {
                self.spot(&mut svg, id);
            }
            if is_grouped {
                svg.push_str("</g>\n</g>\n");
            }
        }
        svg.push_str("</svg>");
        // It is kept, and needs no room to grow.
        svg.as_str().to_owned()
    }

    fn heading(&self, svg: &mut String, number: usize, group: &Group) {
        let (Some(rect), Some((_, href))) = (self.layout.headings[number], &group.title) else {
            return;
        };
        let mut text = String::new();
        self.text(&mut text, "map-heading", &self.headings[number], rect.x, rect.y, HEADING);
        match href {
            Some(href) => put(
                svg,
                format_args!("<a class=\"map-unit\" href=\"{}\">{text}</a>\n", escaped(href)),
            ),
            None => put(svg, format_args!("{text}\n")),
        }
    }

    fn spot(&self, svg: &mut String, id: usize) {
        let (spot, rect, label) = (&self.plan.spots[id], &self.layout.boxes[id], &self.labels[id]);
        let class = match spot.kind {
            Kind::Lesson => "map-lesson",
            Kind::Unit => "map-whole",
            Kind::Outside => "map-outside",
        };
        put(
            svg,
            format_args!(
                "<g role=\"listitem\"><a class=\"map-box {class}\" href=\"{}\"",
                escaped(&spot.link.href)
            ),
        );
        if spot.kind == Kind::Unit {
            put(svg, format_args!(" data-lessons=\"{}\"", spot.lessons));
        }
        svg.push('>');
        let told = self.told(spot);
        if !told.is_empty() {
            put(svg, format_args!("<desc>{}</desc>", escaped(&told)));
        }
        self.rect(svg, "map-card", rect, 7);
        let x = rect.x + PADDING;
        let mut y = rect.y + PADDING - 2;
        let eyebrow = |svg: &mut String, y: i32| {
            let number = [spot.number.clone()];
            self.text(svg, "map-number", &number, x, y, (NOTE.0, EYEBROW));
            svg.push(' ');
        };
        // Where there is no number, what scripts will say stands below.
        if !spot.number.is_empty() {
            eyebrow(svg, y);
            y += EYEBROW;
        }
        self.text(svg, "map-title", &label.title, x, y, TITLE);
        y += label.title.len() as i32 * TITLE.1;
        if !label.notes.is_empty() {
            svg.push(' ');
            // The terms that a lesson explains are told in its description.
            let class = match spot.kind {
                Kind::Lesson => "map-note\" aria-hidden=\"true",
                _ => "map-note",
            };
            self.text(svg, class, &label.notes, x, y + 3, NOTE);
            y += 3 + label.notes.len() as i32 * NOTE.1;
        }
        if spot.number.is_empty() && spot.kind != Kind::Outside {
            svg.push(' ');
            eyebrow(svg, y + 2);
        }
        if spot.kind != Kind::Outside {
            self.mark(svg, rect);
        }
        svg.push_str("</a></g>\n");
    }

    /// The room for the learner's mark, in the upper corner of a box.
    fn mark(&self, svg: &mut String, rect: &Rect) {
        let x = rect.x + rect.width - PADDING - MARK;
        let mark = Rect { x, y: rect.y + PADDING - 4, width: MARK, height: MARK };
        let (x, y) = (self.left(&mark), mark.y);
        put(
            svg,
            format_args!(
                "<foreignObject x=\"{x}\" y=\"{y}\" width=\"{MARK}\" height=\"{MARK}\"></foreignObject>"
            ),
        );
    }

    /// What ties a box to others, in words.
    fn told(&self, spot: &Spot) -> String {
        let comma = self.strings.get("page.comma");
        let names = |links: &mut dyn Iterator<Item = &str>| links.collect::<Vec<_>>().join(comma);
        let needs = names(&mut spot.needs.iter().map(|link| link.title.as_str()));
        let teaches = names(&mut spot.teaches.iter().map(|link| link.title.as_str()));
        let uses = spot.uses.iter().flat_map(|uses| &uses.terms);
        let uses = names(&mut uses.map(|link| link.title.as_str()));
        let parts = [("map.needs", needs), ("map.teaches", teaches), ("map.uses", uses)];
        let parts = parts.iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<String> =
            parts.map(|(key, names)| format!("{} {names}.", self.strings.get(key))).collect();
        parts.join(" ")
    }

    fn lines(&self, svg: &mut String, by_terms: bool) {
        let lines: Vec<&Line> =
            self.layout.lines.iter().filter(|line| line.by_terms == by_terms).collect();
        if lines.is_empty() {
            return;
        }
        let class = if by_terms { "map-by-terms" } else { "map-needs" };
        put(svg, format_args!("<path class=\"map-line {class}\" d=\""));
        for line in &lines {
            self.path(svg, line);
        }
        put(svg, format_args!("\"/>\n<path class=\"map-tip {class}\" d=\""));
        for Line { tip: (x, y, heading), .. } in &lines {
            let (x, back) = (self.x(*x), if self.is_mirrored { layout::TIP } else { -layout::TIP });
            let tip = layout::TIP;
            match heading {
                Heading::Down => put(svg, format_args!("M{} {}h10l-5 {tip}z", x - 5, y - tip)),
                Heading::Up => put(svg, format_args!("M{} {}h10l-5 -{tip}z", x - 5, y + tip)),
                Heading::Forward => {
                    put(svg, format_args!("M{} {}v10l{} -5z", x + back, y - 5, -back))
                }
            }
        }
        svg.push_str("\"/>\n");
    }

    fn path(&self, svg: &mut String, line: &Line) {
        let (mut x, mut y) = (self.x(line.start.0), line.start.1);
        put(svg, format_args!("M{x} {y}"));
        for step in &line.steps {
            let (to, down) = match *step {
                Step::Straight { x, y } | Step::Bend { x, y, .. } | Step::Loop { x, y } => {
                    (self.x(x), y)
                }
            };
            match step {
                Step::Straight { .. } if to == x && down == y => {}
                Step::Straight { .. } if to == x => put(svg, format_args!("V{down}")),
                Step::Straight { .. } => put(svg, format_args!("L{to} {down}")),
                Step::Bend { over, .. } => {
                    let round = ROUND.min((to - x).abs() / 2).min(over - y).min(down - over).max(0);
                    let aside = if to > x { round } else { -round };
                    let (before, after) = (over - round, over + round);
                    put(
                        svg,
                        format_args!("V{before}Q{x} {over} {} {over}H{}", x + aside, to - aside),
                    );
                    put(svg, format_args!("Q{to} {over} {to} {after}V{down}"));
                }
                Step::Loop { .. } => {
                    let below = y.max(down) + 22;
                    put(svg, format_args!("C{x} {below} {to} {below} {to} {down}"));
                }
            }
            (x, y) = (to, down);
        }
    }

    fn rect(&self, svg: &mut String, class: &str, rect: &Rect, round: i32) {
        let (x, Rect { y, width, height, .. }) = (self.left(rect), rect);
        put(
            svg,
            format_args!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
            ),
        );
    }

    /// Lines of text below each other; `x` and `y` are where the first begins and its top.
    fn text(
        &self,
        svg: &mut String,
        class: &str,
        lines: &[String],
        x: i32,
        y: i32,
        (size, line): (i32, i32),
    ) {
        let x = self.x(x);
        put(svg, format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{}\">", y + size));
        for (at, text) in lines.iter().enumerate() {
            match at {
                0 => svg.push_str(&escaped(text)),
                // The space keeps words apart where the lines are read as one.
                _ => put(
                    svg,
                    format_args!(" <tspan x=\"{x}\" dy=\"{line}\">{}</tspan>", escaped(text)),
                ),
            }
        }
        svg.push_str("</text>");
    }

    /// Where something stands that is written from right to left.
    fn x(&self, x: i32) -> i32 {
        if self.is_mirrored { self.grid.width() - x } else { x }
    }

    fn left(&self, rect: &Rect) -> i32 {
        if self.is_mirrored { self.grid.width() - rect.x - rect.width } else { rect.x }
    }
}

fn label(spot: &Spot, grid: &Grid, strings: &Strings) -> Label {
    let room = |size: i32| ((grid.card - 2 * PADDING) * 100 / size) as u32;
    let mut notes = Vec::new();
    if spot.kind == Kind::Unit {
        notes.push(strings.fill("page.lessons", &[("count", &spot.lessons)]));
    }
    let terms: Vec<&str> = spot.teaches.iter().map(|link| link.title.as_str()).collect();
    if !terms.is_empty() {
        let terms = terms.join(strings.get("page.comma"));
        notes.extend(text::wrap(&terms, room(NOTE.0), MOST_NOTES));
    }
    // Without a line above it, the title makes room for the mark.
    let beside = if spot.number.is_empty() && spot.kind != Kind::Outside { MARK + 4 } else { 0 };
    let limit = room(TITLE.0) - (beside * 100 / TITLE.0) as u32;
    Label { title: text::wrap(&spot.link.title, limit, MOST_LINES), notes }
}

fn height((label, spot): (&Label, &Spot)) -> i32 {
    let eyebrow = if spot.kind == Kind::Outside { 0 } else { EYEBROW };
    let notes = label.notes.len() as i32 * NOTE.1;
    let between = if label.notes.is_empty() { 0 } else { 3 };
    2 * PADDING - 2 + eyebrow + label.title.len() as i32 * TITLE.1 + between + notes
}

fn heading(group: &Group, grid: &Grid) -> Vec<String> {
    let Some((title, _)) = &group.title else { return Vec::new() };
    let title = match group.number.is_empty() {
        true => title.clone(),
        false => format!("{} {title}", group.number),
    };
    let room = grid.span(grid.columns.min(2)) * 100 / HEADING.0;
    text::wrap(&title, room as u32, 3)
}

/// How wide and how high a heading is.
fn heading_size(lines: &[String]) -> (i32, i32) {
    let widest = lines.iter().map(|line| text::width(line) as i32 * HEADING.0 / 100).max();
    (widest.unwrap_or(0), lines.len() as i32 * HEADING.1)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

fn put(svg: &mut String, text: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(svg, "{text}");
}
