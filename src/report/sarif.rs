//! The form for code scanning: SARIF 2.1.0 (OASIS Standard, Errata 01), on one run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};
use xxhash_rust::xxh3::Xxh3;

use super::Report;
use super::texts::{Region, Texts};
use crate::diagnostic::{Code, Diagnostic};
use crate::load::CONFIG;
use crate::source::{Place, SourcePath};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub fn render(report: &Report, texts: &Texts) -> String {
    let rules: BTreeSet<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<_> = rules.into_iter().collect();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<_> = report
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let fingerprint = fingerprints.take(texts, diagnostic);
            result(report, texts, &rules, diagnostic, &fingerprint)
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(&rules) },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// Section 3.19.
fn driver(rules: &[Code]) -> Value {
    let mut driver = json!({
        "name": "hornbook",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().copied().map(rule).collect::<Vec<_>>(),
    });
    if let Some(homepage) = homepage() {
        driver["informationUri"] = homepage.into();
    }
    driver
}

/// Where `Cargo.toml` names a homepage, that.
fn homepage() -> Option<&'static str> {
    Some(env!("CARGO_PKG_HOMEPAGE")).filter(|address| !address.is_empty())
}

/// Section 3.49. What `site.toml` says about a severity is in the results.
fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.summary() },
        "defaultConfiguration": { "level": code.default_severity().as_str() },
    })
}

/// Section 3.27.
fn result(
    report: &Report,
    texts: &Texts,
    rules: &[Code],
    diagnostic: &Diagnostic,
    fingerprint: &str,
) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": rules.binary_search(&diagnostic.code).expect("every code in use is a rule"),
        "level": diagnostic.severity.as_str(),
        "message": message(&text(diagnostic)),
        "partialFingerprints": { "markedLine/v1": fingerprint },
    });
    if let Some(place) = &diagnostic.place {
        let mut location = location(report, texts, place);
        if let Some(label) = &diagnostic.label {
            location["message"] = message(label);
        }
        result["locations"] = json!([location]);
    } else {
        // The schema lets a result be without a place; GitHub refuses the whole file for it.
        let settings = report.path(&SourcePath::new(CONFIG));
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": artifact_location(&settings)
        } }]);
    }
    if !diagnostic.related.is_empty() {
        result["relatedLocations"] = related_locations(report, texts, diagnostic);
    }
    result
}

/// The message, and how to mend it: SARIF has no other place for that.
fn text(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// Section 3.11.5: braces enclose placeholders, those that are meant are doubled.
fn message(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}") })
}

/// Section 3.27.22; the ids are unique in their result.
fn related_locations(report: &Report, texts: &Texts, diagnostic: &Diagnostic) -> Value {
    let locations = diagnostic.related.iter().zip(1..).map(|((place, what), id)| {
        let mut location = location(report, texts, place);
        location["id"] = Value::from(id);
        location["message"] = message(what);
        location
    });
    locations.collect()
}

/// Section 3.28. A file whose text is not at hand is named without a region.
fn location(report: &Report, texts: &Texts, place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": artifact_location(&report.path(&place.path)) });
    if let Some(Region { start, end }) = texts.region(place) {
        physical["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    json!({ "physicalLocation": physical })
}

/// Section 3.4: relative to where the command runs, which code scanning knows as `%SRCROOT%`. An
/// absolute path stands alone.
fn artifact_location(path: &str) -> Value {
    let encoded = percent_encode(path);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" })
    }
}

/// All but RFC 3986's unreserved characters (section 2.3) and `/`.
fn percent_encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// Partial fingerprints (section 3.27.17), by which a result is known again when its line has moved:
/// a hash of code, path and text of the line, and how many with that hash came before.
#[derive(Default)]
struct Fingerprints(BTreeMap<u64, usize>);

impl Fingerprints {
    fn take(&mut self, texts: &Texts, diagnostic: &Diagnostic) -> String {
        let hash = hash(texts, diagnostic);
        let count = self.0.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}:{count}")
    }
}

/// The path is the one below the site's folder: how the user named that folder makes no difference.
fn hash(texts: &Texts, diagnostic: &Diagnostic) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(diagnostic.code.as_str().as_bytes());
    hasher.update(&[0]);
    if let Some(place) = &diagnostic.place {
        hasher.update(place.path.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(marked_line(texts, place).as_bytes());
    }
    hasher.digest()
}

fn marked_line<'a>(texts: &Texts<'a>, place: &Place) -> &'a str {
    let Some(text) = texts.get(&place.path) else { return "" };
    let start = text.line_start(text.range(place.span).start);
    text.text[start..].split('\n').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::super::examples::{Example, each_kind_of_place};
    use super::super::{Format, Report};
    use super::*;
    use crate::diagnostic::Severity;

    fn run(example: &Example) -> Value {
        let log: Value = serde_json::from_str(&example.render(Format::Sarif, false)).unwrap();
        log["runs"][0].clone()
    }

    /// The fingerprints of a diagnostic at each of the bytes.
    fn fingerprints<const N: usize>(text: &str, starts: [usize; N]) -> [String; N] {
        let mut example = Example::new(text);
        example.diagnostics =
            starts.map(|at| Diagnostic::empty_link(example.at(at, at + 1))).into();
        let run = run(&example);
        let mut results = run["results"].as_array().unwrap().iter();
        starts.map(|_| {
            let result = results.next().unwrap();
            result["partialFingerprints"]["markedLine/v1"].as_str().unwrap().to_owned()
        })
    }

    #[test]
    fn a_log_without_results_names_the_tool() {
        assert_eq!(
            serde_json::from_str::<Value>(&Example::new("").render(Format::Sarif, false)).unwrap(),
            json!({
                "$schema": SCHEMA,
                "version": "2.1.0",
                "runs": [{
                    "tool": { "driver": driver(&[]) },
                    "columnKind": "unicodeCodePoints",
                    "results": [],
                }],
            })
        );
        let driver = driver(&[]);
        assert_eq!(driver["name"], "hornbook");
        assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(driver.get("informationUri").is_some(), homepage().is_some());
    }

    #[test]
    fn a_result_says_what_and_where() {
        let example = Example::new("# ä {#x}\n## b {#x}\n");
        let (place, other) = (example.place("## b"), example.place("{#x}"));
        let mut diagnostic = Diagnostic::duplicate_id(place, "x", other);
        diagnostic.severity = Severity::Warning;
        diagnostic.label = Some("again".to_owned());
        diagnostic.help = Some("change it".to_owned());
        let fingerprint = fingerprints("## b {#x}", [0])[0].clone();
        let mut result = run(&example.with(diagnostic))["results"][0].clone();
        assert_ne!(result["partialFingerprints"]["markedLine/v1"], fingerprint, "another code");
        result["partialFingerprints"].take();
        assert_eq!(
            result,
            json!({
                "ruleId": "duplicate-id",
                "ruleIndex": 0,
                "level": "warning",
                "message": { "text": "the id `x` is used twice on this page\nhelp: change it" },
                "partialFingerprints": null,
                "locations": [{
                    "message": { "text": "again" },
                    "physicalLocation": {
                        "artifactLocation": { "uri": "content/a.md", "uriBaseId": "%SRCROOT%" },
                        "region": {
                            "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 5
                        },
                    },
                }],
                "relatedLocations": [{
                    "id": 1,
                    "message": { "text": "first used here" },
                    "physicalLocation": {
                        "artifactLocation": { "uri": "content/a.md", "uriBaseId": "%SRCROOT%" },
                        "region": {
                            "startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 9
                        },
                    },
                }],
            })
        );
    }

    #[test]
    fn the_rules_are_the_codes_in_use_and_each_result_points_at_its_own() {
        let run = run(&each_kind_of_place());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["empty-course", "unknown-link", "duplicate-address", "duplicate-id"]);
        assert_eq!(rules[0]["shortDescription"]["text"], Code::EmptyCourse.summary());
        assert_eq!(rules[0]["defaultConfiguration"]["level"], "error");
        for result in run["results"].as_array().unwrap() {
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(result["ruleId"], rules[index]["id"]);
        }
    }

    #[test]
    fn what_is_not_known_of_a_place_is_left_out() {
        let run = run(&each_kind_of_place());
        assert_eq!(
            run["results"][0]["locations"],
            json!([{ "physicalLocation": { "artifactLocation": {
                "uri": "docs/site.toml", "uriBaseId": "%SRCROOT%"
            } } }])
        );
        assert_eq!(
            run["results"][3]["locations"],
            json!([{ "physicalLocation": { "artifactLocation": {
                "uri": "docs/content/b.png", "uriBaseId": "%SRCROOT%"
            } } }])
        );
    }

    #[test]
    fn addresses_are_relative_and_percent_encoded_unless_the_path_is_absolute() {
        assert_eq!(
            artifact_location("a b/ä:100%.md"),
            json!({ "uri": "a%20b/%C3%A4%3A100%25.md", "uriBaseId": "%SRCROOT%" })
        );
        assert_eq!(artifact_location("/srv/a.md"), json!({ "uri": "file:///srv/a.md" }));
    }

    #[test]
    fn braces_in_a_message_are_no_placeholders() {
        assert_eq!(message("{{ page }} {0}"), json!({ "text": "{{{{ page }}}} {{0}}" }));
    }

    #[test]
    fn a_fingerprint_stays_when_its_line_moves_and_changes_with_its_text() {
        let before = fingerprints("one []()\n", [4]);
        assert_eq!(fingerprints("new\n\n  one []()\n", [11]), before);
        assert_ne!(fingerprints("two []()\n", [4]), before);
    }

    #[test]
    fn equal_lines_have_different_fingerprints() {
        let [first, second] = fingerprints("[]()\n[]()\n", [0, 5]);
        assert_ne!(first, second);
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_how_the_folder_is_named() {
        let example = Example::new("[]()\n");
        let diagnostics = [Diagnostic::empty_link(example.at(0, 4))];
        let logs = [".", "docs"].map(|folder| {
            let report = Report { diagnostics: &diagnostics, sources: &example.sources, folder };
            serde_json::from_str::<Value>(&report.render(Format::Sarif, false)).unwrap()
        });
        let of = |log: &Value| log["runs"][0]["results"][0]["partialFingerprints"].clone();
        assert_eq!(of(&logs[0]), of(&logs[1]));
    }
}
