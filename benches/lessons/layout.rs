//! Whole courses on the disk, as each program that is compared expects them: the same lessons, the same folders.
//!
//! Each program shows a page's unit and the page before and after it. Terms are pages of the glossary for all of them;
//! Hornbook alone links them.

use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::{
    Edition, Program, Size, UNIT, lesson_path, lesson_text_for, lesson_title, term_name, term_path,
    term_text_for,
};

/// What a course is made with beside its lessons.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    pub program: Program,
    /// A search index, as far as the program has one.
    pub search: bool,
    /// With an address there are feeds and a sitemap.
    pub base_url: Option<&'a str>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self { program: Program::Hornbook, search: true, base_url: None }
    }
}

/// Writes a course for Hornbook, with its defaults, into an empty folder.
pub fn write_course(folder: &Path, size: Size) -> io::Result<()> {
    lay_out(folder, size, Settings::default())
}

/// Writes a course into an empty folder.
pub fn lay_out(folder: &Path, size: Size, settings: Settings<'_>) -> io::Result<()> {
    let program = settings.program;
    let content = folder.join(if program == Program::MdBook { "src" } else { "content" });
    for (path, text) in site(size, settings) {
        put(&folder.join(path), &text)?;
    }
    for unit in 0..size.lessons.div_ceil(UNIT) {
        let path = content.join(lesson_path(unit * UNIT));
        let name = match program {
            Program::Hornbook | Program::MdBook => "index.md",
            Program::Hugo | Program::Zola => "_index.md",
        };
        put(&path.with_file_name(name), &section(program, &format!("Unit {}", unit + 1)))?;
    }
    if size.terms > 0 && matches!(program, Program::Hugo | Program::Zola) {
        put(&content.join("glossary/_index.md"), &section(program, "Glossary"))?;
    }
    (0..size.terms).into_par_iter().try_for_each(|term| {
        put(&content.join(term_path(term)), &term_text_for(term, 0, program))
    })?;
    (0..size.lessons).into_par_iter().try_for_each(|lesson| {
        let text = lesson_text_for(lesson, size, Edition::default(), program);
        put(&content.join(lesson_path(lesson)), &text)
    })
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// The page of a unit, or of the glossary.
fn section(program: Program, title: &str) -> String {
    let text = "What this unit is about.";
    match program {
        Program::Hornbook | Program::MdBook => format!("# {title}\n\n{text}\n"),
        Program::Hugo => format!("+++\ntitle = \"{title}\"\n+++\n\n{text}\n"),
        Program::Zola => {
            format!("+++\ntitle = \"{title}\"\nsort_by = \"weight\"\n+++\n\n{text}\n")
        }
    }
}

/// Settings and templates.
fn site(size: Size, settings: Settings<'_>) -> Vec<(&'static str, String)> {
    match settings.program {
        Program::Hornbook => hornbook(settings),
        Program::Hugo => hugo(settings),
        Program::MdBook => mdbook(size, settings),
        Program::Zola => zola(settings),
    }
}

fn hornbook(settings: Settings<'_>) -> Vec<(&'static str, String)> {
    let mut text = "title = \"A course\"\nlanguage = \"en\"\n".to_owned();
    if let Some(base_url) = settings.base_url {
        text.push_str(&format!("base_url = \"{base_url}\"\n"));
    }
    if !settings.search {
        text.push_str("\n[search]\nenabled = false\n");
    }
    vec![("site.toml", text)]
}

fn hugo(settings: Settings<'_>) -> Vec<(&'static str, String)> {
    let base_url = settings.base_url.unwrap_or("http://localhost/");
    let mut kinds = vec!["taxonomy", "term"];
    if settings.base_url.is_none() {
        kinds.extend(["RSS", "sitemap"]);
    }
    let json = if settings.search { ", \"JSON\"" } else { "" };
    let feed = if settings.base_url.is_some() { ", \"RSS\"" } else { "" };
    let config = format!(
        "baseURL = \"{base_url}\"\ntitle = \"A course\"\ndisableKinds = {kinds:?}\n\n\
         [outputs]\nhome = [\"HTML\"{feed}{json}]\nsection = [\"HTML\"]\n\n\
         # As many as Hornbook's feed has.\n\
         [services.rss]\nlimit = 50\n\n\
         # Links to files are looked up, as the others do.\n\
         [markup.goldmark.renderHooks.link]\nuseEmbedded = \"always\"\n\n\
         # Code is coloured by nobody else while a site is built, and takes Hugo several times as long as all the rest.\n\
         [markup.highlight]\ncodeFences = false\n"
    );
    let base = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{ .Title }}</title></head><body>\
        {{ block \"main\" . }}{{ end }}</body></html>\n";
    let single = "{{ define \"main\" }}<nav>{{ range .CurrentSection.RegularPages }}\
        <a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}</nav>\
        <h1>{{ .Title }}</h1>{{ .TableOfContents }}{{ .Content }}\
        {{ with .NextInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}\
        {{ with .PrevInSection }}<a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}{{ end }}\n";
    let list = "{{ define \"main\" }}<h1>{{ .Title }}</h1>{{ .Content }}<ul>{{ range .Pages }}\
        <li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}\n";
    let index = "[{{ range $at, $page := site.RegularPages }}{{ if $at }},{{ end }}\
        {{ dict \"title\" .Title \"url\" .RelPermalink \"text\" .Plain | jsonify }}{{ end }}]\n";
    let mut files = vec![
        ("hugo.toml", config),
        ("layouts/_default/baseof.html", base.to_owned()),
        ("layouts/_default/single.html", single.to_owned()),
        ("layouts/_default/list.html", list.to_owned()),
        ("content/_index.md", section(Program::Hugo, "A course")),
    ];
    if settings.search {
        files.push(("layouts/index.json", index.to_owned()));
    }
    files
}

fn mdbook(size: Size, settings: Settings<'_>) -> Vec<(&'static str, String)> {
    let config = format!(
        "[book]\ntitle = \"A course\"\nlanguage = \"en\"\n\n[output.html.search]\nenable = {}\n",
        settings.search
    );
    let mut summary = "# Summary\n\n[A course](index.md)\n\n".to_owned();
    for lesson in 0..size.lessons {
        let path = lesson_path(lesson).to_string_lossy().replace('\\', "/");
        if lesson % UNIT == 0 {
            let unit = path.split('/').next().unwrap_or_default();
            summary.push_str(&format!("- [Unit {}]({unit}/index.md)\n", lesson / UNIT + 1));
        }
        summary.push_str(&format!("  - [{}]({path})\n", lesson_title(lesson, 0)));
    }
    for term in 0..size.terms {
        let path = term_path(term).to_string_lossy().replace('\\', "/");
        summary.push_str(&format!("- [{}]({path})\n", term_name(term)));
    }
    vec![
        ("book.toml", config),
        ("src/SUMMARY.md", summary),
        ("src/index.md", section(Program::MdBook, "A course")),
    ]
}

fn zola(settings: Settings<'_>) -> Vec<(&'static str, String)> {
    let base_url = settings.base_url.unwrap_or("http://localhost");
    let config = format!(
        "base_url = \"{}\"\ntitle = \"A course\"\nbuild_search_index = {}\ngenerate_feeds = {}\n\
         feed_limit = 50\n",
        base_url.trim_end_matches('/'),
        settings.search,
        settings.base_url.is_some()
    );
    let page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{ page.title }}</title></head><body>\
        {% set section = get_section(path=page.ancestors | last) %}\
        <nav>{% for other in section.pages %}<a href=\"{{ other.permalink }}\">{{ other.title }}</a>{% endfor %}</nav>\
        <h1>{{ page.title }}</h1>{{ page.content | safe }}\
        {% if page.lower %}<a href=\"{{ page.lower.permalink }}\">{{ page.lower.title }}</a>{% endif %}\
        {% if page.higher %}<a href=\"{{ page.higher.permalink }}\">{{ page.higher.title }}</a>{% endif %}\
        </body></html>\n";
    let list = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{ section.title }}</title></head><body>\
        <h1>{{ section.title }}</h1>{{ section.content | safe }}<ul>{% for page in section.pages %}\
        <li><a href=\"{{ page.permalink }}\">{{ page.title }}</a></li>{% endfor %}</ul></body></html>\n";
    vec![
        ("config.toml", config),
        ("templates/page.html", page.to_owned()),
        ("templates/section.html", list.to_owned()),
        ("templates/index.html", list.to_owned()),
        ("content/_index.md", section(Program::Zola, "A course")),
    ]
}
