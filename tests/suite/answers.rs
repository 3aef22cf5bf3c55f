//! Answers that learners type: the table that the browser tests read as well, and what the table cannot say.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use hornbook::answer::{accepts, is_around, normal, number};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("answers: the table of accepted and rejected answers", table),
        Trial::test(
            "answers: what is accepted is accepted however it is spaced and cased",
            variations,
        ),
        Trial::test("answers: mending a comma, case or spaces keeps what a text says", identities),
    ]
}

fn rows() -> Result<Vec<Value>, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers.json");
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn answers(row: &Value) -> Vec<&str> {
    row["answers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn is_accepted(row: &Value, given: &str) -> bool {
    let language = row["language"].as_str().unwrap_or_default();
    let spec = &row["number"];
    if spec.is_null() {
        return accepts(&answers(row), given, language);
    }
    let part = |name: &str| spec[name].as_f64().unwrap_or_default();
    number(given, language).is_some_and(|value| match spec["from"].as_f64() {
        Some(from) => (from..=part("to")).contains(&value),
        None => is_around(value, part("number"), part("tolerance")),
    })
}

fn table() -> Result<(), Failed> {
    let rows = rows()?;
    let known: HashSet<String> = rows
        .iter()
        .map(|row| {
            format!("{}{}{}{}", row["answers"], row["number"], row["given"], row["language"])
        })
        .collect();
    if rows.len() < 150 || known.len() < rows.len() {
        return Err("the table is short, or says something twice".into());
    }
    let wrong = rows.iter().filter(|row| {
        let given = row["given"].as_str().unwrap_or_default();
        Some(is_accepted(row, given)) != row["accepted"].as_bool()
    });
    none(wrong.map(ToString::to_string).collect())
}

fn variations() -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for row in rows()?.iter().filter(|row| row["accepted"] == true) {
        let given = row["given"].as_str().unwrap_or_default();
        let mut ways = vec![format!(" {given}\u{a0} "), format!("\u{200b}{given}")];
        if row["number"].is_null() && row["language"] != "tr" {
            ways.push(given.to_uppercase());
        }
        wrong.extend(
            ways.into_iter()
                .filter(|way| !is_accepted(row, way))
                .map(|way| format!("{way:?}: {row}")),
        );
        // Every answer is one to itself.
        let itself = answers(row).into_iter().filter(|answer| !is_accepted(row, answer));
        wrong.extend(itself.map(|answer| format!("{answer:?} is not itself: {row}")));
    }
    none(wrong)
}

fn identities() -> Result<(), Failed> {
    let same = [
        ("Who decides, in the end, what it is worth?", "who decides in the end  what it is worth"),
        ("What's “value”?", "What’s \"value\" ?"),
        ("Look up the key word.", "Look up: the keyword"),
        ("Über Ｗert", "über wert"),
        ("?!", "?!"),
    ];
    let different = [
        ("C++", "C"),
        ("1.5", "15"),
        ("5 - 3", "5 + 3"),
        ("-5", "5"),
        ("50%", "50"),
        ("año", "ano"),
        ("?", "!"),
        ("a < b", "a > b"),
    ];
    let mut wrong = Vec::new();
    wrong.extend(
        same.iter().filter(|(a, b)| normal(a) != normal(b)).map(|pair| format!("differ: {pair:?}")),
    );
    wrong.extend(
        different
            .iter()
            .filter(|(a, b)| normal(a) == normal(b))
            .map(|pair| format!("one: {pair:?}")),
    );
    wrong.extend(
        same.iter()
            .filter(|(text, _)| normal(&normal(text)) != normal(text))
            .map(|(text, _)| text.to_string()),
    );
    none(wrong)
}

/// Fails with everything that is wrong.
fn none(wrong: Vec<String>) -> Result<(), Failed> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
