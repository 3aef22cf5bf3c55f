//! Questions: real form controls to mark one's choice, and the answer with its feedback in a closed box, so that a
//! question works without a script. Scripts find what they need in `data-` attributes.

use super::super::spell::{ExamSpelling, Quoted};
use super::{Writer, escape};
use crate::course::Identity;
use crate::document::{Kind, NodeId};
use crate::quiz::{
    Answer, Blank, Choice, Match, NumberRange, Part, Question, Quiz, quizzes, short,
};

/// Up to how many characters an option is repeated in the answer; a longer one is named by its letter.
const SHORT_OPTION: usize = 80;

/// Up to how many characters all right sides of pairs can be read in a closed menu, on a phone too.
const SHORT_CHOICE: usize = 28;

/// What is known of the questions of a page while they are written.
#[derive(Default)]
pub struct Asked<'a> {
    /// By question of the lesson.
    identities: &'a [Identity],
    /// How many are written.
    number: u32,
    /// The quizzes of the lesson; none where they stand in an exam, which is one.
    quizzes: Vec<Quiz>,
    /// The one that is being written.
    current: u32,
    /// The key of the page: identity and answer of each question.
    key: Vec<(String, String)>,
}

impl<'a> Asked<'a> {
    pub fn new(identities: &'a [Identity], questions: &[Question]) -> Self {
        Self { identities, quizzes: quizzes(questions), ..Self::default() }
    }

    /// The number of the quiz that a question belongs to.
    fn quiz(&self, question: u32) -> usize {
        let before = self.quizzes.partition_point(|quiz| quiz.questions.start <= question);
        before.max(1)
    }
}

impl Writer<'_> {
    /// Writes a question, with the lesson it comes from where it is on another page.
    pub(super) fn question(&mut self, index: u32, topic: Option<&(String, String)>) {
        let lesson = self.lesson;
        let question = &lesson.questions[index as usize];
        self.asked.number += 1;
        self.asked.current = index;
        self.start_question(question);
        let id = self.question_id();
        self.on_new_line(&format!("<p class=\"quiz-number\" id=\"{id}.number\">"));
        let number = self.asked.number;
        self.say_with("question.number", &[("number", &number)]);
        if question.points != 1 {
            self.out.push_str(" <span class=\"quiz-points\">");
            self.say_with("question.points", &[("count", &question.points)]);
            self.out.push_str("</span>");
        }
        self.out.push_str("</p>\n");
        if let Some((title, href)) = topic {
            self.on_new_line("<p class=\"quiz-topic\"><a");
            self.attribute("href", href);
            self.out.push('>');
            escape(title, &mut self.out);
            self.out.push_str("</a></p>\n");
        }
        self.line(&format!("<div class=\"quiz-prompt\" id=\"{id}.prompt\">"));
        self.part(question.prompt);
        self.line("</div>");
        match &question.answer {
            Answer::Choice(choice) => self.options(choice),
            Answer::Blanks(_) => {}
            Answer::Order(entries) => self.entries(question, entries),
            Answer::Match(matching) => self.pairs(matching),
        }
        self.hints(&question.hints);
        self.answer(question);
        self.line("</fieldset>");
        let short = self.short_answer(question);
        let name = self.identity().name.clone();
        self.asked.key.push((name, short));
    }

    fn identity(&self) -> &Identity {
        &self.asked.identities[self.asked.current as usize]
    }

    /// The id of the question that is being written. No heading's own id has a colon.
    fn question_id(&self) -> String {
        format!("question:{}", self.asked.number)
    }

    fn start_question(&mut self, question: &Question) {
        let id = self.question_id();
        let identity = self.identity().clone();
        self.on_new_line("<fieldset class=\"quiz\"");
        self.attribute("id", &id);
        self.attribute("data-question", &identity.name);
        self.attribute("data-revision", &short(question.revision));
        if let Some(base) = &identity.base {
            self.attribute("data-base", base);
        }
        self.attribute("data-quiz", &self.asked.quiz(self.asked.current).to_string());
        self.attribute("data-kind", question.kind());
        if question.points != 1 {
            self.attribute("data-points", &question.points.to_string());
        }
        match &question.answer {
            Answer::Choice(Choice { is_truth: true, .. }) => self.out.push_str(" data-truth"),
            Answer::Choice(_) if question.shuffle => self.out.push_str(" data-shuffle"),
            _ => {}
        }
        self.attribute("aria-labelledby", &format!("{id}.number {id}.prompt"));
        self.out.push_str(">\n");
    }

    // Content.

    /// Writes what stands in a part of the question.
    fn part(&mut self, part: NodeId) {
        self.inside(part + 1, self.document().node(part).end);
    }

    /// Writes nodes that have their ends to themselves, whatever is open around them.
    fn inside(&mut self, start: NodeId, end: NodeId) {
        let around = (std::mem::take(&mut self.open), std::mem::take(&mut self.open_links));
        self.nodes(start, end, None);
        (self.open, self.open_links) = around;
    }

    /// The nodes of a part that is one line of text; `None` where it holds blocks.
    fn line_of(&self, part: NodeId) -> Option<(NodeId, NodeId)> {
        let document = self.document();
        let end = document.node(part).end;
        let mut children = document.children(part);
        match (children.next(), children.next()) {
            (Some(only), None) if document.node(only).kind == Kind::Paragraph => {
                Some((only + 1, document.node(only).end))
            }
            _ => document
                .children(part)
                .all(|id| !document.node(id).kind.is_block())
                .then_some((part + 1, end)),
        }
    }

    // Choice.

    fn options(&mut self, choice: &Choice) {
        let (list, control) = match (choice.is_truth, choice.multiple) {
            (true, _) => ("ul", "radio"),
            (false, false) => ("ol type=\"A\"", "radio"),
            (false, true) => ("ol type=\"A\"", "checkbox"),
        };
        let name = self.question_id();
        self.line(&format!("<{list} class=\"quiz-options\">"));
        for (index, option) in choice.options.iter().enumerate() {
            let key = short(option.key);
            let right = if option.is_right { " data-right" } else { "" };
            self.on_new_line(&format!("<li data-option=\"{key}\"{right}>"));
            let input = format!("<input type=\"{control}\" name=\"{name}\" value=\"{key}\"");
            match self.line_of(option.node) {
                Some((start, end)) => {
                    self.out.push_str(&format!("<label>{input}> <span class=\"quiz-text\">"));
                    self.inside(start, end);
                    self.out.push_str("</span></label>");
                }
                // A label holds no blocks.
                None => {
                    let id = format!("{name}.{}", index + 1);
                    self.out.push_str(&format!(
                        "{input} id=\"{id}\" aria-labelledby=\"{id}.text\"><div class=\"quiz-text\" id=\"{id}.text\">\n"
                    ));
                    self.part(option.node);
                    self.line("</div>");
                }
            }
            self.out.push_str("</li>\n");
        }
        self.line(if choice.is_truth { "</ul>" } else { "</ol>" });
    }

    // Blanks.

    /// Writes a gap as a field to type into.
    pub(super) fn blank(&mut self, index: u32) {
        let question = &self.lesson.questions[self.asked.current as usize];
        let Answer::Blanks(blanks) = &question.answer else { return };
        let Some(blank) = blanks.get(index as usize) else { return };
        let number = index + 1;
        self.out.push_str("<input class=\"quiz-blank\" type=\"text\"");
        if matches!(blank, Blank::Number(_)) {
            self.out.push_str(" inputmode=\"decimal\"");
        }
        self.attribute("data-blank", &number.to_string());
        self.attribute("aria-label", &self.strings.fill("question.blank", &[("number", &number)]));
        self.out.push_str(
            " autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\" size=\"12\"",
        );
        match blank {
            Blank::Text(answers) => {
                let answers = answers.iter().map(|answer| &**answer);
                let also = self.also(index).iter().map(String::as_str);
                let all: Vec<&str> = answers.chain(also).collect();
                // A list of texts can always be written.
                let json = serde_json::to_string(&all).unwrap_or_default();
                self.attribute("data-answers", &json);
            }
            Blank::Number(NumberRange::Near { number, tolerance }) => {
                self.attribute("data-number", &number.to_string());
                self.attribute("data-tolerance", &tolerance.to_string());
            }
            Blank::Number(NumberRange::Between { from, to }) => {
                self.attribute("data-from", &from.to_string());
                self.attribute("data-to", &to.to_string());
            }
        }
        self.out.push('>');
    }

    /// The other names of the term that is the answer.
    fn also(&self, blank: u32) -> &[String] {
        self.identity().also.get(blank as usize).map_or(&[], Vec::as_slice)
    }

    // Order.

    fn entries(&mut self, question: &Question, entries: &[Part]) {
        let name = self.question_id();
        let places: String = (1..=entries.len())
            .map(|place| format!("<option value=\"{place}\">{place}</option>"))
            .collect();
        self.line("<ul class=\"quiz-order\">");
        for place in scrambled(entries, question.revision) {
            let entry = &entries[place];
            let id = format!("{name}.{}.text", place + 1);
            let key = short(entry.key);
            self.line(&format!("<li data-item=\"{key}\" data-place=\"{}\">", place + 1));
            self.line(&format!(
                "<select aria-labelledby=\"{id}\" autocomplete=\"off\"><option value=\"\">–</option>{places}</select>"
            ));
            self.on_new_line(&format!("<div class=\"quiz-text\" id=\"{id}\">"));
            self.content(entry.node);
            self.out.push_str("</div>\n</li>\n");
        }
        self.line("</ul>");
    }

    /// Writes a part as one line where it is one.
    fn content(&mut self, part: NodeId) {
        match self.line_of(part) {
            Some((start, end)) => self.inside(start, end),
            None => self.part(part),
        }
    }

    // Match.

    fn pairs(&mut self, matching: &Match) {
        let choices = choices(matching);
        let has_markup = choices.iter().any(|choice| self.has_markup(choice.node));
        let is_long = choices.iter().any(|choice| choice.text.chars().count() > SHORT_CHOICE);
        // Where the options say all there is and can be read whole, the list is for paper, on which none is seen.
        let is_listed = has_markup || is_long;
        let print = if is_listed { "" } else { " data-print" };
        self.line(&format!("<ol class=\"quiz-choices\" type=\"A\"{print}>"));
        for choice in &choices {
            self.on_new_line(&format!("<li data-choice=\"{}\">", short(choice.key)));
            self.content(choice.node);
            self.out.push_str("</li>\n");
        }
        self.line("</ol>");
        let mut options = String::from("<option value=\"\">");
        escape(self.strings.get("question.choose"), &mut options);
        options.push_str("</option>");
        for (index, choice) in choices.iter().enumerate() {
            options.push_str(&format!("<option value=\"{}\">", short(choice.key)));
            if is_listed {
                options.push_str(&letter(index));
            }
            if is_listed && !has_markup {
                options.push_str(". ");
            }
            if !has_markup {
                escape(&choice.text, &mut options);
            }
            options.push_str("</option>");
        }
        self.line("<table class=\"quiz-match\">");
        if let Some(head) = matching.head {
            self.on_new_line("<thead><tr>");
            for cell in head {
                self.out.push_str("<th scope=\"col\">");
                self.part(cell);
                self.out.push_str("</th>");
            }
            self.out.push_str("</tr></thead>\n");
        }
        self.line("<tbody>");
        let name = self.question_id();
        for (index, (left, right)) in matching.pairs.iter().enumerate() {
            let id = format!("{name}.{}.text", index + 1);
            self.on_new_line(&format!(
                "<tr data-pair=\"{}\" data-right=\"{}\"><th scope=\"row\" id=\"{id}\">",
                short(left.key),
                short(right.key)
            ));
            self.part(left.node);
            self.out.push_str(&format!(
                "</th><td><select aria-labelledby=\"{id}\" autocomplete=\"off\">{options}</select></td></tr>\n"
            ));
        }
        self.line("</tbody>");
        self.line("</table>");
    }

    /// Whether a side shows more than its text says.
    fn has_markup(&self, part: NodeId) -> bool {
        let nodes = &self.document().subtree(part)[1..];
        !nodes.iter().all(|node| {
            matches!(
                node.kind,
                Kind::Text(_) | Kind::Code(_) | Kind::SoftBreak | Kind::Emphasis | Kind::Strong
            )
        })
    }

    // Hints and answers.

    fn hints(&mut self, hints: &[NodeId]) {
        for (index, hint) in hints.iter().enumerate() {
            self.on_new_line("<details class=\"quiz-hint\"><summary>");
            match hints.len() {
                1 => self.say("question.hint"),
                _ => self.say_with("question.hint_number", &[("number", &(index + 1))]),
            }
            self.out.push_str("</summary>\n");
            self.part(*hint);
            self.line("</details>");
        }
    }

    fn answer(&mut self, question: &Question) {
        self.on_new_line("<details class=\"quiz-answer\"><summary>");
        self.say("question.answer");
        self.out.push_str("</summary>\n");
        match &question.answer {
            Answer::Choice(choice) => self.feedback(choice),
            Answer::Blanks(blanks) => self.filled(blanks),
            Answer::Order(entries) => {
                self.line("<ol class=\"quiz-solution\">");
                for entry in entries {
                    self.on_new_line("<li>");
                    self.solution(&entry.text);
                    for feedback in &entry.feedback {
                        self.out.push('\n');
                        self.part(*feedback);
                    }
                    self.out.push_str("</li>\n");
                }
                self.line("</ol>");
            }
            Answer::Match(matching) => {
                self.line("<ul class=\"quiz-solution\">");
                for (left, right) in &matching.pairs {
                    self.on_new_line("<li>");
                    self.solution(&left.text);
                    self.out.push_str(": ");
                    self.solution(&right.text);
                    self.out.push_str("</li>\n");
                }
                self.line("</ul>");
            }
        }
        if let Some(explanation) = question.explanation {
            self.line("<div class=\"quiz-explanation\">");
            self.part(explanation);
            self.line("</div>");
        }
        self.line("</details>");
    }

    fn solution(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    /// What is said of each option that is right or has something said of it.
    fn feedback(&mut self, choice: &Choice) {
        self.line("<ul class=\"quiz-feedback\">");
        for (index, option) in choice.options.iter().enumerate() {
            if !option.is_right && option.feedback.is_empty() {
                continue;
            }
            let (right, verdict) = match option.is_right {
                true => (" data-right", "question.right"),
                false => ("", "question.wrong"),
            };
            let key = short(option.key);
            self.on_new_line(&format!(
                "<li data-option=\"{key}\"{right}><p class=\"quiz-verdict\">"
            ));
            if !choice.is_truth {
                self.out.push_str(&format!(
                    "<b class=\"quiz-letter\" data-options=\"{key}\">{}</b> ",
                    letter(index)
                ));
            }
            let is_short = option.text.chars().count() <= SHORT_OPTION;
            if is_short && self.line_of(option.node).is_some() {
                self.out.push_str("<span>");
                self.solution(&option.text);
                self.out.push_str("</span> ");
            }
            self.out.push_str("<em>");
            self.say(verdict);
            self.out.push_str("</em></p>\n");
            for feedback in &option.feedback {
                self.part(*feedback);
            }
            self.out.push_str("</li>\n");
        }
        self.line("</ul>");
    }

    /// What belongs into the blanks.
    fn filled(&mut self, blanks: &[Blank]) {
        let (list, entry) = match blanks.len() {
            1 => (None, "p class=\"quiz-solution\""),
            _ => (Some("ol"), "li"),
        };
        if list.is_some() {
            self.line("<ol class=\"quiz-solution\">");
        }
        for (index, blank) in blanks.iter().enumerate() {
            self.on_new_line(&format!("<{entry} data-blank=\"{}\">", index + 1));
            let (first, others) = self.accepted(index as u32, blank);
            self.solution(&first);
            if !others.is_empty() {
                let others = others.join(self.strings.get("page.comma"));
                self.out.push_str(" <span class=\"quiz-also\">");
                self.say_with("question.or", &[("answers", &others)]);
                self.out.push_str("</span>");
            }
            self.out.push_str(if list.is_some() { "</li>\n" } else { "</p>\n" });
        }
        if list.is_some() {
            self.line("</ol>");
        }
    }

    /// The answer to a blank, and what else is accepted.
    fn accepted(&self, index: u32, blank: &Blank) -> (String, Vec<String>) {
        match blank {
            Blank::Text(answers) => {
                let mut all = answers.iter().map(|answer| answer.to_string());
                let first = all.next().unwrap_or_default();
                (first, all.chain(self.also(index).iter().cloned()).collect())
            }
            Blank::Number(NumberRange::Near { number, tolerance }) if *tolerance == 0.0 => {
                (number.to_string(), Vec::new())
            }
            Blank::Number(NumberRange::Near { number, tolerance }) => {
                (format!("{number} ± {tolerance}"), Vec::new())
            }
            Blank::Number(NumberRange::Between { from, to }) => {
                (self.strings.fill("question.range", &[("from", from), ("to", to)]), Vec::new())
            }
        }
    }

    // The key.

    /// The answer as it stands in the key, as HTML.
    fn short_answer(&self, question: &Question) -> String {
        let mut out = String::new();
        match &question.answer {
            Answer::Choice(choice) if choice.is_truth => {
                let right = choice.options.iter().find(|option| option.is_right);
                escape(right.map_or("", |option| &option.text), &mut out);
            }
            Answer::Choice(choice) => {
                let rights = choice.options.iter().enumerate().filter(|(_, part)| part.is_right);
                let (letters, keys): (Vec<_>, Vec<_>) =
                    rights.map(|(index, option)| (letter(index), short(option.key))).unzip();
                return format!(
                    "<span class=\"quiz-short\" data-options=\"{}\">{}</span>",
                    keys.join(" "),
                    letters.join(self.strings.get("page.comma"))
                );
            }
            Answer::Blanks(blanks) => {
                let firsts = blanks.iter().enumerate();
                let firsts = firsts.map(|(index, blank)| self.accepted(index as u32, blank).0);
                escape(&firsts.collect::<Vec<_>>().join("; "), &mut out);
            }
            Answer::Order(entries) => {
                let texts: Vec<&str> = entries.iter().map(|entry| &*entry.text).collect();
                escape(&texts.join(" → "), &mut out);
            }
            Answer::Match(matching) => {
                // On paper the choices stand in a list with letters.
                let choices = choices(matching);
                let place =
                    |right: &Part| choices.iter().position(|choice| choice.key == right.key);
                let pairs = matching.pairs.iter().map(|(left, right)| {
                    format!("{}: {}", left.text, place(right).map_or_else(String::new, letter))
                });
                escape(&pairs.collect::<Vec<_>>().join("; "), &mut out);
            }
        }
        format!("<span class=\"quiz-short\">{out}</span>")
    }

    /// Writes the answers to all questions of the page, for those who print it.
    pub(super) fn answer_key(&mut self) {
        if self.asked.key.is_empty() {
            return;
        }
        self.line("<section class=\"quiz-key\">");
        self.on_new_line("<h2>");
        self.say("question.answers");
        self.out.push_str("</h2>\n");
        self.line("<ol>");
        for (name, answer) in std::mem::take(&mut self.asked.key) {
            self.on_new_line("<li");
            self.attribute("data-question", &name);
            self.out.push_str(&format!(">{answer}</li>\n"));
        }
        self.line("</ol>");
        self.line("</section>");
    }

    // Exams.

    /// Writes an exam: all that it draws from. A script draws; without one a learner has them all.
    pub(super) fn exam(&mut self, exam: &ExamSpelling<'_>) {
        self.on_new_line("<section class=\"exam\"");
        self.attribute("data-exam", &exam.key);
        self.attribute("data-draw", &exam.draw.to_string());
        if let Some(minutes) = exam.minutes {
            self.attribute("data-minutes", &minutes.to_string());
        }
        self.attribute("data-pass", &exam.pass.to_string());
        self.out.push_str(">\n");
        let count = exam.quoted.iter().map(|quoted| quoted.questions.len()).sum::<usize>();
        self.on_new_line("<p class=\"exam-about\">");
        let drawn = if exam.draw == count { "pool.all" } else { "pool.some" };
        self.say_with(drawn, &[("draw", &exam.draw), ("count", &count)]);
        if let Some(minutes) = &exam.minutes {
            self.out.push(' ');
            self.say_with("pool.minutes", &[("count", minutes)]);
        }
        self.out.push(' ');
        self.say_with("pool.pass", &[("percent", &exam.pass)]);
        self.out.push_str("</p>\n");
        self.on_new_line("<h2 class=\"visually-hidden\">");
        self.say("pool.questions");
        self.out.push_str("</h2>\n");
        for quoted in &exam.quoted {
            self.quoted(quoted);
        }
        self.line("</section>");
    }

    /// Writes questions of one lesson, which may be another one.
    fn quoted(&mut self, quoted: &Quoted<'_>) {
        let Quoted { lesson, spelled, questions, topic } = quoted;
        let document = lesson.body.open();
        let mut writer = Writer::new((lesson, &document), spelled, self.strings);
        writer.is_quoted = true;
        writer.out = std::mem::take(&mut self.out);
        writer.asked.number = self.asked.number;
        writer.asked.quizzes = Vec::new();
        for question in questions {
            writer.question(*question, topic.as_ref());
        }
        self.asked.number = writer.asked.number;
        self.out = writer.out;
        self.asked.key.extend(writer.asked.key);
    }
}

/// A, B, …, Z, AA, as the list's own numbering has it.
fn letter(index: usize) -> String {
    let last = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        above => letter(above - 1) + &last.to_string(),
    }
}

/// An order that looks like none, the same on every machine, and not the right one.
fn scrambled(parts: &[Part], seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| (parts[*index].key ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if order.is_sorted() {
        order.rotate_left(1);
    }
    order
}

/// The right sides to choose from, each once, in an order that tells nothing.
fn choices(matching: &Match) -> Vec<&Part> {
    let rights = matching.pairs.iter().map(|(_, right)| right);
    let mut choices: Vec<&Part> = Vec::new();
    for part in rights.chain(&matching.distractors) {
        if !choices.iter().any(|known| known.key == part.key) {
            choices.push(part);
        }
    }
    choices.sort_by_key(|part| part.key);
    choices
}
