//! The plan of a map: which boxes it has, in which groups, and what ties them. Everything as it is shown, so that
//! drawing and the list beside it say the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::layout::Tie;
use super::survey::{Extent, Survey};
use crate::address::Address;
use crate::course::{Course, Item, LessonId, UnitId};
use crate::render::views::{LinkView, MapTermsView};
use crate::strings::Strings;

/// How many units around a unit are drawn for nothing but the terms that they explain.
const OUTSIDE_BY_TERMS: usize = 6;
/// How much is listed for one box of a map that gathers lessons.
const LISTED: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Lesson,
    Unit,
    /// Something that the map's unit is tied to.
    Outside,
}

/// A box.
#[derive(Clone, Debug)]
pub struct Spot {
    pub kind: Kind,
    pub number: String,
    pub link: LinkView,
    /// How many lessons a unit has.
    pub lessons: usize,
    pub needs: Vec<LinkView>,
    pub teaches: Vec<LinkView>,
    pub uses: Vec<MapTermsView>,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub number: String,
    /// A part is called something and leads nowhere.
    pub title: Option<(String, Option<String>)>,
    pub spots: Range<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub groups: Vec<Group>,
    pub spots: Vec<Spot>,
    /// Those that are drawn: what follows from others is left out.
    pub ties: Vec<Tie>,
}

impl Plan {
    pub fn new(
        course: &Course<'_>,
        survey: &Survey,
        strings: &Strings,
        page: LessonId,
        extent: Extent,
    ) -> Self {
        let here = course.address(page);
        let mut planner =
            Planner { course, survey, strings, here, plan: Self::default(), at: HashMap::new() };
        match extent {
            Extent::Course => planner.course(),
            Extent::Units => planner.entries(0),
            Extent::Unit(unit) => planner.unit(unit),
        }
        planner.plan.groups.retain(|group| !group.spots.is_empty());
        planner.plan
    }
}

struct Planner<'a> {
    course: &'a Course<'a>,
    survey: &'a Survey,
    strings: &'a Strings,
    here: &'a Address,
    plan: Plan,
    /// The box in which a lesson is.
    at: HashMap<LessonId, usize>,
}

/// What ties boxes, before it is decided what is drawn: by the box that is tied and the one it is tied to.
type Found = BTreeMap<(usize, usize), Reasons>;

#[derive(Default)]
struct Reasons {
    needs: bool,
    terms: BTreeSet<(usize, LessonId)>,
}

impl Planner<'_> {
    // Extents.

    /// Every lesson below the heading of its unit.
    fn course(&mut self) {
        let mut stack: Vec<(UnitId, usize)> = vec![(0, 0)];
        let mut numbers = 0;
        let mut open: Option<UnitId> = None;
        let mut numbered: HashMap<UnitId, (usize, usize)> = HashMap::new();
        while let Some((unit, from)) = stack.pop() {
            for (index, item) in self.course.unit(unit).items.iter().enumerate().skip(from) {
                match item {
                    Item::Unit(inner) => {
                        stack.push((unit, index + 1));
                        stack.push((*inner, 0));
                        break;
                    }
                    Item::Part(title) => {
                        self.open(String::new(), Some((title.clone(), None)));
                        open = Some(unit);
                    }
                    Item::Lesson(id) => {
                        if open != Some(unit) {
                            if unit != 0 && !numbered.contains_key(&unit) {
                                numbers += 1;
                                numbered.insert(unit, (numbers, 0));
                            }
                            let number = numbered.get(&unit).map(|(number, _)| number.to_string());
                            let title = (unit != 0).then(|| self.title_of_unit(unit));
                            self.open(number.unwrap_or_default(), title);
                            open = Some(unit);
                        }
                        let number = numbered.get_mut(&unit).map(|(number, count)| {
                            *count += 1;
                            format!("{number}.{count}")
                        });
                        self.lesson(*id, number.unwrap_or_default());
                    }
                }
            }
        }
        self.pages_of_units();
        let all: Vec<LessonId> = self.survey.lessons(self.course, 0).to_vec();
        let found = self.ties_of(&all);
        self.choose(&found);
    }

    /// The entries of the course, or of the one unit that holds everything.
    fn entries(&mut self, mut root: UnitId) {
        while let [Item::Unit(only)] = self.course.unit(root).items[..] {
            root = only;
        }
        self.items(root);
        let all: Vec<LessonId> = self.survey.lessons(self.course, root).to_vec();
        let found = self.ties_of(&all);
        self.tell(&found);
        self.choose(&found);
    }

    /// The entries of a unit between what it needs and what needs it.
    fn unit(&mut self, unit: UnitId) {
        let members: Vec<LessonId> = self.survey.lessons(self.course, unit).to_vec();
        let before = self.before(unit, &members);
        let after = self.after(unit);
        let is_alone = before.is_empty() && after.is_empty();
        self.outside("map.before", &before);
        if !is_alone {
            let title = self.course.placement(self.course.unit(unit).page).title.clone();
            self.open(String::new(), Some((title, None)));
        }
        self.items(unit);
        let own = self.at.clone();
        self.outside("map.after", &after);
        let mut found = self.ties_of(&members);
        // What comes after is tied by what it needs; of what comes before nothing is told.
        for (by, of) in self.survey.needed_by.get(&unit).into_iter().flatten() {
            let ends = self.box_of(*by).zip(own.get(of).copied());
            if let Some((by, of)) = ends.filter(|(by, of)| by != of) {
                found.entry((by, of)).or_default().needs = true;
            }
        }
        self.tell(&found);
        self.choose(&found);
    }

    /// The entries of a unit as boxes, below the headings of parts.
    fn items(&mut self, unit: UnitId) {
        let mut numbers = 0;
        for item in &self.course.unit(unit).items {
            match item {
                Item::Part(title) => self.open(String::new(), Some((title.clone(), None))),
                // As on the home page, units are numbered there and the lessons beside them are not.
                Item::Lesson(id) if unit == 0 => self.lesson(*id, String::new()),
                Item::Lesson(id) => {
                    numbers += 1;
                    self.lesson(*id, numbers.to_string());
                }
                Item::Unit(inner) => {
                    numbers += 1;
                    self.inner_unit(*inner, numbers.to_string());
                }
            }
        }
    }

    // Boxes.

    fn open(&mut self, number: String, title: Option<(String, Option<String>)>) {
        let next = self.plan.spots.len();
        self.plan.groups.push(Group { number, title, spots: next..next });
    }

    fn push(&mut self, spot: Spot) -> usize {
        if self.plan.groups.is_empty() {
            self.open(String::new(), None);
        }
        self.plan.spots.push(spot);
        if let Some(group) = self.plan.groups.last_mut() {
            group.spots.end += 1;
        }
        self.plan.spots.len() - 1
    }

    fn spot(&self, kind: Kind, id: LessonId, number: String) -> Spot {
        let link = self.link(id);
        let (needs, teaches, uses) = (Vec::new(), Vec::new(), Vec::new());
        Spot { kind, number, link, lessons: 0, needs, teaches, uses }
    }

    fn lesson(&mut self, id: LessonId, number: String) {
        let mut spot = self.spot(Kind::Lesson, id, number);
        let ties = &self.course.ties[id as usize];
        spot.needs = ties.needs.iter().map(|id| self.link(*id)).collect();
        spot.teaches = ties.teaches.iter().map(|id| self.link(*id)).collect();
        for (by, term) in &ties.uses {
            let source = self.link(*by);
            match spot.uses.last_mut().filter(|last| last.source.href == source.href) {
                Some(last) => last.terms.push(self.link(*term)),
                None => spot.uses.push(MapTermsView { source, terms: vec![self.link(*term)] }),
            }
        }
        let at = self.push(spot);
        self.at.insert(id, at);
    }

    fn inner_unit(&mut self, unit: UnitId, number: String) {
        let mut spot = self.spot(Kind::Unit, self.course.unit(unit).page, number);
        let members = self.survey.lessons(self.course, unit).to_vec();
        let is_lesson =
            |id: &&LessonId| self.course.unit(self.course.placement(**id).unit).page != **id;
        spot.lessons = members.iter().filter(is_lesson).count();
        let taught = members.iter().flat_map(|id| self.course.ties[*id as usize].teaches.iter());
        let mut known = BTreeSet::new();
        let taught = taught.filter(|term| known.insert(**term)).take(LISTED);
        spot.teaches = taught.map(|id| self.link(*id)).collect();
        let at = self.push(spot);
        self.at.extend(members.into_iter().map(|id| (id, at)));
    }

    /// Boxes for pages around a unit.
    fn outside(&mut self, title: &str, pages: &[(LessonId, Vec<LessonId>)]) {
        if pages.is_empty() {
            return;
        }
        self.open(String::new(), Some((self.strings.get(title).to_owned(), None)));
        for (page, lessons) in pages {
            let at = self.push(self.spot(Kind::Outside, *page, String::new()));
            self.at.extend(lessons.iter().map(|id| (*id, at)));
        }
    }

    /// A unit's own page asks for what its first lesson needs, and stands for its last one where others need it.
    fn pages_of_units(&mut self) {
        for (id, unit) in self.course.layout.units.iter().enumerate().skip(1) {
            let members = self.survey.lessons(self.course, id as UnitId);
            let first = members.iter().find_map(|id| self.at.get(id).copied());
            if let Some(first) = first.filter(|_| !self.at.contains_key(&unit.page)) {
                self.at.insert(unit.page, first);
            }
        }
    }

    // Ties.

    fn box_of(&self, id: LessonId) -> Option<usize> {
        self.at.get(&id).copied()
    }

    /// What ties the boxes of these lessons to others.
    fn ties_of(&self, lessons: &[LessonId]) -> Found {
        let mut found = Found::new();
        for id in lessons {
            let Some(by) = self.box_of(*id) else { continue };
            let ties = &self.course.ties[*id as usize];
            for of in ties.needs.iter().filter_map(|of| self.last_box_of(*of)) {
                if of != by {
                    found.entry((by, of)).or_default().needs = true;
                }
            }
            for (source, term) in &ties.uses {
                if let Some(of) = self.box_of(*source).filter(|of| *of != by) {
                    let place = self.course.layout.alphabetical.get(term).copied();
                    let terms = &mut found.entry((by, of)).or_default().terms;
                    terms.insert((place.unwrap_or(usize::MAX), *term));
                }
            }
        }
        found
    }

    /// The box of a lesson; of a unit's page the last of its boxes: who needs a unit needs all of it.
    fn last_box_of(&self, id: LessonId) -> Option<usize> {
        let unit = self.course.placement(id).unit;
        if unit == 0 || self.course.unit(unit).page != id {
            return self.box_of(id);
        }
        let members = self.survey.lessons(self.course, unit).iter().rev();
        members.filter_map(|id| self.box_of(*id)).next()
    }

    /// Lists at each box that gathers lessons what ties it to the others.
    fn tell(&mut self, found: &Found) {
        let links: Vec<LinkView> = self.plan.spots.iter().map(|spot| spot.link.clone()).collect();
        for ((by, of), reasons) in found {
            let terms =
                reasons.terms.iter().take(LISTED).map(|(_, term)| self.link(*term)).collect();
            let spot = &mut self.plan.spots[*by];
            if spot.kind == Kind::Lesson {
                continue;
            }
            if reasons.needs {
                spot.needs.push(links[*of].clone());
            }
            if !reasons.terms.is_empty() && spot.uses.len() < LISTED {
                spot.uses.push(MapTermsView { source: links[*of].clone(), terms });
            }
        }
    }

    /// Chooses what is drawn: what follows from other arrows is not drawn again. Terms that are used before they are
    /// taught are not drawn either; they are reported.
    fn choose(&mut self, found: &Found) {
        let count = self.plan.spots.len();
        let words = count.div_ceil(64);
        let mut reached: Vec<Vec<u64>> = vec![vec![0; words]; count];
        let mut ties = Vec::new();
        for by in 0..count {
            let of_box = found.range((by, 0)..(by + 1, 0));
            let (before, after): (Vec<_>, Vec<_>) = of_box.partition(|((by, of), _)| of < by);
            let back = after.iter().filter(|(_, reasons)| reasons.needs);
            ties.extend(back.map(|((by, of), _)| Tie { from: *of, to: *by, by_terms: false }));
            // The nearest first, and what is asked for before what is only used.
            let (needs, terms): (Vec<_>, Vec<_>) =
                before.into_iter().rev().partition(|(_, reasons)| reasons.needs);
            for ((_, of), reasons) in needs.into_iter().chain(terms) {
                if reached[by][of / 64] >> (of % 64) & 1 == 1 {
                    continue;
                }
                ties.push(Tie { from: *of, to: by, by_terms: !reasons.needs });
                let (earlier, later) = reached.split_at_mut(by);
                for (word, more) in later[0].iter_mut().zip(&earlier[*of]) {
                    *word |= more;
                }
                later[0][of / 64] |= 1 << (of % 64);
            }
        }
        self.plan.ties = ties;
    }

    // Around a unit.

    /// The pages that the lessons of a unit are tied to, each with the lessons it stands for.
    fn before(&self, unit: UnitId, members: &[LessonId]) -> Vec<(LessonId, Vec<LessonId>)> {
        let mut pages: BTreeMap<(u32, LessonId), (bool, Vec<LessonId>)> = BTreeMap::new();
        for id in members {
            let ties = &self.course.ties[*id as usize];
            let needs = ties.needs.iter().map(|of| (*of, true));
            let uses = ties.uses.iter().map(|(of, _)| (*of, false));
            for (of, is_needed) in needs.chain(uses) {
                if self.survey.is_within(self.course, of, unit) {
                    continue;
                }
                let page = self.stand_in(of, unit);
                let entry = pages.entry((self.course.layout.positions[page as usize], page));
                let entry = entry.or_default();
                entry.0 |= is_needed;
                entry.1.push(of);
            }
        }
        let by_terms = pages.values().filter(|(is_needed, _)| !is_needed).count();
        let pages = pages.into_iter();
        let pages = pages.filter(|(_, (is_needed, _))| *is_needed || by_terms <= OUTSIDE_BY_TERMS);
        pages.map(|((_, page), (_, lessons))| (page, lessons)).collect()
    }

    /// The pages of which lessons need some of a unit.
    fn after(&self, unit: UnitId) -> Vec<(LessonId, Vec<LessonId>)> {
        let mut pages: BTreeMap<(u32, LessonId), Vec<LessonId>> = BTreeMap::new();
        for (by, _) in self.survey.needed_by.get(&unit).into_iter().flatten() {
            // What is needed and needs stands before.
            if !self.at.contains_key(by) {
                let page = self.stand_in(*by, unit);
                let position = self.course.layout.positions[page as usize];
                pages.entry((position, page)).or_default().push(*by);
            }
        }
        pages.into_iter().map(|((_, page), lessons)| (page, lessons)).collect()
    }

    /// The page that stands for a lesson outside of a unit: its own unit's, or it itself where it stands beside.
    fn stand_in(&self, id: LessonId, unit: UnitId) -> LessonId {
        let own = self.course.placement(id).unit;
        let page = self.course.unit(unit).page;
        match self.survey.is_within(self.course, page, own) {
            true => id,
            false => self.course.unit(own).page,
        }
    }

    // Words.

    fn link(&self, id: LessonId) -> LinkView {
        let placement = self.course.placement(id);
        LinkView { title: placement.title.clone(), href: self.here.href_to(&placement.address) }
    }

    /// What a unit is called below the course: with the units around it.
    fn title_of_unit(&self, unit: UnitId) -> (String, Option<String>) {
        let mut titles = Vec::new();
        let mut around = Some(unit);
        while let Some(id) = around.filter(|id| *id != 0) {
            titles.push(self.course.placement(self.course.unit(id).page).title.as_str());
            around = self.course.unit(id).parent;
        }
        titles.reverse();
        (titles.join(" › "), Some(self.link(self.course.unit(unit).page).href))
    }
}
