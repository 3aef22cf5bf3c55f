//! Memo tables: results in the order of their inputs, each under the hash of what it was made of.
//!
//! From one build to the next nearly all inputs stay, and in the same order. So a table is two lists, and looking up is
//! comparing neighbours in memory; only between the first and the last difference does a result have to be searched for.

use std::ops::Range;

use ahash::AHashMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use crate::table::Table;

/// How many things one thread makes in a row. What it has begun no other thread takes over, and in the end all wait for the
/// last one: left to itself, Rayon would give each a quarter of everything.
pub const IN_A_ROW: usize = 32;

/// Results by the hash of their inputs. What a build does not ask for is forgotten after it.
pub struct Memo<T> {
    keys: Vec<u128>,
    values: Table<T>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Table::default() }
    }
}

/// The key of what is to be made again whatever its inputs: no hash is like it.
const STALE: u128 = 0;

impl<T> Memo<T> {
    pub fn keys(&self) -> &[u128] {
        &self.keys
    }

    pub fn values(&self) -> &Table<T> {
        &self.values
    }

    /// Lets go of the results that were made of something else beside their keys, where that has changed.
    pub fn forget(&mut self, is_stale: impl Fn(&T) -> bool + Sync)
    where
        T: Send + Sync,
    {
        let values = &self.values;
        let entries = self.keys.par_iter_mut().with_min_len(512).enumerate();
        entries.filter(|(at, _)| is_stale(&values[*at])).for_each(|(_, key)| *key = STALE);
    }
}

impl<T: Clone + Send + Sync> Memo<T> {
    /// Brings the table to these keys: what is known is kept, the rest made from the place of its key and the results
    /// before. Returns the places of what was made.
    pub fn fill(
        &mut self,
        keys: Vec<u128>,
        make: impl Fn(usize, &Table<T>) -> T + Sync,
    ) -> Vec<usize> {
        let (old, new) = difference(&self.keys, &keys);
        let in_place = old.len() == new.len();
        let differs = |at: &usize| !in_place || self.keys[*at] != keys[*at];
        let known: AHashMap<u128, usize> =
            old.clone().filter(differs).map(|at| (self.keys[at], at)).collect();
        let missing: Vec<usize> = new.filter(differs).collect();
        let found =
            missing.par_iter().with_max_len(IN_A_ROW).map(|at| match known.get(&keys[*at]) {
                Some(old) if keys[*at] != STALE => (self.values[*old].clone(), false),
                _ => (make(*at, &self.values), true),
            });
        let found: Vec<(T, bool)> = found.collect();
        let is_new: Vec<bool> = found.iter().map(|(_, is_new)| *is_new).collect();
        let values = found.into_iter().map(|(value, _)| value);
        if in_place && missing.len() < self.values.len() {
            for (at, value) in missing.iter().zip(values) {
                *self.values.get_mut(*at) = value;
            }
        } else {
            self.values.splice(old, values);
        }
        self.keys = keys;
        let places = missing.into_iter().zip(is_new);
        places.filter(|(_, is_new)| *is_new).map(|(at, _)| at).collect()
    }
}

/// One result and the hash of what it was made of.
pub struct One<T>(Option<(u128, T)>);

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> One<T> {
    /// The result for a key, and whether it had to be made.
    pub fn get(&mut self, key: u128, make: impl FnOnce() -> T) -> (&T, bool) {
        let is_new = self.0.as_ref().is_none_or(|(known, _)| *known != key);
        if is_new {
            // What goes makes room first.
            self.0 = None;
        }
        (&self.0.get_or_insert_with(|| (key, make())).1, is_new)
    }
}

/// The parts of two lists between what they begin and what they end with in common.
fn difference(old: &[u128], new: &[u128]) -> (Range<usize>, Range<usize>) {
    let same = |(old, new): &(&u128, &u128)| old == new;
    let start = old.iter().zip(new).take_while(same).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(same).count();
    (start..old.len() - end, start..new.len() - end)
}

/// A list without room to grow, to be kept. One that is only told to shrink may stay where it is.
pub fn exact<T>(mut list: Vec<T>) -> Box<[T]> {
    let mut exact = Vec::with_capacity(list.len());
    exact.append(&mut list);
    exact.into()
}

/// One key of several.
pub fn key<const N: usize>(parts: [u128; N]) -> u128 {
    const LONGEST: usize = 8;
    let mut bytes = [0; LONGEST * 16];
    for (place, part) in bytes.chunks_exact_mut(16).zip(parts) {
        place.copy_from_slice(&part.to_le_bytes());
    }
    const { assert!(N <= LONGEST) };
    xxh3_128(&bytes[..N * 16])
}

/// One key of a list of them.
pub fn key_of_all(parts: impl IntoIterator<Item = u128>) -> u128 {
    let bytes: Vec<u8> = parts.into_iter().flat_map(u128::to_le_bytes).collect();
    xxh3_128(&bytes)
}

/// The key of a value.
pub fn key_of(value: &(impl std::hash::Hash + ?Sized)) -> u128 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    value.hash(&mut hasher);
    hasher.digest128()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(memo: &mut Memo<String>, keys: &[u128]) -> Vec<usize> {
        let made = memo.fill(keys.to_vec(), |at, _| format!("{} at {at}", keys[at]));
        let begins = |(key, value): (&u128, &String)| value.starts_with(&format!("{key} at "));
        assert!(keys.iter().zip(memo.values().iter()).all(begins), "{:?}", memo.values());
        assert_eq!((memo.keys(), memo.values().len()), (keys, keys.len()));
        made
    }

    #[test]
    fn what_is_known_is_found_wherever_it_has_moved() {
        let memo = &mut Memo::default();
        assert_eq!(fill(memo, &[1, 2, 3, 4]), [0, 1, 2, 3]);
        assert!(fill(memo, &[1, 2, 3, 4]).is_empty());
        assert_eq!(fill(memo, &[1, 9, 3, 4]), [1]);
        assert_eq!(fill(memo, &[1, 9, 5, 3, 4]), [2]);
        assert!(fill(memo, &[4, 9, 1, 3, 5]).is_empty());
        assert!(fill(memo, &[9, 5]).is_empty());
        assert_eq!(fill(memo, &[9, 9, 6, 5]), [1, 2]);
        assert!(fill(memo, &[]).is_empty());
    }

    #[test]
    fn what_is_stale_is_made_again_in_its_place() {
        let memo = &mut Memo::default();
        fill(memo, &[1, 2, 3]);
        memo.forget(|value| value.starts_with('2'));
        assert_eq!(fill(memo, &[1, 2, 3]), [1]);
    }
}
