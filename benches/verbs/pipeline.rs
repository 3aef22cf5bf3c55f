//! Every verb of the pipeline, one after the other, each given what those before it have made.
//!
//! This is what `session` does, without remembering anything; the last two measure the session itself.

use std::error::Error;
use std::fs;
use std::path::Path;

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
use hornbook::render::{self, Arrangement, Frame, Known, Page, Sight, Survey, Theme};
use hornbook::search::Search;
use hornbook::session::{Build, Options, Session};
use hornbook::source::Sources;
use hornbook::web::Web;
use hornbook::write::write;
use rayon::prelude::*;

use crate::Outcome;
use crate::lessons::{Edition, Size, lesson_path, lesson_text};
use crate::meter::Meter;

/// For what is remembered under a key, and never asked for a second time here.
const KEY: u128 = 1;

/// Measures all verbs on the course in a folder. Its lessons are as they were when it is done.
pub fn run(meter: &mut Meter, folder: &Path, size: Size) -> Outcome<()> {
    let sources = meter.verb("load", || load(folder, None))?;
    let (mut config, _) = parse::site(sources.config.as_ref().ok_or("there is no site.toml")?);
    // As the site lies at the top of its host.
    config.root = Some("/".to_owned());
    let (strings, _) = render::strings(&sources, &config);

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
    let lessons = index.members().iter().map(|member| match member {
        Member::Written(at) => written[*at],
        Member::Implied(at) => &index.implied()[*at].0,
    });
    let lessons: Vec<&Lesson> = lessons.collect();
    let hashes: Vec<u128> = lessons.iter().map(|lesson| lesson.hash).collect();
    let ids = 0..lessons.len() as LessonId;
    let shown: Vec<LessonId> = ids.clone().filter(|id| layout.is_rendered(*id)).collect();

    let (glossary, _) = meter.verb("link: glossary", || {
        let language = Language::of_tag(&config.language);
        let glossary = Glossary::new(lessons.iter().copied(), language);
        let clashes = Clashes::of(&glossary);
        (glossary, clashes)
    });
    let recognised: Vec<_> = meter.verb("recognise", || {
        lessons.par_iter().map(|lesson| recognise(lesson, &glossary, config.term_links)).collect()
    });
    let resolver = Resolver {
        lessons: &lessons,
        drafts: &[],
        assets: &sources.assets,
        index: &index,
        glossary: &glossary,
    };
    let resolved: Vec<_> = meter.verb("link: resolve", || {
        ids.clone().into_par_iter().map(|id| resolver.resolve(id)).collect()
    });
    let (mentions, taught_in, ties) = meter.verb("link: mentions", || {
        let said: Vec<_> = ids
            .clone()
            .into_par_iter()
            .map(|id| {
                let at = id as usize;
                link::said(id, lessons[at], &resolved[at], &recognised[at], layout)
            })
            .collect();
        let mut mentions = Mentions::default();
        mentions.listen(&said, layout);
        let taught_in = link::taught_in(&resolved, &layout.reading_order);
        let ties: Vec<_> = ids
            .clone()
            .into_par_iter()
            .map(|id| {
                let at = id as usize;
                link::ties(id, lessons[at], &resolved[at], &said[at], &taught_in, layout)
            })
            .collect();
        (mentions, taught_in, ties)
    });
    let asked =
        meter.verb("link: questions", || Asked::new(&lessons, &index, &glossary, config.pass));
    let course = Course {
        config: &config,
        layout,
        lessons: &lessons,
        resolved: &resolved,
        recognised: &recognised,
        mentions: &mentions.by_lesson,
        ties: &ties,
        taught_in: &taught_in,
        questions: &asked.questions,
    };

    let (theme, _) =
        meter.verb("render: theme", || Theme::new(&sources, &config, &strings, Purpose::Publish));
    let frame = Frame::new(&course, &theme, &Memory);
    let (survey, maps) = meter.verb("render: maps", || {
        let survey = Survey::new(&course, &strings);
        let sheets = survey.sheets.par_iter();
        let maps: Vec<_> =
            sheets.map(|sheet| render::map(&course, &survey, &strings, sheet)).collect();
        (survey, maps)
    });
    let map_of = |id: LessonId| {
        let at = survey.sheets.iter().position(|sheet| sheet.page == id)?;
        Some(maps[at].clone())
    };

    let spelled: Vec<_> = meter.verb("render: spell", || {
        shown.par_iter().map(|id| render::spell(&Sight::new(&course, *id))).collect()
    });
    meter.verb("render: body", || -> Vec<String> {
        let pages = shown.par_iter().zip(&spelled);
        pages.map(|(id, spelled)| render::body(course.lesson(*id), spelled, &strings)).collect()
    });
    let view = |known: Known<'_>| -> Vec<Page> {
        ids.clone().into_par_iter().map(|id| frame.page(&course, id, map_of(id), known)).collect()
    };
    // A page that is known is looked at, but not written.
    meter.verb("render: view", || view(&|_| Some(Ok(Output::text("")))));
    let pages = meter.verb("render: page", || view(&|_| None));

    let mut search = meter.verb("search", || {
        let mut search = Search::default();
        search.update(&course, &hashes, KEY);
        search
    });
    let search = search.update(&course, &hashes, KEY);
    let bundle = meter.verb("arrange", || {
        let arrangement = Arrangement::new(layout, &theme, config.markdown);
        let mut web = Web::default();
        let web = web.update(&course, &strings, &theme.folder, KEY);
        arrangement.bundle(&pages, &[], search, web, &Bundle::default())
    });

    let out = tempfile::tempdir()?;
    let site = out.path().join("site");
    let clear = || if site.exists() { fs::remove_dir_all(&site) } else { Ok(()) };
    meter.prepared("write", clear, |cleared| {
        cleared?;
        Ok::<_, Box<dyn Error>>(write(&bundle, folder, &site)?)
    })?;
    meter.verb("write: nothing new", || write(&bundle, folder, &site))?;
    drop(bundle);
    session(meter, folder, sources, size)
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
        fs::write(&path, text).map(|()| path)
    };
    meter.prepared("session: rebuild", edit, |path| -> Outcome<Build> {
        sources = refresh(&sources, folder, None, &[path?])?.sources;
        Ok(session.build(&sources, &options))
    })?;
    for round in 1..=round {
        let (lesson, path) = path(round);
        fs::write(path, lesson_text(lesson, size, Edition::default()))?;
    }
    Ok(())
}
