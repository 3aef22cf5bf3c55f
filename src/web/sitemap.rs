//! The sitemap: the addresses of all pages for search engines (sitemaps.org), and the file that leads there.

use std::fmt::Write;

use jiff::civil::Date;

use super::url;
use super::xml::escape;
use crate::course::Course;
use crate::lesson::last_changed;

/// How many addresses one file may have; a longer sitemap is several files and one that lists them.
const ADDRESSES: usize = 50_000;
/// How many bytes one file may have.
const BYTES: usize = 50 * 1024 * 1024;
/// Where it lies.
const NAME: &str = "sitemap.xml";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// The files of the sitemap by name.
pub fn files(course: &Course<'_>, base_url: &str) -> Vec<(String, String)> {
    let pages = course.layout.reading_order.iter().map(|id| {
        let front = &course.lesson(*id).front;
        (url(course, base_url, *id), last_changed(front.date, front.updated))
    });
    split(pages, base_url)
}

/// Writes addresses into as few files as may be.
fn split(
    pages: impl Iterator<Item = (String, Option<Date>)>,
    base_url: &str,
) -> Vec<(String, String)> {
    let close = "</urlset>\n";
    let mut sets: Vec<String> = Vec::new();
    let mut count = ADDRESSES;
    for (url, changed) in pages {
        let line = line(&url, changed);
        let is_full = |set: &String| set.len() + line.len() + close.len() > BYTES;
        if count == ADDRESSES || sets.last().is_some_and(is_full) {
            sets.push(format!("{HEAD}<urlset {NAMESPACE}>\n"));
            count = 0;
        }
        if let Some(set) = sets.last_mut() {
            set.push_str(&line);
        }
        count += 1;
    }
    sets.iter_mut().for_each(|set| set.push_str(close));
    if sets.len() == 1 {
        return sets.into_iter().map(|set| (NAME.to_owned(), set)).collect();
    }
    let sets = sets.into_iter().enumerate();
    let mut files: Vec<_> =
        sets.map(|(index, set)| (format!("sitemap-{}.xml", index + 1), set)).collect();
    let mut list = format!("{HEAD}<sitemapindex {NAMESPACE}>\n");
    for (name, _) in &files {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "<sitemap><loc>{}{name}</loc></sitemap>", escape(base_url));
    }
    list.push_str("</sitemapindex>\n");
    files.push((NAME.to_owned(), list));
    files
}

fn line(url: &str, changed: Option<Date>) -> String {
    let changed = changed.map(|date| format!("<lastmod>{date}</lastmod>"));
    format!("<url><loc>{}</loc>{}</url>\n", escape(url), changed.unwrap_or_default())
}

/// `robots.txt`: everything may be read, and here is the list of it.
pub fn robots(base_url: &str) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {base_url}{NAME}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sitemap_is_several_files_and_a_list_of_them() {
        let pages = (0..ADDRESSES + 1).map(|page| (format!("https://a.org/{page}"), None));
        let files = split(pages, "https://a.org/");
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]);
        let counts = files.iter().map(|(_, text)| text.matches("<loc>").count());
        assert_eq!(counts.collect::<Vec<_>>(), [ADDRESSES, 1, 2]);
        assert!(files[2].1.contains("<loc>https://a.org/sitemap-2.xml</loc>"), "{}", files[2].1);
    }

    #[test]
    fn no_file_is_too_large() {
        let long = "x".repeat(3_000);
        let pages = (0..20_000).map(|page| (format!("https://a.org/{long}{page}"), None));
        let files = split(pages, "https://a.org/");
        assert_eq!(files.len(), 3);
        assert!(files.iter().all(|(_, text)| text.len() <= BYTES));
    }
}
