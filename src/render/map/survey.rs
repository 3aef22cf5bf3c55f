//! The survey: which pages draw a map, of what, and the hashes of all that is on it.
//!
//! It is made anew when a name, a place or a tie changes.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::course::{Course, Item, LessonId, Unit, UnitId};
use crate::memo::{key, key_of, key_of_all};
use crate::render::sight::unit_mark;
use crate::strings::Strings;

/// Up to how many lessons a course is drawn as a whole; beyond, its units are, and each unit has a map of its own.
const DRAWN_WHOLE: usize = 40;

/// What a map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All units with all lessons.
    Course,
    /// The entries of the course, units without their lessons.
    Units,
    /// The entries of a unit, and what ties them to others.
    Unit(UnitId),
}

/// What a page with a map has on it.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    pub extent: Extent,
    /// The hash of all that is drawn.
    pub key: u128,
}

/// Which maps there are.
pub struct Survey {
    /// By the page that shows it.
    pub sheets: BTreeMap<LessonId, Sheet>,
    /// By unit, the lessons of it and of the units in it: a part of the reading order.
    pub within: Vec<Range<usize>>,
    /// By unit, the lessons elsewhere that need one of its own, each with that one.
    pub needed_by: BTreeMap<UnitId, Vec<(LessonId, LessonId)>>,
}

impl Survey {
    pub fn new(course: &Course<'_>, strings: &Strings) -> Self {
        let mut survey =
            Self { sheets: BTreeMap::new(), within: within(course), needed_by: BTreeMap::new() };
        let Some(map) = course.layout.map else { return survey };
        let units = &course.layout.units;
        let direction = course.direction();
        let shared = key([strings.hash, key_of(&(direction, course.address(map)))]);
        let marks: Vec<u128> =
            (0..units.len()).map(|id| unit_mark(course.layout, id as UnitId)).collect();
        let whole = key([shared, key_of_course(course, &marks)]);
        if lessons(units) <= DRAWN_WHOLE {
            survey.sheets.insert(map, Sheet { extent: Extent::Course, key: whole });
            return survey;
        }
        survey.sheets.insert(map, Sheet { extent: Extent::Units, key: whole });
        survey.needed_by = needed_by(course, &survey.within);
        for (id, unit) in units.iter().enumerate().skip(1) {
            let id = id as UnitId;
            if unit.items.len() > 1 {
                let key = key([shared, survey.key_of_unit(course, &marks, id)]);
                survey.sheets.insert(unit.page, Sheet { extent: Extent::Unit(id), key });
            }
        }
        survey
    }

    /// The lessons of a unit and of the units in it, in reading order.
    pub fn lessons<'a>(&self, course: &Course<'a>, unit: UnitId) -> &'a [LessonId] {
        let layout = course.layout;
        layout.reading_order.get(self.within[unit as usize].clone()).unwrap_or_default()
    }

    /// Whether a lesson stands in a unit, or in a unit in it.
    pub fn is_within(&self, course: &Course<'_>, id: LessonId, unit: UnitId) -> bool {
        self.within[unit as usize].contains(&(course.layout.positions[id as usize] as usize))
    }

    fn key_of_unit(&self, course: &Course<'_>, marks: &[u128], unit: UnitId) -> u128 {
        let layout = course.layout;
        let face = |id: &LessonId| layout.faces[*id as usize];
        let with_unit = |id: &LessonId| {
            let unit = layout.placements[*id as usize].unit;
            key([face(id), marks[unit as usize], face(&layout.units[unit as usize].page)])
        };
        let mut keys = Vec::new();
        let mut others: Vec<&LessonId> = Vec::new();
        for id in self.lessons(course, unit) {
            let ties = &course.ties[*id as usize];
            let unit = layout.placements[*id as usize].unit;
            keys.push(key([face(id), ties.mark, marks[unit as usize]]));
            keys.extend(ties.needs.iter().map(with_unit));
            keys.extend(ties.teaches.iter().map(face));
            keys.extend(ties.uses.iter().map(|(by, term)| key([with_unit(by), face(term)])));
            others.extend(ties.needs.iter().chain(ties.uses.iter().map(|(by, _)| by)));
        }
        let after = self.needed_by.get(&unit).into_iter().flatten();
        keys.extend(after.clone().map(|(by, of)| key([with_unit(by), face(of)])));
        // What stands around a unit is drawn in reading order.
        others.extend(after.map(|(by, _)| by));
        others.sort_unstable_by_key(|id| layout.positions[**id as usize]);
        keys.extend(others.into_iter().map(face));
        key_of_all(keys)
    }
}

/// The key of all names, places and ties of the course.
fn key_of_course(course: &Course<'_>, marks: &[u128]) -> u128 {
    let faces = course.layout.faces.iter();
    key_of_all(marks.iter().chain(faces).copied().chain(course.ties.iter().map(|ties| ties.mark)))
}

/// How many lessons stand in the units.
fn lessons(units: &[Unit]) -> usize {
    let items = units.iter().flat_map(|unit| &unit.items);
    items.filter(|item| matches!(item, Item::Lesson(_))).count()
}

fn within(course: &Course<'_>) -> Vec<Range<usize>> {
    let layout = course.layout;
    let position = |id: LessonId| layout.positions[id as usize] as usize;
    let mut within: Vec<Range<usize>> = layout
        .units
        .iter()
        .map(|unit| {
            let own = unit.items.iter().filter_map(|item| match item {
                Item::Lesson(id) => Some(position(*id) + 1),
                _ => None,
            });
            let start = position(unit.page);
            start..own.fold(start + 1, usize::max)
        })
        .collect();
    // A unit's own pages end before those of the units in it, so what those add is told upwards.
    for id in (0..layout.units.len()).rev() {
        let mut above = layout.units[id].parent;
        let end = within[id].end;
        while let Some(unit) = above.filter(|unit| within[*unit as usize].end < end) {
            within[unit as usize].end = end;
            above = layout.units[unit as usize].parent;
        }
    }
    within
}

/// By unit, who needs what of it from outside.
fn needed_by(
    course: &Course<'_>,
    within: &[Range<usize>],
) -> BTreeMap<UnitId, Vec<(LessonId, LessonId)>> {
    let layout = course.layout;
    let mut needed_by: BTreeMap<UnitId, Vec<(LessonId, LessonId)>> = BTreeMap::new();
    for by in &layout.reading_order {
        for of in &course.ties[*by as usize].needs {
            let position = layout.positions[*by as usize] as usize;
            let mut unit = Some(layout.placements[*of as usize].unit).filter(|unit| *unit != 0);
            while let Some(id) = unit.filter(|id| !within[*id as usize].contains(&position)) {
                needed_by.entry(id).or_default().push((*by, *of));
                unit = layout.units[id as usize].parent.filter(|parent| *parent != 0);
            }
        }
    }
    needed_by
}
