//! Postings: where a word stands, in the form in which it is kept and published.
//!
//! A list holds a group for each page with the word, by the page's number:
//!
//! ```text
//! list    = group*
//! group   = number(pages since the last group)  passage+
//! passage = digit(last of the group: 32 | impact << 2 | positions - 1)
//!           digit(passages since the last one; 63: 63 and number(the rest))
//!           digit(position mod 64){1,4}
//! number  = digits of 5 bits, the lowest first; 32 says that more follow
//! ```
//!
//! Digits are the 64 of base64url (RFC 4648, section 5). Positions tell phrases: of two words that follow one another the
//! second one's is by one greater. That they are cut to six bits lets one in sixteen wrong passages of a hundred words
//! pass; the browser looks at the text itself where it can.

/// The digits, in order.
pub const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many positions of a word in one passage are kept.
const POSITIONS: usize = 4;

const LAST: u32 = 32;
const FAR: u32 = 63;

/// What a passage is worth for a word, from 0 to 7. See [`super::entries`].
pub type Impact = u8;

fn digit(value: u32, list: &mut Vec<u8>) {
    list.push(DIGITS[value as usize & 63]);
}

fn value(digit: u8) -> u32 {
    match digit {
        b'A'..=b'Z' => u32::from(digit - b'A'),
        b'a'..=b'z' => u32::from(digit - b'a') + 26,
        b'0'..=b'9' => u32::from(digit - b'0') + 52,
        b'-' => 62,
        _ => 63,
    }
}

/// How many digits a number takes at most.
pub const LONGEST_NUMBER: usize = 7;

pub fn number(mut value: u32, list: &mut Vec<u8>) {
    while value > 31 {
        digit(value & 31 | 32, list);
        value >>= 5;
    }
    digit(value, list);
}

/// Adds a passage to a group that is being written. `before` is the passage before it in the group.
pub fn passage(
    passage: u32,
    before: u32,
    is_last: bool,
    impact: Impact,
    positions: &[u32],
    list: &mut Vec<u8>,
) {
    let count = positions.len().clamp(1, POSITIONS);
    let last = if is_last { LAST } else { 0 };
    digit(last | u32::from(impact) << 2 | (count - 1) as u32, list);
    let step = passage - before;
    digit(step.min(FAR), list);
    if step >= FAR {
        number(step - FAR, list);
    }
    let first = positions.first().copied().unwrap_or_default();
    for position in positions.iter().copied().chain([first]).take(count) {
        digit(position, list);
    }
}

/// One group of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    pub page: u32,
    /// Its passages, as they are written.
    pub passages: &'a [u8],
    /// The best impact among them.
    pub impact: Impact,
}

/// The groups of a list.
pub fn groups(list: &[u8]) -> impl Iterator<Item = Group<'_>> {
    let mut reader = Reader { list, at: 0 };
    let mut page = 0;
    std::iter::from_fn(move || {
        if reader.at >= reader.list.len() {
            return None;
        }
        page += reader.number();
        let begin = reader.at;
        let mut impact = 0;
        loop {
            let head = reader.digit();
            impact = impact.max((head >> 2 & 7) as Impact);
            if reader.digit() == FAR {
                reader.number();
            }
            reader.at += (head & 3) as usize + 1;
            if head & LAST != 0 {
                break;
            }
        }
        Some(Group { page, passages: &reader.list[begin..reader.at], impact })
    })
}

/// The passages of a group that are worth most, as many as are asked for, in their order.
pub fn best(group: &[u8], most: usize) -> Vec<u8> {
    let mut reader = Reader { list: group, at: 0 };
    let mut found = Vec::new();
    let mut place = 0;
    while reader.at < group.len() {
        let head = reader.digit();
        let step = reader.digit();
        place += if step == FAR { FAR + reader.number() } else { step };
        let positions = reader.at..reader.at + (head & 3) as usize + 1;
        reader.at = positions.end;
        found.push((place, (head >> 2 & 7) as Impact, &group[positions]));
    }
    // A stable sort: of equal ones the first on the page.
    found.sort_by_key(|(_, impact, _)| std::cmp::Reverse(*impact));
    found.truncate(most);
    found.sort_unstable_by_key(|(place, ..)| *place);
    let mut list = Vec::new();
    let mut before = 0;
    let last = found.len();
    for (at, (place, impact, positions)) in found.into_iter().enumerate() {
        let positions: Vec<u32> = positions.iter().map(|digit| value(*digit)).collect();
        passage(place, before, at + 1 == last, impact, &positions, &mut list);
        before = place;
    }
    list
}

struct Reader<'a> {
    list: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn digit(&mut self) -> u32 {
        self.at += 1;
        value(self.list[self.at - 1])
    }

    fn number(&mut self) -> u32 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let digit = self.digit();
            value |= (digit & 31) << shift;
            shift += 5;
            if digit & 32 == 0 {
                return value;
            }
        }
    }
}

/// Writes a list of groups.
pub fn list<'a>(groups: impl IntoIterator<Item = Group<'a>>) -> Vec<u8> {
    let mut list = Vec::new();
    let mut before = 0;
    for group in groups {
        number(group.page - before, &mut list);
        list.extend_from_slice(group.passages);
        before = group.page;
    }
    list
}

/// Puts a page's passages into a list in place of those it has there; `None` takes them out.
pub fn replace(old: &[u8], page: u32, passages: Option<&[u8]>) -> Vec<u8> {
    let new = passages.map(|passages| Group { page, passages, impact: 0 });
    let before = groups(old).take_while(|group| group.page < page);
    let after = groups(old).skip_while(|group| group.page <= page);
    list(before.chain(new).chain(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Found = Vec<(u32, u8, Vec<u32>)>;

    fn group(found: &Found) -> Vec<u8> {
        let mut out = Vec::new();
        let mut before = 0;
        for (at, (place, impact, positions)) in found.iter().enumerate() {
            passage(*place, before, at + 1 == found.len(), *impact, positions, &mut out);
            before = *place;
        }
        out
    }

    fn found() -> impl Strategy<Value = Found> {
        let one = (0..300_u32, 0..8_u8, prop::collection::vec(0..500_u32, 1..6));
        prop::collection::vec(one, 1..5).prop_map(|mut found| {
            found.sort();
            found.dedup_by_key(|(place, ..)| *place);
            found
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pages in prop::collection::btree_map(0..5000_u32, found(), 0..20)) {
            let written: Vec<_> = pages.iter().map(|(page, found)| (*page, group(found))).collect();
            let made = list(written.iter().map(|(page, passages)| Group { page: *page, passages, impact: 0 }));
            let read: Vec<_> = groups(&made).map(|group| (group.page, group.passages.to_vec())).collect();
            prop_assert_eq!(read, written);
            let best = |found: &Found| found.iter().map(|(_, impact, _)| *impact).max();
            let impacts: Vec<_> = groups(&made).map(|group| Some(group.impact)).collect();
            prop_assert_eq!(impacts, pages.values().map(best).collect::<Vec<_>>());
        }

        #[test]
        fn the_best_passages_are_kept(found in found(), most in 1..4_usize) {
            let mut kept = found.clone();
            kept.sort_by_key(|(_, impact, _)| std::cmp::Reverse(*impact));
            kept.truncate(most);
            kept.sort();
            prop_assert_eq!(best(&group(&found), most), group(&kept));
        }

        #[test]
        fn a_page_is_replaced(
            mut pages in prop::collection::btree_map(0..50_u32, found(), 0..20), page in 0..50_u32, new in prop::option::of(found()),
        ) {
            let whole = |pages: &std::collections::BTreeMap<u32, Found>| {
                let written: Vec<_> = pages.iter().map(|(page, found)| (*page, group(found))).collect();
                list(written.iter().map(|(page, passages)| Group { page: *page, passages, impact: 0 }))
            };
            let old = whole(&pages);
            let changed = replace(&old, page, new.as_ref().map(group).as_deref());
            match new {
                Some(found) => pages.insert(page, found),
                None => pages.remove(&page),
            };
            prop_assert_eq!(changed, whole(&pages));
        }
    }
}
