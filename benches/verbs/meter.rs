//! A meter: does a piece of work in the way that is being measured, and keeps what it saw.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::ALLOCATOR;
use crate::allocator::Asked;

/// What is measured.
#[derive(Clone, Copy)]
pub enum Mode {
    /// So many times.
    Times(usize),
    Allocations,
    /// By whoever watches [`collected`] from outside.
    Instructions,
}

/// Measures one piece of work after the other.
pub struct Meter {
    mode: Mode,
    pub verbs: Vec<Measured>,
}

/// What was seen of one piece of work.
pub struct Measured {
    pub name: &'static str,
    /// Sorted.
    pub times: Vec<Duration>,
    pub asked: Asked,
}

impl Meter {
    pub fn new(mode: Mode) -> Self {
        Self { mode, verbs: Vec::new() }
    }

    /// Measures some work and returns what it made last.
    pub fn verb<T>(&mut self, name: &'static str, mut work: impl FnMut() -> T) -> T {
        self.prepared(name, || (), |()| work())
    }

    /// Measures work that needs something prepared each time. Neither that nor throwing away what was made is measured.
    pub fn prepared<P, T>(
        &mut self,
        name: &'static str,
        mut prepare: impl FnMut() -> P,
        mut work: impl FnMut(P) -> T,
    ) -> T {
        let mut times = Vec::new();
        let mut asked = Asked::default();
        let first = prepare();
        let made = match self.mode {
            Mode::Times(rounds) => {
                let mut timed = |prepared: P| {
                    let begin = Instant::now();
                    let made = black_box(work(prepared));
                    times.push(begin.elapsed());
                    made
                };
                let mut made = timed(first);
                for _ in 1..rounds {
                    made = timed(prepare());
                }
                made
            }
            Mode::Allocations => {
                let (made, all) = ALLOCATOR.count(|| work(first));
                asked = all;
                made
            }
            Mode::Instructions => {
                let (mut prepared, mut made) = (Some(first), None);
                collected(&mut || made = prepared.take().map(&mut work));
                made.unwrap_or_else(|| unreachable!("the work was done"))
            }
        };
        times.sort_unstable();
        self.verbs.push(Measured { name, times, asked });
        made
    }

    /// Prints the times. `lessons` is how many they are divided by.
    pub fn print(&self, lessons: usize) {
        println!(
            "{:<24} {:>10} {:>10} {:>10} {:>12}",
            "ms", "median", "fastest", "slowest", "µs a lesson"
        );
        for Measured { name, times, .. } in &self.verbs {
            let ms = |at: usize| times[at].as_secs_f64() * 1_000.0;
            let (median, last) = (ms(times.len() / 2), times.len() - 1);
            let each = median * 1_000.0 / lessons as f64;
            println!("{name:<24} {median:>10.2} {:>10.2} {:>10.2} {each:>12.2}", ms(0), ms(last));
        }
        println!();
    }
}

/// Does the work. Callgrind knows this function by its name, of which there must be one: it counts while it runs, and
/// writes down what it has counted when it ends.
#[inline(never)]
fn collected(work: &mut dyn FnMut()) {
    work();
    // Else this could end with a jump to the work, and not come back before it is done.
    black_box(());
}
