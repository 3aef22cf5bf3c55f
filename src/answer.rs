//! Answers that a learner types: which are accepted, and what number a text is.
//!
//! Answers are compared in the browser, by `themes/default/static/answer.js`. Of this file the build uses [`normal`]
//! alone; [`accepts`], [`number`] and [`is_around`] state the same rules in the same order and under the same names, so
//! that the table `tests/answers.json`, which drives the tests of both, holds the script to them. The rules forgive how something is written and never what is: where
//! the two cannot be told apart (a hyphen in "x-1", brackets around "[0, 1]"), the text counts as it stands, and an
//! author can give alternatives.
//!
//! 1. [`mod@prepare`]: Normalization Form KC, lower case, one kind of space, quotation mark, apostrophe and dash, digits
//!    of any script.
//! 2. What is wholly a number is compared as a number, exactly and not in binary; `,` and `.` are read as in the
//!    site's language where both readings are possible ([`decimal`]). An answer with a zero at the end of its fraction,
//!    a zero before it or a plus sign may be a version or a code ("3.10", "007", "+49"), and counts figure by figure.
//! 3. [`plain`]: punctuation that belongs to the sentence goes, what belongs to the word or the formula stays. So do
//!    primes and apostrophes, which are quotation marks in pairs only ([`quotes`]).
//! 4. [`matches`]: the answer may be written without its accents or as German, Danish and others do where the letters
//!    are missing ("ae" for "ä"), and a hyphen may be a space or nothing. What is given has no mark that the answer
//!    does not have.
//!
//! An article before a noun is not forgiven: "few" is not "a few", and in a language course it may be the question.
//!
//! Sources: Unicode Standard Annexes #15 (normalisation) and #44 (`Alphabetic`, `White_Space`), CLDR's `numbers`
//! (decimal signs), ISO 80000-1 (grouping by spaces).

mod prepare;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use prepare::prepare;

/// A hyphen or dash between two words: as good as a space, or as nothing.
const JOINT: char = '‐';

/// Whether what a learner gave is one of the answers.
pub fn accepts(answers: &[impl AsRef<str>], given: &str, language: &str) -> bool {
    let given = prepare(given, language);
    answers.iter().any(|answer| {
        let answer = prepare(answer.as_ref(), language);
        if given.is_empty() || answer.is_empty() {
            return false;
        }
        if let (Some(wanted), Some(number)) =
            (decimal(&answer, language), decimal(&given, language))
        {
            return if wanted.is_code() {
                wanted == number
            } else {
                wanted.value() == number.value()
            };
        }
        let (wanted, plain_given) = (plain(&answer, language), plain(&given, language));
        if wanted.is_empty() {
            let solid =
                |text: &[char]| text.iter().copied().filter(|c| *c != ' ').collect::<String>();
            return solid(&answer) == solid(&given);
        }
        matches(&wanted, &plain_given)
    })
}

/// The number that a text is, read as in this language, if it is one.
pub fn number(text: &str, language: &str) -> Option<f64> {
    let number = decimal(&prepare(text, language), language)?;
    number.value().parse().ok().filter(|value: &f64| value.is_finite())
}

/// Whether a value is within a tolerance of a number; what binary fractions lose is forgiven.
pub fn is_around(value: f64, number: f64, tolerance: f64) -> bool {
    let largest = value.abs().max(number.abs()).max(tolerance);
    (value - number).abs() <= tolerance + 4.0 * f64::EPSILON * largest
}

/// What a text says, for the identity of a question: mended commas, case, quotation marks and spaces change nothing.
///
/// It is coarse on purpose. "its" and "it's" are one, so texts that stand side by side can share it.
pub fn normal(text: &str) -> String {
    let text = prepare(text, "");
    let solid: Vec<char> = text.into_iter().filter(|c| *c != ' ').collect();
    let digit =
        |at: Option<usize>| at.and_then(|at| solid.get(at)).is_some_and(char::is_ascii_digit);
    let stays = |at: usize| match solid[at] {
        '.' | ',' | ':' => digit(at.checked_sub(1)) && digit(Some(at + 1)),
        '-' => digit(Some(at + 1)),
        ';' | '!' | '?' | '\'' | '"' | '(' | ')' | '[' | ']' | '{' | '}' => false,
        _ => true,
    };
    let mut kept = String::with_capacity(solid.len());
    kept.extend((0..solid.len()).filter(|at| stays(*at)).map(|at| solid[at]));
    if kept.is_empty() { solid.into_iter().collect() } else { kept }
}

// Signs and letters --------------------------------------------------------------------------------------------------

/// What makes words: letters, digits and marks.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// A letter that may stand for something in a formula, and that may leave out its accents.
fn is_latin_or_greek(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ß'..='ɏ' | 'ͱ'..='Ͽ' | 'Ḁ'..='\u{1fff}')
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

// Numbers ------------------------------------------------------------------------------------------------------------

/// Languages that write "2,5", by CLDR.
const COMMA: &str = " af ast az be bg br bs ca cs da de dsb el es et eu fi fo fr fur fy gl hr hsb hu hy id is it jv ka \
    kab kk kl ku ky lb lt lv mk nb nl nn no oc os pl pt ro ru sah sc se sk sl sq sr su sv tk tr tt uk uz vi wo ";
/// And the regions of theirs that write "2.5".
const POINT: &str =
    " de-ch de-li it-ch es-419 es-cu es-do es-gt es-hn es-mx es-ni es-pa es-pe es-pr es-sv es-us ";

fn decimal_sign(language: &str) -> char {
    let whole = format!(" {} ", language.replace('_', "-").to_ascii_lowercase());
    if COMMA.contains(&format!(" {} ", primary(language))) && !POINT.contains(&whole) {
        ','
    } else {
        '.'
    }
}

/// A number as it was written, without its grouping.
#[derive(PartialEq)]
struct Decimal {
    sign: Option<char>,
    whole: String,
    fraction: String,
    exponent: i64,
}

impl Decimal {
    /// Whether it may be a version or a code, in which every figure counts: "3.10", "007", "+49".
    fn is_code(&self) -> bool {
        let leads = self.whole.len() > 1 && self.whole.starts_with('0');
        self.sign == Some('+') || leads || self.fraction.ends_with('0')
    }

    /// A form that is the same for equal numbers: `-25e-1`.
    fn value(&self) -> String {
        let digits = format!("{}{}", self.whole, self.fraction);
        let short = digits.trim_end_matches('0');
        // Neither is longer than what a learner types.
        let shift =
            self.exponent - self.fraction.len() as i64 + (digits.len() - short.len()) as i64;
        let short = short.trim_start_matches('0');
        if short.is_empty() {
            return "0".to_owned();
        }
        format!("{}{short}e{shift}", if self.sign == Some('-') { "-" } else { "" })
    }
}

/// The number that a prepared text wholly is.
fn decimal(text: &[char], language: &str) -> Option<Decimal> {
    let text: String = text.iter().collect();
    let text = unquoted(&text).trim_end_matches(['.', ',', ';', ':', '?']).trim();
    let text = unquoted(text).trim();
    let sign = text.chars().next().filter(|c| matches!(c, '-' | '+'));
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = exponent(text.trim_start())?;
    let grouped = mantissa.contains([' ', '\'']);
    let mantissa = if grouped { ungrouped(mantissa)? } else { mantissa.to_owned() };
    let (whole, fraction) = parts(&mantissa, language, grouped)?;
    Some(Decimal { sign, whole, fraction, exponent })
}

/// Without the pair of quotation marks around the whole: alone, they are minutes, feet or inches.
fn unquoted(text: &str) -> &str {
    let inside = |mark| text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark));
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

/// What stands before `e3` or `× 10^3`, and the 3.
fn exponent(text: &str) -> Option<(&str, i64)> {
    let (mantissa, power) = match text.split_once('e') {
        Some(parts) => parts,
        None => {
            let Some((mantissa, power)) = text.split_once(['×', '·', '*', 'x']) else {
                return Some((text, 0));
            };
            (mantissa.trim_end(), power.trim_start().strip_prefix("10^")?)
        }
    };
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    let fits = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((mantissa, power.parse().ok().filter(|_| fits)?))
}

/// Without the spaces or apostrophes that part thousands; nothing where they part something else.
fn ungrouped(mantissa: &str) -> Option<String> {
    let end = mantissa.find(['.', ',']).unwrap_or(mantissa.len());
    let (whole, rest) = mantissa.split_at(end);
    let sign = whole.chars().find(|c| !c.is_ascii_digit())?;
    let groups: Vec<&str> = whole.split(sign).collect();
    let rest = if sign == ' ' { rest.replace(' ', "") } else { rest.to_owned() };
    are_thousands(&groups).then(|| groups.concat() + &rest)
}

/// "1 234 567", and "12,34,567" as in India.
fn are_thousands(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let even = (1..=3).contains(&first.len()) && middle.iter().all(|group| group.len() == 3);
    let indian = (1..=2).contains(&first.len()) && middle.iter().all(|group| group.len() == 2);
    digits && last.len() == 3 && (even || indian)
}

/// The digits before and after the decimal sign.
fn parts(mantissa: &str, language: &str, grouped: bool) -> Option<(String, String)> {
    let Some(last) = mantissa.rfind(['.', ',']) else { return checked(mantissa, "") };
    let sign = if mantissa[last..].starts_with('.') { '.' } else { ',' };
    let other = if sign == '.' { ',' } else { '.' };
    let (whole, fraction) = (&mantissa[..last], &mantissa[last + 1..]);
    if whole.contains(sign) {
        let groups: Vec<&str> = mantissa.split(sign).collect();
        return are_thousands(&groups)
            .then(|| groups.concat())
            .and_then(|digits| checked(&digits, ""));
    }
    if whole.contains(other) {
        let groups: Vec<&str> = whole.split(other).collect();
        return are_thousands(&groups)
            .then(|| groups.concat())
            .and_then(|digits| checked(&digits, fraction));
    }
    let ambiguous = !grouped && are_thousands(&[whole, fraction]) && !whole.starts_with('0');
    if ambiguous && sign != decimal_sign(language) {
        return checked(&format!("{whole}{fraction}"), "");
    }
    checked(whole, fraction)
}

fn checked(whole: &str, fraction: &str) -> Option<(String, String)> {
    let digits = whole.bytes().chain(fraction.bytes());
    let fits = digits.clone().next().is_some() && digits.clone().all(|byte| byte.is_ascii_digit());
    fits.then(|| (whole.to_owned(), fraction.to_owned()))
}

// Punctuation --------------------------------------------------------------------------------------------------------

/// The prepared text without the punctuation of its sentence, decomposed (NFD); dashes between words are [`JOINT`]s.
fn plain(text: &[char], language: &str) -> Vec<char> {
    let formula = is_formula(text);
    let brackets = brackets(text, formula);
    let quotes = quotes(text);
    let get = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    // Whether the sign before was punctuation of the sentence.
    let mut gone = false;
    // Within brackets that stay, a comma parts items.
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let c = text[at];
        let (before, after) = (get(at.checked_sub(1)), get(Some(at + 1)));
        let starts = !before.is_some_and(is_word);
        if starts && (c.is_ascii_digit() || c == '.' && after.is_some_and(|c| c.is_ascii_digit())) {
            at += figures(&text[at..], language, depth > 0, &mut out);
            gone = false;
            continue;
        }
        let at_end = after.is_none_or(|c| " .,;!?\")]".contains(c));
        let follows = before.is_some_and(|c| is_word(c) || ")]\"'".contains(c)) || gone;
        let stays = match c {
            '-' if is_joint(text, at) && !formula => {
                out.push(JOINT);
                at += 1;
                gone = false;
                continue;
            }
            '\'' | '"' => formula || !quotes.contains(&at),
            '(' | '[' | ')' | ']' => brackets.contains(&at),
            '.' if after.is_some_and(is_word) => formula || !is_abbreviation(text, at),
            '.' if formula => after.is_some() || before == Some('.'),
            '.' if follows && is_initial(text, at) => {
                at += 2;
                continue;
            }
            '.' => !(at_end && (follows || before.is_some_and(is_symbol))),
            ',' | ';' => formula && after.is_some(),
            ':' | '?' | '!' if formula => c == '!' || after.is_some(),
            ':' | '?' | '!' => {
                let weight = weight(text, at, -1);
                let ends = at_end
                    && match before {
                        Some(' ') => self::weight(text, at - 1, -1) > 1,
                        Some(before) if c == '!' => {
                            (is_word(before) && weight > 1) || (follows && !is_word(before))
                        }
                        Some(before) => follows || is_symbol(before),
                        None => false,
                    };
                !ends
            }
            _ => true,
        };
        if stays {
            depth = match c {
                '(' | '[' => depth + 1,
                ')' | ']' => depth.saturating_sub(1),
                _ => depth,
            };
            out.push(c);
        } else if !matches!(c, '\'' | '"' | '.') {
            out.push(' ');
        }
        gone = !stays && c != '\'';
        at += 1;
    }
    close(&out)
}

/// The spaces that say something: those between words.
fn close(text: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let tight = |c: char| c == JOINT || is_symbol(c) && !matches!(c, '\'' | '.');
    for (at, &c) in text.iter().enumerate() {
        if c == ' ' {
            let next = text[at..].iter().position(|c| *c != ' ').map(|skip| at + skip);
            let (Some(&last), Some(next)) = (out.last(), next) else { continue };
            // "ls -l"
            let option = text[next] == '-' && text.get(next + 1).is_some_and(|c| c.is_alphabetic());
            let unit = last.is_ascii_digit() && text[next].is_alphabetic();
            let edge = "([,".contains(last) || ")],".contains(text[next]);
            if last == ' ' || edge || tight(last) || tight(text[next]) && !option || unit {
                continue;
            }
        }
        out.push(c);
    }
    out.into_iter().nfd().collect()
}

/// Neither of a word nor of a sentence.
fn is_symbol(c: char) -> bool {
    !is_word(c) && !" .,;:!?\"'()[]".contains(c) && c != JOINT
}

/// How many letters the word has that ends before a place, or begins after it (`step` 1): 0 for numbers, 1 for what may
/// be a variable, more for words.
fn weight(text: &[char], at: usize, step: isize) -> usize {
    let mut weight = 0;
    let mut next = at.checked_add_signed(step);
    while let Some(&c) = next.and_then(|next| text.get(next)).filter(|c| is_word(**c)) {
        weight += match c {
            c if is_latin_or_greek(c) => 1,
            c if c.is_alphabetic() => 2,
            _ => 0,
        };
        next = next.and_then(|next| next.checked_add_signed(step));
    }
    weight
}

/// Whether the dash at this place stands between two words, with or without spaces: neither "-5" nor "x - 1".
fn is_joint(text: &[char], at: usize) -> bool {
    let spaced = |at: Option<usize>| at.and_then(|at| text.get(at)) == Some(&' ');
    let (left, right) = (spaced(at.checked_sub(1)), spaced(Some(at + 1)));
    if left != right || at < 1 + usize::from(left) {
        return false;
    }
    let (from, to) = (at - usize::from(left), at + usize::from(right));
    let words = is_word(text[from - 1]) && text.get(to + 1).is_some_and(|c| is_word(*c));
    words && weight(text, from, -1).max(weight(text, to, 1)) > 1
}

/// Whether a text is a formula or a piece of code, where every sign counts.
fn is_formula(text: &[char]) -> bool {
    (0..text.len()).any(|at| {
        let before = at.checked_sub(1).map(|at| text[at]);
        let after = text.get(at + 1).copied();
        let back = if before == Some(' ') { at.checked_sub(2).map(|at| text[at]) } else { before };
        match text[at] {
            '+' => before == Some(' ') || after.is_some_and(|c| is_word(c) || c == '('),
            '-' => back.is_some_and(|c| is_word(c) || c == ')') && !is_joint(text, at),
            '(' | '[' => before.is_some_and(is_word),
            c => "=*^<>|\\~_{}×÷√≤≥≠±∞→←".contains(c),
        }
    })
}

/// The places of the brackets that stay: all of a formula, and those that hold no word ("[0, 1]") or touch one.
fn brackets(text: &[char], formula: bool) -> Vec<usize> {
    let mut stay = Vec::new();
    let mut open = Vec::new();
    for (at, &c) in text.iter().enumerate() {
        if c == '(' || c == '[' {
            open.push(at);
        } else if c == ')' || c == ']' {
            let Some(from) = open.pop() else {
                if formula {
                    stay.push(at);
                }
                continue;
            };
            let beside = |c: Option<&char>| c.is_some_and(|c| is_word(*c));
            let touches =
                beside(from.checked_sub(1).and_then(|at| text.get(at))) || beside(text.get(at + 1));
            let operand = text[..from].iter().rfind(|c| **c != ' ').is_some_and(|c| is_symbol(*c))
                || text[at + 1..].iter().find(|c| **c != ' ').is_some_and(|c| is_symbol(*c));
            let word = (from..at).any(|at| weight(text, at, 1) > 1);
            if formula || touches || operand || !word {
                stay.extend([from, at]);
            }
        }
    }
    if formula {
        stay.extend(open);
    }
    stay
}

/// The places of the quotation marks that say nothing: those in pairs around words, and a double one without its other
/// unless it may be a prime. An apostrophe alone is never one: "dogs'", "'tis", "po'", "f'".
fn quotes(text: &[char]) -> Vec<usize> {
    let mut quotes = Vec::new();
    for mark in ['\'', '"'] {
        let mut open: Vec<usize> = Vec::new();
        let mut prime = None;
        for (at, _) in text.iter().enumerate().filter(|(_, c)| **c == mark) {
            let before = at.checked_sub(1).map(|at| text[at]);
            let after = text.get(at + 1).copied();
            let leads = after.is_some_and(is_word);
            if mark == '\'' && leads && before.is_some_and(is_word) {
                continue;
            }
            let is_prime = prime.is_some_and(|prime| prime + 1 == at);
            let begins = match before {
                None => true,
                Some(c) if leads => !is_word(c) && !")]".contains(c) && !is_prime,
                Some(c) => {
                    open.is_empty() && " ([-/".contains(c) && after.is_some_and(|c| c != ' ')
                }
            };
            let last = if before == Some(' ') { at - 1 } else { at };
            let back = last.checked_sub(1).map(|at| text[at]);
            if begins {
                open.push(at);
            } else if let Some(from) = open.pop() {
                quotes.extend([from, at]);
            } else if is_prime
                || back.is_some_and(|c| c.is_ascii_digit() || ")]".contains(c))
                || weight(text, last, -1) == 1
            {
                prime = Some(at);
            } else if mark == '"' {
                quotes.push(at);
            }
        }
        if mark == '"' {
            quotes.extend(open);
        }
    }
    quotes
}

/// Whether the dot at this place stands within an abbreviation: "U.S.A.", "Ph.D.", "e.g.", but not "main.rs".
fn is_abbreviation(text: &[char], at: usize) -> bool {
    let letters = at > 0
        && text[at - 1].is_alphabetic()
        && text.get(at + 1).is_some_and(|c| c.is_alphabetic());
    let (left, right) = (weight(text, at, -1), weight(text, at, 1));
    letters && left <= 3 && right <= 3 && (left == 1 || right == 1)
}

/// Whether the dot at this place and the space after it stand between initials: "z. B.", "J. R. R. Tolkien".
fn is_initial(text: &[char], at: usize) -> bool {
    let single = |at: usize, step| weight(text, at, step) == 1;
    text.get(at + 1) == Some(&' ')
        && text.get(at + 3) == Some(&'.')
        && single(at, -1)
        && single(at + 1, 1)
}

/// Writes a number within a text as it would be written in English, without grouping, with all its zeros ("Python
/// 3.10" is not "3.1"); returns how many signs it takes.
fn figures(text: &[char], language: &str, items: bool, out: &mut Vec<char>) -> usize {
    let inside = if items { "." } else { ".,'" };
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let mut end = 0;
    while digit(end) || text.get(end).is_some_and(|c| inside.contains(*c)) && digit(end + 1) {
        end += 1;
    }
    let run: String = text[..end].iter().collect();
    let grouped = run.contains('\'');
    let solid = if grouped { ungrouped(&run) } else { Some(run.clone()) };
    match solid.and_then(|solid| parts(&solid, language, grouped)) {
        Some((whole, fraction)) => {
            out.extend(whole.chars());
            if !fraction.is_empty() {
                out.push('.');
                out.extend(fraction.chars());
            }
        }
        None => out.extend(run.chars().map(|c| if c == ',' { ' ' } else { c })),
    }
    end
}

// Letters and their marks --------------------------------------------------------------------------------------------

/// Whether a plain text is the answer, allowing for marks left out and for hyphens.
fn matches(answer: &[char], given: &[char]) -> bool {
    let mut base = ' ';
    // The places in what is given up to which the answer can have been read, in order.
    let mut places = vec![0];
    for (at, &c) in answer.iter().enumerate() {
        let directly = at > 0 && answer[at - 1] == base;
        let mut next = Vec::new();
        for place in places {
            match (c, given.get(place).copied()) {
                (JOINT, Some(' ' | JOINT)) => next.push(place + 1),
                (JOINT, _) => next.push(place),
                (' ', Some(' ' | JOINT)) => next.push(place + 1),
                (' ', _) => {}
                (_, found) => {
                    let mut own = [0; 4];
                    let own = &*c.encode_utf8(&mut own);
                    for way in ways(c, base, directly).iter().chain([&own]) {
                        // The given hyphen is nothing before a letter; a mark left out stands before it.
                        let place = place + usize::from(found == Some(JOINT) && !way.is_empty());
                        let rest = given.get(place..).unwrap_or_default();
                        let length = way.chars().count();
                        if rest.iter().take(length).copied().eq(way.chars()) {
                            next.push(place + length);
                        }
                    }
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        places = next;
        if !is_combining_mark(c) {
            base = c;
        }
    }
    places.contains(&given.len())
}

/// Other ways to write a letter or mark of the answer. They are marks only where they make no letters of their own:
/// not in й, が or the scripts of India.
fn ways(c: char, base: char, directly: bool) -> &'static [&'static str] {
    match (c, base) {
        ('ß', _) => &["ss"],
        ('æ', _) => &["ae"],
        ('œ', _) => &["oe"],
        ('ø', _) => &["o", "oe"],
        ('ł', _) => &["l"],
        ('đ' | 'ð', _) => &["d"],
        ('þ', _) => &["th"],
        ('ı', _) => &["i"],
        ('\u{308}', 'a' | 'o' | 'u') if directly => &["", "e"],
        ('\u{30a}', 'a') if directly => &["", "a"],
        ('\u{308}', 'е') => &[""],
        ('\u{300}'..='\u{36f}', base) if is_latin_or_greek(base) => &[""],
        // Arabic and Hebrew vowel signs.
        ('\u{64b}'..='\u{652}' | '\u{670}', _) => &[""],
        (
            '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'
            | '\u{5c2}'
            | '\u{5c4}'
            | '\u{5c5}'
            | '\u{5c7}',
            _,
        ) => &[""],
        _ => &[],
    }
}
