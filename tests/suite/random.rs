//! Random inputs: how many there are, and how a failure is told.

use std::fmt::Debug;

use libtest_mimic::Failed;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Runs a check on `cases` random inputs, or on as many as PROPTEST_CASES says. A failure is told with the smallest
/// input that was found for it; a panic counts as one.
pub fn check<S: Strategy>(
    cases: u32,
    inputs: S,
    check: impl Fn(S::Value) -> Result<(), String>,
) -> Result<(), Failed>
where
    S::Value: Debug,
{
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config =
        Config { cases: asked.unwrap_or(cases), failure_persistence: None, ..Config::default() };
    let checked =
        TestRunner::new(config).run(&inputs, |input| check(input).map_err(TestCaseError::fail));
    checked.map_err(|error| Failed::from(error.to_string()))
}
