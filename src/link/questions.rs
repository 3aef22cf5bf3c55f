//! Questions across the course: what each is known by, what the exams draw from, and what gives answers away.

use std::collections::BTreeMap;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};
use xxhash_rust::xxh3::xxh3_64;

use super::Index;
use crate::address::{heading_slug, name_key};
use crate::course::{Identity, Layout, LessonId, Pool, QuestionId, Questions, Unit, UnitId};
use crate::diagnostic::Diagnostic;
use crate::glossary::Glossary;
use crate::lesson::Lesson;
use crate::memo::key_of;
use crate::quiz::{Question, short};
use crate::source::Place;

/// Fewer questions than these show no habit.
const FEW: usize = 8;

/// All questions side by side, and what is wrong with them together.
#[derive(Default)]
pub struct Asked {
    pub questions: Questions,
    /// Kept by question and not by place, so that it stays while the text above a question grows.
    faults: Vec<Fault>,
    /// What is wrong in front matters.
    exam_faults: Vec<Diagnostic>,
}

/// What is wrong between questions.
enum Fault {
    SameId(QuestionId, QuestionId),
    Same(QuestionId, QuestionId),
    Longest { first: QuestionId, count: usize, of: usize },
    Position { first: QuestionId, position: usize, count: usize, of: usize },
}

/// More questions than these no exam offers: its page must not grow with the course.
const MOST_IN_POOL: usize = 500;

/// What is looked at beside the questions themselves.
struct Course<'a> {
    lessons: &'a [&'a Lesson],
    layout: &'a Layout,
    glossary: &'a Glossary,
}

impl Asked {
    /// Names every question and fills the pools of the exams. `pass` is what passes where an exam does not say.
    pub fn new(lessons: &[&Lesson], index: &Index, glossary: &Glossary, pass: u32) -> Self {
        let course = Course { lessons, layout: &index.layout, glossary };
        let mut faults = Vec::new();
        course.report_equal_ids(&mut faults);
        let identities = course.identify(&mut faults);
        course.report_habits(&mut faults);
        let marks = identities.iter().map(|identities| match identities.is_empty() {
            true => 0,
            false => key_of(identities),
        });
        let marks = marks.collect();
        let mut exam_faults = Vec::new();
        let exams = course.exams(&identities, pass, &mut exam_faults);
        Self { questions: Questions { identities, marks, exams }, faults, exam_faults }
    }

    /// Says where things are wrong.
    pub fn report(&self, lessons: &[&Lesson], diagnostics: &mut Vec<Diagnostic>) {
        let question = |(lesson, question): QuestionId| {
            let lesson = lessons[lesson as usize];
            (lesson, &lesson.questions[question as usize])
        };
        let place = |id: QuestionId| -> Place {
            let (lesson, question) = question(id);
            lesson.place(question.span)
        };
        diagnostics.extend(self.faults.iter().map(|fault| match *fault {
            Fault::SameId(id, other) => {
                let named = |id: QuestionId| {
                    let (lesson, question) = question(id);
                    let span = question.id.as_ref().map_or(question.span, |id| id.span);
                    lesson.place(span)
                };
                let name = question(id).1.id.as_ref().map_or("", |id| &id.value);
                Diagnostic::duplicate_question_id(named(id), name, named(other))
            }
            Fault::Same(id, other) => Diagnostic::duplicate_question(place(id), place(other)),
            Fault::Longest { first, count, of } => {
                Diagnostic::longest_option(place(first), count, of)
            }
            Fault::Position { first, position, count, of } => {
                Diagnostic::biased_position(place(first), &ordinal(position), count, of)
            }
        }));
        diagnostics.extend(self.exam_faults.iter().cloned());
    }
}

/// "first" for 0.
fn ordinal(position: usize) -> String {
    let name = ["first", "second", "third", "fourth", "fifth", "sixth"].get(position).copied();
    name.map_or_else(|| format!("{}th", position + 1), str::to_owned)
}

impl<'a> Course<'a> {
    fn all(&self) -> impl Iterator<Item = (QuestionId, &'a Question)> {
        let lessons = self.lessons.iter().enumerate();
        lessons.flat_map(|(id, lesson)| {
            let questions = lesson.questions.iter().enumerate();
            questions.map(move |(at, question)| ((id as LessonId, at as u32), question))
        })
    }

    fn report_equal_ids(&self, faults: &mut Vec<Fault>) {
        let mut seen: HashMap<&str, QuestionId> = HashMap::new();
        for (at, question) in self.all() {
            let Some(id) = &question.id else { continue };
            let first = *seen.entry(&id.value).or_insert(at);
            if first != at {
                faults.push(Fault::SameId(at, first));
            }
        }
    }

    /// What is asked is the name of a question; where several ask the same, their options tell them apart.
    fn identify(&self, faults: &mut Vec<Fault>) -> Vec<Vec<Identity>> {
        let mut asked: HashMap<u64, u32> = HashMap::new();
        for (_, question) in self.all().filter(|(_, question)| question.id.is_none()) {
            *asked.entry(question.asks).or_default() += 1;
        }
        let mut same: HashMap<(u64, u64), QuestionId> = HashMap::new();
        let mut identities = vec![Vec::new(); self.lessons.len()];
        for (at, question) in self.all() {
            let also = self.also_accepted(question);
            let base = short(question.asks);
            let identity = if let Some(id) = &question.id {
                // What was answered before the question had an id is still its answer.
                Identity { name: id.value.to_string(), base: Some(base), also }
            } else if asked.get(&question.asks) == Some(&1) {
                Identity { name: base, base: None, also }
            } else {
                let first = *same.entry((question.asks, question.revision)).or_insert(at);
                if first != at && !question.is_broken() {
                    faults.push(Fault::Same(at, first));
                }
                let name = format!("{base}-{}", short(question.revision));
                Identity { name, base: Some(base), also }
            };
            identities[at.0 as usize].push(identity);
        }
        identities
    }

    /// By blank, what else a term is called whose name is the answer.
    fn also_accepted(&self, question: &Question) -> Vec<Vec<String>> {
        let blanks = question.text_answers().into_iter();
        blanks.map(|answers| answers.map_or_else(Vec::new, |all| self.other_names(all))).collect()
    }

    fn other_names(&self, answers: &[Box<str>]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        // The keys of the answers and of the names found.
        let mut known: HashSet<String> = HashSet::new();
        // By term, the keys of what it is called; none once its names are found.
        let mut keys: HashMap<LessonId, HashSet<String>> = HashMap::new();
        for answer in answers {
            let Some(form) = self.glossary.form_of(answer) else { continue };
            let term = self.glossary.forms[form as usize].term;
            let term = self.layout.recognisable[term as usize];
            let Lesson { title, front, .. } = self.lessons[term as usize];
            let aliases = front.aliases.iter().map(|alias| &alias.value);
            let called = std::iter::once(title).chain(aliases);
            let keys = keys
                .entry(term)
                .or_insert_with(|| called.clone().map(|name| name_key(name)).collect());
            // An inflected form is not what the term is called: "customers" is not "consumer".
            if !keys.contains(&name_key(answer)) {
                continue;
            }
            keys.clear();
            if known.is_empty() {
                known.extend(answers.iter().map(|answer| name_key(answer)));
            }
            names.extend(called.filter(|name| known.insert(name_key(name))).cloned());
        }
        names
    }

    // Exams.

    /// What each exam draws from.
    fn exams(
        &self,
        identities: &[Vec<Identity>],
        pass: u32,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> BTreeMap<LessonId, Pool> {
        let mut exams = BTreeMap::new();
        for (index, lesson) in self.lessons.iter().enumerate() {
            let Some(exam) = &lesson.front.exam else { continue };
            let id = index as LessonId;
            let mut units = Vec::new();
            let reported = diagnostics.len();
            for name in &exam.from {
                match self.unit_called(&name.value) {
                    Some(unit) => units.push(unit),
                    None => {
                        let known = self.layout.units.iter().skip(1);
                        let known = known.map(|unit| self.title(unit.page));
                        let place = lesson.place(name.span);
                        diagnostics.push(Diagnostic::unknown_unit(place, &name.value, known));
                    }
                }
            }
            if exam.from.is_empty() {
                units.push(0);
            }
            let pool = self.pool(id, &units, identities);
            let draw = exam.draw.as_ref().map_or(pool.len(), |draw| draw.value as usize);
            // A unit that is misspelt is missing from the pool.
            let is_whole = diagnostics.len() == reported;
            if is_whole && (draw > pool.len() || pool.is_empty()) {
                let span = exam.draw.as_ref().map(|draw| draw.span);
                let place = span.map_or_else(|| lesson.title_place(), |span| lesson.place(span));
                diagnostics.push(Diagnostic::small_pool(place, draw.max(1), pool.len()));
            }
            let draw = draw.min(pool.len());
            let pool = sample(pool, identities, MOST_IN_POOL.max(draw));
            let key = exam.id.as_ref().map(|id| id.value.clone());
            let key = key.unwrap_or_else(|| heading_slug(self.title(id)));
            let pass = exam.pass.unwrap_or(pass);
            exams.insert(id, Pool { key, pool, draw, minutes: exam.minutes, pass });
        }
        self.tell_apart(&mut exams);
        exams
    }

    /// Exams of one name get that of their address as well.
    fn tell_apart(&self, exams: &mut BTreeMap<LessonId, Pool>) {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for pool in exams.values() {
            *counts.entry(pool.key.clone()).or_default() += 1;
        }
        for (id, pool) in exams.iter_mut().filter(|(_, pool)| counts[&pool.key] > 1) {
            let address = self.layout.placements[*id as usize].address.as_str();
            pool.key =
                format!("{}-{}", pool.key, address.trim_end_matches(".html").replace('/', "-"));
        }
    }

    fn title(&self, id: LessonId) -> &str {
        &self.layout.placements[id as usize].title
    }

    /// The questions of the lessons in these units, in reading order and each once, and the exam's own. Other exams keep
    /// theirs.
    fn pool(
        &self,
        exam: LessonId,
        units: &[UnitId],
        identities: &[Vec<Identity>],
    ) -> Vec<QuestionId> {
        let mut pool = Vec::new();
        for id in &self.layout.reading_order {
            let lesson = self.lessons[*id as usize];
            let unit = self.layout.placements[*id as usize].unit;
            let is_in = lesson.front.exam.is_none()
                && units.iter().any(|outer| self.is_inside(unit, *outer));
            if is_in || *id == exam {
                pool.extend((0..lesson.questions.len() as u32).map(|question| (*id, question)));
            }
        }
        let mut seen = HashSet::new();
        pool.retain(|question| seen.insert(name(identities, *question)));
        pool
    }

    /// Whether a unit is another one or lies below it.
    fn is_inside(&self, unit: UnitId, outer: UnitId) -> bool {
        let mut unit = Some(unit);
        while let Some(id) = unit {
            if id == outer {
                return true;
            }
            unit = self.layout.units[id as usize].parent;
        }
        false
    }

    /// The unit of this title, or at this path, as it is addressed or as its folders are called.
    fn unit_called(&self, name: &str) -> Option<UnitId> {
        let key = name_key(name);
        let path = key.trim_matches('/');
        let content = self.lessons[self.layout.home() as usize].path.folder();
        let is_called = |unit: &Unit| {
            let address = self.layout.placements[unit.page as usize].address.as_str();
            let address = address.strip_suffix("/index.html").unwrap_or(address);
            let folder = self.lessons[unit.page as usize].path.folder();
            let folder = folder.strip_prefix(content).unwrap_or(folder).trim_matches('/');
            name_key(self.title(unit.page)) == key
                || name_key(address) == path
                || name_key(folder) == path
        };
        let found = self.layout.units.iter().skip(1).position(is_called);
        found.map(|index| index as UnitId + 1)
    }

    // Habits.

    /// Counts over the whole course what gives right answers away: their length and their place.
    fn report_habits(&self, faults: &mut Vec<Fault>) {
        let mut longest = Tally::default();
        let mut positions: BTreeMap<usize, Tally> = BTreeMap::new();
        let mut of = 0;
        for id in &self.layout.reading_order {
            let questions = self.lessons[*id as usize].questions.iter().enumerate();
            for (at, right) in questions.filter_map(|(at, asked)| Some((at, asked.single_right()?)))
            {
                of += 1;
                let question = (*id, at as u32);
                if right.is_longest {
                    longest.add(question);
                }
                positions.entry(right.position).or_default().add(question);
            }
        }
        if of < FEW {
            return;
        }
        let is_habit = |tally: &Tally| 2 * tally.count > of;
        if let Tally { count, first: Some(first) } = longest
            && is_habit(&longest)
        {
            faults.push(Fault::Longest { first, count, of });
        }
        for (position, tally) in positions.into_iter().filter(|(_, tally)| is_habit(tally)) {
            let Tally { count, first: Some(first) } = tally else { continue };
            faults.push(Fault::Position { first, position, count, of });
        }
    }
}

fn name(identities: &[Vec<Identity>], (lesson, question): QuestionId) -> &str {
    &identities[lesson as usize][question as usize].name
}

/// Some of the questions, in their order: which, their names decide, so that one more changes at most one of them.
fn sample(mut pool: Vec<QuestionId>, identities: &[Vec<Identity>], most: usize) -> Vec<QuestionId> {
    if pool.len() > most {
        let mut ranks: Vec<_> =
            pool.iter().map(|id| xxh3_64(name(identities, *id).as_bytes())).collect();
        let (_, last, _) = ranks.select_nth_unstable(most - 1);
        let last = *last;
        pool.retain(|id| xxh3_64(name(identities, *id).as_bytes()) <= last);
    }
    pool
}

#[derive(Default)]
struct Tally {
    count: usize,
    first: Option<QuestionId>,
}

impl Tally {
    fn add(&mut self, question: QuestionId) {
        self.count += 1;
        self.first.get_or_insert(question);
    }
}
