//! The policy: a Content-Security-Policy that allows what pages need and nothing else.

use std::collections::BTreeSet;

use super::needs::{Kind, Needs};

/// Writes the policy for what all pages together need.
pub fn policy(needs: &Needs) -> String {
    let mut directives = vec!["default-src 'self'".to_owned(), "base-uri 'none'".to_owned()];
    let of = |kind: Kind| needs.sources.keys().filter(move |(own, _)| *own == kind);
    let sources =
        |kind| -> BTreeSet<&str> { of(kind).map(|(_, source)| source.as_str()).collect() };
    let mut with_self = |name: &str, also: Vec<&str>| {
        if !also.is_empty() {
            directives.push(format!("{name} 'self' {}", also.join(" ")));
        }
    };
    with_self("font-src", sources(Kind::Font).into_iter().collect());
    with_self("frame-src", sources(Kind::Frame).into_iter().collect());
    with_self("img-src", sources(Kind::Image).into_iter().collect());
    with_self("media-src", sources(Kind::Media).into_iter().collect());
    let mut scripts: Vec<&str> = needs.scripts.iter().map(String::as_str).collect();
    if !needs.handlers.is_empty() {
        scripts.push("'unsafe-hashes'");
        scripts.extend(needs.handlers.iter().map(String::as_str));
    }
    scripts.extend(sources(Kind::Script));
    with_self("script-src", scripts);
    let styles = needs.styles.iter().map(String::as_str).chain(sources(Kind::Style));
    with_self("style-src", styles.collect());
    if needs.style_attributes {
        // An attribute can change how its own element looks and no more.
        directives.push("style-src-attr 'unsafe-inline'".to_owned());
    }
    let or_none = |name: &str, also: BTreeSet<&str>| {
        let also: Vec<&str> = also.into_iter().collect();
        let also = if also.is_empty() { "'none'".to_owned() } else { also.join(" ") };
        format!("{name} {also}")
    };
    directives.push(or_none("form-action", sources(Kind::Form)));
    directives.push("frame-ancestors 'self'".to_owned());
    directives.push(or_none("object-src", sources(Kind::Object)));
    directives.join("; ")
}

/// The policy as far as it works inside of a page.
pub fn in_page(policy: &str) -> String {
    let directives = policy.split("; ").filter(|part| !part.starts_with("frame-ancestors"));
    directives.collect::<Vec<_>>().join("; ")
}
