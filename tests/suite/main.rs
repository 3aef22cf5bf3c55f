//! The test suite: one harness for everything that tests Hornbook from outside.
//!
//! Each trial is named after its group: `case: links/unknown-name`, `commonmark: Tabs`. A trial whose tools are not
//! installed is reported as ignored with the reason; in CI (`CI=true`) that is a failure.

mod again;
mod answers;
mod broken;
mod bug;
mod case;
mod cli;
mod course;
mod dom;
mod edits;
mod ended;
#[cfg(target_os = "linux")]
mod faults;
mod headers;
#[cfg(unix)]
mod hostile;
mod long;
mod map;
mod pathological;
mod preview;
mod quiz;
mod random;
mod refresh;
mod search;
mod site;
mod sound;
mod spec;
mod strings;
mod syllabus;
mod tidy;
mod verify;
mod watch;

use libtest_mimic::Arguments;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    trials.extend(case::trials());
    trials.extend(spec::trials());
    trials.extend(answers::trials());
    trials.extend(edits::trials());
    trials.extend(preview::trials());
    trials.extend(map::trials());
    trials.extend(long::trials());
    trials.extend(refresh::trials());
    trials.extend(quiz::trials());
    trials.extend(broken::trials());
    trials.extend(pathological::trials());
    #[cfg(unix)]
    trials.extend(hostile::trials());
    trials.extend(cli::trials());
    trials.extend(ended::trials());
    trials.extend(course::trials());
    trials.extend(syllabus::trials());
    trials.extend(search::trials());
    trials.extend(strings::trials());
    #[cfg(target_os = "linux")]
    trials.extend(faults::trials());
    trials.extend(headers::trials());
    trials.extend(verify::trials());
    trials.extend(again::trials());
    trials.extend(watch::trials());
    trials.extend(tidy::trials(&trials));
    libtest_mimic::run(&arguments, trials).exit();
}
