//! The outline: units, the order of lessons, what comes before and after each.

use std::collections::BTreeMap;

use ahash::AHashMap as HashMap;

use crate::address::{Address, name_key, split_number};
use crate::course::{Item, LessonId, Placement, Unit, UnitId};
use crate::diagnostic::Diagnostic;
use crate::lesson::{Lesson, Role};
use crate::parse::stem;

/// How the lessons of a course are arranged.
pub struct Outline {
    /// The first one is the course itself.
    pub units: Vec<Unit>,
    /// Every lesson of the course, in the order of reading; terms last.
    pub reading_order: Vec<LessonId>,
    /// What the navigation calls a lesson, where it does not use its own title.
    pub titles: HashMap<LessonId, String>,
}

impl Outline {
    /// Follows the units from the course down, and appends what stands in none of them.
    pub fn new(units: Vec<Unit>, titles: HashMap<LessonId, String>, lessons: &[&Lesson]) -> Self {
        let mut reading_order = Vec::with_capacity(lessons.len());
        follow(&units, 0, &mut reading_order);
        let mut listed = vec![false; lessons.len()];
        for id in &reading_order {
            listed[*id as usize] = true;
        }
        let rest = lessons.iter().enumerate();
        let rest = rest.filter(|(index, lesson)| !listed[*index] && !is_aside(lesson));
        reading_order.extend(rest.map(|(index, _)| index as LessonId));
        Self { units, reading_order, titles }
    }

    /// Says of each lesson where it stands.
    pub fn place(&self, lessons: &[&Lesson], addresses: &[Address]) -> Vec<Placement> {
        let mut placements: Vec<Placement> = lessons
            .iter()
            .zip(addresses)
            .enumerate()
            .map(|(index, (lesson, address))| Placement {
                address: address.clone(),
                title: self.title(index as LessonId, lesson),
                unit: 0,
                previous: None,
                next: None,
            })
            .collect();
        for (id, unit) in self.units.iter().enumerate() {
            placements[unit.page as usize].unit = id as UnitId;
            for item in &unit.items {
                if let Item::Lesson(lesson) = item {
                    placements[*lesson as usize].unit = id as UnitId;
                }
            }
        }
        let mut sequence = Vec::new();
        follow(&self.units, 0, &mut sequence);
        for pair in sequence.windows(2) {
            placements[pair[0] as usize].next = Some(pair[1]);
            placements[pair[1] as usize].previous = Some(pair[0]);
        }
        placements
    }

    fn title(&self, id: LessonId, lesson: &Lesson) -> String {
        self.titles.get(&id).cloned().unwrap_or_else(|| lesson.title.clone())
    }
}

/// Whether a lesson stands beside the course: the way through it never leads there.
fn is_aside(lesson: &Lesson) -> bool {
    matches!(lesson.role, Role::Summary | Role::NotFound)
}

/// Appends the pages of a unit in reading order. Units nest as deep as folders do, so the stack is kept by hand.
fn follow(units: &[Unit], from: UnitId, order: &mut Vec<LessonId>) {
    let mut stack = vec![Item::Unit(from)];
    while let Some(item) = stack.pop() {
        match item {
            Item::Unit(id) => {
                let unit = &units[id as usize];
                order.push(unit.page);
                stack.extend(unit.items.iter().rev().cloned());
            }
            Item::Lesson(id) => order.push(id),
            Item::Part(_) => {}
        }
    }
}

/// Makes the outline that the folders say: folders are units, numbers order them, `order` in the front matter has the
/// last word, and what has no number follows by name.
pub fn from_folders(content: &str, lessons: &[&Lesson]) -> Outline {
    let mut units = Vec::new();
    let mut by_folder: BTreeMap<&str, UnitId> = BTreeMap::new();
    // Index files come before or after the lessons of their folder; both need the units first.
    for (index, lesson) in lessons.iter().enumerate() {
        if matches!(lesson.role, Role::Home | Role::Unit) {
            by_folder.entry(lesson.path.folder()).or_insert_with(|| {
                units.push(Unit { page: index as LessonId, parent: None, items: Vec::new() });
                units.len() as UnitId - 1
            });
        }
    }
    put_course_first(content, &mut units, &mut by_folder);

    let mut keyed: Vec<Vec<(OrderKey, Item)>> = vec![Vec::new(); units.len()];
    for (index, lesson) in lessons.iter().enumerate() {
        if lesson.role == Role::Lesson
            && let Some(unit) = by_folder.get(lesson.path.folder())
        {
            let key = OrderKey::new(lesson, stem(lesson.path.file_name()));
            keyed[*unit as usize].push((key, Item::Lesson(index as LessonId)));
        }
    }
    for (folder, id) in &by_folder {
        if *id == 0 {
            continue;
        }
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        let parent = by_folder.get(above).copied().unwrap_or(0);
        let page = &lessons[units[*id as usize].page as usize];
        units[*id as usize].parent = Some(parent);
        keyed[parent as usize].push((OrderKey::new(page, name), Item::Unit(*id)));
    }
    for (unit, mut items) in units.iter_mut().zip(keyed) {
        items.sort_by(|a, b| a.0.cmp(&b.0));
        unit.items = items.into_iter().map(|(_, item)| item).collect();
    }
    Outline::new(units, HashMap::new(), lessons)
}

/// The course is unit 0, whatever sorts before it.
fn put_course_first(content: &str, units: &mut [Unit], by_folder: &mut BTreeMap<&str, UnitId>) {
    let Some(course) = by_folder.get(content).copied() else { return };
    units.swap(0, course as usize);
    for id in by_folder.values_mut() {
        *id = match *id {
            0 => course,
            id if id == course => 0,
            id => id,
        };
    }
}

/// What orders the entries of one folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct OrderKey {
    /// Entries without a number follow those with one.
    is_unnumbered: bool,
    number: i64,
    name: String,
}

impl OrderKey {
    fn new(lesson: &Lesson, name: &str) -> Self {
        let (number, rest) = split_number(name);
        let number = lesson.front.order.or(number);
        Self { is_unnumbered: number.is_none(), number: number.unwrap_or(0), name: name_key(rest) }
    }
}

/// Reports lessons of one unit, or of one part of it, that learners cannot tell apart in the contents.
pub fn report_equal_titles(
    lessons: &[&Lesson],
    units: &[Unit],
    placements: &[Placement],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for unit in units {
        let mut first: HashMap<String, LessonId> = HashMap::new();
        for item in &unit.items {
            let id = match item {
                Item::Lesson(id) => *id,
                Item::Unit(_) => continue,
                Item::Part(_) => {
                    first.clear();
                    continue;
                }
            };
            let title = &placements[id as usize].title;
            let other = *first.entry(name_key(title)).or_insert(id);
            if other != id {
                diagnostics.push(Diagnostic::duplicate_title(
                    lessons[id as usize].title_place(),
                    title,
                    lessons[other as usize].title_place(),
                ));
            }
        }
    }
}
