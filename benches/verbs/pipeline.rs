//! Every verb of the pipeline, one after the other, each given what those before it have made.
//!
//! This is what `session` does, without remembering anything; the last two measure the session itself.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use hornbook::bundle::{Bundle, Memory, Output, Purpose};
use hornbook::course::{Course, LessonId};
use hornbook::glossary::Glossary;
use hornbook::interface::Interface;
use hornbook::language::Language;
use hornbook::lesson::Lesson;
use hornbook::link::{self, Asked, Clashes, Index, Member, Mentions, Resolver, Site};
use hornbook::load::{load, refresh};
use hornbook::parse;
use hornbook::recognise::recognise;
use hornbook::render::{
    Arrangement, Common, Frame, Known, Page, Sight, Survey, Theme, body, map, spell, strings,
};
use hornbook::search::Search;
use hornbook::session::{Options, Session};
use hornbook::source::Sources;
use hornbook::strings::Strings;
use hornbook::table::Table;
use hornbook::web::Web;
use hornbook::write::write;
use rayon::prelude::*;

use crate::Outcome;
use crate::lessons::{Edition, Size, lesson_path, lesson_text};
use crate::meter::Meter;

/// For what is remembered under a key, and never asked for a second time here.
const KEY: u128 = 1;

/// Measures all verbs on the course in a folder, up to its links and then what is made of it. Its lessons are as they were when it is done.
pub fn run(meter: &mut Meter, folder: &Path, size: Size) -> Outcome<()> {
    let sources = meter.verb("load", || load(folder, None))?;
    let (mut config, _) = parse::site(sources.config.as_ref().ok_or("there is no site.toml")?);
    // As the site lies at the top of its host.
    config.root = Some("/".to_owned());
    let (strings, _) = strings(&sources, &config);

    let parsed: Vec<(parse::Parsed, Interface)> = meter.verb("parse", || {
        let parsed = sources.lessons.par_iter().map(|source| {
            let parsed = parse::lesson(source, &sources.content);
            let interface = Interface::of(&parsed.lesson);
            (parsed, interface)
        });
        parsed.collect()
    });
    let written: Vec<&Lesson> = parsed.iter().map(|(parsed, _)| &*parsed.lesson).collect();

    let index = meter.verb("link: index", || {
        Index::new(&Site {
            config: &config,
            strings: &strings,
            content: &sources.content,
            name: &sources.name,
            lessons: &written,
            drafts: &[],
            assets: &sources.assets,
        })
    });
    let layout = &index.layout;
    let all = index.members().iter().map(|member| match member {
        Member::Written(at) => parsed[*at].0.lesson.clone(),
        Member::Implied(at) => index.implied()[*at].0.clone(),
    });
    let all: Table<Arc<Lesson>> = all.collect();
    let lessons: Vec<&Lesson> = all.iter().map(|lesson| &**lesson).collect();
    let hashes: Vec<u128> = lessons.iter().map(|lesson| lesson.hash).collect();
    let ids = 0..lessons.len() as LessonId;

    let (glossary, _) = meter.verb("link: glossary", || {
        let language = Language::of_tag(&config.language);
        let glossary = Glossary::new(lessons.iter().copied(), language);
        let clashes = Clashes::of(&glossary);
        (glossary, clashes)
    });
    let recognised: Vec<_> = meter.verb("recognise", || {
        lessons.par_iter().map(|lesson| recognise(lesson, &glossary, config.term_links)).collect()
    });
    let recognised: Table<_> = recognised.into_iter().collect();
    let resolver = Resolver {
        lessons: &lessons,
        drafts: &[],
        assets: &sources.assets,
        index: &index,
        glossary: &glossary,
        draft_titles: OnceLock::new(),
    };
    let resolved: Vec<_> = meter.verb("link: resolve", || {
        ids.clone().into_par_iter().map(|id| resolver.resolve(id)).collect()
    });
    let resolved: Table<_> = resolved.into_iter().collect();
    let (mentions, taught_in, ties) = meter.verb("link: mentions", || {
        let said = ids.clone().into_par_iter().map(|id| {
            let at = id as usize;
            link::said(id, lessons[at], &resolved[at], &recognised[at], layout)
        });
        let said: Vec<_> = said.collect();
        let said: Table<_> = said.into_iter().collect();
        let mut mentions = Mentions::default();
        mentions.listen(&said, layout);
        let taught_in = link::taught_in(&resolved, &layout.reading_order);
        let ties = ids.clone().into_par_iter().map(|id| {
            let at = id as usize;
            link::ties(id, lessons[at], &resolved[at], &said[at], &taught_in, layout)
        });
        let ties: Vec<_> = ties.collect();
        (mentions, taught_in, ties)
    });
    let ties: Table<_> = ties.into_iter().collect();
    let asked =
        meter.verb("link: questions", || Asked::new(&lessons, &index, &glossary, config.pass));
    let course = Course {
        config: &config,
        layout,
        lessons: &all,
        resolved: &resolved,
        recognised: &recognised,
        mentions: &mentions.by_lesson,
        ties: &ties,
        taught_in: &taught_in,
        questions: &asked.questions,
    };

    let bundle = render(meter, &course, &sources, &strings, &hashes);
    deliver(meter, &bundle, folder)?;
    drop(bundle);
    session(meter, folder, sources.clone(), size)
}

/// Measures all that is made of a linked course. `hashes` are those of its lessons.
fn render(
    meter: &mut Meter,
    course: &Course<'_>,
    sources: &Sources,
    strings: &Arc<Strings>,
    hashes: &[u128],
) -> Bundle {
    let Course { config, layout, .. } = course;
    let ids = 0..course.lessons.len() as LessonId;
    let shown: Vec<LessonId> = ids.clone().filter(|id| layout.is_rendered(*id)).collect();
    let (theme, _) =
        meter.verb("render: theme", || Theme::new(sources, config, strings, Purpose::Publish));
    // Drawn with the pages they are on: the verb "render: page" has them too.
    let survey = meter.verb("render: maps", || {
        let survey = Survey::new(course, strings);
        survey.sheets.par_iter().for_each(|(page, sheet)| {
            black_box(map(course, &survey, strings, *page, sheet.extent));
        });
        survey
    });

    // What pages share is made with the first of them, so each time begins without.
    let spell_all = |common: &Common| {
        shown.par_iter().for_each(|id| {
            black_box(spell(&Sight::new(course, common, *id)));
        });
    };
    meter.verb("render: spell", || spell_all(&Common::new(layout)));
    let common = Common::new(layout);
    let spelled = shown.par_iter().map(|id| spell(&Sight::new(course, &common, *id)));
    let spelled: Vec<_> = spelled.collect();
    meter.verb("render: body", || -> Vec<String> {
        let pages = shown.par_iter().zip(&spelled);
        let body = |(id, spelled): (&LessonId, _)| {
            let lesson = course.lesson(*id);
            body((lesson, &lesson.body.open()), spelled, strings)
        };
        pages.map(body).collect()
    });
    let pages = |known: Known<'_>| -> Vec<Page> {
        let frame = Frame::new(course, &theme, &survey, &Memory);
        ids.clone().into_par_iter().map(|id| frame.page(course, id, known)).collect()
    };
    // A page that is known is looked at, but not written.
    meter.verb("render: view", || pages(&|_| Some(Ok(Output::text("")))));
    let pages = meter.verb("render: page", || pages(&|_| None));

    let mut search = meter.verb("search", || {
        let mut search = Search::default();
        search.update(course, hashes, KEY, KEY, &Memory);
        search
    });
    let (search, _) = search.update(course, hashes, KEY, KEY, &Memory);
    meter.verb("arrange", || {
        let arrangement = Arrangement::new(layout, &theme, config.markdown);
        let mut web = Web::default();
        let web = web.update(course, strings, &theme.folder, KEY);
        let page = |id: LessonId| pages[id as usize].html.as_ref().ok();
        let markdown = |id: LessonId| pages[id as usize].markdown.as_ref();
        let before = Bundle::default();
        arrangement.bundle(page, markdown, &Table::default(), search, web, &before)
    })
}

/// Measures writing a site into a folder that is not there, and once more into the same.
fn deliver(meter: &mut Meter, bundle: &Bundle, folder: &Path) -> Outcome<()> {
    let out = tempfile::tempdir()?;
    let site = out.path().join("site");
    let clear = || {
        if site.exists() {
            fs::remove_dir_all(&site).expect("what was written can be removed");
        }
    };
    let write = || write(bundle, folder, &site).expect("the site is written");
    meter.prepared("write", clear, |()| write());
    let again = meter.verb("write: nothing new", write);
    assert_eq!((again.written, again.removed), (0, 0), "it is the same site");
    Ok(())
}

/// Measures a session's first build, and one after the text of a lesson has changed.
fn session(meter: &mut Meter, folder: &Path, mut sources: Sources, size: Size) -> Outcome<()> {
    let options = Options::default();
    let mut session = meter.verb("session: build", || {
        let mut session = Session::default();
        session.build(&sources, &options);
        session
    });
    let mut round = 0;
    let path = |round: u32| {
        let lesson = round as usize * 997 % size.lessons;
        (lesson, folder.join("content").join(lesson_path(lesson)))
    };
    let edit = || {
        round += 1;
        let (lesson, path) = path(round);
        let text = lesson_text(lesson, size, Edition { body: round, title: 0 });
        fs::write(&path, text).expect("the edit is written");
        path
    };
    let build = meter.prepared("session: rebuild", edit, |path| {
        let refreshed = refresh(&sources, folder, None, &[path]);
        sources = refreshed.expect("the course loads").sources;
        session.build(&sources, &options)
    });
    assert_eq!(build.counts.parsed, 1, "one lesson was edited");
    for round in 1..=round {
        let (lesson, path) = path(round);
        fs::write(path, lesson_text(lesson, size, Edition::default()))?;
    }
    Ok(())
}
