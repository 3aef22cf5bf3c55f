//! The counts of a run: printed, kept in a file, and compared with those of another run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::lessons::Size;
use crate::meter::Meter;

/// What does not depend on the machine's mood.
#[derive(Serialize, Deserialize)]
pub struct Counts {
    lessons: usize,
    terms: usize,
    verbs: Vec<Verb>,
}

/// The counts of one verb, by what was counted.
#[derive(Serialize, Deserialize)]
struct Verb {
    name: String,
    counts: BTreeMap<String, u64>,
}

const KINDS: [&str; 4] = ["allocations", "bytes", "peak", "instructions"];

/// Counts below this are told, and not held against anyone: a tenth of them is nothing.
const FEW: u64 = 1_000;

impl Counts {
    pub fn new(size: Size, counted: &Meter) -> Self {
        let verbs = counted.verbs.iter().map(|verb| {
            let counts = [verb.asked.allocations, verb.asked.bytes, verb.asked.peak];
            let counts = KINDS.iter().map(|kind| (*kind).to_owned()).zip(counts);
            Verb { name: verb.name.to_owned(), counts: counts.collect() }
        });
        Self { lessons: size.lessons, terms: size.terms, verbs: verbs.collect() }
    }

    pub fn add_instructions(&mut self, counted: &[(String, u64)]) {
        for verb in &mut self.verbs {
            let found = counted.iter().find(|(name, _)| *name == verb.name);
            verb.counts.extend(found.map(|(_, count)| (KINDS[3].to_owned(), *count)));
        }
    }

    pub fn read(path: &Path) -> Outcome<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    }

    pub fn write(&self, path: &Path) -> Outcome<()> {
        Ok(fs::write(path, serde_json::to_string_pretty(self)? + "\n")?)
    }

    pub fn print(&self) {
        print!("{:<24} {:>12} {:>10} {:>10}", "counts", "allocations", "a lesson", "MB");
        println!(" {:>10} {:>14} {:>10}", "peak MB", "instructions", "a lesson");
        for Verb { name, counts } in &self.verbs {
            let count = |kind: &str| counts.get(kind).copied().unwrap_or_default();
            let each = |kind: &str| count(kind) as f64 / self.lessons as f64;
            let mb = |kind: &str| count(kind) as f64 / 1e6;
            let (allocations, bytes, peak) = (count(KINDS[0]), mb(KINDS[1]), mb(KINDS[2]));
            print!("{name:<24} {allocations:>12} {:>10.1} {bytes:>10.2}", each(KINDS[0]));
            print!(" {peak:>10.2}");
            match counts.get(KINDS[3]) {
                Some(instructions) => println!(" {instructions:>14} {:>10.0}", each(KINDS[3])),
                None => println!(),
            }
        }
    }

    /// Prints what each count is of the same one before. Returns how many have grown by more than so many percent.
    pub fn compare(&self, before: &Self, growth: f64) -> Outcome<usize> {
        if (self.lessons, self.terms) != (before.lessons, before.terms) {
            let (lessons, terms) = (before.lessons, before.terms);
            return Err(
                format!("the other counts are of {lessons} lessons and {terms} terms").into()
            );
        }
        let mut grown = 0;
        println!(
            "\n{:<24} {:>12} {:>12} {:>12} {:>12}",
            "ratio", KINDS[0], KINDS[1], KINDS[2], KINDS[3]
        );
        for verb in &self.verbs {
            print!("{:<24}", verb.name);
            let then = before.verbs.iter().find(|then| then.name == verb.name);
            for kind in KINDS {
                let pair = (verb.counts.get(kind), then.and_then(|then| then.counts.get(kind)));
                let (Some(now), Some(then)) = pair else {
                    print!(" {:>12}", "-");
                    continue;
                };
                let ratio = *now as f64 / (*then).max(1) as f64;
                let is_grown = *now > FEW && ratio > 1.0 + growth / 100.0;
                grown += usize::from(is_grown);
                print!(" {:>12}", format!("{ratio:.3}{}", if is_grown { "!" } else { "" }));
            }
            println!();
        }
        let gone =
            before.verbs.iter().filter(|then| self.verbs.iter().all(|now| now.name != then.name));
        gone.for_each(|then| println!("{:<24} is measured no more", then.name));
        Ok(grown)
    }
}
