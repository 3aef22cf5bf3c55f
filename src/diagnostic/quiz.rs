//! What Hornbook says about questions and exams.

use super::{Code, Diagnostic, did_you_mean};
use crate::source::Place;

/// The constructors, one for each code, in the order of the codes.
impl Diagnostic {
    pub fn unclosed_quiz(place: Place) -> Self {
        Self::at(Code::UnclosedQuiz, place, "`<quiz>` is not closed")
            .help("end the question with `</quiz>` on a line of its own, indented like `<quiz>`")
    }

    /// A fence `quiz` that nothing closes.
    pub fn unclosed_fence(place: Place) -> Self {
        Self::at(Code::UnclosedQuiz, place, "the fence of this question is not closed")
            .help("the rest of the lesson is read as a part of the question; end it with a line of backticks")
    }

    pub fn misspelt_quiz(place: Place) -> Self {
        Self::at(Code::MisspeltQuiz, place, "this is shown as code, answers included")
            .help("did you mean `quiz`?")
    }

    pub fn short_fence(place: Place) -> Self {
        Self::at(Code::ShortFence, place, "the end of this code block ends the question")
            .help("begin and end the question with a longer fence: four backticks")
    }

    pub fn unknown_attribute<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::at(Code::UnknownAttribute, place, format!("a question has no attribute `{name}`"))
            .maybe_help(did_you_mean(name, known))
    }

    pub fn invalid_attribute(place: Place, name: &str, expected: &str, found: &str) -> Self {
        let message = format!("`{name}` must be {expected}, and is \"{found}\"");
        Self::at(Code::InvalidAttribute, place, message)
    }

    pub fn empty_question(place: Place) -> Self {
        Self::at(Code::EmptyQuestion, place, "this question asks nothing")
            .help("write what is asked above the options")
    }

    pub fn no_answer(place: Place) -> Self {
        Self::at(Code::NoAnswer, place, "this question has nothing to choose or to fill in").help(
            "add options (`- [ ]`, `- [x]`), blanks (`[[answer]]`), a numbered list or a table of two columns",
        )
    }

    /// A line that would be the answer, were it written as Markdown wants it.
    pub fn nearly_an_answer(place: Place, reason: &str) -> Self {
        Self::at(Code::NoAnswer, place, "this cannot be answered as it is written").help(reason)
    }

    /// A fence that asks for a kind whose parts are not there.
    pub fn other_answer(place: Place, asked: &str, wanted: &str) -> Self {
        let message = format!("the fence says `{asked}`, and the question has no {wanted}");
        Self::at(Code::NoAnswer, place, message)
            .help("leave the word out: the kind follows from what is written")
    }

    pub fn no_right_answer(place: Place) -> Self {
        Self::at(Code::NoRightAnswer, place, "none of these options is right")
            .help("tick the right one with `[x]`")
    }

    pub fn several_right_answers(place: Place, count: usize) -> Self {
        let message = format!("a question with a single choice has {count} right options");
        Self::at(Code::SeveralRightAnswers, place, message)
            .help("tick one; what has several right options is a multiple choice, and says neither `single` nor true and false")
    }

    pub fn missing_box(place: Place) -> Self {
        Self::at(Code::MissingBox, place, "this option has no box")
            .help("begin it with `- [ ]`, or with `- [x]` where it is right")
    }

    /// Where the space between the hyphen and the box is missing.
    pub fn glued_box(place: Place) -> Self {
        Self::at(
            Code::MissingBox,
            place,
            "this begins no option, and is read as more of the line above",
        )
        .help("put a space behind the hyphen or the number: `- [ ]`, `2. `")
    }

    /// A box in a list inside of an option.
    pub fn inner_box(place: Place) -> Self {
        Self::at(Code::InnerBox, place, "this box stands inside of another option")
            .help("indent all options alike; a list inside of an option has no boxes")
    }

    pub fn stray_options(place: Place) -> Self {
        Self::at(Code::StrayOptions, place, "these options stand apart from the others")
            .help("they are read as a part of the explanation; put all options into one list")
    }

    pub fn code_beside_box(place: Place) -> Self {
        Self::at(Code::CodeBesideBox, place, "a code block cannot begin behind a box")
            .help("begin it on the next line, indented as far as the box")
    }

    pub fn empty_option(place: Place) -> Self {
        Self::at(Code::EmptyOption, place, "this option says nothing")
    }

    pub fn equal_options(place: Place, text: &str, other: Place) -> Self {
        Self::at(Code::EqualOptions, place, format!("two options say \"{text}\""))
            .related(other, "the other one")
            .help("no learner could tell the right one from the other")
    }

    pub fn single_option(place: Place, count: usize, what: &str) -> Self {
        let message = match count {
            0 => format!("there is no {what}"),
            _ => format!("there is only one {what}"),
        };
        Self::at(Code::SingleOption, place, message)
            .help("with one there is nothing to decide; add another")
    }

    pub fn too_many_options(place: Place, count: usize, most: usize) -> Self {
        let message = format!("this question has {count} options, entries, pairs or blanks");
        Self::at(Code::TooManyOptions, place, message)
            .help(format!("{most} is the most; make several questions of it"))
    }

    pub fn empty_blank(place: Place) -> Self {
        Self::at(Code::EmptyBlank, place, "this blank has no answer, or an empty one").help(
            "write the answer between the brackets: `[[answer]]` or `[[answer|other answer]]`",
        )
    }

    pub fn invalid_number(place: Place) -> Self {
        Self::at(Code::InvalidNumber, place, "this blank accepts no number").help(
            "write a number, a tolerance or a range: `[[= 42]]`, `[[= 3.14 ± 0.01]]`, `[[= 10..20]]`",
        )
    }

    pub fn backward_range(place: Place) -> Self {
        Self::at(Code::InvalidNumber, place, "this range ends before it begins")
            .help("write the smaller number first")
    }

    pub fn wrong_columns(place: Place, count: usize) -> Self {
        let message = format!("a table to be matched has two columns, and this one has {count}");
        Self::at(Code::WrongColumns, place, message)
    }

    pub fn unpaired_row(place: Place) -> Self {
        Self::at(Code::UnpairedRow, place, "the right cell of this row is empty")
            .help("every left side needs a partner; a distractor stands in the right column")
    }

    pub fn misplaced_hint(place: Place) -> Self {
        Self::at(Code::MisplacedHint, place, "this hint is read as a part of the option above")
            .help("leave an empty line before it")
    }

    pub fn duplicate_question_id(place: Place, id: &str, other: Place) -> Self {
        Self::at(Code::DuplicateQuestionId, place, format!("two questions have the id `{id}`"))
            .related(other, "the other one")
            .help("their saved answers would be taken for each other's")
    }

    pub fn duplicate_question(place: Place, other: Place) -> Self {
        Self::at(Code::DuplicateQuestion, place, "this question is asked twice")
            .related(other, "asked here already")
            .help("the two share a learner's answer; give one an `id`, or leave it out")
    }

    pub fn unknown_unit<'a>(
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::at(Code::UnknownUnit, place, format!("no unit is called \"{name}\""))
            .maybe_help(did_you_mean(name, known))
    }

    pub fn small_pool(place: Place, draw: usize, count: usize) -> Self {
        if count == 0 {
            return Self::at(Code::SmallPool, place, "the exam has no question to draw")
                .help("write questions in its units, or in the exam itself");
        }
        let questions = if count == 1 { "question" } else { "questions" };
        let message = format!("the exam draws {draw} from {count} {questions}");
        Self::at(Code::SmallPool, place, message).help("draw fewer, or name more units in `from`")
    }

    pub fn all_of_the_above(place: Place) -> Self {
        Self::at(Code::AllOfTheAbove, place, "this option refers to the others").help(
            "options may be shuffled, and who knows two of them knows this one; use `quiz multiple` and name each",
        )
    }

    pub fn absolute_words(place: Place, words: &[&str]) -> Self {
        let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let message = format!("only wrong options say {}", words.join(", "));
        Self::at(Code::AbsoluteWords, place, message).help(
            "such words give wrong options away; leave them out, or use them in the right one too",
        )
    }

    pub fn answer_in_question(place: Place, words: &str, asked: Place) -> Self {
        let message = format!("the question gives its answer away: \"{words}\"");
        Self::at(Code::AnswerInQuestion, place, message)
            .related(asked, "asked here")
            .help("reword the question or the answer, or let wrong options use the word too")
    }

    pub fn longest_option(place: Place, longest: usize, of: usize) -> Self {
        let message = format!("in {longest} of {of} questions the longest option is the right one");
        Self::at(Code::LongestOption, place, message)
            .label("the first of them")
            .help("who knows nothing can guess; make wrong options as long and as exact")
    }

    pub fn biased_position(place: Place, position: &str, count: usize, of: usize) -> Self {
        let message =
            format!("in {count} of {of} questions the {position} option is the right one");
        Self::at(Code::BiasedPosition, place, message)
            .label("the first of them")
            .help("without script and on paper options stand as written; spread the right ones")
    }
}
