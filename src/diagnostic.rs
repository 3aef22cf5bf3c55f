//! Diagnostics: everything Hornbook can say about what an author wrote.
//!
//! A diagnostic is a value. The verbs return it, `report` words it for people and machines. Each
//! [`Code`] has one constructor below, one case in `tests/cases` and one entry in the manual.

mod quiz;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::source::Place;

/// How bad it is. An error keeps `build` from writing and makes the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Declares the codes: variant, name as authors see it, severity unless `site.toml` says otherwise,
/// and a sentence for tools that list rules.
macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $summary:literal;)*) => {
        /// What kind of mistake it is. The names are a promise: `site.toml` and CI refer to them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($variant),* }

        impl Code {
            /// Every code, in the order of the manual.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            pub fn default_severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// One sentence that says what the code stands for.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary),* }
            }
        }
    };
}

codes! {
    NotUtf8 "not-utf8" Error "A text file is not valid UTF-8.";
    OutsideFile "outside-file" Warning "A symbolic link leads out of the site's folder.";
    EmptyCourse "empty-course" Error "There is no lesson to build.";
    InvalidToml "invalid-toml" Error "site.toml or a front matter is not valid TOML.";
    InvalidYaml "invalid-yaml" Error "A front matter is not valid YAML.";
    UnclosedFrontMatter "unclosed-front-matter" Error "A front matter has no closing line.";
    ForeignFrontMatter "foreign-front-matter" Warning "A front matter is neither TOML nor YAML.";
    UnknownKey "unknown-key" Warning "A key means nothing to Hornbook.";
    InvalidValue "invalid-value" Error "A value has the wrong type or is out of range.";
    EarlyUpdate "early-update" Warning "A page was updated before the date on which it was written.";
    UnknownTheme "unknown-theme" Error "site.toml names a theme that does not exist.";
    UnknownLink "unknown-link" Error "A link leads to no lesson, term or file.";
    UnknownAnchor "unknown-anchor" Error "A link's anchor is not on the page it leads to.";
    UnknownAsset "unknown-asset" Error "An image or another file does not exist.";
    UnknownPrerequisite "unknown-prerequisite" Error "A prerequisite is no lesson.";
    UnknownTerm "unknown-term" Error "`see_also` names no term.";
    DuplicateForm "duplicate-form" Error "Two terms have the same title or alias, or one is a form of the other's.";
    RedundantAlias "redundant-alias" Warning "An alias says what the term is called already.";
    UnusedTerm "unused-term" Warning "No lesson mentions a term.";
    EarlyTerm "early-term" Warning "A lesson uses a term before the one that teaches it.";
    CircularDefinition "circular-definition" Warning "A definition explains a term by itself.";
    AmbiguousLink "ambiguous-link" Error "A name in double brackets fits several pages.";
    UnsafeLink "unsafe-link" Error "A link would run a script.";
    EmptyLink "empty-link" Warning "A link has no target.";
    EmbeddedLesson "embedded-lesson" Warning "A lesson is embedded, which is shown as a link.";
    DuplicateAddress "duplicate-address" Error "Two files would be written to one address.";
    UnportableAddress "unportable-address" Warning "An address cannot be the name of a file on every system.";
    DuplicateTitle "duplicate-title" Warning "Two lessons of one unit have the same title.";
    DuplicateId "duplicate-id" Error "Two headings of one page have the same explicit id.";
    UnlistedLesson "unlisted-lesson" Warning "SUMMARY.md does not name a lesson.";
    UnknownCallout "unknown-callout" Warning "A callout is of no known kind.";
    UnknownFootnote "unknown-footnote" Warning "A footnote is referred to but not defined.";
    UnusedFootnote "unused-footnote" Warning "A footnote is defined but not referred to.";
    MissingAlt "missing-alt" Warning "An image has no alternative text.";
    UnclosedQuiz "unclosed-quiz" Error "A `<quiz>` block is not closed.";
    MisspeltQuiz "misspelt-quiz" Warning "A code block was most likely meant as a question.";
    ShortFence "short-fence" Error "A code block inside a question ends the question.";
    UnknownAttribute "unknown-attribute" Warning "A word behind the fence of a question means nothing.";
    InvalidAttribute "invalid-attribute" Error "An attribute of a question has a value that does not fit.";
    EmptyQuestion "empty-question" Error "A question asks nothing.";
    NoAnswer "no-answer" Error "A question has nothing to choose or to fill in.";
    NoRightAnswer "no-right-answer" Error "No option of a question is right.";
    SeveralRightAnswers "several-right-answers" Error "A question that asks for a single choice has several right options.";
    MissingBox "missing-box" Error "An option has no box.";
    StrayOptions "stray-options" Error "Options stand apart from the others.";
    InnerBox "inner-box" Warning "A box stands in a list inside of an option.";
    CodeBesideBox "code-beside-box" Error "A code block begins directly behind the box of an option.";
    EmptyOption "empty-option" Error "An option says nothing.";
    EqualOptions "equal-options" Error "Two options of a question say the same.";
    SingleOption "single-option" Error "A question has only one option, entry or pair.";
    TooManyOptions "too-many-options" Error "A question has more than a hundred options, entries, pairs or blanks.";
    EmptyBlank "empty-blank" Error "A blank has no answer.";
    InvalidNumber "invalid-number" Error "A blank for a number accepts none.";
    WrongColumns "wrong-columns" Error "A table to be matched has not two columns.";
    UnpairedRow "unpaired-row" Error "A left side of a table to be matched has no partner.";
    MisplacedHint "misplaced-hint" Warning "A hint is read as a part of an option.";
    DuplicateQuestionId "duplicate-question-id" Error "Two questions have one id.";
    DuplicateQuestion "duplicate-question" Warning "A question is asked twice.";
    UnknownUnit "unknown-unit" Error "An exam draws from a unit that does not exist.";
    SmallPool "small-pool" Error "An exam draws more questions than there are.";
    AllOfTheAbove "all-of-the-above" Warning "An option refers to the others.";
    AbsoluteWords "absolute-words" Warning "Only wrong options use words such as always and never.";
    AnswerInQuestion "answer-in-question" Warning "A question gives its answer away.";
    LongestOption "longest-option" Warning "The longest option is mostly the right one.";
    BiasedPosition "biased-position" Warning "The right option mostly stands at one place.";
    TemplateError "template-error" Error "A template of the theme cannot be used.";
}

impl Code {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

/// One thing that is wrong, where it is, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// `None` where no file is at fault, as in a folder without lessons.
    pub place: Option<Place>,
    /// Lower case, no full stop.
    pub message: String,
    /// What is said under the marked source, where that adds something.
    pub label: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
    /// Other places that belong to it, each with what it shows.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    fn new(code: Code, place: Option<Place>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.default_severity(),
            place,
            message: message.into(),
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    fn at(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self::new(code, Some(place), message)
    }

    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    fn related(mut self, place: Place, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }

    /// The order in which diagnostics are told: by file, then place, then code.
    pub fn order(&self, other: &Self) -> Ordering {
        (&self.place, self.code, &self.message).cmp(&(&other.place, other.code, &other.message))
    }
}

/// The constructors, one for each code, in the order of the codes.
impl Diagnostic {
    pub fn not_utf8(place: Place) -> Self {
        Self::at(Code::NotUtf8, place, "this file is not valid UTF-8")
            .label("the first byte that is not")
            .help("save the file with the encoding UTF-8")
    }

    pub fn not_utf8_name(place: Place) -> Self {
        Self::at(Code::NotUtf8, place, "the name of this file or folder is not valid UTF-8")
            .help("it is left out; rename it")
    }

    pub fn outside_file(place: Place) -> Self {
        Self::at(Code::OutsideFile, place, "this link leads out of the site's folder")
            .help("it is left out; copy what it points to into the folder")
    }

    pub fn empty_course(folder: &str) -> Self {
        Self::new(Code::EmptyCourse, None, format!("there is no Markdown file in {folder}"))
            .help("`hornbook init DIR` makes a small course to start from")
    }

    pub fn invalid_toml(place: Place, message: &str) -> Self {
        Self::at(Code::InvalidToml, place, format!("invalid TOML: {}", first_line(message)))
    }

    pub fn invalid_yaml(place: Place, message: &str) -> Self {
        Self::at(Code::InvalidYaml, place, format!("invalid YAML: {}", first_line(message)))
    }

    pub fn unclosed_front_matter(place: Place, fence: &str) -> Self {
        let message = format!("the front matter has no closing `{fence}`");
        Self::at(Code::UnclosedFrontMatter, place, message)
            .label("opened here")
            .help(format!("write `{fence}` on a line of its own where the front matter ends"))
    }

    pub fn foreign_front_matter(place: Place, form: &str) -> Self {
        let message = format!("this front matter is written as {form} and is left out");
        Self::at(Code::ForeignFrontMatter, place, message)
            .help("write it as TOML between `+++` lines or as YAML between `---` lines")
    }

    pub fn unknown_key<'a>(
        place: Place,
        key: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::at(Code::UnknownKey, place, format!("unknown key `{key}`"))
            .maybe_help(did_you_mean(key, known))
    }

    pub fn invalid_value(place: Place, key: &str, expected: &str, found: &str) -> Self {
        let message = format!("`{key}` must be {expected}, not {found}");
        Self::at(Code::InvalidValue, place, message)
    }

    pub fn early_update(place: Place, date: Place) -> Self {
        Self::at(Code::EarlyUpdate, place, "`updated` is before `date`")
            .related(date, "written on this day")
            .help("the later of the two counts; correct one, or leave `updated` out until something changes")
    }

    pub fn unknown_theme<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let message = format!("there is no theme `{name}` in themes/");
        Self::at(Code::UnknownTheme, place, message).maybe_help(did_you_mean(name, known))
    }

    pub fn unknown_name<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let message = format!("no lesson or term is called \"{name}\"");
        Self::at(Code::UnknownLink, place, message).maybe_help(did_you_mean(name, known))
    }

    pub fn unknown_link<'a>(
        place: Place,
        path: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let help = did_you_mean(path, known).or_else(|| {
            path.starts_with('/')
                .then(|| "an address that begins with `/` starts at the course's folder".to_owned())
        });
        Self::at(Code::UnknownLink, place, format!("there is no file `{path}`")).maybe_help(help)
    }

    pub fn outside_link(place: Place, path: &str) -> Self {
        Self::at(Code::UnknownLink, place, format!("`{path}` leads out of the course's folder"))
            .help("only what lies in the course's folder is published; link to its web address")
    }

    /// A file that may well be there, and has a name that keeps it from being published.
    pub fn left_out_link(place: Place, path: &str) -> Self {
        Self::at(Code::UnknownLink, place, format!("`{path}` is not published"))
            .help("names that begin with `.`, and those that editors give to their own copies, are left out; rename it")
    }

    /// A link to the list of chapters itself.
    pub fn summary_link(place: Place, path: &str) -> Self {
        Self::at(Code::UnknownLink, place, format!("`{path}` is not published"))
            .help("the list of chapters is no page; link to one of them")
    }

    pub fn draft_link(place: Place, name: &str) -> Self {
        Self::at(Code::UnknownLink, place, format!("`{name}` is a draft and is not published"))
            .help("publish it by taking `draft` out of its front matter, or build with --drafts")
    }

    pub fn unknown_anchor<'a>(
        place: Place,
        anchor: &str,
        page: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let message = format!("`{page}` has no heading or id `{anchor}`");
        Self::at(Code::UnknownAnchor, place, message).maybe_help(did_you_mean(anchor, known))
    }

    pub fn unknown_asset<'a>(
        place: Place,
        path: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::at(Code::UnknownAsset, place, format!("there is no file `{path}`"))
            .maybe_help(did_you_mean(path, known))
    }

    pub fn unknown_prerequisite<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let message = format!("the prerequisite \"{name}\" is no lesson of this course");
        Self::at(Code::UnknownPrerequisite, place, message).maybe_help(did_you_mean(name, known))
    }

    pub fn unknown_term<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::at(Code::UnknownTerm, place, format!("no term is called \"{name}\""))
            .maybe_help(did_you_mean(name, known))
    }

    pub fn duplicate_form(place: Place, form: &str, other: &str, other_place: Place) -> Self {
        Self::at(Code::DuplicateForm, place, format!("\"{form}\" stands for the term \"{other}\" already"))
            .related(other_place, "claimed here")
            .help("in a lesson nobody could tell which of the two is meant; rename one, or leave the alias out")
    }

    pub fn redundant_alias(place: Place, alias: &str, form: &str) -> Self {
        let message = format!("the alias \"{alias}\" is found as a form of \"{form}\" already");
        Self::at(Code::RedundantAlias, place, message)
            .help("leave it out; plurals and other regular forms are found by themselves")
    }

    pub fn unused_term(place: Place, title: &str) -> Self {
        Self::at(Code::UnusedTerm, place, format!("no lesson mentions the term \"{title}\""))
            .help("use it, add what lessons call it to its `aliases`, or leave it out")
    }

    pub fn early_term(place: Place, term: &str, teacher: &str, teacher_place: Place) -> Self {
        let message = format!("\"{term}\" is used before \"{teacher}\" teaches it");
        Self::at(Code::EarlyTerm, place, message)
            .related(teacher_place, "taught here")
            .help("explain it here, say it in other words, exempt it with [[!…]], or let this lesson come later")
    }

    pub fn circular_definition(place: Place, term: &str) -> Self {
        Self::at(Code::CircularDefinition, place, format!("this definition explains \"{term}\" by itself"))
            .help("say what it is in other words; a learner who knew the word would not have looked it up")
    }

    pub fn ambiguous_link(place: Place, name: &str, candidates: &[(Place, String)]) -> Self {
        // Of very many, some say enough.
        const SHOWN: usize = 10;
        let shown = &candidates[..candidates.len().min(SHOWN)];
        let paths: Vec<_> = shown.iter().map(|(_, path)| format!("[[{path}]]")).collect();
        let message = format!("\"{name}\" is the name of {} pages", candidates.len());
        let mut diagnostic = Self::at(Code::AmbiguousLink, place, message)
            .help(format!("name one of them by its path: {}", paths.join(" or ")));
        for (place, _) in shown {
            diagnostic = diagnostic.related(place.clone(), "one of them");
        }
        diagnostic
    }

    pub fn unsafe_link(place: Place) -> Self {
        Self::at(Code::UnsafeLink, place, "this link would run a script")
            .help("it is shown as text; link to a page, or write a script of the theme")
    }

    pub fn unsafe_image(place: Place) -> Self {
        Self::at(Code::UnsafeLink, place, "the address of this picture is a script")
            .help("it is shown as text; name a file of pictures")
    }

    pub fn empty_link(place: Place) -> Self {
        Self::at(Code::EmptyLink, place, "this link has no target")
    }

    pub fn embedded_lesson(place: Place, name: &str) -> Self {
        let message = format!("\"{name}\" cannot be embedded and is shown as a link");
        Self::at(Code::EmbeddedLesson, place, message)
            .help("leave out the `!` to make it a link, or repeat what the learner needs here")
    }

    pub fn duplicate_address(place: Place, address: &str, other: Place) -> Self {
        let message = format!("two files would be written to `{address}`");
        Self::at(Code::DuplicateAddress, place, message)
            .related(other, "the other one")
            .help("rename one of them, or give it another `slug`")
    }

    /// An old address that something else has.
    pub fn taken_alias(place: Place, address: &str, other: Place) -> Self {
        Self::at(Code::DuplicateAddress, place, format!("`{address}` is no old address"))
            .related(other, "this has it now")
            .help("take it out of `aliases`")
    }

    pub fn file_and_folder(place: Place, address: &str, inside: Place) -> Self {
        let message = format!("`{address}` would be a file and a folder");
        Self::at(Code::DuplicateAddress, place, message)
            .related(inside, "this lies in the folder")
            .help("rename one of them")
    }

    /// An old address below the folder of the theme.
    pub fn reserved_alias(place: Place, address: &str, folder: &str) -> Self {
        let message = format!("`{address}` lies where the files of the theme go");
        Self::at(Code::DuplicateAddress, place, message).help(format!(
            "no page can have had an address in `{folder}`; take it out of `aliases`"
        ))
    }

    pub fn reserved_address(place: Place, address: &str, folder: &str) -> Self {
        let message = format!("`{address}` lies where the files of the theme go");
        Self::at(Code::DuplicateAddress, place, message)
            .help(format!("give the folder another name than `{folder}`"))
    }

    pub fn unportable_address(place: Place, name: &str) -> Self {
        let message = format!("`{name}` cannot be the name of a file on every system");
        Self::at(Code::UnportableAddress, place, message)
            .help("Windows keeps this name, or a character in it, for itself; rename the file, or give it a `slug`")
    }

    pub fn duplicate_title(place: Place, title: &str, other: Place) -> Self {
        let message = format!("two lessons of this unit are called \"{title}\"");
        Self::at(Code::DuplicateTitle, place, message)
            .related(other, "the other one")
            .help("learners cannot tell them apart in the contents; give one another title")
    }

    pub fn duplicate_id(place: Place, id: &str, other: Place) -> Self {
        Self::at(Code::DuplicateId, place, format!("the id `{id}` is used twice on this page"))
            .related(other, "first used here")
    }

    pub fn unlisted_lesson(place: Place, summary: &str) -> Self {
        Self::at(Code::UnlistedLesson, place, format!("{summary} does not name this lesson"))
            .help("it is published, but stands in no unit; add it to the list")
    }

    pub fn unknown_callout<'a>(
        place: Place,
        kind: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known: Vec<_> = known.into_iter().collect();
        let help = nearest(&kind.to_uppercase(), known.iter().copied())
            .map(|near| format!("did you mean `[!{near}]`?"))
            .unwrap_or_else(|| format!("the kinds are {}", known.join(", ")));
        Self::at(Code::UnknownCallout, place, format!("there is no callout `[!{kind}]`")).help(help)
    }

    pub fn unknown_footnote(place: Place, label: &str) -> Self {
        Self::at(Code::UnknownFootnote, place, format!("there is no footnote `[^{label}]`")).help(
            format!("define it with `[^{label}]: …`, or write `\\[^{label}]` to show it as it is"),
        )
    }

    pub fn unused_footnote(place: Place, label: &str) -> Self {
        Self::at(
            Code::UnusedFootnote,
            place,
            format!("nothing refers to the footnote `[^{label}]`"),
        )
        .help("it is not shown")
    }

    pub fn missing_alt(place: Place) -> Self {
        Self::at(Code::MissingAlt, place, "this image has no alternative text").help(
            "say between the brackets what the image tells those who do not see it: ![like this](…)",
        )
    }

    pub fn missing_alt_in_html(place: Place) -> Self {
        Self::at(Code::MissingAlt, place, "this image has no alternative text").help(
            "say what the image tells those who do not see it: alt=\"…\"; for decoration: alt=\"\"",
        )
    }

    pub fn template_error(place: Option<Place>, message: &str) -> Self {
        Self::new(Code::TemplateError, place, message)
    }
}

/// The name in `known` that an author most likely meant, as a sentence for `help`.
fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|near| format!("did you mean `{near}`?"))
}

/// The entry of `known` nearest to `name`, if one is near enough to be meant: by Damerau-Levenshtein
/// distance, at most a third of the longer name's length; the alphabet decides between equals.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = lower(name);
    let own = Letters::of(&name);
    let mut nearest: Option<(usize, &str)> = None;
    for candidate in known {
        let lowered = lower(candidate);
        let letters = Letters::of(&lowered);
        let near_enough = own.count.max(letters.count) / 3;
        let most = nearest.map_or(near_enough, |(distance, _)| distance.min(near_enough));
        // Most candidates are settled by this; to compare two names takes a hundred times as long.
        if own.least_distance(&letters) > most {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&name, &lowered);
        if distance <= most {
            let found = (distance, candidate);
            nearest = Some(nearest.map_or(found, |nearest| nearest.min(found)));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// How many characters a name has, and how often each of them.
struct Letters {
    count: usize,
    /// By the last bits of the character: some share a place.
    kinds: [u16; Self::KINDS],
}

impl Letters {
    const KINDS: usize = 64;

    fn of(name: &str) -> Self {
        let mut letters = Self { count: 0, kinds: [0; Self::KINDS] };
        for character in name.chars() {
            letters.count += 1;
            let kind = &mut letters.kinds[u32::from(character) as usize % Self::KINDS];
            *kind = kind.saturating_add(1);
        }
        letters
    }

    /// So many edits at least lead from one to the other: each brings one character at most, and takes one.
    fn least_distance(&self, other: &Self) -> usize {
        let pairs = || self.kinds.iter().zip(&other.kinds);
        let missing: usize = pairs().map(|(own, other)| own.saturating_sub(*other) as usize).sum();
        let spare: usize = pairs().map(|(own, other)| other.saturating_sub(*own) as usize).sum();
        missing.max(spare)
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { text.to_lowercase().into() } else { text.into() }
}

fn first_line(message: &str) -> &str {
    message.trim().lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        let known = ["co-creation", "value", "outcome"];
        assert_eq!(nearest("co-creaton", known), Some("co-creation"));
        assert_eq!(nearest("Vallue", known), Some("value"));
        assert_eq!(nearest("warranty", known), None);
    }

    #[test]
    fn every_code_is_found_by_its_name() {
        for code in Code::ALL {
            assert_eq!(Code::from_name(code.as_str()), Some(*code));
        }
    }
}
