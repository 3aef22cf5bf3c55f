//! The test suite: one harness for everything that tests Hornbook from outside.
//!
//! Each trial is named after its group: `case: links/unknown-name`, `commonmark: Tabs`. A trial whose tools are not
//! installed is reported as ignored with the reason; in CI (`CI=true`) that is a failure.

mod case;
mod dom;
mod site;
mod spec;

use libtest_mimic::Arguments;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    trials.extend(case::trials());
    trials.extend(spec::trials());
    libtest_mimic::run(&arguments, trials).exit();
}
