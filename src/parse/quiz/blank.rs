//! Blanks: what stands between `[[` and `]]` in a question that is to be filled in.

use crate::quiz::{Blank, NumberRange};

/// Why a blank accepts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no answer, or an alternative is empty.
    Empty,
    /// What follows `=` is no number, no tolerance or no range.
    Number,
    /// The range ends before it begins.
    Backwards,
}

/// Reads the text of a blank, without its brackets.
pub fn parse(text: &str) -> Result<Blank, Fault> {
    let text = text.trim();
    if let Some(number) = text.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        return range(number).map(Blank::Number);
    }
    let answers: Vec<Box<str>> = alternatives(text).map(|answer| answer.trim().into()).collect();
    if answers.iter().any(|answer| answer.is_empty()) {
        return Err(Fault::Empty);
    }
    Ok(Blank::Text(answers))
}

/// The parts between bars; `\|`, as in a table, separates as well.
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let bars = text.matches('|').count();
    text.split('|').enumerate().map(move |(index, part)| match part.strip_suffix('\\') {
        Some(part) if index < bars => part,
        _ => part,
    })
}

/// `42`, `3.14 ± 0.01`, `10..20`.
fn range(text: &str) -> Result<NumberRange, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let ends = ["...", "..", "…"].iter().find_map(|dots| text.split_once(dots));
    if let Some((from, to)) = ends {
        let (from, to) = (number(from)?, number(to)?);
        return if from <= to {
            Ok(NumberRange::Between { from, to })
        } else {
            Err(Fault::Backwards)
        };
    }
    let tolerance = ["±", "+/-", "+-"].iter().find_map(|sign| text.split_once(sign));
    let Some((middle, tolerance)) = tolerance else {
        return Ok(NumberRange::Near { number: number(text)?, tolerance: 0.0 });
    };
    let (number, tolerance) = (number(middle)?, number(tolerance)?);
    if tolerance < 0.0 {
        return Err(Fault::Number);
    }
    Ok(NumberRange::Near { number, tolerance })
}

/// A number as authors write it in every language: with a full stop, and a hyphen or a minus sign before it.
fn number(text: &str) -> Result<f64, Fault> {
    let text = text.trim().replace('\u{2212}', "-");
    let number: f64 = text.parse().map_err(|_| Fault::Number)?;
    // `inf` and `nan` are numbers to the parser and to nobody else.
    let is_digits = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if is_digits && number.is_finite() { Ok(number) } else { Err(Fault::Number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_and_numbers_are_read() {
        let texts =
            |answers: &[&str]| Ok(Blank::Text(answers.iter().map(|a| (*a).into()).collect()));
        assert_eq!(parse(" 1|one | first"), texts(&["1", "one", "first"]));
        assert_eq!(parse("== 1"), texts(&["== 1"]));
        assert_eq!(parse(r"a\|b\"), texts(&["a", r"b\"]));
        let near = |number, tolerance| Ok(Blank::Number(NumberRange::Near { number, tolerance }));
        assert_eq!(parse("= 42"), near(42.0, 0.0));
        assert_eq!(parse("=9.81 ± 0.01"), near(9.81, 0.01));
        assert_eq!(parse("= \u{2212}5 +/- 1"), near(-5.0, 1.0));
        let between = Ok(Blank::Number(NumberRange::Between { from: -10.0, to: 20.0 }));
        assert_eq!(parse("= -10..20"), between);
        assert_eq!(parse("= -10...20"), between);
    }

    #[test]
    fn what_accepts_nothing_is_told_apart() {
        assert_eq!(parse(""), Err(Fault::Empty));
        assert_eq!(parse("a||b"), Err(Fault::Empty));
        assert_eq!(parse("="), Err(Fault::Empty));
        assert_eq!(parse("= about 5"), Err(Fault::Number));
        assert_eq!(parse("= 5 ± much"), Err(Fault::Number));
        assert_eq!(parse("= 5 ± -1"), Err(Fault::Number));
        assert_eq!(parse("= inf"), Err(Fault::Number));
        assert_eq!(parse("= 20..10"), Err(Fault::Backwards));
    }
}
