//! What each verb of the pipeline costs: time, allocations and instructions, each verb by itself.
//!
//! ```text
//! cargo bench --bench verbs                                   1,000 lessons, times and allocations
//! cargo bench --bench verbs -- --instructions                 instructions as well, which needs valgrind
//! cargo bench --bench verbs -- --instructions --save FILE     keeps the counts
//! cargo bench --bench verbs -- --instructions --against FILE  compares with them; fails where one has grown
//! ```
//!
//! `--lessons N` and `--terms N` say how large the course is, `--rounds N` how often each verb is timed, `--growth PERCENT` how
//! much a count may grow. Counts are taken on one thread, so that they are the same each time; times are never compared.

#![allow(clippy::print_stdout, reason = "printing is what a benchmark is for")]

#[path = "verbs/allocator.rs"]
mod allocator;
#[path = "verbs/callgrind.rs"]
mod callgrind;
#[path = "verbs/counts.rs"]
mod counts;
mod lessons;
#[path = "verbs/meter.rs"]
mod meter;
#[path = "verbs/pipeline.rs"]
mod pipeline;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use allocator::Counting;
use counts::Counts;
use lessons::{Settings, Size};
use meter::{Meter, Mode};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line asks for.
struct Request {
    size: Size,
    rounds: usize,
    instructions: bool,
    save: Option<PathBuf>,
    against: Option<PathBuf>,
    /// In percent.
    growth: f64,
    /// The course of the process that has started this one under valgrind.
    collect: Option<PathBuf>,
}

fn main() -> Outcome<ExitCode> {
    let request = Request::read()?;
    let Request { size, .. } = request;
    if let Some(folder) = &request.collect {
        let measured = measure(folder, size, Mode::Instructions)?;
        measured.verbs.iter().for_each(|verb| println!("{}", verb.name));
        return Ok(ExitCode::SUCCESS);
    }
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let settings = Settings { base_url: Some("https://example.org/"), ..Settings::default() };
    // A folder lists its files in the order in which they were made.
    on_one_thread(|| lessons::lay_out(folder, size, settings))??;

    let timed = measure(folder, size, Mode::Times(request.rounds))?;
    let mut counts = Counts::new(size, &measure(folder, size, Mode::Allocations)?);
    if request.instructions {
        counts.add_instructions(&callgrind::instructions(folder, size)?);
    }
    timed.print(size.lessons);
    counts.print();

    let mut status = ExitCode::SUCCESS;
    if let Some(path) = &request.against {
        let grown = counts.compare(&Counts::read(path)?, request.growth)?;
        if grown > 0 {
            println!("{grown} counts have grown by more than {} %", request.growth);
            status = ExitCode::FAILURE;
        }
    }
    if let Some(path) = &request.save {
        counts.write(path)?;
    }
    Ok(status)
}

/// Runs all verbs: on all cores for times, and on one for what must be the same each time.
fn measure(folder: &Path, size: Size, mode: Mode) -> Outcome<Meter> {
    let mut meter = Meter::new(mode);
    match mode {
        Mode::Times(_) => pipeline::run(&mut meter, folder, size)?,
        Mode::Allocations | Mode::Instructions => {
            on_one_thread(|| pipeline::run(&mut meter, folder, size))??;
        }
    }
    Ok(meter)
}

/// Does something in a pool of one thread, where nothing depends on who has stolen whose work.
fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Outcome<T> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(work))
}

impl Request {
    fn read() -> Outcome<Self> {
        let mut request = Self {
            size: Size { lessons: 1_000, terms: 200, questions: true },
            rounds: 11,
            instructions: false,
            save: None,
            against: None,
            growth: 10.0,
            collect: None,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                // Cargo says this to every benchmark.
                "--bench" => {}
                "--lessons" => request.size.lessons = value()?.parse()?,
                "--terms" => request.size.terms = value()?.parse()?,
                "--rounds" => request.rounds = value()?.parse()?,
                "--instructions" => request.instructions = true,
                "--save" => request.save = Some(value()?.into()),
                "--against" => request.against = Some(value()?.into()),
                "--growth" => request.growth = value()?.parse()?,
                callgrind::COLLECT => request.collect = Some(value()?.into()),
                other => return Err(format!("what is {other}?").into()),
            }
        }
        if request.size.lessons == 0 || request.rounds == 0 {
            return Err("there is nothing to measure".into());
        }
        Ok(request)
    }
}
