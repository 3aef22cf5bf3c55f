//! The bar: a long build shows how far it has come. On a terminal it is a bar, elsewhere a line for each step.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hornbook::progress::{Progress, State, Step};
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::tell::say;

/// What takes less is over before anybody has read it.
const SHORT: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(80);
/// How often a step that goes on is told where there is no terminal.
const AGAIN: Duration = Duration::from_secs(10);

/// Shows the progress of a build until it is dropped.
pub struct Bar {
    /// Never sent to: closing it ends the thread.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// `started` is when the command was.
    pub fn new(progress: Arc<Progress>, started: Instant) -> Self {
        let (end, ended) = mpsc::channel();
        let watch = move || {
            let mut screen = Screen::new();
            let mut wait = SHORT.saturating_sub(started.elapsed());
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                if let Some(state) = progress.state() {
                    screen.show(state);
                }
                wait = FRAME;
            }
            screen.clear();
        };
        // Where no thread can be had, there is no bar.
        let thread = thread::Builder::new().name("progress".to_owned()).spawn(watch).ok();
        Self { end: Some(end), thread }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

enum Screen {
    Terminal(ProgressBar),
    Lines { told: Option<(Step, Instant)> },
}

impl Screen {
    fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines { told: None };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self::Terminal(bar)
    }

    fn show(&mut self, state: State) {
        match self {
            Self::Terminal(bar) => draw(bar, state),
            Self::Lines { told } => {
                let is_due = match told {
                    Some((step, at)) => *step != state.step || at.elapsed() >= AGAIN,
                    None => true,
                };
                if is_due {
                    say(&format!("{}\n", line(state)));
                    *told = Some((state.step, Instant::now()));
                }
            }
        }
    }

    fn clear(&self) {
        if let Self::Terminal(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn draw(bar: &ProgressBar, State { step, done, all }: State) {
    let template = match all {
        0 => "{msg:12} …",
        _ => "{msg:12} [{bar:32}] {human_pos} of {human_len}",
    };
    let style = ProgressStyle::with_template(template).expect("a template of known parts");
    bar.set_style(style.progress_chars("=> "));
    bar.set_message(step.name());
    bar.set_length(all as u64);
    bar.set_position(done as u64);
    if bar.is_hidden() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    bar.tick();
}

/// A step as a line.
fn line(State { step, done, all }: State) -> String {
    let (name, done) = (step.name(), done as u64);
    match all as u64 {
        0 => name.to_owned(),
        all => format!("{name}: {} of {}", HumanCount(done), HumanCount(all)),
    }
}

/// What `--timings` says: each step with its time, in milliseconds, and its share.
pub fn timings(progress: &Progress, started: Instant) -> String {
    let end = Instant::now();
    let whole = (end - started).as_secs_f64();
    let mut text = String::new();
    for (step, took) in progress.times(end) {
        let took = took.as_secs_f64();
        let share = if whole > 0.0 { took / whole * 100.0 } else { 0.0 };
        let (name, about) = (step.name(), step.about());
        text.push_str(&format!("{:>9.1} ms {share:>5.1} %  {name:12} {about}\n", took * 1000.0));
    }
    text.push_str(&format!("{:>9.1} ms          in all\n", whole * 1000.0));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_is_done() {
        let state = State { step: Step::Render, done: 1_204, all: 10_203 };
        assert_eq!(line(state), "rendering: 1,204 of 10,203");
        assert_eq!(line(State { step: Step::Load, done: 0, all: 0 }), "loading");
    }
}
