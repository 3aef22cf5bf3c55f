//! Maps of long courses: what is drawn where, and what an edit costs.

use std::collections::BTreeMap;

use hornbook::session::{Build, Options, Session};
use libtest_mimic::{Failed, Trial};

use crate::site;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("map: a long course is drawn by units", units_and_their_lessons),
        Trial::test("map: a unit shows what it needs and what needs it", around_a_unit),
        Trial::test("map: what is too much to draw is listed, and then not even that", too_much),
        Trial::test(
            "map: a change of names draws the maps that show them",
            changes_draw_what_shows,
        ),
        Trial::test("map: labels stand inside their boxes", labels_inside_boxes),
    ]
}

/// Files by path.
type Files = BTreeMap<String, String>;

/// Units of so many lessons; each lesson needs the one before it, and each unit the last one of the unit before.
fn course(units: &[usize]) -> Files {
    let mut files = Files::new();
    let mut before: Option<String> = None;
    for (unit, lessons) in units.iter().enumerate() {
        for lesson in 0..*lessons {
            let title = format!("Lesson {unit} {lesson}");
            let needs = before.map_or(String::new(), |title| format!("\"{title}\""));
            let text = format!("+++\ntitle = \"{title}\"\nprerequisites = [{needs}]\n+++\nText.\n");
            files.insert(format!("content/{unit:02}-unit-{unit}/{lesson:04}.md"), text);
            before = Some(title);
        }
    }
    files
}

fn build(session: &mut Session, files: &Files) -> Build {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    session.build(&site::sources(files), &Options::default())
}

fn page<'a>(build: &'a Build, path: &str) -> Result<&'a str, String> {
    build.bundle.text(path).ok_or_else(|| format!("there is no {path}"))
}

fn expect(page: &str, parts: &[&str], not: &[&str]) -> Result<(), String> {
    let missing = parts.iter().find(|part| !page.contains(**part));
    let wrong = not.iter().find(|part| page.contains(**part));
    match (missing, wrong) {
        (None, None) => Ok(()),
        (missing, wrong) => Err(format!("without {missing:?}, with {wrong:?}: {page}")),
    }
}

fn units_and_their_lessons() -> Result<(), Failed> {
    let short = build(&mut Session::default(), &course(&[20, 20]));
    expect(page(&short, "map.html")?, &["Lesson 0 19", "1.20"], &["map-whole"])?;
    expect(page(&short, "unit-0/index.html")?, &[], &["map-drawing"])?;
    let long = build(&mut Session::default(), &course(&[21, 20]));
    let lesson = "href=\"unit-0/0019.html\"";
    expect(
        page(&long, "map.html")?,
        &["map-whole", "data-lessons=\"21\"", "map-needs"],
        &[lesson],
    )?;
    let unit = page(&long, "unit-0/index.html")?;
    expect(unit, &["map-drawing", "href=\"0019.html\""], &["map-whole"])?;
    Ok(())
}

fn around_a_unit() -> Result<(), Failed> {
    let build = build(&mut Session::default(), &course(&[15, 15, 15]));
    let middle = page(&build, "unit-1/index.html")?;
    let outside = "<a class=\"map-box map-outside\" href=\"../unit-";
    expect(middle, &["Needed before", "Leads to", outside], &[])?;
    let boxes = middle.matches(outside).count();
    if boxes != 4 {
        return Err(format!("{boxes} boxes of other units in two drawings").into());
    }
    let first = page(&build, "unit-0/index.html")?;
    expect(first, &["Leads to"], &["Needed before"])?;
    Ok(())
}

/// A page never carries the whole site.
fn too_much() -> Result<(), Failed> {
    let listed = build(&mut Session::default(), &course(&[200]));
    let map = page(&listed, "map.html")?;
    expect(
        map,
        &[
            "too many lessons here to draw them all: 200.",
            "Lesson 0 199",
            "<details class=\"map-list\" open>",
        ],
        &["<svg class=\"map-drawing"],
    )?;
    let counted = build(&mut Session::default(), &course(&[600]));
    let map = page(&counted, "map.html")?;
    expect(map, &["too many lessons here to draw them all: 600."], &["map-list", "0599.html"])?;
    Ok(())
}

fn changes_draw_what_shows() -> Result<(), Failed> {
    let mut session = Session::default();
    let mut files = course(&[15, 15, 15, 15]);
    let first = build(&mut session, &files);
    let mut edit = |path: &str, from: &str, to: &str| {
        if let Some(text) = files.get_mut(path) {
            *text = text.replace(from, to);
        }
        build(&mut session, &files).counts.drawn
    };
    let drawn = [
        first.counts.drawn,
        // A text is on no map.
        edit("content/01-unit-1/0003.md", "Text.", "Other text.\n\n## With a heading\n"),
        // What a lesson needs is on its unit's map and on the course's.
        edit("content/01-unit-1/0003.md", "Lesson 1 2", "Lesson 1 1"),
        // A description is on no map, but on the page of its unit, and a map is drawn with its page.
        edit(
            "content/01-unit-1/0014.md",
            "title = \"Lesson 1 14\"",
            "title = \"Lesson 1 14\"\ndescription = \"What\"",
        ),
        // A title is on that of its unit and on the course's, and on that of no other unit.
        edit("content/01-unit-1/0007.md", "title = \"Lesson 1 7\"", "title = \"Lesson 1 7 new\""),
    ];
    match drawn {
        [5, 0, 2, 1, 2] => Ok(()),
        drawn => Err(format!("{drawn:?}").into()),
    }
}

/// As far as the widths that the program reckons with go: no line of text is longer than its box is wide.
fn labels_inside_boxes() -> Result<(), Failed> {
    let titles = [
        "A",
        "What the provider promises and what the consumer gets in return for all that is paid",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
        "価値とは何か、だれがそれを決めるのか、そしてなぜそれが大切なのか",
        "ما هي القيمة ومن الذي يحددها في النهاية",
        "🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀🧑‍🚀",
        "<b>&amp;</b> \\\"quoted\\\"",
    ];
    for language in ["en", "ar"] {
        let mut files = Files::from([("site.toml".into(), format!("language = \"{language}\"\n"))]);
        for (number, title) in titles.iter().enumerate() {
            files.insert(
                format!("content/{number}-l.md"),
                format!("+++\ntitle = \"{title}\"\n+++\n"),
            );
        }
        let build = build(&mut Session::default(), &files);
        let map = page(&build, "map.html")?;
        let boxes = map.matches("<rect class=\"map-card\"").count();
        if boxes != 2 * titles.len() {
            return Err(format!("{boxes} boxes").into());
        }
        for piece in map.split("<rect class=\"map-card\"").skip(1) {
            fits(piece.split("</a>").next().unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Whether the lines of text in a box stand in it.
fn fits(spot: &str) -> Result<(), String> {
    let number = |name: &str, text: &str| -> Option<f64> {
        let (_, rest) = text.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    let [x, y, width, height] =
        ["x", "y", "width", "height"].map(|name| number(name, spot).unwrap_or(-1.0));
    for text in spot.split("<text ").skip(1) {
        let text = text.split("</text>").next().unwrap_or_default();
        let (tag, lines) = text.split_once('>').unwrap_or_default();
        let tag = format!(" {tag}");
        let top = number("y", &tag).unwrap_or(-1.0);
        let at = number("x", &tag).unwrap_or(-1.0);
        let size = if tag.contains("map-title") { 15.0 } else { 13.0 };
        let lines: Vec<&str> = lines.split("<tspan").collect();
        let bottom = top + 20.0 * (lines.len() as f64 - 1.0);
        if at < x || at > x + width || top - size < y || bottom > y + height {
            return Err(format!("outside of its box: {spot}"));
        }
        for line in lines {
            let line =
                line.rsplit_once("\">").map_or(line, |(_, line)| line).replace("</tspan>", "");
            let line = line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            // A letter is a third of the font's size wide at least, so many do not fit whatever the font.
            let most = (width - 20.0) / size * 3.0;
            if line.chars().filter(|c| c.is_alphanumeric()).count() as f64 > most {
                return Err(format!("too long: {line}"));
            }
        }
    }
    Ok(())
}
