//! Tables: long lists in pieces, so that a list and its copy share what is the same in them.
//!
//! A copy costs one count for each piece. To change an entry copies its piece alone, where somebody else has it too. So
//! what one build shows stays as it was while the next one is made, and most of both is there once.

use std::ops::{Index, Range};
use std::sync::Arc;

/// How many entries stand in one piece; all but the last piece are full.
const PIECE: usize = 64;

/// A list that is cheap to copy. See the module.
#[derive(Clone, Debug)]
pub struct Table<T> {
    pieces: Vec<Arc<[T]>>,
    len: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), len: 0 }
    }
}

impl<T> Table<T> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get(&self, at: usize) -> Option<&T> {
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }
}

impl<T: Clone> Table<T> {
    /// An entry, to be changed.
    pub fn get_mut(&mut self, at: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.pieces[at / PIECE])[at % PIECE]
    }

    /// Puts entries in the place of others, of which there can be more or fewer.
    pub fn splice(&mut self, old: Range<usize>, new: impl IntoIterator<Item = T>) {
        let whole = old.start / PIECE;
        let from = whole * PIECE;
        let rest: Vec<T> = self.iter().skip(from).cloned().collect();
        let (before, after) = (&rest[..old.start - from], &rest[old.end - from..]);
        let entries = before.iter().cloned().chain(new).chain(after.iter().cloned());
        let entries: Self = entries.collect();
        self.pieces.truncate(whole);
        self.len = from + entries.len;
        self.pieces.extend(entries.pieces);
    }
}

impl<T> Index<usize> for Table<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.pieces[at / PIECE][at % PIECE]
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut entries = entries.into_iter();
        let mut table = Self::default();
        loop {
            let piece: Vec<T> = entries.by_ref().take(PIECE).collect();
            if piece.is_empty() {
                return table;
            }
            table.len += piece.len();
            table.pieces.push(piece.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(table: &Table<usize>) -> Vec<usize> {
        assert!((0..table.len()).all(|at| table.get(at) == Some(&table[at])));
        assert_eq!(table.get(table.len()), None);
        table.iter().copied().collect()
    }

    #[test]
    fn entries_are_changed_in_one_table_alone() {
        let mut table: Table<usize> = (0..200).collect();
        let copy = table.clone();
        *table.get_mut(130) = 1000;
        assert_eq!(list(&copy), (0..200).collect::<Vec<_>>());
        assert_eq!((table[130], table.len()), (1000, 200));
        let shared = table.pieces.iter().zip(&copy.pieces).filter(|(a, b)| Arc::ptr_eq(a, b));
        assert_eq!(shared.count(), 3);
    }

    #[test]
    fn entries_come_and_go_anywhere() {
        for (old, new) in [(0..0, 1), (0..200, 0), (63..65, 70), (64..128, 64), (199..200, 3)] {
            let mut table: Table<usize> = (0..200).collect();
            let mut expected: Vec<usize> = (0..200).collect();
            table.splice(old.clone(), 500..500 + new);
            expected.splice(old, 500..500 + new);
            assert_eq!(list(&table), expected);
        }
        assert!(Table::<usize>::from_iter([]).is_empty());
    }
}
