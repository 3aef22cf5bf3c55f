//! Questions across the course: what each is known by, and what the exams draw from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::address::name_key;
use crate::course::{Course, Identity, LessonId, Pool, Unit, UnitId};
use crate::diagnostic::Diagnostic;
use crate::glossary::Glossary;
use crate::lesson::Lesson;
use crate::quiz::{Answer, Blank, Question};
use crate::source::Place;

/// Names every question. What is asked is the name; where several questions ask the same, their options tell them apart.
pub fn identify(
    lessons: &[Arc<Lesson>],
    glossary: &Glossary,
    recognisable: &[LessonId],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Vec<Identity>> {
    report_equal_ids(lessons, diagnostics);
    let mut asked: HashMap<u64, u32> = HashMap::new();
    for (_, question) in all(lessons).filter(|(_, question)| question.id.is_none()) {
        *asked.entry(question.asks).or_default() += 1;
    }
    let mut same: HashMap<(u64, u64), Place> = HashMap::new();
    let mut identities = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        let named = lesson.questions.iter().map(|question| {
            let also = also_accepted(question, glossary, recognisable, lessons);
            let base = short(question.asks);
            if let Some(id) = &question.id {
                // What was answered before the question had an id is still its answer.
                return Identity { name: id.value.to_string(), base: Some(base), also };
            }
            if asked.get(&question.asks) == Some(&1) {
                return Identity { name: base, base: None, also };
            }
            let place = lesson.place(question.span);
            let other = same.entry((question.asks, question.revision)).or_insert(place.clone());
            if *other != place && !is_broken(question) {
                diagnostics.push(Diagnostic::duplicate_question(place, other.clone()));
            }
            let name = format!("{base}-{}", short(question.revision));
            Identity { name, base: Some(base), also }
        });
        identities.push(named.collect());
    }
    identities
}

/// Whether a blank accepts nothing, which is reported already.
fn is_broken(question: &Question) -> bool {
    let Answer::Blanks(blanks) = &question.answer else { return false };
    blanks.iter().any(|blank| matches!(blank, Blank::Text(answers) if answers.is_empty()))
}

/// Twelve digits of a hash: enough for a course and short in storage.
pub fn short(hash: u64) -> String {
    format!("{:012x}", hash >> 16)
}

fn all(lessons: &[Arc<Lesson>]) -> impl Iterator<Item = (&Lesson, &Question)> {
    lessons.iter().flat_map(|lesson| lesson.questions.iter().map(|question| (&**lesson, question)))
}

fn report_equal_ids(lessons: &[Arc<Lesson>], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for (lesson, question) in all(lessons) {
        let Some(id) = &question.id else { continue };
        let place = lesson.place(id.span);
        match seen.get(&*id.value) {
            Some(other) => {
                let report = Diagnostic::duplicate_question_id(place, &id.value, other.clone());
                diagnostics.push(report);
            }
            None => {
                seen.insert(&id.value, place);
            }
        }
    }
}

/// By blank, what else a term is called whose name is the answer.
fn also_accepted(
    question: &Question,
    glossary: &Glossary,
    recognisable: &[LessonId],
    lessons: &[Arc<Lesson>],
) -> Vec<Vec<String>> {
    let Answer::Blanks(blanks) = &question.answer else { return Vec::new() };
    let also = blanks.iter().map(|blank| {
        let Blank::Text(answers) = blank else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for answer in answers {
            let Some(form) = glossary.form_of(answer) else { continue };
            let term = recognisable[glossary.forms[form as usize].term as usize];
            let term = &lessons[term as usize];
            let aliases = term.front.aliases.iter().map(|alias| alias.value.as_str());
            let called: Vec<&str> = std::iter::once(term.title.as_str()).chain(aliases).collect();
            let is_same = |a: &str, b: &str| name_key(a) == name_key(b);
            // An inflected form is not what the term is called: "customers" is not "consumer".
            if !called.iter().any(|name| is_same(name, answer)) {
                continue;
            }
            for name in called {
                let is_known = |known: &str| is_same(known, name);
                if !names.iter().any(|known| is_known(known))
                    && !answers.iter().any(|answer| is_known(answer))
                {
                    names.push(name.to_owned());
                }
            }
        }
        names
    });
    also.collect()
}

/// What each exam draws from.
pub fn exams(course: &Course, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<LessonId, Pool> {
    let mut exams = BTreeMap::new();
    for (index, lesson) in course.lessons.iter().enumerate() {
        let Some(exam) = &lesson.front.exam else { continue };
        let id = index as LessonId;
        let mut units = Vec::new();
        for name in &exam.from {
            match unit_called(course, &name.value) {
                Some(unit) => units.push(unit),
                None => {
                    let known = course.units.iter().skip(1);
                    let known = known.map(|unit| course.placement(unit.page).title.as_str());
                    let place = lesson.place(name.span);
                    diagnostics.push(Diagnostic::unknown_unit(place, &name.value, known));
                }
            }
        }
        if exam.from.is_empty() {
            units.push(0);
        }
        let pool = pool(course, id, &units);
        let draw = exam.draw.as_ref().map_or(pool.len(), |draw| draw.value as usize);
        if draw > pool.len() || pool.is_empty() {
            let span = exam.draw.as_ref().map(|draw| draw.span);
            let place = span.map_or_else(|| lesson.title_place(), |span| lesson.place(span));
            diagnostics.push(Diagnostic::small_pool(place, draw.max(1), pool.len()));
        }
        let pass = exam.pass.unwrap_or(course.config.pass);
        let draw = draw.min(pool.len());
        exams.insert(id, Pool { pool, draw, minutes: exam.minutes, pass });
    }
    exams
}

/// The questions of the lessons in these units, in reading order, and the exam's own. Other exams keep theirs.
fn pool(course: &Course, exam: LessonId, units: &[UnitId]) -> Vec<(LessonId, u32)> {
    let mut pool = Vec::new();
    for id in &course.reading_order {
        let lesson = course.lesson(*id);
        let is_in = lesson.front.exam.is_none()
            && units.iter().any(|unit| is_inside(course, course.placement(*id).unit, *unit));
        if is_in || *id == exam {
            pool.extend((0..lesson.questions.len() as u32).map(|question| (*id, question)));
        }
    }
    pool
}

/// Whether a unit is another one or lies below it.
fn is_inside(course: &Course, unit: UnitId, outer: UnitId) -> bool {
    let mut unit = Some(unit);
    while let Some(id) = unit {
        if id == outer {
            return true;
        }
        unit = course.unit(id).parent;
    }
    false
}

/// The unit of this title, or at this path, as it is addressed or as its folders are called.
fn unit_called(course: &Course, name: &str) -> Option<UnitId> {
    let key = name_key(name);
    let path = key.trim_matches('/');
    let is_called = |unit: &Unit| {
        let page = course.lesson(unit.page);
        let address = course.address(unit.page).as_str();
        let address = address.strip_suffix("/index.html").unwrap_or(address);
        let folder = page.path.folder();
        let content = course.lesson(course.home()).path.folder();
        let folder = folder.strip_prefix(content).unwrap_or(folder).trim_matches('/');
        name_key(&course.placement(unit.page).title) == key
            || name_key(address) == path
            || name_key(folder) == path
    };
    let found = course.units.iter().skip(1).position(is_called);
    found.map(|index| index as UnitId + 1)
}

/// Counts over the whole course what gives right answers away: their length and their place.
pub fn lint(course: &Course, diagnostics: &mut Vec<Diagnostic>) {
    let mut longest = Tally::default();
    let mut places: HashMap<usize, Tally> = HashMap::new();
    let mut asked = 0;
    for id in &course.reading_order {
        let lesson = course.lesson(*id);
        for question in &lesson.questions {
            let Some(right) = single_right(question) else { continue };
            asked += 1;
            let place = || lesson.place(question.span);
            if right.is_longest {
                longest.add(place);
            }
            places.entry(right.position).or_default().add(place);
        }
    }
    if asked < FEW {
        return;
    }
    if let Some(first) = longest.first.filter(|_| 2 * longest.count > asked) {
        diagnostics.push(Diagnostic::longest_option(first, longest.count, asked));
    }
    let most = places
        .into_iter()
        .max_by_key(|(position, tally)| (tally.count, std::cmp::Reverse(*position)));
    if let Some((position, Tally { count, first: Some(first) })) = most
        && 2 * count > asked
    {
        let name = ["first", "second", "third", "fourth"].get(position).copied();
        let name = name.map_or_else(|| format!("{}th", position + 1), str::to_owned);
        diagnostics.push(Diagnostic::biased_position(first, &name, count, asked));
    }
}

/// Fewer questions than these show no habit.
const FEW: usize = 8;
/// With fewer options the longest or the first is the right one too often by chance.
const FEW_OPTIONS: usize = 3;

#[derive(Default)]
struct Tally {
    count: usize,
    first: Option<Place>,
}

impl Tally {
    fn add(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        self.first.get_or_insert_with(place);
    }
}

struct Right {
    position: usize,
    /// By a tenth at least, so that a learner would see it.
    is_longest: bool,
}

/// The right option of a question with a single choice among several.
fn single_right(question: &Question) -> Option<Right> {
    let Answer::Choice(choice) = &question.answer else { return None };
    if choice.multiple || choice.options.len() < FEW_OPTIONS {
        return None;
    }
    let position = choice.options.iter().position(|option| option.is_right)?;
    let length = |text: &str| text.chars().count();
    let right = length(&choice.options[position].text);
    let wrongs = choice.options.iter().filter(|option| !option.is_right);
    let wrong = wrongs.map(|option| length(&option.text)).max()?;
    Some(Right { position, is_longest: right * 10 > wrong * 11 })
}
