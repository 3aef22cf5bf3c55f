//! Pathological inputs of any size: what parsers are slow at, in ours and in others, and in each layer of our own.
//!
//! Used by the suite, which asserts that each ends, and by `cargo bench --bench pathological`, which measures them.

/// The text of an input that is so large.
type Text = fn(usize) -> String;
/// The files of an input that is so large, by path.
type Files = fn(usize) -> Vec<(String, String)>;

/// An input of any size.
pub struct Pathological {
    pub name: &'static str,
    made: Made,
}

enum Made {
    /// A file, and how much of the size one unit is: an input with long lines has fewer of them.
    File(&'static str, usize, Text),
    /// What stands in one question below what it asks.
    Question(Text),
    Site(Files),
}

impl Pathological {
    /// The site's files, the input among them.
    pub fn files(&self, size: usize) -> Vec<(String, String)> {
        let mut files = vec![
            put("site.toml", "theme = \"own\"\n"),
            put("themes/own/templates/part.html", ""),
            put("content/b.md", "Text.\n"),
        ];
        match self.made {
            Made::File(path, share, text) => files.push(put(path, &text(size / share))),
            Made::Question(text) => {
                let question = format!("```quiz\nWhat is it?\n\n{}\n```\n", text(size));
                files.push(put("content/question.md", &question));
            }
            Made::Site(made) => files.extend(made(size)),
        }
        files
    }
}

fn put(path: &str, text: &str) -> (String, String) {
    (path.to_owned(), text.to_owned())
}

/// A term's file with more lines of front matter.
fn term(name: &str, front: &str) -> (String, String) {
    let text = format!("+++\ntitle = \"{name}\"\n{front}\n+++\n\nWhat it is.\n");
    put(&format!("content/glossary/{name}.md"), &text)
}

const fn lesson(name: &'static str, text: Text) -> Pathological {
    file(name, "content/a.md", 1, text)
}

const fn file(name: &'static str, path: &'static str, share: usize, text: Text) -> Pathological {
    Pathological { name, made: Made::File(path, share, text) }
}

const fn question(name: &'static str, text: Text) -> Pathological {
    Pathological { name, made: Made::Question(text) }
}

const fn site(name: &'static str, files: Files) -> Pathological {
    Pathological { name, made: Made::Site(files) }
}

pub const PATHOLOGICAL: &[Pathological] = &[
    lesson("nested block quotes", |size| ">".repeat(size) + " a"),
    lesson("nested callouts", |size| "> ".repeat(size) + "[!NOTE]"),
    lesson("opening brackets", |size| "[".repeat(size)),
    lesson("bracket pairs", |size| "[".repeat(size) + &"]".repeat(size)),
    lesson("nested links", |size| "[a](".repeat(size)),
    lesson("emphasis marks", |size| "*a **a ".repeat(size)),
    lesson("emphasis marks in a row", |size| "*".repeat(size) + "a" + &"*".repeat(size)),
    lesson("underscores", |size| "_a __a ".repeat(size)),
    lesson("tildes", |size| "a~".repeat(size)),
    lesson("carets", |size| "a^".repeat(size)),
    lesson("list markers on one line", |size| "- ".repeat(size) + "a"),
    lesson("number markers on one line", |size| "1. ".repeat(size) + "a"),
    lesson("backticks", |size| "`a``".repeat(size)),
    lesson("growing runs of backticks", |size| {
        (1..size / 20).map(|length| "`".repeat(length) + "a").collect()
    }),
    lesson("less-than signs", |size| "<".repeat(size)),
    lesson("open tags", |size| "<a ".repeat(size)),
    lesson("open comments", |size| "<!-- ".repeat(size)),
    lesson("open double brackets", |size| "[[".repeat(size)),
    lesson("names", |size| "[[a]] ".repeat(size)),
    lesson("unknown names", |size| "[[abcdef]] ".repeat(size)),
    lesson("open images", |size| "![".repeat(size)),
    lesson("open footnotes", |size| "[^".repeat(size)),
    lesson("unknown footnotes", |size| "[^a] ".repeat(size)),
    lesson("table pipes", |size| "|".repeat(size) + "\n" + &"|-".repeat(size) + "|\n|"),
    lesson("table rows", |size| "| a |\n| - |\n".to_owned() + &"|\n".repeat(size)),
    lesson("a wide table", |size| {
        let columns = size / 10;
        let row = |cell: &str| cell.repeat(columns) + "|\n";
        row("|a") + &row("|-") + &row("|b")
    }),
    lesson("a long word", |size| "a".repeat(size * 4)),
    lesson("a long line of words", |size| "word ".repeat(size * 4)),
    lesson("equal headings", |size| "## Value\n\n".repeat(size / 2)),
    lesson("headings that take each other's ids", |size| {
        (0..size / 4).map(|number| format!("## Value\n\n## Value {number}\n\n")).collect()
    }),
    lesson("footnotes", |size| {
        let count = size / 2;
        let references: String = (0..count).map(|number| format!("[^{number}] ")).collect();
        let definitions = (0..count).map(|number| format!("\n\n[^{number}]: Note."));
        references + &definitions.collect::<String>()
    }),
    lesson("references to one footnote", |size| "a[^1] ".repeat(size) + "\n\n[^1]: b"),
    lesson("footnotes in nested emphasis", |size| {
        let signs = |nth: usize| if nth.is_multiple_of(2) { "*" } else { "_" };
        let opened: String = (0..size).map(|nth| signs(nth).to_owned() + "a[^1] ").collect();
        let closed: String = (0..size).rev().map(signs).collect();
        format!("{opened}b{closed}\n\n[^1]: c")
    }),
    lesson("nested footnotes", |size| {
        (0..size / 2).map(|number| format!("[^{number}]: a[^{}]\n\n", number + 1)).collect()
    }),
    lesson("addresses", |size| "https://a.b/c ".repeat(size)),
    lesson("addresses and escapes", |size| "\\* https://a.b ".repeat(size)),
    lesson("an address of brackets", |size| "https://a.b/".to_owned() + &"()".repeat(size)),
    lesson("an address of entities", |size| "https://a.b/".to_owned() + &"&a;".repeat(size)),
    lesson("signs of e-mail", |size| "a@".repeat(size)),
    lesson("colons", |size| "http:".repeat(size)),
    lesson("entities", |size| "&#65;".repeat(size)),
    lesson("escapes", |size| "\\*".repeat(size)),
    lesson("escaped addresses", |size| "\\a@b.c ".repeat(size)),
    lesson("raw links", |size| "<a href=b> ".repeat(size)),
    lesson("a tag of attributes", |size| "<a ".to_owned() + &"href=b ".repeat(size) + ">"),
    lesson("lines of an HTML block", |size| "<div>\n".to_owned() + &"<img src=b>\n".repeat(size)),
    lesson("link definitions", |size| {
        (0..size).map(|number| format!("[{number}]: a\n")).collect::<String>() + "[[1]]"
    }),
    lesson("uses of a link definition", |size| "[[a]] ".repeat(size) + "\n\n[a]: b \"c\""),
    lesson("definition lists", |size| "a\n: b\n\n".repeat(size)),
    lesson("task lists", |size| "- [x] a\n".repeat(size)),
    lesson("questions without answers", |size| "```quiz\na\n```\n".repeat(size)),
    lesson("questions", |size| {
        (0..size).map(|number| format!("```quiz\nq{number} [[a]]\n```\n")).collect()
    }),
    lesson("questions of options", |size| {
        (0..size / 4)
            .map(|number| format!("```quiz\nq{number}\n\n- [x] a\n- [ ] b\n```\n"))
            .collect()
    }),
    lesson("equal questions", |size| "```quiz\nq [[a]]\n```\n".repeat(size)),
    lesson("questions of one id", |size| "```quiz id=a\nq [[a]]\n```\n".repeat(size)),
    lesson("questions with many options", |size| {
        let options: String = (0..99).map(|number| format!("- [ ] {number}\n")).collect();
        let question = |number| format!("```quiz\nq{number}\n\n- [x] a\n{options}```\n");
        (0..size / 100).map(question).collect()
    }),
    question("options", |size| "- [x] a\n".repeat(size)),
    question("unequal options", |size| (0..size).map(|n| format!("- [x] {n}\n")).collect()),
    question("blanks", |size| "[[a]] ".repeat(size)),
    question("empty blanks", |size| "[[]] ".repeat(size)),
    question("answers to a blank", |size| format!("[[a{}]]", "|a".repeat(size))),
    question("open blanks", |size| "[[".repeat(size)),
    question("open and closed blanks", |size| "[[ x ".repeat(size) + &"]] ".repeat(size)),
    question("pairs", |size| "| a | b |\n| - | - |\n".to_owned() + &"| c | d |\n".repeat(size)),
    question("entries", |size| "1. a\n".repeat(size)),
    question("hints", |size| "[[a]]\n".to_owned() + &"? b\n".repeat(size)),
    question("misplaced hints", |size| "- [x] a\n".to_owned() + &"? b\n".repeat(size)),
    question("feedback", |size| "- [x] a\n".to_owned() + &"  > b\n\n".repeat(size)),
    question("unindented feedback", |size| "- [x] a\n> b\n".repeat(size)),
    question("lines of an explanation", |size| "[[a]]\n".to_owned() + &"---\n".repeat(size)),
    question("quotations in an option", |size| "- [x] ".to_owned() + &"> ".repeat(size) + "a"),
    question("lists in an option", |size| "- [x] ".to_owned() + &"- ".repeat(size) + "a"),
    question("deep lists in an option", |size| {
        (0..size / 20).map(|depth| "  ".repeat(depth) + "- [x] a\n").collect()
    }),
    question("long options", |size| {
        format!("- [x] {}\n- [ ] {}\n", "a ".repeat(size), "b ".repeat(size))
    }),
    lesson("attributes of a question", |size| {
        format!("```quiz {}\n[[a]]\n```\n", "a=b ".repeat(size))
    }),
    lesson("open footnotes in a question", |size| {
        format!("```quiz\nWhat is it?\n\n{}]\n\n[[a]]\n```\n\n[^b]: c\n", "[^".repeat(size))
    }),
    lesson("a question in block quotes", |size| "> ".repeat(size) + "```quiz\n[[a]]\n"),
    lesson("opening quiz tags", |size| "<quiz>\n".repeat(size)),
    lesson("closing quiz tags", |size| "<quiz>\n".to_owned() + &"</quiz>\n".repeat(size)),
    lesson("quiz tags", |size| "<quiz>\nq [[a]]\n</quiz>\n".repeat(size)),
    lesson("quiz tags in an indented block", |size| {
        "    <quiz>\n    q [[a]]\n    </quiz>\n".repeat(size)
    }),
    lesson("heading braces", |size| "## a ".to_owned() + &"{b} ".repeat(size)),
    lesson("deep lists by indentation", |size| {
        (0..size / 20).map(|depth| "  ".repeat(depth) + "- a\n").collect()
    }),
    lesson("TOML arrays", |size| format!("+++\ntags = {}\n+++\n", "[".repeat(size))),
    lesson("closed TOML arrays", |size| {
        format!("+++\ntags = {}{}\n+++\n", "[".repeat(size), "]".repeat(size))
    }),
    lesson("TOML tables", |size| format!("+++\na{} = 1\n+++\n", ".a".repeat(size))),
    lesson("YAML arrays", |size| format!("---\ntags: {}\n---\n", "[".repeat(size))),
    lesson("closed YAML arrays", |size| {
        format!("---\ntags: {}{}\n---\n", "[".repeat(size), "]".repeat(size))
    }),
    lesson("YAML lists on one line", |size| format!("---\ntags:\n  {}a\n---\n", "- ".repeat(size))),
    lesson("YAML maps", |size| format!("---\ntags: {}\n---\n", "{a: ".repeat(size))),
    lesson("YAML aliases", |size| {
        let mut yaml = "---\na0: &a0 [x, x]\n".to_owned();
        for number in 1..size.min(40) {
            let last = number - 1;
            yaml.push_str(&format!("a{number}: &a{number} [*a{last}, *a{last}]\n"));
        }
        yaml + "---\n"
    }),
    lesson("front matter keys", |size| {
        let keys: String = (0..size).map(|number| format!("key{number} = 1\n")).collect();
        format!("+++\n{keys}+++\n")
    }),
    file("nested lists of SUMMARY.md", "content/SUMMARY.md", 1, |size| {
        "- ".repeat(size) + "[a](a.md)"
    }),
    file("nested chapters of SUMMARY.md", "content/SUMMARY.md", 20, |size| {
        (0..size).map(|depth| "  ".repeat(depth) + &format!("- [a](b{depth}.md)\n")).collect()
    }),
    file("a template of nested blocks", "themes/own/templates/lesson.html", 1, |size| {
        "{% if page %}".repeat(size)
    }),
    file("a template of nested brackets", "themes/own/templates/lesson.html", 1, |size| {
        "{{ ".to_owned() + &"[".repeat(size)
    }),
    // Kinds that other parsers were slow at.
    lesson("strong in strong", |size| "*a **a ".repeat(size) + "b" + &" a** a*".repeat(size)),
    lesson("closers without openers", |size| "a_ ".repeat(size)),
    lesson("openers without closers", |size| "_a ".repeat(size)),
    lesson("openers and closers that do not fit", |size| "*a_ ".repeat(size)),
    lesson("openers and closers by threes", |size| "a**b".to_owned() + &"c* ".repeat(size)),
    lesson("short openers and long closers", |size| "a*b**c***d".repeat(size / 2)),
    lesson("emphasis around brackets", |size| "*a]".repeat(size) + &"[*".repeat(size)),
    lesson("closing brackets", |size| "a]".repeat(size)),
    lesson("opening brackets with text", |size| "[a".repeat(size)),
    lesson("brackets and parentheses", |size| "[ (](".repeat(size)),
    lesson("images of images", |size| "![[]()".repeat(size)),
    lesson("images in images", |size| "![a".repeat(size) + &"](b)".repeat(size)),
    lesson("links in links", |size| "[a".repeat(size) + &"](b)".repeat(size)),
    lesson("links left open before an angle", |size| "[a](<b".repeat(size)),
    lesson("links left open", |size| "[a](b".repeat(size)),
    lesson("titles left open", |size| "[a](b \"c ".repeat(size)),
    lesson("parentheses in a destination", |size| "[a](".to_owned() + &"(".repeat(size)),
    lesson("full references", |size| "[a][b]".repeat(size)),
    lesson("collapsed references", |size| "[a][]".repeat(size)),
    lesson("references in a row of brackets", |size| "[a][".repeat(size) + &"]".repeat(size)),
    lesson("labels left open", |size| "[a]: b\n".to_owned() + &"[a\n".repeat(size)),
    lesson("a definition whose title does not end", |size| {
        "[a]: b '".to_owned() + &"c\n".repeat(size)
    }),
    lesson("definitions whose titles do not end", |size| "[a]: b 'c\n".repeat(size)),
    lesson("definitions and their uses", |size| {
        let definitions: String = (0..size).map(|n| format!("[{n}]: /a{n}\n")).collect();
        definitions + "\n" + &(0..size).map(|n| format!("[{n}] ")).collect::<String>()
    }),
    lesson("one long destination in many uses", |size| {
        format!("[a]: /{}\n\n{}", "b".repeat(size), "[a] ".repeat(size))
    }),
    lesson("declarations left open", |size| "<!A ".repeat(size)),
    lesson("instructions left open", |size| "<? ".repeat(size)),
    lesson("sections left open", |size| "a <![CDATA[ ".repeat(size)),
    lesson("comments left open in a line", |size| "a <!-- b ".repeat(size)),
    lesson("tags with open quotes", |size| "a <b c=\" ".repeat(size)),
    lesson("tags with unequal quotes", |size| "a <b c='\" d=\"' ".repeat(size)),
    lesson("backslashes", |size| "\\".repeat(size)),
    lesson("backticks of every length", |size| {
        (1..=size.isqrt()).map(|length| "`".repeat(length) + " ").collect()
    }),
    lesson("NUL characters", |size| "a\0".repeat(size)),
    lesson("carriage returns", |size| "a\r".repeat(size)),
    lesson("combining marks", |size| "a".to_owned() + &"\u{301}".repeat(size)),
    lesson("bidirectional controls", |size| "\u{202e}\u{2066}a".repeat(size)),
    lesson("empty lines in deep lists", |size| {
        let deep: String = (0..size / 100).map(|depth| "  ".repeat(depth) + "- a\n").collect();
        deep + &"\n".repeat(size)
    }),
    lesson("deep lists on one line and empty lines", |size| {
        "- ".repeat(size / 20) + "a" + &"\n".repeat(size)
    }),
    lesson("deep lists in a quotation and empty lines", |size| {
        "> ".to_owned() + &"- ".repeat(size / 20) + "a\n" + &">\n".repeat(size)
    }),
    lesson("quotations that continue lazily", |size| {
        "> ".repeat(size / 20) + "a\n" + &"b\n".repeat(size)
    }),
    lesson("quotations line by line", |size| (">".repeat(200) + "\n").repeat(size / 100)),
    lesson("emphasis in deep quotations", |size| ">".repeat(size / 2) + &"a*".repeat(size / 2)),
    lesson("lists and quotations by turns", |size| "- > ".repeat(size / 2) + "a"),
    lesson("fences left open", |size| "- ```\n".repeat(size)),
    lesson("underlines", |size| "a\n=\n".repeat(size)),
    lesson("heads of tables", |size| "| a |\n".repeat(size)),
    lesson("tables that end", |size| "| a |\n| - |\n\n".repeat(size)),
    lesson("a table with rows that are too short", |size| {
        let columns = (size / 10).min(1_000);
        "|a".repeat(columns) + "|\n" + &"|-".repeat(columns) + "|\n" + &"|b\n".repeat(size / 50)
    }),
    lesson("escaped bars", |size| "|a|\n|-|\n|".to_owned() + &"\\|".repeat(size)),
    lesson("definitions in lists", |size| "- a\n  : b\n".repeat(size)),
    lesson("addresses left open", |size| "http://a.b/(".repeat(size)),
    lesson("dots after www", |size| "www.".repeat(size)),
    lesson("underscores before www", |size| "_www.".repeat(size)),
    lesson("callouts", |size| "> [!NOTE]\n> a\n\n".repeat(size)),
    // Our own layers.
    lesson("heading attributes", |size| "## a {#b .c d=e}\n\n".repeat(size / 4)),
    lesson("headings below comments", |size| "<!-- -->\n\n".repeat(size) + &"# a\n\n".repeat(size)),
    lesson("headings below footnotes", |size| {
        let notes: String = (0..size / 4).map(|n| format!("[^{n}]: a\n\n")).collect();
        notes + &"# a\n\n".repeat(size / 4)
    }),
    lesson("attributes of one heading", |size| format!("## a {{{}}}", ".b ".repeat(size))),
    lesson("equal ids in raw HTML", |size| "<b id=a></b> ".repeat(size)),
    lesson("bars in double brackets", |size| format!("[[{}]]", "a|".repeat(size))),
    lesson("a long name in double brackets", |size| format!("[[{}]]", "a ".repeat(size))),
    lesson("long unknown names", |size| {
        format!("[[{}]]\n\n", "a".repeat(1_000)).repeat(size / 500)
    }),
    lesson("different unknown names", |size| (0..size).map(|n| format!("[[name{n}]] ")).collect()),
    lesson("unknown anchors", |size| {
        let headings: String = (0..size / 10).map(|n| format!("## Part {n}\n\n")).collect();
        headings + &(0..size / 10).map(|n| format!("[[#Piece {n}]] ")).collect::<String>()
    }),
    lesson("links to oneself", |size| "[a](a.md) ".repeat(size)),
    lesson("different words", |size| (0..size).map(|n| format!("word{n} ")).collect()),
    lesson("long different words", |size| {
        (0..size / 50).map(|n| format!("{}{n} ", "abcdefghij".repeat(50))).collect()
    }),
    lesson("one paragraph a word", |size| "word\n\n".repeat(size)),
    lesson("unknown keys alike", |size| {
        let keys: String = (0..size).map(|n| format!("titel{n}: 1\n")).collect();
        format!("---\n{keys}---\n")
    }),
    lesson("a long title", |size| format!("+++\ntitle = \"{}\"\n+++\n", "a ".repeat(size))),
    lesson("a long heading", |size| "# ".to_owned() + &"*a* ".repeat(size)),
    lesson("a long number", |size| format!("+++\norder = {}\n+++\n", "9".repeat(size))),
    lesson("a long key", |size| format!("+++\n{} = 1\n+++\n", "a".repeat(size))),
    lesson("a front matter of wrong lines", |size| format!("+++\n{}+++\n", "a\n".repeat(size))),
    lesson("tags", |size| format!("+++\ntags = [{}]\n+++\n", "\"a\", ".repeat(size))),
    lesson("YAML anchors", |size| {
        let anchors: String = (0..size).map(|n| format!("a{n}: &a{n} [x]\n")).collect();
        format!("---\n{anchors}---\n")
    }),
    lesson("uses of one YAML anchor", |size| {
        format!(
            "---\na: &a [{}]\nb: [{}]\n---\n",
            "x, ".repeat(size / 50),
            "*a, ".repeat(size / 50)
        )
    }),
    lesson("objectives", |size| {
        format!("+++\nobjectives = [{}]\n+++\n", "\"Say *what* it is\", ".repeat(size / 2))
    }),
    lesson("authors", |size| format!("+++\nauthors = [{}]\n+++\n", "\"A\", ".repeat(size / 2))),
    lesson("unknown prerequisites", |size| {
        let names: String = (0..size / 10).map(|n| format!("\"name {n}\", ")).collect();
        format!("+++\nprerequisites = [{names}]\n+++\n")
    }),
    lesson("aliases", |size| {
        let paths: String = (0..size / 50).map(|n| format!("\"old/{n}\", ")).collect();
        format!("+++\naliases = [{paths}]\n+++\n")
    }),
    question("answers that differ", |size| {
        let answers: String = (0..size).map(|n| format!("|a{n}")).collect();
        format!("[[a{answers}]]")
    }),
    question("a long blank", |size| format!("[[{}]]", "a".repeat(size))),
    question("a long number in a blank", |size| format!("[[= {}]]", "9".repeat(size))),
    question("pairs that differ", |size| {
        let rows: String = (0..size / 4).map(|n| format!("| c{n} | d{n} |\n")).collect();
        format!("| a | b |\n| - | - |\n{rows}")
    }),
    question("entries that differ", |size| (0..size).map(|n| format!("{n}. a{n}\n")).collect()),
    file("unknown keys of site.toml", "site.toml", 1, |size| {
        (0..size).map(|n| format!("key{n} = 1\n")).collect()
    }),
    file("tables of site.toml", "site.toml", 1, |size| "[a]\n".repeat(size)),
    file("deep tables of site.toml", "site.toml", 1, |size| format!("[a{}]\n", ".a".repeat(size))),
    file("unknown strings", "themes/own/strings/en.toml", 1, |size| {
        (0..size).map(|n| format!("[table{n}]\na = \"b\"\n")).collect()
    }),
    file("placeholders of a string", "themes/own/strings/en.toml", 1, |size| {
        format!("[page]\nnext = \"{}\"\n", "{a}".repeat(size))
    }),
    file("chapters of SUMMARY.md", "content/SUMMARY.md", 1, |size| {
        (0..size).map(|n| format!("- [a](c{n}.md)\n")).collect()
    }),
    file("one chapter of SUMMARY.md", "content/SUMMARY.md", 1, |size| "- [a](b.md)\n".repeat(size)),
    site("names of a term", |size| {
        let aliases: String = (0..size / 5).map(|n| format!("\"name number {n}\", ")).collect();
        vec![
            term("a", &format!("aliases = [{aliases}]")),
            put("content/a.md", &"name number 7 ".repeat(size / 5)),
        ]
    }),
    site("long names of terms in a text that almost has them", |size| {
        let long = "a ".repeat((size / 50).min(1_000));
        vec![
            term("a", &format!("aliases = [\"{long} b\", \"{long} c\"]")),
            put("content/a.md", &"a ".repeat(size)),
        ]
    }),
    site("a term in every word", |size| {
        vec![term("word", ""), put("content/a.md", &"word ".repeat(size))]
    }),
    site("a term that ends within emphasis", |size| {
        vec![
            put("content/glossary/service-level.md", "# Service level\n\nWhat it is.\n"),
            put("content/a.md", &"service *level a* ".repeat(size)),
        ]
    }),
    site("a term across nested emphasis", |size| {
        let half = size / 8;
        vec![
            put("content/glossary/service-level.md", "# Service level\n\nWhat it is.\n"),
            put("content/a.md", &("*service _level a ".repeat(half) + &"_ *".repeat(half))),
        ]
    }),
    site("terms that follow one from another", |size| {
        let terms = (0..size / 100).map(|n| {
            let text = format!("# Term{n}\n\nA term{} is one.\n", n + 1);
            put(&format!("content/glossary/{n}.md"), &text)
        });
        terms.collect()
    }),
    site("lessons that ask for all before", |size| {
        let count = size / 250;
        let lessons = (0..count).map(|n| {
            let names: String = (0..n).map(|m| format!("\"l{m}\", ")).collect();
            put(&format!("content/l{n}.md"), &format!("+++\nprerequisites = [{names}]\n+++\n"))
        });
        lessons.collect()
    }),
    site("lessons that ask for each other in a circle", |size| {
        let count = size / 50;
        let lessons = (0..count).map(|n| {
            let next = (n + 1) % count;
            put(&format!("content/l{n}.md"), &format!("+++\nprerequisites = [\"l{next}\"]\n+++\n"))
        });
        lessons.collect()
    }),
    site("one title for all", |size| {
        let count = size / 100;
        let lessons = (0..count).map(|n| put(&format!("content/l{n}.md"), "# One\n\n[[One]]\n"));
        lessons.collect()
    }),
    site("one old address for all", |size| {
        let text = "+++\naliases = [\"old\"]\n+++\n";
        (0..size / 100).map(|n| put(&format!("content/l{n}.md"), text)).collect()
    }),
    site("one address for all", |size| {
        let text = "+++\nslug = \"one\"\n+++\n";
        (0..size / 100).map(|n| put(&format!("content/l{n}.md"), text)).collect()
    }),
    site("deep folders", |size| {
        let depth = (size / 100).min(500);
        vec![put(&format!("content/{}a.md", "a/".repeat(depth)), "# A\n")]
    }),
    site("an exam of many questions", |size| {
        let questions = (0..size / 50).map(|n| format!("```quiz\nq{n} [[a]]\n```\n"));
        vec![
            put("content/a.md", &questions.collect::<String>()),
            put("content/exam.md", "+++\nexam = { draw = 5 }\n+++\n"),
        ]
    }),
    site("links among lessons", |size| {
        let count = (size / 50).isqrt().max(2) * 4;
        let links: String = (0..count).map(|n| format!("[[l{n}]] ")).collect();
        (0..count).map(|n| put(&format!("content/l{n}.md"), &links)).collect()
    }),
    site("a blank that takes all names of a term", |size| {
        let names: Vec<String> = (0..size / 10).map(|n| format!("name{n}")).collect();
        vec![
            term("a", &format!("aliases = [\"{}\"]", names.join("\", \""))),
            put("content/a.md", &format!("```quiz\nWhat? [[{}]]\n```\n", names.join("|"))),
        ]
    }),
    site("links to drafts", |size| {
        let count = size / 25;
        let links: String = (0..size / 2).map(|n| format!("[[draft {}]]\n", n % count)).collect();
        let drafts = (0..count).map(|n| {
            let text = format!("+++\ndraft = true\n+++\n# Draft {n}\n");
            put(&format!("content/d{n}.md"), &text)
        });
        drafts.chain([put("content/a.md", &links)]).collect()
    }),
    site("an exam that asks all of many questions", |size| {
        let count = size / 5;
        let questions = (0..count).map(|n| format!("```quiz\nq{n} [[a]]\n```\n"));
        vec![
            put("content/a.md", &questions.collect::<String>()),
            put("content/exam.md", &format!("+++\nexam = {{ draw = {count} }}\n+++\n")),
        ]
    }),
    lesson("a question of many words and its answers", |size| {
        let words: String = (0..size).map(|n| format!("word{n} ")).collect();
        let answers: String = (0..size).map(|n| format!("|other{n}")).collect();
        format!("```quiz\n{words}[[other{answers}]]\n```\n")
    }),
    question("an option of words that differ", |size| {
        let words: String = (0..size).map(|n| format!("word{n} ")).collect();
        format!("- [x] {words}\n- [ ] no")
    }),
];
