//! Linking: remembers what follows from lessons standing side by side.
//!
//! The index is made again when a name changes; a lesson is resolved again when the index, its own text or an anchor that
//! it leads to does.

use std::sync::{Arc, OnceLock};

use ahash::AHashMap as HashMap;

use super::reading::{Text, Texts};
use super::{Notes, Settings};
use crate::config::TermLinks;
use crate::course::{Course, LessonId, Mention, Resolved, Ties};
use crate::diagnostic::Diagnostic;
use crate::glossary::Glossary;
use crate::interface::Interface;
use crate::language::Language;
use crate::lesson::Lesson;
use crate::link::{self, Asked, Clashes, Index, Member, Mentions, Resolver, Said, Site};
use crate::memo::{Memo, One, key, key_of, key_of_all};
use crate::progress::Step;
use crate::recognise::{Recognised, recognise};
use crate::source::Sources;
use crate::table::Table;

/// Everything between the lessons and their pages.
#[derive(Default)]
pub struct Linking {
    index: One<Arc<Index>>,
    /// By number, the implied ones among them.
    lessons: Table<Arc<Lesson>>,
    glossary: One<(Glossary, Clashes)>,
    recognised: Memo<Recognised>,
    resolved: Memo<Resolved>,
    /// Of the lessons by number, as they were when the names were resolved.
    interfaces: Vec<Interface>,
    said: Memo<Said>,
    ties: Memo<Ties>,
    mentions: Mentions,
    asked: One<Arc<Asked>>,
    circular: Memo<Option<Diagnostic>>,
    early: Memo<Arc<[Diagnostic]>>,
    /// What all of it comes to, and what is wrong with it. Where only the theme has changed, this is asked for alone.
    whole: One<(Arc<Held>, Vec<Diagnostic>)>,
}

/// The lessons by number, the implied ones among them.
struct Numbered<'a> {
    lessons: Vec<&'a Arc<Lesson>>,
    hashes: Vec<u128>,
    interfaces: Vec<Interface>,
}

/// The names of a course.
struct Names {
    index: Arc<Index>,
    key: u128,
    /// They are not those of the last build.
    is_new: bool,
}

/// All that a course is made of. It shares the tables of its session, and stays as it is while the session goes on.
pub struct Held {
    settings: Arc<Settings>,
    index: Arc<Index>,
    lessons: Table<Arc<Lesson>>,
    resolved: Table<Resolved>,
    recognised: Table<Recognised>,
    mentions: Table<Vec<Mention>>,
    ties: Table<Ties>,
    taught_in: HashMap<LessonId, LessonId>,
    asked: Arc<Asked>,
}

/// A course with the keys of its parts.
pub struct Linked<'a> {
    pub held: Arc<Held>,
    pub index_key: u128,
    pub is_new_index: bool,
    /// Of the lessons by number.
    pub hashes: Vec<u128>,
    pub interfaces: &'a [Interface],
    pub mention_marks: &'a [u128],
}

impl Held {
    pub fn course(&self) -> Course<'_> {
        Course {
            config: &self.settings.config,
            layout: &self.index.layout,
            lessons: &self.lessons,
            resolved: &self.resolved,
            recognised: &self.recognised,
            mentions: &self.mentions,
            ties: &self.ties,
            taught_in: &self.taught_in,
            questions: &self.asked.questions,
        }
    }
}

impl Linking {
    /// Links the lessons, as far as it is not remembered.
    pub fn link<'a>(
        &'a mut self,
        sources: &Sources,
        settings: &Arc<Settings>,
        texts: &Texts<'_>,
        notes: &mut Notes<'_>,
    ) -> Linked<'a> {
        notes.progress.begin(Step::Link, 0);
        let index_key = index_key(sources, settings, texts);
        let (index, is_new_index) =
            self.index.get(index_key, || Arc::new(make_index(sources, settings, texts)));
        let names = Names { index: index.clone(), key: index_key, is_new: is_new_index };
        let numbered = Numbered::new(&names.index, texts);
        let key = key([index_key, key_of_all(numbered.hashes.iter().copied())]);
        let mut whole = std::mem::take(&mut self.whole);
        let ((held, diagnostics), _) = whole.get(key, || {
            let before = notes.diagnostics.len();
            let held = self.link_anew(sources, settings, texts, &numbered, &names, notes);
            (Arc::new(held), notes.diagnostics.split_off(before))
        });
        notes.diagnostics.extend(diagnostics.iter().cloned());
        let held = held.clone();
        self.whole = whole;
        Linked {
            held,
            index_key,
            is_new_index,
            hashes: numbered.hashes,
            interfaces: &self.interfaces,
            mention_marks: &self.mentions.marks,
        }
    }

    fn link_anew(
        &mut self,
        sources: &Sources,
        settings: &Arc<Settings>,
        texts: &Texts<'_>,
        numbered: &Numbered<'_>,
        names: &Names,
        notes: &mut Notes<'_>,
    ) -> Held {
        let progress = notes.progress;
        let Names { index, key: index_key, is_new: is_new_index } = names;
        let layout = &index.layout;
        renew(&mut self.lessons, &numbered.lessons);
        let Numbered { lessons, hashes, interfaces } = numbered;
        let has_file = |id: &&usize| !lessons[**id].is_implied;

        let language = Language::of_tag(&settings.config.language);
        let key_of_terms = glossary_key(numbered, &layout.recognisable, language);
        let ((glossary, clashes), _) =
            self.glossary.get(key_of_terms, || make_glossary(numbered, language));
        let rule = settings.config.term_links;
        let keys = recognition_keys(numbered, glossary, rule);
        progress.begin(Step::Recognise, lessons.len());
        let made = self.recognised.fill(keys, |id, _| {
            progress.step();
            recognise(lessons[id], glossary, rule)
        });
        progress.begin(Step::Link, 0);
        notes.counts.recognised = made.iter().filter(has_file).count();

        if !*is_new_index {
            forget_what_saw_others(&mut self.resolved, &self.interfaces, interfaces);
        }
        self.interfaces.clone_from(interfaces);
        let plain: Vec<&Lesson> = lessons.iter().map(|lesson| &***lesson).collect();
        let drafts: Vec<&Lesson> = texts.drafts.iter().map(|draft| &**draft.lesson).collect();
        let resolver = Resolver {
            lessons: &plain,
            drafts: &drafts,
            assets: &sources.assets,
            index,
            glossary,
            draft_titles: OnceLock::new(),
        };
        let names = key([*index_key, glossary.hash]);
        let keys = hashes.iter().map(|hash| key([*hash, names])).collect();
        let made = self.resolved.fill(keys, |id, _| resolver.resolve(id as LessonId));
        notes.counts.resolved = made.iter().filter(has_file).count();
        notes.counts.indexed = (*is_new_index).into();

        let (resolved, recognised) = (self.resolved.values(), self.recognised.values());
        let keys = self.resolved.keys().iter().zip(self.recognised.keys());
        let keys = keys.map(|(resolved, recognised)| key([*resolved, *recognised])).collect();
        self.said.fill(keys, |id, _| {
            link::said(id as LessonId, lessons[id], &resolved[id], &recognised[id], layout)
        });
        if *is_new_index {
            // The numbers mean others now.
            self.mentions.forget();
        }
        let taught_in = link::taught_in(resolved, &layout.reading_order);
        let order = order_key(&taught_in, *index_key);
        let keys = self.said.keys().iter().map(|said| key([*said, order])).collect();
        let said = self.said.values();
        let tie = |id: usize| {
            link::ties(id as LessonId, lessons[id], &resolved[id], &said[id], &taught_in, layout)
        };
        let key_of_questions = questions_key(numbered);
        let key_of_questions = key([*index_key, key_of_terms, key_of_questions]);
        let pass = settings.config.pass;
        let make_asked = || Arc::new(Asked::new(&plain, index, glossary, pass));
        let (mentions, ties, asked) = (&mut self.mentions, &mut self.ties, &mut self.asked);
        // One thread puts the lists of mentions together, and meanwhile the other does what needs none of them.
        let (_, asked) = rayon::join(
            || mentions.listen(said, layout),
            || {
                ties.fill(keys, |id, _| tie(id));
                asked.get(key_of_questions, make_asked).0
            },
        );
        asked.report(&plain, &mut notes.diagnostics);

        let held = Held {
            settings: settings.clone(),
            index: index.clone(),
            lessons: self.lessons.clone(),
            resolved: resolved.clone(),
            recognised: recognised.clone(),
            mentions: self.mentions.by_lesson.clone(),
            ties: self.ties.values().clone(),
            taught_in,
            asked: asked.clone(),
        };
        notes.diagnostics.extend(index.diagnostics.iter().cloned());
        notes
            .diagnostics
            .extend(resolved.iter().flat_map(|resolved| &resolved.diagnostics).cloned());
        notes.diagnostics.extend(clashes.diagnostics.iter().cloned());
        let course = held.course();
        link::unused_terms(&course, clashes, &mut notes.diagnostics);
        check_definitions(&mut self.circular, &course, hashes, glossary, &mut notes.diagnostics);
        let (recognised, diagnostics) = (self.recognised.keys(), &mut notes.diagnostics);
        check_order(&mut self.early, &course, order, recognised, diagnostics);
        held
    }
}

impl<'a> Numbered<'a> {
    fn new(index: &'a Index, texts: &Texts<'a>) -> Self {
        let count = index.members().len();
        let mut numbered = Self {
            lessons: Vec::with_capacity(count),
            hashes: Vec::with_capacity(count),
            interfaces: Vec::with_capacity(count),
        };
        for member in index.members() {
            let Text { lesson, hash, interface } = match member {
                Member::Written(at) => texts.published[*at],
                Member::Implied(at) => {
                    let (lesson, interface) = &index.implied()[*at];
                    Text { lesson, hash: lesson.hash, interface: *interface }
                }
            };
            numbered.lessons.push(lesson);
            numbered.hashes.push(hash);
            numbered.interfaces.push(interface);
        }
        numbered
    }
}

/// Puts lessons into the place of those that are no longer the same.
fn renew(known: &mut Table<Arc<Lesson>>, lessons: &[&Arc<Lesson>]) {
    if known.len() != lessons.len() {
        *known = lessons.iter().map(|lesson| Arc::clone(lesson)).collect();
    }
    let pairs = known.iter().zip(lessons).enumerate();
    let other = pairs.filter(|(_, (known, lesson))| !Arc::ptr_eq(known, lesson));
    let other: Vec<usize> = other.map(|(at, _)| at).collect();
    other.into_iter().for_each(|at| *known.get_mut(at) = lessons[at].clone());
}

/// The key of everything that the index is made from.
fn index_key(sources: &Sources, settings: &Settings, texts: &Texts<'_>) -> u128 {
    let names = |texts: &[Text<'_>]| key_of_all(texts.iter().map(|text| text.interface.names));
    let folder = key_of(&(&sources.content, &sources.name));
    let assets = key_of(&sources.assets);
    key([settings.key, folder, assets, names(&texts.published), names(&texts.drafts)])
}

fn make_index(sources: &Sources, settings: &Settings, texts: &Texts<'_>) -> Index {
    Index::new(&Site {
        config: &settings.config,
        strings: &settings.strings,
        content: &sources.content,
        name: &sources.name,
        lessons: &texts.published.iter().map(|text| &**text.lesson).collect::<Vec<_>>(),
        drafts: &texts.drafts.iter().map(|text| &**text.lesson).collect::<Vec<_>>(),
        assets: &sources.assets,
    })
}

fn glossary_key(numbered: &Numbered<'_>, terms: &[LessonId], language: Language) -> u128 {
    let interfaces = terms.iter().map(|id| numbered.interfaces[*id as usize]);
    let terms = key_of_all(interfaces.flat_map(|Interface { names, shown, .. }| [names, shown]));
    key([terms, key_of(&language)])
}

fn make_glossary(numbered: &Numbered<'_>, language: Language) -> (Glossary, Clashes) {
    let glossary = Glossary::new(numbered.lessons.iter().map(|lesson| &***lesson), language);
    let clashes = Clashes::of(&glossary);
    (glossary, clashes)
}

/// The key of all questions, and of what exams ask for.
fn questions_key(numbered: &Numbered<'_>) -> u128 {
    key_of_all(numbered.interfaces.iter().map(|interface| interface.questions))
}

/// A text is looked through again when it or the glossary's forms have changed.
fn recognition_keys(numbered: &Numbered<'_>, glossary: &Glossary, rule: TermLinks) -> Vec<u128> {
    let forms = key([glossary.hash, key_of(&rule)]);
    numbered.hashes.iter().map(|hash| key([*hash, forms])).collect()
}

/// Forgets what was resolved of lessons that lead to anchors of others, where those show something else now.
fn forget_what_saw_others(resolved: &mut Memo<Resolved>, then: &[Interface], now: &[Interface]) {
    let changed: Vec<bool> = then.iter().zip(now).map(|(a, b)| a.shown != b.shown).collect();
    if changed.contains(&true) {
        resolved.forget(|resolved| resolved.seen.iter().any(|id| changed[*id as usize]));
    }
}

fn check_definitions(
    circular: &mut Memo<Option<Diagnostic>>,
    course: &Course<'_>,
    hashes: &[u128],
    glossary: &Glossary,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let terms = &course.layout.recognisable;
    let keys = terms.iter().map(|id| key([hashes[*id as usize], glossary.hash])).collect();
    circular.fill(keys, |term, _| {
        link::circular_definition(term as u32, course.lesson(terms[term]), glossary)
    });
    diagnostics.extend(circular.values().iter().flatten().cloned());
}

/// The key of which lesson teaches which term, and of where they stand.
fn order_key(taught_in: &HashMap<LessonId, LessonId>, index_key: u128) -> u128 {
    let mut taught: Vec<_> = taught_in.iter().collect();
    taught.sort_unstable();
    key([index_key, key_of(&taught)])
}

/// Looks for terms that are used before they are taught, where lessons say what they teach.
fn check_order(
    early: &mut Memo<Arc<[Diagnostic]>>,
    course: &Course<'_>,
    order: u128,
    recognition_keys: &[u128],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut keys = Vec::new();
    if !course.taught_in.is_empty() {
        keys.extend(recognition_keys.iter().map(|recognised| key([*recognised, order])));
    }
    early.fill(keys, |id, _| link::early_terms(course, id as LessonId).into());
    diagnostics.extend(early.values().iter().flat_map(|early| early.iter()).cloned());
}
