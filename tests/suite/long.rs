//! Long courses: no page grows with them.

use hornbook::session::Options;
use libtest_mimic::{Failed, Trial};

use crate::site;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("long: a term names the first 200 lessons that mention it", mentions)]
}

fn mentions() -> Result<(), Failed> {
    let lessons =
        (0..250).map(|number| (format!("content/{number:04}.md"), "A sprocket.".to_owned()));
    let term = ("content/glossary/sprocket.md".to_owned(), "# Sprocket\n\nA wheel.".to_owned());
    let files: Vec<(String, String)> = lessons.chain([term]).collect();
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let build = site::build(&site::sources(files), &Options::default());
    let page = build.bundle.text("glossary/sprocket.html").ok_or("the term has no page")?;
    let (_, mentions) = page.split_once("class=\"links mentions\"").ok_or("no mentions")?;
    let named = mentions.matches("<li>").count();
    let tells = mentions.contains("and in 50 more lessons");
    if (named, tells) == (200, true) { Ok(()) } else { Err(format!("{named}, {tells}").into()) }
}
