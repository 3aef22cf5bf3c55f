//! Rows: in which row each box stands.

use std::ops::Range;

use super::{Grid, Group, Tie};

/// Neighbours in a row, each needing the one before; a heading is one of its own.
#[derive(Clone, Debug)]
pub struct Train {
    pub row: usize,
    pub boxes: Range<usize>,
    pub columns: usize,
    /// Of a heading, how wide it is.
    pub heading: Option<i32>,
}

pub struct Rows {
    /// In the order of reading.
    pub trains: Vec<Train>,
    /// By row, its trains.
    pub rows: Vec<Range<usize>>,
    /// By box, its row and its train.
    pub of_box: Vec<(usize, usize)>,
    /// By row, the group it belongs to.
    pub groups: Vec<usize>,
}

impl Rows {
    pub fn new(grid: &Grid, groups: &[Group], ties: &[Tie], boxes: usize) -> Self {
        let mut needs: Vec<Vec<usize>> = vec![Vec::new(); boxes];
        for tie in ties.iter().filter(|tie| tie.from < tie.to) {
            needs[tie.to].push(tie.from);
        }
        let mut rows = Self {
            trains: Vec::new(),
            rows: Vec::new(),
            of_box: vec![(0, 0); boxes],
            groups: Vec::new(),
        };
        for (number, group) in groups.iter().enumerate() {
            if let Some((width, _)) = group.heading {
                rows.open(number);
                rows.push(Train { row: 0, boxes: 0..0, columns: 1, heading: Some(width) });
            }
            let mut used = grid.columns;
            for id in group.boxes.clone() {
                let in_row = |need: &&usize| {
                    used < grid.columns
                        && group.boxes.contains(need)
                        && rows.of_box[**need].0 == rows.rows.len() - 1
                };
                let needed: Vec<usize> = needs[id].iter().filter(in_row).copied().collect();
                let follows = needed.iter().all(|need| need + 1 == id);
                if used == grid.columns || !follows {
                    rows.open(number);
                    used = 0;
                }
                let last = rows.trains.last_mut().filter(|_| used > 0 && !needed.is_empty());
                match last {
                    Some(train) => {
                        train.boxes.end = id + 1;
                        train.columns += 1;
                    }
                    None => {
                        rows.push(Train { row: 0, boxes: id..id + 1, columns: 1, heading: None });
                    }
                }
                rows.of_box[id] = (rows.rows.len() - 1, rows.trains.len() - 1);
                used += 1;
            }
        }
        rows
    }

    /// How wide a train is.
    pub fn width(&self, grid: &Grid, train: usize) -> i32 {
        let train = &self.trains[train];
        train.heading.unwrap_or_else(|| grid.span(train.columns))
    }

    /// Whether a row is the first below its group's heading.
    pub fn begins_group(&self, row: usize) -> bool {
        let before = row.checked_sub(1).filter(|before| self.groups[*before] == self.groups[row]);
        before.is_none_or(|before| self.has_heading(before))
    }

    /// Whether a row is a heading.
    pub fn has_heading(&self, row: usize) -> bool {
        self.trains[self.rows[row].clone()].iter().any(|train| train.heading.is_some())
    }

    fn open(&mut self, group: usize) {
        let next = self.trains.len();
        self.rows.push(next..next);
        self.groups.push(group);
    }

    fn push(&mut self, mut train: Train) {
        train.row = self.rows.len() - 1;
        self.trains.push(train);
        if let Some(row) = self.rows.last_mut() {
            row.end += 1;
        }
    }
}
