//! What the theme says: every language has all of it, and a site speaks one language.

use std::collections::BTreeSet;

use hornbook::parse;
use hornbook::render::{STATIC, STRINGS, TEMPLATES};
use hornbook::session::{Build, Options};
use hornbook::source::{Source, SourcePath};
use hornbook::strings::{COUNT, Strings, Tables, Text, placeholders};
use libtest_mimic::{Failed, Trial};

use crate::site;

/// A site with all that the theme can say something about; `LANGUAGE` is put in.
const SITE: &[(&str, &str)] = &[
    ("site.toml", "title = \"Κ\"\nlanguage = \"LANGUAGE\"\n"),
    ("content/index.md", "+++\nobjectives = [\"ω\"]\n+++\n# Κ\n\n## Α\n\nω [[Χ]]\n"),
    (
        "content/01-u/index.md",
        "+++\ntitle = \"Υ\"\nobjectives = [\"ω\"]\nminutes = 150\nauthors = [\"Π\", \"Ρ\"]\n+++\nω\n",
    ),
    (
        "content/01-u/01-a.md",
        "+++\ntitle = \"Α\"\ndraft = true\naliases = [\"old\"]\nobjectives = [\"ω\"]\nminutes = 60\ndate = 2026-03-04\n+++\n\
         ω [^1] ω [^1]\n\n## Β\n\n| α | β |\n|---|---|\n| γ | δ |\n\n- [ ] α\n- [x] β\n\n> [!NOTE]\n> ω\n\n\
         > [!TIP]\n> ω\n\n> [!IMPORTANT]\n> ω\n\n> [!WARNING]\n> ω\n\n> [!CAUTION]\n> ω\n\n> [!KEY]\n> ω\n\n\
         > [!DEFINITION]\n> ω\n\n> [!EXAMPLE]\n> ω\n\n> [!STORY]\n> ω\n\n> [!EXAM]\n> ω\n\n> [!EXERCISE]\n> ω\n\n\
         [^1]: ω [[Τ]]\n",
    ),
    (
        "content/01-u/02-b.md",
        "+++\ntitle = \"Β\"\nprerequisites = [\"Α\"]\nupdated = 2026-05-06\nminutes = 1\n+++\nΤ\n\n\
         ```quiz points=3\nω\n\n- [ ] α\n  > φ\n- [x] β\n- [ ] γ\n\n? χ\n\n? ψ\n```\n\n\
         ```quiz\nω [[α|β|γ]] ω [[= 1..2]]\n\n? χ\n```\n\n\
         ```quiz\nω\n\n1. α\n2. β\n3. γ\n```\n\n```quiz\nω\n\n| α | β |\n|---|---|\n| γ | δ |\n| ε | ζ |\n```\n",
    ),
    ("content/01-u/03-c.md", "+++\ntitle = \"Γ\"\nexam = { draw = 2, minutes = 10 }\n+++\nω\n"),
    (
        "content/glossary/t.md",
        "+++\ntitle = \"Τ\"\naliases = [\"Φ\"]\ndefinition = \"ω\"\nsee_also = [\"Χ\"]\n+++\nω\n",
    ),
    ("content/glossary/x.md", "+++\ntitle = \"Χ\"\ndefinition = \"ω\"\n+++\nω\n"),
];
/// What is no language: the product's name, names of units, letters of options.
const NAMES: &[&str] = &["Hornbook"];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("strings: every language has all of them", languages_are_whole),
        Trial::test("strings: what is asked for is there", asked_is_there),
    ];
    for language in ["de", "fr", "es", "ja", "ar"] {
        let name = format!("strings: a site in {language} shows no English");
        trials.push(Trial::test(name, move || shows_no_english(language)));
    }
    trials
}

fn tables(language: &str) -> Result<Tables, Failed> {
    let name = format!("{language}.toml");
    let text = STRINGS.iter().find(|(known, _)| *known == name).ok_or("it is not built in")?.1;
    let (tables, wrong) = parse::strings(&Source::new(SourcePath::new(&name), text), None);
    if wrong.is_empty() { Ok(tables) } else { Err(format!("{wrong:?}").into()) }
}

/// A language beside which there is none of its kind: `en`, not `en-US`.
fn primary_languages() -> impl Iterator<Item = &'static str> {
    let names = STRINGS.iter().map(|(name, _)| name.trim_end_matches(".toml"));
    names.filter(|name| !name.contains('-'))
}

fn languages_are_whole() -> Result<(), Failed> {
    let english = Strings::new("en", tables("en")?);
    let mut wrong = Vec::new();
    for language in primary_languages() {
        let strings = Strings::new(language, tables(language)?);
        let keys: BTreeSet<String> = strings.keys().collect();
        let wanted: BTreeSet<String> = english.keys().collect();
        wrong.extend(wanted.difference(&keys).map(|key| format!("{language}: no {key}")));
        wrong.extend(keys.difference(&wanted).map(|key| format!("{language}: {key} is new")));
        let categories: BTreeSet<_> = strings.categories().into_iter().collect();
        for key in keys.intersection(&wanted) {
            let (Some(text), Some(model)) = (strings.find(key), english.find(key)) else {
                continue;
            };
            let asked = names(model, "other");
            for (category, _) in text.forms() {
                let mut has = names(text, category);
                // "One minute", "two minutes": a form that stands for one number need not say it.
                if ["zero", "one", "two"].contains(&category) && asked.contains(COUNT) {
                    has.insert(COUNT);
                }
                if has != asked {
                    wrong.push(format!("{language}: {key} ({category}) fills in {has:?}"));
                }
            }
            if let Text::Forms(forms) = text {
                let has: BTreeSet<&str> = forms.keys().copied().collect();
                if has != categories {
                    wrong.push(format!("{language}: {key} has {has:?}, not {categories:?}"));
                }
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn names<'a>(text: &'a Text, category: &str) -> BTreeSet<&'a str> {
    let forms = text.forms().into_iter().filter(|(name, _)| *name == category);
    forms.flat_map(|(_, text)| placeholders(text)).collect()
}

/// The texts between `before` and `after`.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
}

fn asked_is_there() -> Result<(), Failed> {
    let english = Strings::new("en", tables("en")?);
    let mut asked = Vec::new();
    for (name, text) in TEMPLATES {
        let keys = between(text, "text(key=\"", '"').into_iter();
        // `able.` ends in what the page is.
        let keys = keys.filter(|key| !key.ends_with('.'));
        asked.extend(keys.map(|key| (*name, key.to_owned())));
    }
    for (name, text) in STATIC {
        let Some((table, _)) = name.rsplit_once('.').filter(|(_, kind)| *kind == "js") else {
            continue;
        };
        let words = [between(text, " text('", '\''), between(text, "(text('", '\'')].concat();
        let words = [words, between(text, " say('", '\''), between(text, "(say('", '\'')].concat();
        let words = words.into_iter().filter(|word| *word != table);
        asked.extend(words.map(|word| (*name, format!("{table}.{word}"))));
    }
    let missing = asked.iter().filter(|(_, key)| english.find(key).is_none());
    let missing: Vec<String> =
        missing.map(|(name, key)| format!("{name} asks for {key}")).collect();
    assert!(asked.len() > 80, "{} keys were found", asked.len());
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n").into()) }
}

fn build(language: &str) -> Build {
    let files: Vec<(&str, String)> =
        SITE.iter().map(|(path, text)| (*path, text.replace("LANGUAGE", language))).collect();
    let sources = site::sources(files.iter().map(|(path, text)| (*path, text.as_str())));
    site::build(&sources, &Options { drafts: true, ..Options::default() })
}

/// Builds the site, whose own words are Greek, and looks for Latin words that the language's strings do not have.
fn shows_no_english(language: &str) -> Result<(), Failed> {
    let own = Strings::new(language, tables(language)?);
    let mut words: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    for key in own.keys() {
        let text = own.find(&key).ok_or("a key without a text")?;
        words.extend(text.forms().into_iter().flat_map(|(_, text)| latin_words(text)));
    }
    let build = build(language);
    let mut wrong: Vec<String> = build.diagnostics.iter().map(|one| format!("{one:?}")).collect();
    let mut said = 0;
    for (path, output) in build.bundle.files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let hornbook::bundle::Output::Bytes(bytes) = output else { continue };
        for text in shown(&String::from_utf8(bytes.to_vec())?) {
            said += 1;
            let foreign = latin_words(&text).into_iter().filter(|word| !words.contains(word));
            wrong.extend(foreign.map(|word| format!("{path}: {word} in {text:?}")));
        }
    }
    assert!(said > 100, "only {said} texts");
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn latin_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 1);
    words.map(str::to_owned).collect()
}

/// What people see or hear of a page: its texts, and the attributes that name something.
fn shown(html: &str) -> Vec<String> {
    let mut shown = Vec::new();
    let mut data = false;
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        for name in ["aria-label", "title", "alt", "placeholder", "data-filter-label"] {
            let values = between(tag, &format!(" {name}=\""), '"');
            shown.extend(values.into_iter().map(str::to_owned));
        }
        // Tables for scripts: only their values are said.
        data = if tag.starts_with("script") { true } else { data && !tag.starts_with("/script") };
        if !data {
            shown.push(text.to_owned());
        }
    }
    shown
}
