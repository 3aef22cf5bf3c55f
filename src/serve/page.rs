//! Pages as the preview serves them: with its script, and the page for an address where nothing is.

use std::fmt::Write;

use xxhash_rust::xxh3::xxh3_64;

use super::snapshot::Snapshot;
use crate::address::encode_path;

/// Where the server's own files lie. No output begins so: hidden files are no sources.
pub const OWN: &str = "/.hornbook/";

/// How far apart an address may be from one that is there to be suggested (1 is equal).
const ALIKE: f64 = 0.7;
const SUGGESTIONS: usize = 5;

/// A page with the script that keeps it up to date. Nothing else is added: what authors see is what `build` writes.
pub fn with_script(html: &[u8], address: &str, build: u64, session: &str) -> Vec<u8> {
    let script = format!(
        "<script type=\"module\" src=\"{OWN}live.js\" data-hornbook=\"{session}\" data-build=\"{build}\" \
         data-page=\"{}\" data-hash=\"{:016x}\"></script>",
        escape(address),
        xxh3_64(html),
    );
    let at = after_head(html);
    [&html[..at], script.as_bytes(), &html[at..]].concat()
}

/// The place after `<head>`: before every other script, so that the page is seen as it was written. A page without one
/// is followed by the script.
fn after_head(html: &[u8]) -> usize {
    let begin = html.windows(5).position(|part| part.eq_ignore_ascii_case(b"<head"));
    let open = begin.filter(|at| matches!(html.get(at + 5), Some(b'>' | b' ' | b'\n')));
    let close =
        open.and_then(|at| html[at..].iter().position(|byte| *byte == b'>').map(|end| at + end));
    close.map_or(html.len(), |close| close + 1)
}

/// What is shown where no page is: the site's own page for that, if it has one, with what an author wants to know in it.
pub fn not_found(asked: &str, own: Option<&str>, snapshot: &Snapshot) -> String {
    let Some(own) = own else { return bare(asked, snapshot) };
    let mut note = format!(
        "<aside class=\"hornbook-missing\">\n<p>The course has nothing at <code>/{}</code>. Readers are shown this page \
         there.</p>\n",
        escape(asked),
    );
    suggest(asked, snapshot, &mut note);
    note.push_str("</aside>\n");
    let at = after_tag(own, "<main").or_else(|| after_tag(own, "<body")).unwrap_or(own.len());
    format!(
        "{}\n<link rel=\"stylesheet\" href=\"{OWN}live.css\">\n{note}{}",
        &own[..at],
        &own[at..]
    )
}

/// The place after the first tag that begins so.
fn after_tag(html: &str, opening: &str) -> Option<usize> {
    let begin = html.find(opening)?;
    html[begin..].find('>').map(|end| begin + end + 1)
}

/// The same where a theme or an author has left out the page.
fn bare(asked: &str, snapshot: &Snapshot) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>There is no {0}</title>\n<link rel=\"stylesheet\" href=\"{OWN}live.css\">\n</head>\n\
         <body class=\"hornbook-not-found\">\n<main>\n<h1>There is no page here</h1>\n\
         <p>The course has nothing at <code>/{0}</code>.</p>\n",
        escape(asked),
    );
    suggest(asked, snapshot, &mut html);
    html.push_str("<p><a href=\"/\">Home</a></p>\n</main>\n</body>\n</html>\n");
    html
}

/// Names the addresses that are most like the one asked for.
fn suggest(asked: &str, snapshot: &Snapshot, html: &mut String) {
    let alike = most_alike(asked, snapshot);
    if alike.is_empty() {
        return;
    }
    html.push_str("<p>Did you mean:</p>\n<ul>\n");
    for address in alike {
        let mut href = String::from("/");
        encode_path(address, &mut href);
        let (href, address) = (escape(&href), escape(address));
        let _ = writeln!(html, "<li><a href=\"{href}\">{address}</a></li>");
    }
    html.push_str("</ul>\n");
}

/// The pages whose addresses, or whose last parts, are most like this one; the most alike first.
fn most_alike<'a>(asked: &str, snapshot: &'a Snapshot) -> Vec<&'a str> {
    let plain = |path: &str| path.trim_end_matches(".html").trim_end_matches('/').to_lowercase();
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let asked = plain(asked);
    let pages = snapshot.site.bundle.files.keys().filter(|path| super::changes::is_page(path));
    let mut rated: Vec<(f64, &str)> = pages
        .filter_map(|path| {
            let known = plain(path);
            let of_last = strsim::normalized_levenshtein(&last(&known), &last(&asked));
            let of_whole = strsim::normalized_levenshtein(&known, &asked);
            // The same name in another folder is more often meant than a like name.
            let rate = of_whole.max(of_last * 0.95);
            (rate >= ALIKE).then_some((rate, path))
        })
        .collect();
    rated.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
    rated.truncate(SUGGESTIONS);
    rated.into_iter().map(|(_, path)| path).collect()
}

/// Text as it may stand in HTML, in attributes too.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut escaped, text);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn injected(html: &str) -> String {
        let page = with_script(html.as_bytes(), "a\".html", 3, "s");
        String::from_utf8(page).expect("it was a string")
    }

    #[test]
    fn the_script_comes_first_in_the_head() {
        let page = injected("<!doctype html><HEAD lang=x>\n<title>A</title><header></header>");
        assert!(page.starts_with("<!doctype html><HEAD lang=x><script type=\"module\""), "{page}");
        assert!(page.contains("data-page=\"a&quot;.html\" data-hash=\""), "{page}");
        assert!(page.ends_with("</script>\n<title>A</title><header></header>"), "{page}");
    }

    #[test]
    fn a_page_without_a_head_is_followed_by_the_script() {
        assert!(injected("<p>A <header>x</header>").starts_with("<p>A <header>x</header><script"));
    }
}
