//! Routes: in which columns boxes stand, where lines pass rows, and where they end.

use std::collections::BTreeMap;

use dugong::graphlib::{Graph, GraphOptions};
use dugong::order::{OrderOptions, order};
use dugong::position::bk::position_x;
use dugong::{EdgeLabel, GraphLabel, NodeLabel};

use super::rows::{Rows, Train};
use super::{
    CLEARANCE, Grid, Heading, LINE_SPACING, Layout, Line, PORT_REACH, PORT_SPACING, Rect, Step,
    TIP, Tie,
};

/// How a tie is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// From the right side of a box to the left side of the next.
    Beside,
    /// Below a row and up again.
    Below,
    /// From the upper box to the lower one, through the rows between them.
    Through { upper: usize, lower: usize },
}

/// Where a line passes a row.
#[derive(Clone, Copy, Debug)]
struct Pass {
    row: usize,
    x: i32,
    /// Its place in the order of the row.
    order: usize,
    /// How many trains of the row stand before it.
    gap: usize,
}

#[derive(Debug)]
struct Route {
    kind: Kind,
    passes: Vec<Pass>,
}

pub struct Routes {
    routes: Vec<Route>,
}

impl Routes {
    pub fn new(rows: &Rows, ties: &[Tie]) -> Self {
        let routes = ties.iter().map(|tie| {
            let ((from, from_train), (to, to_train)) = (rows.of_box[tie.from], rows.of_box[tie.to]);
            let kind = match from.cmp(&to) {
                std::cmp::Ordering::Equal if from_train == to_train && tie.from + 1 == tie.to => {
                    Kind::Beside
                }
                std::cmp::Ordering::Equal => Kind::Below,
                std::cmp::Ordering::Less => Kind::Through { upper: tie.from, lower: tie.to },
                std::cmp::Ordering::Greater => Kind::Through { upper: tie.to, lower: tie.from },
            };
            let between = match kind {
                Kind::Through { .. } => from.min(to) + 1..from.max(to),
                _ => 0..0,
            };
            let passes = between.map(|row| Pass { row, x: 0, order: 0, gap: 0 }).collect();
            Route { kind, passes }
        });
        Self { routes: routes.collect() }
    }

    /// By train, its first column; notes by the way on which side of the trains each line passes.
    pub fn columns(&mut self, grid: &Grid, rows: &Rows, ties: &[Tie]) -> Vec<usize> {
        let through = self.routes.iter().any(|route| matches!(route.kind, Kind::Through { .. }));
        if !through {
            return packed(rows);
        }
        let graph = self.graph(grid, rows);
        let train_of = |id: usize| rows.of_box[id].1;
        let mut is_tied = vec![false; rows.trains.len()];
        for (route, tie) in self.routes.iter().zip(ties) {
            if matches!(route.kind, Kind::Through { .. }) {
                is_tied[train_of(tie.from)] = true;
                is_tied[train_of(tie.to)] = true;
            }
        }
        let above = self.above(rows);
        // One column leaves nothing to choose.
        let xs = if grid.columns > 1 { position_x(&graph) } else { Default::default() };
        let left = |train: usize| {
            let half = f64::from(rows.width(grid, train)) / 2.0;
            xs.get(&train_name(train)).copied().unwrap_or_default() - half
        };
        let tied = (0..rows.trains.len()).filter(|train| is_tied[*train]);
        let leftmost = tied.map(left).fold(f64::INFINITY, f64::min);
        let pitch = f64::from(grid.card + grid.gap);
        let passing = self.passing(rows);
        let order_of = |name: &str| graph.node(name).and_then(|node| node.order).unwrap_or(0);
        for (number, route) in self.routes.iter_mut().enumerate() {
            for (at, pass) in route.passes.iter_mut().enumerate() {
                pass.order = order_of(&pass_name(number, at));
            }
        }

        let mut columns = vec![0; rows.trains.len()];
        for row in &rows.rows {
            let mut trains: Vec<usize> = row.clone().collect();
            trains.sort_by_key(|train| order_of(&train_name(*train)));
            let begins = rows.begins_group(rows.trains[row.start].row);
            let mut free = 0;
            for train in &trains {
                let Train { boxes, columns: wide, .. } = &rows.trains[*train];
                let above = &above[boxes.start.min(above.len() - 1)];
                // A group begins at the margin. Below that a box stands under the one that it is tied to.
                let wanted = match above[..] {
                    _ if begins || !is_tied[*train] => 0,
                    [only] => {
                        let (_, upper) = rows.of_box[only];
                        let column = columns[upper] + only - rows.trains[upper].boxes.start;
                        if column + wide <= grid.columns { column } else { 0 }
                    }
                    _ => ((left(*train) - leftmost) / pitch).round().max(0.0) as usize,
                };
                columns[*train] = wanted.max(free);
                free = columns[*train] + wide;
            }
            // What stands too far to the right moves back, and those before it with it.
            let mut end = grid.columns;
            for train in trains.iter().rev() {
                let last = end.saturating_sub(rows.trains[*train].columns);
                columns[*train] = columns[*train].min(last);
                end = columns[*train];
            }
            let places: Vec<usize> =
                trains.iter().map(|train| order_of(&train_name(*train))).collect();
            for (number, at) in &passing[rows.trains[row.start].row] {
                let pass = &mut self.routes[*number].passes[*at];
                pass.gap = places.iter().filter(|place| **place < pass.order).count();
            }
        }
        columns
    }

    /// By box, the boxes above it that it is tied to.
    fn above(&self, rows: &Rows) -> Vec<Vec<usize>> {
        let mut above = vec![Vec::new(); rows.of_box.len().max(1)];
        for route in &self.routes {
            if let Kind::Through { upper, lower } = route.kind {
                above[lower].push(upper);
            }
        }
        above
    }

    /// By row, the lines that pass it: their routes and which of their passes it is.
    fn passing(&self, rows: &Rows) -> Vec<Vec<(usize, usize)>> {
        let mut passing = vec![Vec::new(); rows.rows.len()];
        for (number, route) in self.routes.iter().enumerate() {
            for (at, pass) in route.passes.iter().enumerate() {
                passing[pass.row].push((number, at));
            }
        }
        passing
    }

    /// The trains and the lines as a layered graph with its order.
    fn graph(&self, grid: &Grid, rows: &Rows) -> Graph<NodeLabel, EdgeLabel, GraphLabel> {
        let mut graph: Graph<NodeLabel, EdgeLabel, GraphLabel> =
            Graph::new(GraphOptions::default());
        graph.set_graph(GraphLabel {
            nodesep: f64::from(grid.gap),
            edgesep: f64::from(LINE_SPACING),
            ..GraphLabel::default()
        });
        for (number, train) in rows.trains.iter().enumerate() {
            let node = NodeLabel {
                width: f64::from(rows.width(grid, number)),
                height: 1.0,
                rank: Some(train.row as i32),
                ..NodeLabel::default()
            };
            graph.set_node(train_name(number), node);
        }
        for (number, route) in self.routes.iter().enumerate() {
            let Kind::Through { upper, lower } = route.kind else { continue };
            let mut from = train_name(rows.of_box[upper].1);
            for (at, pass) in route.passes.iter().enumerate() {
                let name = pass_name(number, at);
                let node = NodeLabel {
                    rank: Some(pass.row as i32),
                    dummy: Some("edge".to_owned()),
                    ..NodeLabel::default()
                };
                graph.set_node(name.clone(), node);
                connect(&mut graph, from, name.clone());
                from = name;
            }
            connect(&mut graph, from, train_name(rows.of_box[lower].1));
        }
        order(&mut graph, OrderOptions::default());
        graph
    }

    /// How many lines go from each row to the next.
    pub fn crossing(&self, rows: &Rows) -> Vec<usize> {
        let mut crossing = vec![0; rows.rows.len()];
        for route in &self.routes {
            match route.kind {
                Kind::Through { upper, lower } => {
                    let between = rows.of_box[upper].0..rows.of_box[lower].0;
                    crossing[between].iter_mut().for_each(|lines| *lines += 1);
                }
                Kind::Beside | Kind::Below => {}
            }
        }
        crossing
    }

    /// By line, the middle of its upper box.
    pub fn tops(&self, layout: &Layout) -> Vec<i32> {
        let tops = self.routes.iter().map(|route| match route.kind {
            Kind::Through { upper, .. } => layout.boxes[upper].middle(),
            _ => 0,
        });
        tops.collect()
    }

    /// Gives every line its place beside the boxes that it passes: straight on from its upper end where it can.
    pub fn thread(&mut self, grid: &Grid, rows: &Rows, layout: &Layout, tops: &[i32]) {
        let span = |train: usize| {
            let Train { boxes, heading, .. } = &rows.trains[train];
            let first = layout.boxes.get(boxes.start).filter(|_| heading.is_none());
            let left = first.map_or(grid.margin, |first| first.x);
            (left, left + rows.width(grid, train))
        };
        for (row, passing) in self.passing(rows).iter().enumerate() {
            let mut trains: Vec<usize> = rows.rows[row].clone().collect();
            trains.sort_by_key(|train| span(*train).0);
            let is_heading = rows.has_heading(row);
            // Where lines can pass: before each train and after the last.
            let mut gaps = vec![(0, grid.width())];
            for train in &trains {
                let (left, right) = span(*train);
                if let Some(last) = gaps.last_mut() {
                    last.1 = left;
                }
                gaps.push((right, grid.width()));
            }
            let mut in_gaps: Vec<Vec<Passing>> = vec![Vec::new(); gaps.len()];
            for (number, at) in passing {
                let route = &self.routes[*number];
                let above = at.checked_sub(1).map(|before| route.passes[before].x);
                let above = above.unwrap_or(tops[*number]);
                let Pass { order, gap, .. } = route.passes[*at];
                let gap = match is_heading {
                    true => nearest(&gaps, above),
                    false => gap.min(gaps.len() - 1),
                };
                // Beside a heading the order is that in which the lines come.
                let order = if is_heading { 0 } else { order };
                in_gaps[gap].push((above, order, (*number, *at)));
            }
            for (gap, mut lines) in gaps.iter().zip(in_gaps) {
                lines.sort_by_key(|(above, order, line)| (*order, *above, *line));
                let wanted: Vec<i32> = lines.iter().map(|(above, ..)| *above).collect();
                for ((_, _, (number, at)), x) in
                    lines.iter().zip(spread(*gap, &wanted, LINE_SPACING))
                {
                    self.routes[*number].passes[*at].x = x;
                }
            }
        }
    }

    /// The lines, with their ends side by side where several meet at a box.
    pub fn lines(
        &self,
        rows: &Rows,
        ties: &[Tie],
        layout: &Layout,
        spans: &[(i32, i32)],
    ) -> Vec<Line> {
        let ports = self.ports(layout);
        let mut lines: Vec<Line> = self
            .routes
            .iter()
            .zip(ties)
            .zip(&ports)
            .map(|((route, tie), (top, bottom))| {
                let (from, to) = (&layout.boxes[tie.from], &layout.boxes[tie.to]);
                let by_terms = tie.by_terms;
                match route.kind {
                    Kind::Beside => {
                        let y = from.y + from.height / 2;
                        let steps = vec![Step::Straight { x: to.x - TIP, y }];
                        let tip = (to.x - 1, y, Heading::Forward);
                        Line { start: (from.right(), y), steps, tip, by_terms }
                    }
                    Kind::Below => {
                        let (start, end) = (from.middle(), to.middle());
                        let steps = vec![Step::Loop { x: end, y: to.bottom() + TIP }];
                        let tip = (end, to.bottom() + 1, Heading::Up);
                        Line { start: (start, from.bottom()), steps, tip, by_terms }
                    }
                    Kind::Through { upper, lower } => {
                        let is_up = upper == tie.to;
                        let (above, below) = (&layout.boxes[upper], &layout.boxes[lower]);
                        let start = (*top, above.bottom() + if is_up { TIP } else { 0 });
                        let end = (*bottom, below.y - if is_up { 0 } else { TIP });
                        let mut steps = Vec::new();
                        let mut x = start.0;
                        for pass in &route.passes {
                            let (row_top, row_bottom) = spans[pass.row];
                            steps.push(step(x, pass.x, row_top));
                            steps.push(Step::Straight { x: pass.x, y: row_bottom });
                            x = pass.x;
                        }
                        steps.push(step(x, end.0, end.1));
                        let tip = match is_up {
                            true => (start.0, above.bottom() + 1, Heading::Up),
                            false => (end.0, below.y - 1, Heading::Down),
                        };
                        Line { start, steps, tip, by_terms }
                    }
                }
            })
            .collect();
        let rows_above: Vec<usize> = self
            .routes
            .iter()
            .map(|route| match route.kind {
                Kind::Through { upper, .. } => rows.of_box[upper].0,
                _ => 0,
            })
            .collect();
        cross_over(&mut lines, &rows_above);
        lines
    }

    /// By line, where it ends at the upper box and where at the lower one.
    pub fn ports(&self, layout: &Layout) -> Vec<(i32, i32)> {
        let mut ports = vec![(0, 0); self.routes.len()];
        let mut below: Vec<Vec<(i32, usize)>> = vec![Vec::new(); layout.boxes.len()];
        let mut above = below.clone();
        for (number, route) in self.routes.iter().enumerate() {
            let Kind::Through { upper, lower } = route.kind else { continue };
            let first = route.passes.first().map_or(layout.boxes[lower].middle(), |pass| pass.x);
            let last = route.passes.last().map_or(layout.boxes[upper].middle(), |pass| pass.x);
            below[upper].push((first, number));
            above[lower].push((last, number));
        }
        let side = |rect: &Rect, lines: &mut Vec<(i32, usize)>, set: &mut dyn FnMut(usize, i32)| {
            lines.sort_unstable();
            // A line that comes from nearby goes straight on; one from afar ends near the middle, on its side of it.
            let near = |x: i32| (x - rect.middle()).abs() <= PORT_REACH;
            let wanted = |x: i32| match lines.len() {
                1 if !near(x) => rect.middle(),
                _ => x.clamp(rect.middle() - PORT_REACH, rect.middle() + PORT_REACH),
            };
            let wanted: Vec<i32> = lines.iter().map(|(x, _)| wanted(*x)).collect();
            let ends = (rect.x + CLEARANCE, rect.right() - CLEARANCE);
            for ((_, number), x) in lines.iter().zip(spread(ends, &wanted, PORT_SPACING)) {
                set(*number, x);
            }
        };
        for (id, rect) in layout.boxes.iter().enumerate() {
            side(rect, &mut below[id], &mut |number, x| ports[number].0 = x);
            side(rect, &mut above[id], &mut |number, x| ports[number].1 = x);
        }
        ports
    }
}

/// A line on its way past a row: where it comes from, its place in the order, and its route and pass.
type Passing = (i32, usize, (usize, usize));

fn train_name(number: usize) -> String {
    format!("train {number}")
}

fn pass_name(route: usize, at: usize) -> String {
    format!("line {route} {at}")
}

fn connect(graph: &mut Graph<NodeLabel, EdgeLabel, GraphLabel>, from: String, to: String) {
    let before = graph.edge(&from, &to, None).map_or(0.0, |edge| edge.weight);
    let edge = EdgeLabel { weight: before + 1.0, minlen: 1, ..EdgeLabel::default() };
    graph.set_edge_with_label(from, to, edge);
}

/// Every train right behind the one before it.
fn packed(rows: &Rows) -> Vec<usize> {
    let mut columns = vec![0; rows.trains.len()];
    for row in &rows.rows {
        let mut free = 0;
        for train in row.clone() {
            columns[train] = free;
            free += rows.trains[train].columns;
        }
    }
    columns
}

fn step(from: i32, x: i32, y: i32) -> Step {
    if from == x { Step::Straight { x, y } } else { Step::Bend { x, y, over: y } }
}

/// Lets the lines that bend between the same two rows cross over one above the other. Those that go the same way are
/// stacked so that they do not cross each other.
fn cross_over(lines: &mut [Line], rows_above: &[usize]) {
    let mut gaps: BTreeMap<usize, Vec<Bend>> = BTreeMap::new();
    for (line, Line { start, steps, .. }) in lines.iter().enumerate() {
        let (mut x, mut y) = *start;
        for (at, step) in steps.iter().enumerate() {
            let (Step::Straight { x: to, y: down }
            | Step::Bend { x: to, y: down, .. }
            | Step::Loop { x: to, y: down }) = *step;
            if let Step::Bend { .. } = step {
                let order = if to > x { (0, -x) } else { (1, x) };
                // Each pass of a row is two steps.
                gaps.entry(rows_above[line] + at / 2).or_default().push(Bend {
                    order,
                    line,
                    at,
                    top: y,
                    bottom: down,
                });
            }
            (x, y) = (to, down);
        }
    }
    for bends in gaps.values_mut() {
        bends.sort_unstable_by_key(|bend| (bend.order, bend.line));
        let count = bends.len() as i32;
        let top = bends.iter().map(|bend| bend.top).max().unwrap_or(0);
        let bottom = bends.iter().map(|bend| bend.bottom).min().unwrap_or(0);
        for (number, bend) in bends.iter().enumerate() {
            let height = (bottom - top) * (number as i32 + 1) / (count + 1);
            if let Step::Bend { over, .. } = &mut lines[bend.line].steps[bend.at] {
                *over = top + height;
            }
        }
    }
}

struct Bend {
    order: (i32, i32),
    line: usize,
    at: usize,
    top: i32,
    bottom: i32,
}

/// The gap that is nearest to a place.
fn nearest(gaps: &[(i32, i32)], x: i32) -> usize {
    let distance = |gap: &(i32, i32)| (gap.0 + CLEARANCE - x).max(x - gap.1 + CLEARANCE).max(0);
    let gaps = gaps.iter().enumerate();
    gaps.min_by_key(|(_, gap)| distance(gap)).map_or(0, |(index, _)| index)
}

/// Places lines between two walls, each where it wants to be as far as the others let it; their order stays.
fn spread(gap: (i32, i32), wanted: &[i32], apart: i32) -> Vec<i32> {
    let count = wanted.len() as i32;
    let (low, high) = (gap.0 + CLEARANCE, (gap.1 - CLEARANCE).max(gap.0 + CLEARANCE));
    let apart = if count > 1 { apart.min((high - low) / (count - 1)) } else { 0 };
    let mut places = Vec::with_capacity(wanted.len());
    let mut free = low;
    for x in wanted {
        places.push((*x).max(free));
        free = places[places.len() - 1] + apart;
    }
    let mut end = high;
    for x in places.iter_mut().rev() {
        *x = (*x).min(end);
        end = *x - apart;
    }
    places
}
