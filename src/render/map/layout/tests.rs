//! Whatever is tied to what, a layout is legible: no two boxes overlap, no line crosses a box, nothing is outside.

use proptest::prelude::*;

use super::*;

const GRIDS: [Grid; 2] = [
    Grid { columns: 3, card: 208, gap: 32, margin: 24 },
    Grid { columns: 1, card: 232, gap: 0, margin: 28 },
];

/// What is laid out: heights of boxes, groups with their headings, ties.
type Input = (Vec<i32>, Vec<Group>, Vec<Tie>);

fn tie(from: usize, to: usize) -> Tie {
    Tie { from, to, by_terms: false }
}

fn group(boxes: Range<usize>, heading: Option<(i32, i32)>) -> Group {
    Group { boxes, heading }
}

fn inputs() -> impl Strategy<Value = Input> {
    let sizes =
        prop::collection::vec((1_usize..7, prop::option::of((20_i32..400, 20_i32..60))), 1..6);
    sizes.prop_flat_map(|sizes| {
        let count: usize = sizes.iter().map(|(boxes, _)| boxes).sum();
        let mut next = 0;
        let groups = sizes.into_iter().map(|(boxes, heading)| {
            next += boxes;
            group(next - boxes..next, heading)
        });
        let groups: Vec<Group> = groups.collect();
        // Ties go both ways, so there are cycles.
        let ties = prop::collection::btree_map((0..count, 0..count), any::<bool>(), 0..40);
        let ties = ties.prop_map(|ties| {
            let ties = ties.into_iter().filter(|((from, to), _)| from != to);
            ties.map(|((from, to), by_terms)| Tie { from, to, by_terms }).collect()
        });
        (prop::collection::vec(30_i32..140, count), Just(groups), ties)
    })
}

/// The straight pieces of a line, a bend taken as its corners.
fn pieces(line: &Line) -> Vec<((i32, i32), (i32, i32))> {
    let mut at = line.start;
    let mut pieces = Vec::new();
    for step in &line.steps {
        let points = match *step {
            Step::Straight { x, y } => vec![(x, y)],
            Step::Bend { x, y, over } => vec![(at.0, over), (x, over), (x, y)],
            // What is below a row of boxes is in the gap.
            Step::Loop { x, y } => {
                at = (x, y);
                continue;
            }
        };
        for point in points {
            pieces.push((at, point));
            at = point;
        }
    }
    pieces
}

fn crosses(((x1, y1), (x2, y2)): ((i32, i32), (i32, i32)), rect: &Rect) -> bool {
    x1.min(x2) < rect.right()
        && x1.max(x2) > rect.x
        && y1.min(y2) < rect.bottom()
        && y1.max(y2) > rect.y
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// What is wrong with a layout.
fn illegible(grid: &Grid, (heights, groups, ties): &Input, layout: &Layout) -> Option<String> {
    let whole = Rect { x: 0, y: 0, width: grid.width(), height: layout.height };
    let is_inside = |inner: &Rect, outer: &Rect| {
        inner.x >= outer.x
            && inner.y >= outer.y
            && inner.right() <= outer.right()
            && inner.bottom() <= outer.bottom()
    };
    for (id, rect) in layout.boxes.iter().enumerate() {
        if rect.height < heights[id] || rect.width != grid.card {
            return Some(format!("box {id} is too small: {rect:?}"));
        }
        if let Some(other) = (0..id).find(|other| overlap(rect, &layout.boxes[*other])) {
            return Some(format!("boxes {other} and {id} overlap"));
        }
    }
    for (number, group) in groups.iter().enumerate() {
        let panel = &layout.panels[number];
        let mut inner = layout.boxes[group.boxes.clone()].iter().chain(&layout.headings[number]);
        if !is_inside(panel, &whole) || !inner.all(|rect| is_inside(rect, panel)) {
            return Some(format!("group {number} is not in its panel"));
        }
    }
    if layout.lines.len() != ties.len() {
        return Some("a tie is not drawn".to_owned());
    }
    for (tie, line) in ties.iter().zip(&layout.lines) {
        for piece in pieces(line) {
            let ends = [piece.0, piece.1];
            if ends
                .iter()
                .any(|(x, y)| !(0..=whole.width).contains(x) || !(0..=whole.height).contains(y))
            {
                return Some(format!("the line of {tie:?} leads out"));
            }
            if let Some(id) = (0..layout.boxes.len()).find(|id| crosses(piece, &layout.boxes[*id]))
            {
                return Some(format!("the line of {tie:?} crosses box {id}: {line:?}"));
            }
        }
    }
    None
}

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(48), failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_layout_is_legible(mut input in inputs()) {
        // The widest grid comes first; headings are broken to fit.
        for grid in &GRIDS {
            for heading in input.1.iter_mut().filter_map(|group| group.heading.as_mut()) {
                heading.0 = heading.0.min(grid.span(grid.columns));
            }
            let layout = lay_out(grid, &input.0, &input.1, &input.2);
            prop_assert_eq!(illegible(grid, &input, &layout), None);
            // Nothing hangs on what a hash map does.
            prop_assert_eq!(layout, lay_out(grid, &input.0, &input.1, &input.2));
        }
    }
}

#[test]
fn a_chain_runs_along_the_rows() {
    let ties = [tie(0, 1), tie(1, 2), tie(2, 3)];
    let layout = lay_out(&GRIDS[0], &[60; 4], &[group(0..4, None)], &ties);
    let rows: Vec<(i32, i32)> = layout.boxes.iter().map(|rect| (rect.x, rect.y)).collect();
    assert_eq!(rows, [(24, 14), (264, 14), (504, 14), (504, 111)]);
    assert_eq!(layout.lines[0].tip, (263, 44, Heading::Forward));
    // Right below the one that it needs.
    assert_eq!(layout.lines[2].steps, [Step::Straight { x: 608, y: 103 }]);
}

#[test]
fn boxes_that_need_nothing_fill_the_rows_in_the_order_of_reading() {
    let layout = lay_out(&GRIDS[0], &[60; 5], &[group(0..5, Some((100, 24)))], &[]);
    let columns: Vec<i32> = layout.boxes.iter().map(|rect| rect.x).collect();
    assert_eq!(columns, [24, 264, 504, 24, 264]);
}

#[test]
fn an_arrow_back_points_up() {
    let layout = lay_out(&GRIDS[1], &[60; 2], &[group(0..2, None)], &[tie(0, 1), tie(1, 0)]);
    let tips: Vec<Heading> = layout.lines.iter().map(|line| line.tip.2).collect();
    assert_eq!(tips, [Heading::Down, Heading::Up]);
}

#[test]
fn the_width_is_that_of_the_grid_however_much_is_tied() {
    let ties: Vec<Tie> = (0..40).flat_map(|to| (0..to).map(move |from| tie(from, to))).collect();
    for grid in &GRIDS {
        let input = (vec![50; 40], vec![group(0..40, None)], ties.clone());
        let layout = lay_out(grid, &input.0, &input.1, &input.2);
        assert_eq!(illegible(grid, &input, &layout), None);
    }
}
