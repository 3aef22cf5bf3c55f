//! The layout of a drawing: rows of boxes in the order of reading, and lines that go around them.
//!
//! Boxes stand in the columns of a grid. Which row a box is in follows from the order of reading: a box opens a new row
//! when the row is full, or when it needs a box of this row that is not its neighbour. Which column, and beside which
//! boxes a line passes, is worked out by the crate `dugong` (the layered layout of Sugiyama, crossings kept few, and
//! coordinates by Brandes and Köpf). Lines bend in the gaps between rows only, and run straight down beside boxes, so
//! they never cross one. The drawing is never wider than its grid.

mod routes;
mod rows;

use std::ops::Range;

use routes::Routes;
use rows::Rows;

/// How far lines keep from boxes, and from each other where there is room.
const CLEARANCE: i32 = 7;
const LINE_SPACING: i32 = 10;
/// How far the ends of lines at one box are apart, and how far from its middle they are looked for.
const PORT_SPACING: i32 = 14;
const PORT_REACH: i32 = 28;
/// Between the rows of a group.
const ROW_GAP: i32 = 20;
const ROW_GAP_WITH_LINES: i32 = 34;
/// Around a group, and between two of them.
const PANEL_PADDING: i32 = 14;
const PANEL_GAP: i32 = 22;
/// The room that the tip of an arrow takes at the end of its line.
pub const TIP: i32 = 8;

/// The grid that a drawing is made in; in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    pub columns: usize,
    /// The width of a box.
    pub card: i32,
    /// Between two columns.
    pub gap: i32,
    /// Beside the outermost columns.
    pub margin: i32,
}

impl Grid {
    pub fn width(&self) -> i32 {
        let columns = self.columns as i32;
        2 * self.margin + columns * self.card + (columns - 1) * self.gap
    }

    /// The width of several columns side by side.
    pub fn span(&self, columns: usize) -> i32 {
        columns as i32 * (self.card + self.gap) - self.gap
    }

    fn left(&self, column: usize) -> i32 {
        self.margin + column as i32 * (self.card + self.gap)
    }
}

/// Boxes that stand together, below a heading if it has one.
#[derive(Clone, Debug)]
pub struct Group {
    pub boxes: Range<usize>,
    /// How wide and how high its heading is.
    pub heading: Option<(i32, i32)>,
}

/// What ties one box to another: an arrow goes from the first to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    pub from: usize,
    pub to: usize,
    /// By the terms that it uses, and not because it asks for it.
    pub by_terms: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Rect {
    fn right(&self) -> i32 {
        self.x + self.width
    }

    pub fn bottom(&self) -> i32 {
        self.y + self.height
    }

    fn middle(&self) -> i32 {
        self.x + self.width / 2
    }
}

/// A part of a line, from where the last one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Straight {
        x: i32,
        y: i32,
    },
    /// Leaves and arrives upright, and crosses over at a height of its own.
    Bend {
        x: i32,
        y: i32,
        over: i32,
    },
    /// Leaves downwards and comes back up.
    Loop {
        x: i32,
        y: i32,
    },
}

/// Where the tip of an arrow points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    Down,
    Up,
    Forward,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub start: (i32, i32),
    pub steps: Vec<Step>,
    pub tip: (i32, i32, Heading),
    pub by_terms: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub height: i32,
    pub boxes: Vec<Rect>,
    /// By group.
    pub panels: Vec<Rect>,
    /// By group.
    pub headings: Vec<Option<Rect>>,
    pub lines: Vec<Line>,
}

/// Lays boxes of these heights out. Ties lead from box to box, each pair once, no box to itself.
pub fn lay_out(grid: &Grid, heights: &[i32], groups: &[Group], ties: &[Tie]) -> Layout {
    let rows = Rows::new(grid, groups, ties, heights.len());
    let mut routes = Routes::new(&rows, ties);
    let columns = routes.columns(grid, &rows, ties);
    let (mut layout, spans) = place(grid, &rows, &routes, &columns, heights, groups);
    // Where lines end at a box follows from where they pass, and lines pass best where they end.
    let middles: Vec<i32> = routes.tops(&layout);
    routes.thread(grid, &rows, &layout, &middles);
    let tops: Vec<i32> = routes.ports(&layout).iter().map(|(top, _)| *top).collect();
    routes.thread(grid, &rows, &layout, &tops);
    layout.lines = routes.lines(&rows, ties, &layout, &spans);
    layout
}

/// Sets everything but the lines; returns with it the top and the bottom of every row.
fn place(
    grid: &Grid,
    rows: &Rows,
    routes: &Routes,
    columns: &[usize],
    heights: &[i32],
    groups: &[Group],
) -> (Layout, Vec<(i32, i32)>) {
    let crossing = routes.crossing(rows);
    let mut layout = Layout {
        boxes: vec![Rect::default(); heights.len()],
        panels: vec![Rect::default(); groups.len()],
        headings: vec![None; groups.len()],
        ..Layout::default()
    };
    let mut spans = Vec::with_capacity(rows.rows.len());
    let mut y = 0;
    for (number, row) in rows.rows.iter().enumerate() {
        let group = rows.groups[number];
        let is_first = number == 0 || rows.groups[number - 1] != group;
        let is_last = rows.groups.get(number + 1) != Some(&group);
        if is_first {
            layout.panels[group] = Rect { x: 0, y, width: grid.width(), height: 0 };
            y += PANEL_PADDING;
        }
        let trains = &rows.trains[row.clone()];
        let heading = groups[group].heading.filter(|_| rows.has_heading(number));
        let boxes = trains.iter().flat_map(|train| train.boxes.clone());
        let height = heading.map_or(0, |(_, height)| height);
        let height = boxes.map(|id| heights[id]).fold(height, i32::max);
        for (train, column) in trains.iter().zip(&columns[row.clone()]) {
            for (at, id) in train.boxes.clone().enumerate() {
                layout.boxes[id] = Rect { x: grid.left(column + at), y, width: grid.card, height };
            }
            if let Some(width) = train.heading {
                layout.headings[group] = Some(Rect { x: grid.left(*column), y, width, height });
            }
        }
        spans.push((y, y + height));
        y += height;
        let lines = crossing[number] as i32;
        if is_last {
            y += PANEL_PADDING;
            layout.panels[group].height = y - layout.panels[group].y;
            y += PANEL_GAP;
        } else if lines > 0 {
            y += ROW_GAP_WITH_LINES + 3 * lines.min(8);
        } else if heading.is_some() {
            y += ROW_GAP / 2;
        } else {
            y += ROW_GAP;
        }
    }
    layout.height = (y - PANEL_GAP).max(0);
    (layout, spans)
}

#[cfg(test)]
mod tests;
