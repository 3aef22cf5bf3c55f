//! Resolve: from the names that lessons use to what they name.

use std::cell::OnceCell;
use std::sync::OnceLock;

use ahash::{AHashMap as HashMap, AHashSet as HashSet};

use super::index::{Index, asset_identity};
use super::paths::{Found, NotFound};
use super::pictures::Named;
use crate::address::{decode, heading_slug, is_external, is_script, name_key, runs_script};
use crate::course::{AssetId, LessonId, Resolved, Target};
use crate::diagnostic::Diagnostic;
use crate::glossary::Glossary;
use crate::lesson::{Lesson, LessonTerms, Role, Use, UseKind};
use crate::memo::key_of;
use crate::source::{Asset, Place, Spanned};

/// How many mistakes of one lesson get a suggestion. Each costs a look at every name of the course, and who has
/// more has moved a folder and needs no guess for each link.
const SUGGESTIONS_PER_LESSON: usize = 20;

/// Everything that names are looked up in.
pub struct Resolver<'a> {
    pub lessons: &'a [&'a Lesson],
    /// Lessons that are not published.
    pub drafts: &'a [&'a Lesson],
    pub assets: &'a [Asset],
    pub index: &'a Index,
    pub glossary: &'a Glossary,
    /// The keys of the drafts' titles, made when the first name is unknown.
    pub draft_titles: OnceLock<HashSet<String>>,
}

impl Resolver<'_> {
    /// Resolves every use of a lesson. It sees other lessons by their names, and the anchors of those it links into.
    pub fn resolve(&self, lesson: LessonId) -> Resolved {
        let mut work = Work {
            resolver: self,
            from: lesson,
            lesson: self.lessons[lesson as usize],
            suggestions: SUGGESTIONS_PER_LESSON,
            anchors: HashMap::new(),
            seen: Vec::new(),
            diagnostics: Vec::new(),
        };
        let mut resolved = work.resolve();
        resolved.mark = self.mark(&resolved);
        Resolved { seen: work.seen, diagnostics: work.diagnostics, ..resolved }
    }

    /// Whether a draft is called so.
    fn is_draft(&self, name: &str) -> bool {
        let titles = || self.drafts.iter().map(|draft| name_key(&draft.title)).collect();
        self.draft_titles.get_or_init(titles).contains(&name_key(name))
    }

    /// The hash of what a page shows of its names: numbers change when a lesson comes or goes, identities do not.
    fn mark(&self, resolved: &Resolved) -> u128 {
        let identity = |id: &LessonId| self.index.layout.identities[*id as usize];
        let targets = resolved.targets.iter().map(|target| match target {
            Target::Lesson { lesson: id, anchor } | Target::Term { term: id, anchor } => {
                (0, identity(id), anchor)
            }
            Target::Asset { asset, anchor } => {
                (1, asset_identity(&self.assets[*asset as usize]), anchor)
            }
            Target::External => (2, 0, &None),
            Target::Missing => (3, 0, &None),
        });
        let lists = [&resolved.prerequisites, &resolved.teaches, &resolved.see_also];
        let lists = lists.map(|list| list.iter().map(identity).collect::<Vec<_>>());
        let image = resolved.image.map(|asset| asset_identity(&self.assets[asset as usize]));
        key_of(&(targets.collect::<Vec<_>>(), lists, image))
    }
}

/// Resolving the names of one lesson.
struct Work<'a> {
    resolver: &'a Resolver<'a>,
    from: LessonId,
    lesson: &'a Lesson,
    /// How many more suggestions this lesson gets.
    suggestions: usize,
    /// Of the lessons that are linked into.
    anchors: HashMap<LessonId, Anchors<'a>>,
    seen: Vec<LessonId>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Work<'a> {
    fn resolve(&mut self) -> Resolved {
        let lesson = self.lesson;
        let targets = lesson.uses.iter().map(|used| self.target(used)).collect();
        let mut resolved = Resolved { targets, ..Resolved::default() };
        for name in &lesson.front.prerequisites {
            resolved.prerequisites.extend(self.prerequisite(name));
        }
        for name in &lesson.front.see_also {
            resolved.see_also.extend(self.term(name));
        }
        if let LessonTerms::Except(names) = &lesson.front.glossary {
            for name in names {
                self.term(name);
            }
        }
        for name in &lesson.front.teaches {
            resolved.teaches.extend(self.term(name));
        }
        resolved.image = self.image();
        resolved
    }

    /// The picture that the front matter names.
    fn image(&mut self) -> Option<AssetId> {
        let Spanned { value, span } = self.lesson.front.image.as_ref()?;
        let path = value.trim();
        if is_external(path) {
            return None;
        }
        let Resolver { index, assets, .. } = self.resolver;
        let named = Named { key: "image", path, place: self.lesson.place(*span) };
        let found = index.paths.find(self.lesson, path);
        let known = || {
            let may_suggest = self.may_suggest();
            assets.iter().filter(move |_| may_suggest).map(|asset| asset.path.file_name())
        };
        let found = named.find(found, known);
        found.map_err(|wrong| self.diagnostics.push(*wrong)).ok()
    }

    fn target(&mut self, used: &Use) -> Target {
        match used.kind {
            UseKind::WikiLink | UseKind::WikiEmbed => self.name(used),
            UseKind::Link | UseKind::Image | UseKind::HtmlLink | UseKind::HtmlAsset => {
                self.destination(used)
            }
        }
    }

    // Paths.

    /// What a written destination leads to.
    fn destination(&mut self, used: &Use) -> Target {
        let destination = used.text.trim();
        if destination.is_empty() {
            // In SUMMARY.md it is a chapter that is not written yet.
            if used.kind == UseKind::Link && self.lesson.role != Role::Summary {
                self.diagnostics.push(Diagnostic::empty_link(self.place(used)));
            }
            return Target::External;
        }
        if self.is_refused(used) {
            return Target::Missing;
        }
        if is_external(destination) {
            return Target::External;
        }
        let (path, anchor) = split_anchor(destination);
        let path = path.split('?').next().unwrap_or_default();
        if path.is_empty() {
            // SUMMARY.md is no page; its links are read as its outline.
            return match self.lesson.role {
                Role::Summary => Target::External,
                _ => self.in_lesson(self.from, anchor, used),
            };
        }
        let found = self.resolver.index.paths.find(self.lesson, path);
        let found = found.or_else(|reason| self.find_address(path).ok_or(reason));
        match found {
            Ok(Found::Lesson(id)) => self.in_lesson(id, anchor, used),
            Ok(Found::Asset(asset)) => {
                Target::Asset { asset, anchor: anchor.map(|anchor| anchor.into()) }
            }
            Err(reason) => {
                self.report_missing(used, path, reason);
                Target::Missing
            }
        }
    }

    /// Whether a link would run a script; then it is reported.
    fn is_refused(&mut self, used: &Use) -> bool {
        let is_refused = is_refused(used);
        if is_refused {
            let place = self.place(used);
            self.diagnostics.push(match used.kind {
                UseKind::Image => Diagnostic::unsafe_image(place),
                _ => Diagnostic::unsafe_link(place),
            });
        }
        is_refused
    }

    fn find_address(&self, path: &str) -> Option<Found> {
        let Index { paths, layout, .. } = self.resolver.index;
        paths.find_address(&layout.placements[self.from as usize].address, path)
    }

    fn report_missing(&mut self, used: &Use, path: &str, reason: NotFound) {
        let place = self.place(used);
        let written = decode(path).unwrap_or_else(|| path.to_owned());
        match reason {
            NotFound::Outside => {
                self.diagnostics.push(Diagnostic::outside_link(place, &written));
                return;
            }
            NotFound::Draft => {
                self.diagnostics.push(Diagnostic::draft_link(place, &written));
                return;
            }
            NotFound::LeftOut => {
                self.diagnostics.push(Diagnostic::left_out_link(place, &written));
                return;
            }
            NotFound::Summary => {
                self.diagnostics.push(Diagnostic::summary_link(place, &written));
                return;
            }
            NotFound::Nothing => {}
        }
        let is_asset =
            matches!(used.kind, UseKind::Image | UseKind::HtmlAsset) || has_other_ending(&written);
        let known: Vec<&str> = if self.may_suggest() {
            let own = self.lesson.path.file_name();
            let known = self.resolver.index.paths.written_from(self.lesson.path.folder());
            known.filter(|path| *path != own).collect()
        } else {
            Vec::new()
        };
        self.diagnostics.push(if is_asset {
            Diagnostic::unknown_asset(place, &written, known)
        } else {
            Diagnostic::unknown_link(place, &written, known)
        });
    }

    // Names.

    /// What a name in double brackets means.
    fn name(&mut self, used: &Use) -> Target {
        let (name, anchor) = split_anchor(&used.text);
        let name = name.trim();
        if name.is_empty() && anchor.is_none_or(|anchor| anchor.trim().is_empty()) {
            self.diagnostics.push(Diagnostic::empty_link(self.place(used)));
            return Target::Missing;
        }
        if name.is_empty() {
            return self.in_lesson(self.from, anchor, used);
        }
        if is_external(name) && name.contains("//") {
            return if self.is_refused(used) { Target::Missing } else { Target::External };
        }
        let found = self.candidates(name);
        match found[..] {
            [id] => {
                if used.kind == UseKind::WikiEmbed {
                    let place = self.place(used);
                    self.diagnostics.push(Diagnostic::embedded_lesson(place, name));
                }
                self.in_lesson(id, anchor, used)
            }
            [] => self.asset_called(used, name, anchor),
            _ => {
                self.report_ambiguous(self.place(used), name, &found);
                Target::Missing
            }
        }
    }

    fn report_ambiguous(&mut self, place: Place, name: &str, found: &[LessonId]) {
        let Resolver { lessons, index, .. } = self.resolver;
        let names = &index.names;
        let candidates: Vec<(Place, String)> =
            found.iter().map(|id| (lessons[*id as usize].title_place(), names.path(*id))).collect();
        self.diagnostics.push(Diagnostic::ambiguous_link(place, name, &candidates));
    }

    /// Whom a name means: by title or alias first, then by path where it is one, else by slug.
    fn candidates(&self, name: &str) -> Vec<LessonId> {
        let names = &self.resolver.index.names;
        let titled = names.find_title(name);
        if !titled.is_empty() {
            return titled.to_vec();
        }
        if !name.contains('/') && name != "index" {
            let slugs = names.find_slug(name);
            return if slugs.is_empty() { self.inflected(name) } else { slugs.to_vec() };
        }
        match self.resolver.index.paths.find(self.lesson, name) {
            Ok(Found::Lesson(id)) if !name.starts_with('/') => vec![id],
            _ => names.find_path(name),
        }
    }

    /// The term of which a name is a regular form: `[[stakeholders]]`.
    fn inflected(&self, name: &str) -> Vec<LessonId> {
        let Resolver { glossary, index, .. } = self.resolver;
        let term = glossary.form_of(name).map(|form| glossary.forms[form as usize].term);
        term.map(|term| index.layout.recognisable[term as usize]).into_iter().collect()
    }

    /// `![[picture.png]]` names an asset, wherever it lies.
    fn asset_called(&mut self, used: &Use, name: &str, anchor: Option<&str>) -> Target {
        let paths = &self.resolver.index.paths;
        let beside = paths.find(self.lesson, name);
        let file = name.rsplit('/').next().unwrap_or(name);
        let asset = match beside {
            Ok(Found::Asset(asset)) => Some(asset),
            _ => match paths.assets_called(file) {
                [one] => Some(*one),
                _ => None,
            },
        };
        if let Some(asset) = asset {
            return Target::Asset { asset, anchor: anchor.map(|anchor| anchor.into()) };
        }
        let place = self.place(used);
        if self.resolver.is_draft(name) {
            self.diagnostics.push(Diagnostic::draft_link(place, name));
            return Target::Missing;
        }
        if used.kind == UseKind::WikiEmbed && has_other_ending(name) {
            let known = self
                .may_suggest()
                .then(|| self.resolver.assets.iter().map(|asset| asset.path.file_name()));
            let known = known.into_iter().flatten();
            self.diagnostics.push(Diagnostic::unknown_asset(place, name, known));
        } else {
            let known =
                self.may_suggest().then(|| self.resolver.index.names.all(self.resolver.lessons));
            let known = known.into_iter().flatten();
            self.diagnostics.push(Diagnostic::unknown_name(place, name, known));
        }
        Target::Missing
    }

    fn prerequisite(&mut self, name: &Spanned<String>) -> Option<LessonId> {
        let written = name.value.trim().trim_start_matches("[[").trim_end_matches("]]");
        let by_path = match self.resolver.index.paths.find(self.lesson, written) {
            Ok(Found::Lesson(id)) => Some(id),
            _ => None,
        };
        let candidates = match by_path {
            Some(id) => vec![id],
            None => self.candidates(written),
        };
        let place = self.lesson.place(name.span);
        if candidates.len() > 1 {
            self.report_ambiguous(place, written, &candidates);
            return None;
        }
        let found = candidates.first().copied();
        if found.is_none() {
            let lessons = self.may_suggest().then_some(self.resolver.lessons);
            let known = lessons
                .into_iter()
                .flatten()
                .flat_map(|lesson| [lesson.title.as_str(), lesson.path.file_name()]);
            self.diagnostics.push(Diagnostic::unknown_prerequisite(place, &name.value, known));
        }
        found
    }

    /// The term that the front matter names.
    fn term(&mut self, name: &Spanned<String>) -> Option<LessonId> {
        let lessons = self.resolver.lessons;
        let written = name.value.trim().trim_start_matches("[[").trim_end_matches("]]");
        let found = self.resolver.index.names.find_term(written, lessons);
        if found.is_none() {
            let place = self.lesson.place(name.span);
            let lessons = self.may_suggest().then_some(lessons).into_iter().flatten();
            let terms = lessons.filter(|lesson| lesson.role == Role::Term);
            let known = terms.map(|term| term.title.as_str());
            self.diagnostics.push(Diagnostic::unknown_term(place, &name.value, known));
        }
        found
    }

    // Anchors.

    /// A place in a lesson or term, its anchor checked.
    fn in_lesson(&mut self, id: LessonId, anchor: Option<&str>, used: &Use) -> Target {
        let lesson = self.resolver.lessons[id as usize];
        let anchor = anchor.filter(|anchor| !anchor.is_empty()).map(|anchor| {
            self.seen.push(id);
            let decoded = decode(anchor).unwrap_or_else(|| anchor.to_owned());
            match self.find_anchor(id, &decoded, used.kind) {
                Some(known) => known,
                None => {
                    self.report_anchor(lesson, &decoded, used);
                    decoded.into()
                }
            }
        });
        match lesson.role {
            Role::Term => Target::Term { term: id, anchor },
            _ => Target::Lesson { lesson: id, anchor },
        }
    }

    /// The id on the page that an anchor means. In double brackets it may be a heading's words.
    fn find_anchor(&mut self, id: LessonId, anchor: &str, kind: UseKind) -> Option<Box<str>> {
        let lesson: &'a Lesson = self.resolver.lessons[id as usize];
        let anchors = self.anchors.entry(id).or_insert_with(|| Anchors::new(lesson));
        let is_heading = anchors.by_id(anchor).is_some();
        if anchor == "top" || is_heading || lesson.has_anchor_in_text(anchor) {
            return Some(anchor.into());
        }
        if !matches!(kind, UseKind::WikiLink | UseKind::WikiEmbed) {
            return None;
        }
        anchors.by_words(anchor).map(|heading| lesson.headings[heading].id.clone())
    }

    fn report_anchor(&mut self, lesson: &Lesson, anchor: &str, used: &Use) {
        let place = self.place(used);
        let name = lesson.path.file_name();
        let known = self.may_suggest().then(|| lesson.anchors()).into_iter().flatten();
        self.diagnostics.push(Diagnostic::unknown_anchor(place, anchor, name, known));
    }

    fn place(&self, used: &Use) -> Place {
        self.lesson.place(used.span)
    }

    fn may_suggest(&mut self) -> bool {
        let may = self.suggestions > 0;
        self.suggestions = self.suggestions.saturating_sub(1);
        may
    }
}

/// The headings of a lesson by number, so that many links into a long lesson need not walk them one by one.
struct Anchors<'a> {
    /// Where there are more than [`FEW_HEADINGS`].
    by_id: Option<HashMap<&'a str, usize>>,
    /// Of several with the same words, the first. Made when it is asked for: most anchors are ids.
    by_words: OnceCell<HashMap<String, usize>>,
    lesson: &'a Lesson,
}

/// How many headings are walked sooner than put in order. Most lessons have fewer, and most are linked into once.
const FEW_HEADINGS: usize = 32;

impl<'a> Anchors<'a> {
    fn new(lesson: &'a Lesson) -> Self {
        let by_id = (lesson.headings.len() > FEW_HEADINGS).then(|| {
            let mut by_id = HashMap::with_capacity(lesson.headings.len());
            for (number, heading) in lesson.headings.iter().enumerate() {
                // Of two with one id, which is reported, browsers go to the first.
                by_id.entry(&*heading.id).or_insert(number);
            }
            by_id
        });
        Self { by_id, by_words: OnceCell::new(), lesson }
    }

    fn by_id(&self, id: &str) -> Option<usize> {
        match &self.by_id {
            Some(by_id) => by_id.get(id).copied(),
            None => self.lesson.headings.iter().position(|heading| *heading.id == *id),
        }
    }

    /// The heading that words in double brackets mean: by what it says, or by its id.
    fn by_words(&self, words: &str) -> Option<usize> {
        let by_words = self.by_words.get_or_init(|| {
            let mut by_words = HashMap::new();
            for (number, heading) in self.lesson.headings.iter().enumerate() {
                by_words.entry(name_key(&heading.text)).or_insert(number);
            }
            by_words
        });
        let said = by_words.get(&name_key(words)).copied();
        said.into_iter().chain(self.by_id(&heading_slug(words))).min()
    }
}

/// Whether a link that Markdown makes would run a script, or a picture is one. Raw HTML is its author's.
pub fn is_refused(used: &Use) -> bool {
    match used.kind {
        UseKind::Link | UseKind::WikiLink | UseKind::WikiEmbed => runs_script(&used.text),
        UseKind::Image => is_script(&used.text),
        UseKind::HtmlLink | UseKind::HtmlAsset => false,
    }
}

fn split_anchor(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (text, None),
    }
}

/// Whether a path names a file that is no lesson: it has an ending, and not one of a page.
fn has_other_ending(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) => {
            !stem.is_empty()
                && !["md", "markdown", "html", "htm"].contains(&ending.to_lowercase().as_str())
                && ending.len() <= 5
                && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        None => false,
    }
}
