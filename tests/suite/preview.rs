//! Previews: which pages are rendered before a build is shown, which behind it, and which are kept. Everything is counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use hornbook::bundle::{Output, Purpose};
use hornbook::session::pages::Rest;
use hornbook::session::{Build, Options, Session};
use hornbook::source::{Source, Sources};
use libtest_mimic::{Failed, Trial};

use crate::site;

type Outcome = Result<(), Failed>;
type Test = (&'static str, fn() -> Outcome);

pub fn trials() -> Vec<Trial> {
    let tests: &[Test] = &[
        ("the page in view is there before the rest", in_view_first),
        ("few pages do not wait", few_do_not_wait),
        ("a mistake on a page that waits is told with the rest", mistake_in_the_rest),
        ("a mistake on a page in view is told at once", mistake_in_view),
        ("a page that failed is looked at again at once", failed_before),
        ("who asks while the rest is rendered gets the new page", asked_meanwhile),
        ("a new build takes the place of the rest", new_build_wins),
        ("a page that waits sees what has changed meanwhile", waits_and_sees),
        ("pages are not kept", not_kept),
    ];
    tests.iter().map(|(name, test)| Trial::test(format!("preview: {name}"), test)).collect()
}

const LESSONS: usize = 200;
const AT_ONCE: usize = 8;
/// A lesson and a unit do not wait; the course has no terms.
const FIRST: usize = 2;

/// A course of many lessons with a template of its own, and with these texts in place of some.
fn course(template: &str, texts: &[(usize, &str)]) -> Sources {
    let lesson = |number: usize| {
        let text =
            texts.iter().find(|(known, _)| *known == number).map_or("Text.", |(_, text)| text);
        (format!("content/unit/{number:03}.md"), format!("# Lesson {number}\n\n{text}\n"))
    };
    let mut files: Vec<(String, String)> = (0..LESSONS).map(lesson).collect();
    files.push(("site.toml".to_owned(), "theme = \"own\"\n".to_owned()));
    let template = format!("{template} {{{{ page.title }}}} {{{{ page.body | safe }}}}");
    files.push(("themes/own/templates/lesson.html".to_owned(), template));
    site::sources(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn address(number: usize) -> String {
    format!("unit/{number:03}.html")
}

fn preview(session: &mut Session, sources: &Sources) -> (Build, Rest) {
    session.preview(sources, &Options::default(), AT_ONCE)
}

/// Renders all that is left, and says how many pages were not there yet.
fn finish(rest: &Rest) -> Result<usize, Failed> {
    let asked = AtomicUsize::new(0);
    let whole = rest.render(&|| {
        asked.fetch_add(1, Ordering::Relaxed);
        true
    });
    whole.ok_or("the rest was not brought to an end")?;
    Ok(asked.into_inner())
}

fn page(rest: &Rest, number: usize) -> Result<String, Failed> {
    let html = rest.pages().html(&address(number)).ok_or("there is no page")?;
    Ok(String::from_utf8(html.to_vec())?)
}

fn expect(is_so: bool, why: impl std::fmt::Debug) -> Outcome {
    if is_so { Ok(()) } else { Err(format!("{why:?}").into()) }
}

fn in_view_first() -> Outcome {
    let mut session = Session::default();
    let (build, rest) = preview(&mut session, &course("old", &[]));
    expect(build.counts.rendered == FIRST, build.counts)?;
    expect(
        finish(&rest)? == rest.len() && rest.len() == build.counts.pages + 1 - FIRST,
        rest.len(),
    )?;
    expect(page(&rest, 150)?.starts_with("old"), "asked for")?;

    let (build, rest) = preview(&mut session, &course("new", &[]));
    // The page that was asked for is among those that did not wait.
    expect(build.counts.rendered == FIRST + 1, build.counts)?;
    let is_known = |number: usize| match build.bundle.files.get(&address(number)) {
        Some(Output::Later(page)) => page.hash().is_some(),
        _ => false,
    };
    expect(is_known(150) && !is_known(151), "which pages are known")?;
    expect(page(&rest, 150)?.starts_with("new"), "the page in view")?;
    // One that nobody has looked at is rendered when somebody does.
    expect(page(&rest, 151)?.starts_with("new"), "another page")?;
    expect(is_known(151) && !is_known(152), "which pages are known then")
}

fn few_do_not_wait() -> Outcome {
    let mut session = Session::default();
    let (_, rest) = preview(&mut session, &course("same", &[]));
    finish(&rest)?;
    let texts: Vec<(usize, &str)> = (0..AT_ONCE).map(|number| (number * 9, "Other.")).collect();
    let (build, rest) = preview(&mut session, &course("same", &texts));
    let changed: Vec<String> = build.changes.changed.iter().map(ToString::to_string).collect();
    let changed: Vec<&String> = changed.iter().filter(|path| path.ends_with(".html")).collect();
    let expected: Vec<String> = texts.iter().map(|(number, _)| address(*number)).collect();
    expect(rest.is_empty() && build.counts.rendered == AT_ONCE, build.counts)?;
    expect(changed == expected.iter().collect::<Vec<_>>(), changed)
}

const FAILS: &str = "{% if page.title == \"Lesson 77\" %}{{ page.nothing.here }}{% endif %}";

fn mistake_in_the_rest() -> Outcome {
    let mut session = Session::default();
    preview(&mut session, &course("good", &[]));
    let broken = course(FAILS, &[]);
    let (build, rest) = preview(&mut session, &broken);
    expect(build.diagnostics.is_empty(), &build.diagnostics)?;
    let whole = rest.render(&|| true).ok_or("the rest was not brought to an end")?;
    let options = Options { purpose: Purpose::Preview, ..Options::default() };
    let clean = site::build(&broken, &options);
    expect(whole.diagnostics == clean.diagnostics && clean.has_errors(), &whole.diagnostics)?;
    expect(rest.pages().html(&address(77)).is_none(), "a page that cannot be rendered")
}

fn mistake_in_view() -> Outcome {
    let mut session = Session::default();
    let (_, rest) = preview(&mut session, &course("good", &[]));
    page(&rest, 77)?;
    let (build, _) = preview(&mut session, &course(FAILS, &[]));
    expect(build.has_errors(), &build.diagnostics)
}

fn failed_before() -> Outcome {
    let mut session = Session::default();
    let (_, rest) = preview(&mut session, &course(FAILS, &[]));
    finish(&rest)?;
    let (build, _) = preview(&mut session, &course(&format!("more {FAILS}"), &[]));
    expect(build.has_errors(), &build.diagnostics)
}

fn asked_meanwhile() -> Outcome {
    let mut session = Session::default();
    let (_, rest) = preview(&mut session, &course("old", &[]));
    finish(&rest)?;
    let (_, rest) = preview(&mut session, &course("new", &[]));
    let (asked, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0));
    rest.render(&|| {
        let number = LESSONS - 1 - asked.fetch_add(1, Ordering::Relaxed) % 10;
        let is_new = page(&rest, number).is_ok_and(|page| page.starts_with("new"));
        wrong.fetch_add(usize::from(!is_new), Ordering::Relaxed);
        true
    });
    expect(asked.into_inner() == rest.len() && wrong.into_inner() == 0, "an old page")
}

fn new_build_wins() -> Outcome {
    let mut session = Session::default();
    let (_, first) = preview(&mut session, &course("first", &[]));
    let asked = AtomicUsize::new(0);
    let second = course("second", &[]);
    let (_, rest) = preview(&mut session, &second);
    // It is over after ten pages.
    let whole = rest.render(&|| asked.fetch_add(1, Ordering::Relaxed) < 10);
    expect(whole.is_none(), "it was not to be brought to an end")?;
    let (build, last) = preview(&mut session, &course("last", &[(60, "[[nowhere]]")]));
    expect(build.has_errors(), &build.diagnostics)?;
    finish(&last)?;
    for (rest, template) in [(&first, "first"), (&rest, "second"), (&last, "last")] {
        for number in [0, 60, 199] {
            expect(page(rest, number)?.starts_with(template), template)?;
        }
    }
    expect(page(&last, 60)?.contains("nowhere") && !page(&rest, 60)?.contains("nowhere"), "an edit")
}

/// Nothing of the page's own is another thing, and nobody has looked yet at what it shows of others.
fn waits_and_sees() -> Outcome {
    let template = "{% if page.previous %}{{ page.previous.title }}{% endif %}";
    let mut session = Session::default();
    let (_, first) = preview(&mut session, &course(template, &[]));
    let mut sources = course(template, &[]);
    let before = &mut sources.lessons[149];
    *before = Source::new(before.path.clone(), "# Another title\n");
    let (_, second) = preview(&mut session, &sources);
    expect(page(&first, 150)?.starts_with("Lesson 149"), "what it showed")?;
    expect(page(&second, 150)?.starts_with("Another title"), "what it shows")
}

fn not_kept() -> Outcome {
    let mut session = Session::default();
    let (build, rest) = preview(&mut session, &course("one", &[]));
    finish(&rest)?;
    expect(session.desk().len() <= FIRST, session.desk().len())?;
    for number in 0..LESSONS {
        page(&rest, number)?;
    }
    expect(session.desk().len() < LESSONS / 2, session.desk().len())?;
    let pages = build.bundle.files.iter().filter(|(path, _)| path.ends_with(".html"));
    let mut kept = pages.filter(|(_, output)| !matches!(output, Output::Later(_)));
    expect(kept.next().is_none(), "a page is in the bundle")
}
