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

const LAST: u32 = 32;
const FAR: u32 = 63;

/// What a passage is worth for a word, from 0 to 7. See [`super::entries`].
pub type Impact = u8;
/// The most.
pub const BEST: Impact = 7;

/// Where a word stands in a passage, at first.
#[derive(Clone, Copy)]
pub struct Positions {
    digits: [u8; 4],
    count: u8,
}

impl Positions {
    pub fn new(first: u32) -> Self {
        Self { digits: [DIGITS[first as usize & 63]; _], count: 1 }
    }

    pub fn add(&mut self, position: u32) {
        if let Some(free) = self.digits.get_mut(self.count as usize) {
            *free = DIGITS[position as usize & 63];
            self.count += 1;
        }
    }
}

fn digit(value: u32, list: &mut Vec<u8>) {
    list.push(DIGITS[value as usize & 63]);
}

/// What each digit is worth.
const VALUES: [u8; 256] = {
    let mut values = [0; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

pub fn number(value: u32, list: &mut Vec<u8>) {
    list.extend(digits(value));
}

/// The digits of a number.
pub fn digits(value: u32) -> impl Iterator<Item = u8> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let value = rest?;
        rest = (value > 31).then_some(value >> 5);
        let more = if rest.is_some() { 32 } else { 0 };
        Some(DIGITS[(value & 31 | more) as usize])
    })
}

/// How many digits a number takes.
pub fn number_length(value: u32) -> usize {
    value.checked_ilog2().map_or(1, |bits| bits as usize / 5 + 1)
}

/// Adds a passage to a group that is being written. `before` is the passage before it in the group.
pub fn passage(
    passage: u32,
    before: u32,
    is_last: bool,
    impact: Impact,
    positions: Positions,
    list: &mut Vec<u8>,
) {
    let last = if is_last { LAST } else { 0 };
    digit(last | u32::from(impact) << 2 | u32::from(positions.count - 1), list);
    step(passage - before, list);
    // A copy of four is one of a number.
    let end = list.len() + positions.count as usize;
    list.extend_from_slice(&positions.digits);
    list.truncate(end);
}

fn step(step: u32, list: &mut Vec<u8>) {
    digit(step.min(FAR), list);
    if step >= FAR {
        number(step - FAR, list);
    }
}

/// One group of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    pub page: u32,
    /// Its passages, as they are written.
    pub passages: &'a [u8],
    /// How many they are.
    pub count: usize,
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
        let (mut count, mut impact) = (0, 0);
        loop {
            count += 1;
            let head = reader.digit();
            impact = impact.max((head >> 2 & 7) as Impact);
            reader.step();
            reader.at += (head & 3) as usize + 1;
            if head & LAST != 0 {
                break;
            }
        }
        Some(Group { page, passages: &reader.list[begin..reader.at], count, impact })
    })
}

/// The passages of a group that are worth most, as many as are asked for, in their order.
pub fn best(group: &Group<'_>, most: usize) -> Vec<u8> {
    let mut reader = Reader { list: group.passages, at: 0 };
    let mut found = Vec::with_capacity(group.count);
    let mut place = 0;
    while reader.at < group.passages.len() {
        let head = reader.digit();
        place += reader.step();
        let positions = reader.at..reader.at + (head & 3) as usize + 1;
        reader.at = positions.end;
        found.push((place, head & !LAST, &group.passages[positions]));
    }
    // A stable sort: of equal ones the first on the page.
    found.sort_by_key(|(_, head, _)| std::cmp::Reverse(head >> 2));
    found.truncate(most);
    found.sort_unstable_by_key(|(place, ..)| *place);
    let mut list = Vec::with_capacity(group.passages.len());
    let mut before = 0;
    let last = found.len();
    for (at, (place, head, positions)) in found.into_iter().enumerate() {
        digit(if at + 1 == last { head | LAST } else { head }, &mut list);
        step(place - before, &mut list);
        list.extend_from_slice(positions);
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
        u32::from(VALUES[self.list[self.at - 1] as usize])
    }

    fn step(&mut self) -> u32 {
        match self.digit() {
            FAR => FAR + self.number(),
            step => step,
        }
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
    let new = passages.map(|passages| Group { page, passages, count: 0, impact: 0 });
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
        for (at, (place, impact, all)) in found.iter().enumerate() {
            let mut positions = Positions::new(all[0]);
            all[1..].iter().for_each(|position| positions.add(*position));
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
        fn a_number_takes_as_many_digits_as_it_is_said_to(value in any::<u32>(), shift in 0..32_u32) {
            let mut list = Vec::new();
            number(value >> shift, &mut list);
            prop_assert_eq!(list.len(), number_length(value >> shift));
            prop_assert_eq!(Reader { list: &list, at: 0 }.number(), value >> shift);
        }

        #[test]
        fn what_is_written_is_read(pages in prop::collection::btree_map(0..5000_u32, found(), 0..20)) {
            let written: Vec<_> = pages.iter().map(|(page, found)| (*page, group(found))).collect();
            let made = list(written.iter().map(|(page, passages)| Group { page: *page, passages, count: 0, impact: 0 }));
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
            let whole = list([Group { page: 0, passages: &group(&found), count: 0, impact: 0 }]);
            prop_assert_eq!(best(&groups(&whole).next().unwrap(), most), group(&kept));
        }

        #[test]
        fn a_page_is_replaced(
            mut pages in prop::collection::btree_map(0..50_u32, found(), 0..20), page in 0..50_u32, new in prop::option::of(found()),
        ) {
            let whole = |pages: &std::collections::BTreeMap<u32, Found>| {
                let written: Vec<_> = pages.iter().map(|(page, found)| (*page, group(found))).collect();
                list(written.iter().map(|(page, passages)| Group { page: *page, passages, count: 0, impact: 0 }))
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
