//! Ranges: the part of a file that a player asks for (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The whole file: nothing else was asked for, or several parts, which nobody has to give.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// What lies past the end.
    Nothing,
}

/// Reads a `Range` header for a file of this length.
pub fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.split_once('-') else { return Asked::Whole };
    let number = |text: &str| -> Option<Option<u64>> {
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        // A number too large for us is past every end.
        is_number.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    match (number(first), number(last)) {
        (Some(Some(first)), Some(Some(last))) if first > last => Asked::Whole,
        (Some(Some(first)), Some(last)) => {
            let end = last.map_or(length, |last| last.saturating_add(1).min(length));
            if first < length { Asked::Part(first..end) } else { Asked::Nothing }
        }
        (Some(None), Some(Some(last))) => {
            if last > 0 && length > 0 {
                Asked::Part(length.saturating_sub(last)..length)
            } else {
                Asked::Nothing
            }
        }
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_the_file() {
        let asked = |header| asked(Some(header), 100);
        assert_eq!(asked("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(asked("bytes=90-"), Asked::Part(90..100));
        assert_eq!(asked("bytes=90-500"), Asked::Part(90..100));
        assert_eq!(asked("bytes=-10"), Asked::Part(90..100));
        assert_eq!(asked("bytes=-500"), Asked::Part(0..100));
        assert_eq!(asked("bytes=0-99999999999999999999999"), Asked::Part(0..100));
    }

    #[test]
    fn what_lies_past_the_end_is_nothing() {
        assert_eq!(asked(Some("bytes=100-"), 100), Asked::Nothing);
        assert_eq!(asked(Some("bytes=-0"), 100), Asked::Nothing);
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Nothing);
    }

    #[test]
    fn what_is_no_single_range_is_the_whole_file() {
        for header in ["bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=5-1", "bytes=-", "bytes="]
        {
            assert_eq!(asked(Some(header), 100), Asked::Whole, "{header}");
        }
        assert_eq!(asked(None, 100), Asked::Whole);
    }
}
