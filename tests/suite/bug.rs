//! Known bugs: tests that fail today, and must say so when they no longer do.

use libtest_mimic::{Completion, Failed};

/// Turns a test round: that it fails is expected and reported as ignored, with the reason; that it passes is a failure,
/// so that nobody forgets to take the mark away.
pub fn known(what: &str, result: Result<(), Failed>) -> Result<Completion, Failed> {
    match result {
        Err(_) => Ok(Completion::Ignored { reason: Some(format!("bug: {what}")) }),
        Ok(()) => Err(format!("mended, so take the mark away: {what}").into()),
    }
}
