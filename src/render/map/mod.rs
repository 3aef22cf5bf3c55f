//! Maps: the course, or a unit, drawn.
//!
//! [`survey`] says which pages have a map and gives each the hash of all that is on it, by which the page is known. When the
//! page is rendered, its map is planned ([`plan`]), laid out ([`layout`]) and drawn ([`draw`]).

mod draw;
mod layout;
mod plan;
mod survey;
mod text;

use plan::{Kind, Plan};

use super::views::{MapGroupView, MapItemView, MapView};
use crate::course::{Course, LessonId};
use crate::strings::Strings;

pub use survey::{Extent, Survey};

/// How many boxes are drawn at most, and how many are listed where they are not drawn.
const MOST_DRAWN: usize = 120;
const MOST_LISTED: usize = 500;

/// Makes the map of a page, as the survey says.
pub fn map(
    course: &Course<'_>,
    survey: &Survey,
    strings: &Strings,
    page: LessonId,
    extent: Extent,
) -> MapView {
    let plan = Plan::new(course, survey, strings, page, extent);
    let boxes = plan.spots.len();
    let is_drawn = boxes <= MOST_DRAWN;
    let is_mirrored = course.direction() == "rtl";
    let [wide, narrow] = match is_drawn {
        true => draw::draw(&plan, strings, is_mirrored),
        false => Default::default(),
    };
    let groups = match boxes <= MOST_LISTED {
        true => groups(&plan),
        false => Vec::new(),
    };
    MapView {
        wide,
        narrow,
        of: match extent {
            Extent::Course | Extent::Unit(_) => "lessons",
            Extent::Units => "units",
        },
        entries: boxes,
        needs: plan.ties.iter().any(|tie| !tie.by_terms),
        by_terms: plan.ties.iter().any(|tie| tie.by_terms),
        groups,
    }
}

/// The list that says the same as the drawing. What stands around a unit is told where it is needed.
fn groups(plan: &Plan) -> Vec<MapGroupView> {
    let groups = plan.groups.iter();
    let groups = groups.map(|group| {
        let own = plan.spots[group.spots.clone()].iter();
        let spots = own.map(|spot| MapItemView {
            kind: match spot.kind {
                Kind::Lesson => "lesson",
                Kind::Unit => "unit",
                Kind::Outside => "outside",
            },
            number: spot.number.clone(),
            title: spot.link.title.clone(),
            href: spot.link.href.clone(),
            lessons: spot.lessons,
            needs: spot.needs.clone(),
            teaches: spot.teaches.clone(),
            uses: spot.uses.clone(),
        });
        let (title, href) = group.title.clone().unwrap_or_default();
        MapGroupView { number: group.number.clone(), title, href, items: spots.collect() }
    });
    groups.collect()
}
