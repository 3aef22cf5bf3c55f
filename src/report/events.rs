//! Events: what `hornbook serve --json` tells programs, one line of JSON for each.
//!
//! ```json
//! {"event":"building","build":2,"files":["content/a.md"]}
//! {"event":"diagnostics","build":2,"version":1,"errors":0,"warnings":0,"diagnostics":[]}
//! {"event":"built","build":2,"errors":0,"warnings":0,"shown":true,"pages":["a.html"],"assets":[],"rendered":1,"left":0,"milliseconds":2.7}
//! {"event":"ready","version":1,"address":"http://127.0.0.1:4000/"}
//! ```
//!
//! `building` comes first, then `diagnostics` if they are not those of the build before, then `built`. Where pages are left
//! that could wait, `diagnostics` and `rendered` follow in the same way, unless another build comes before. `ready` follows
//! the first build, `trouble` tells of what may pass, such as a folder that cannot be read. The manual describes every key.

use serde::Serialize;

use super::texts::Texts;
use super::{Counts, Report, json};

/// Changes when a key changes its meaning or is removed.
const VERSION: u32 = 1;

/// Something that happened. See the module.
pub enum Event<'a> {
    /// The server answers.
    Ready { address: &'a str },
    /// A build begins; these files are not as they were. There are none for the first build.
    Building { build: u64, files: &'a [String] },
    /// What is wrong with the sources, when that changed.
    Diagnostics { build: u64, report: Report<'a> },
    /// A build is done, and can be asked for.
    Built(Built<'a>),
    /// The pages of a build that were left are rendered.
    Rendered(Built<'a>),
    /// How changes are found is not as usual, or the sources cannot be read.
    Trouble { message: &'a str },
}

/// What a build did.
#[derive(Serialize)]
pub struct Built<'a> {
    pub build: u64,
    #[serde(flatten)]
    pub counts: Counts,
    /// Whether this build is shown: one with errors is not, where there is a good one before it.
    pub shown: bool,
    /// The addresses of the pages that are not as they were.
    pub pages: &'a [String],
    /// The addresses of other files that are not as they were.
    pub assets: &'a [String],
    /// How many pages had to be rendered.
    pub rendered: usize,
    /// How many pages may have changed and are rendered when they are asked for, or behind the build.
    pub left: usize,
    /// From when the change was noticed to when the build could be asked for.
    pub milliseconds: f64,
}

impl Event<'_> {
    /// The event as a line, with its line break.
    pub fn line(&self) -> String {
        let text = match self {
            Self::Ready { address } => {
                text(&Named { event: "ready", rest: Ready { version: VERSION, address } })
            }
            Self::Building { build, files } => {
                text(&Named { event: "building", rest: Building { build: *build, files } })
            }
            Self::Diagnostics { build, report } => {
                let document = json::document(report, &Texts::of(report));
                let rest = Diagnostics { build: *build, document };
                text(&Named { event: "diagnostics", rest })
            }
            Self::Built(built) => text(&Named { event: "built", rest: built }),
            Self::Rendered(built) => text(&Named { event: "rendered", rest: built }),
            Self::Trouble { message } => {
                text(&Named { event: "trouble", rest: Trouble { message } })
            }
        };
        text + "\n"
    }
}

#[derive(Serialize)]
struct Named<T> {
    event: &'static str,
    #[serde(flatten)]
    rest: T,
}

#[derive(Serialize)]
struct Ready<'a> {
    version: u32,
    address: &'a str,
}

#[derive(Serialize)]
struct Building<'a> {
    build: u64,
    files: &'a [String],
}

#[derive(Serialize)]
struct Diagnostics<'a> {
    build: u64,
    #[serde(flatten)]
    document: json::Document<'a>,
}

#[derive(Serialize)]
struct Trouble<'a> {
    message: &'a str,
}

fn text(event: &impl Serialize) -> String {
    serde_json::to_string(event).expect("strings and numbers only")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples::each_kind_of_place;

    #[test]
    fn every_event_is_one_line_with_its_name_first() {
        let files = ["content/a.md".to_owned()];
        let building = Event::Building { build: 2, files: &files };
        let expected = r#"{"event":"building","build":2,"files":["content/a.md"]}"#;
        assert_eq!(building.line(), format!("{expected}\n"));
        let built = Event::Built(Built {
            build: 2,
            counts: Counts { errors: 1, warnings: 0 },
            shown: false,
            pages: &[],
            assets: &[],
            rendered: 1,
            left: 0,
            milliseconds: 2.5,
        });
        let expected = r#"{"event":"built","build":2,"errors":1,"warnings":0,"shown":false,"pages":[],"assets":[],"rendered":1,"left":0,"milliseconds":2.5}"#;
        assert_eq!(built.line(), format!("{expected}\n"));
        let ready = Event::Ready { address: "http://127.0.0.1:4000/" }.line();
        assert!(ready.starts_with(r#"{"event":"ready","version":1,"address":"http://127"#));
    }

    #[test]
    fn diagnostics_are_those_of_the_json_form_on_one_line() {
        let example = each_kind_of_place();
        let report = Report {
            diagnostics: &example.diagnostics,
            sources: &example.sources,
            folder: example.folder,
        };
        let line = Event::Diagnostics { build: 1, report }.line();
        assert_eq!(line.matches('\n').count(), 1);
        let event: serde_json::Value = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(event["event"], "diagnostics");
        assert_eq!(event["diagnostics"][1]["line"], 3);
    }
}
