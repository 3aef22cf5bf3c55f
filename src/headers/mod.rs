//! Headers: what a host should send with the files of a site.
//!
//! [`needs`] looks at what pages load, [`policy`] writes the Content-Security-Policy that allows just that, [`hosts`] spells
//! all of it as each host reads it. Nothing depends on the order in which pages are looked at.

mod hosts;
mod needs;
mod policy;

use rayon::prelude::*;

use crate::bundle::{Bundle, Output};
use crate::config::{path_of, with_trailing_slash};
use crate::link::THEME_FOLDER;
use crate::search::is_of_search;
use crate::source::SourcePath;

pub use hosts::Host;
use needs::Needs;

/// For files whose name changes with what they hold.
const KEPT: &str = "public, max-age=31536000, immutable";
/// For all others: they may be kept, and asked for again each time.
const ASKED: &str = "public, max-age=0, must-revalidate";

/// What a host should send, and what is to be known of it.
#[derive(Clone, Debug)]
pub struct Headers {
    /// The path below which the site lies on its host; it begins and ends with a `/`.
    root: String,
    /// The folder of the theme's files, which is named by what they hold.
    theme: Option<String>,
    /// The files of the search index that are named by what they hold.
    shards: Vec<String>,
    /// With every file: names with values.
    always: Vec<(&'static str, String)>,
    /// What the author should know: which other hosts pages load from, and what the policy forbids.
    pub notes: Vec<String>,
}

impl Headers {
    /// Headers for a built site that lies at `base_url`, or at the root of a host. `read` gives the text of a file that is
    /// copied.
    pub fn of(
        bundle: &Bundle,
        base_url: Option<&str>,
        read: &(dyn Fn(&SourcePath) -> Option<String> + Sync),
    ) -> Self {
        let files: Vec<_> = bundle.files.iter().collect();
        let needs = files.par_iter().map(|(path, output)| {
            let is_text = [".html", ".htm", ".css"].iter().any(|ending| path.ends_with(ending));
            let text = match output {
                Output::Bytes(bytes) if is_text => {
                    Some(String::from_utf8_lossy(bytes).into_owned())
                }
                Output::Copy(source) if is_text => read(source),
                _ => None,
            };
            text.map_or_else(Needs::default, |text| Needs::of(path, &text))
        });
        let needs = needs.reduce(Needs::default, Needs::with);
        let always = vec![
            ("Content-Security-Policy", policy::policy(&needs)),
            ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
            (
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()".to_owned(),
            ),
            ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ];
        let shards = files.iter().map(|(path, _)| *path);
        let shards = shards.filter(|path| is_of_search(path) && !path.ends_with("/index.js"));
        let names = files.iter().filter_map(|(path, _)| named_folder(path));
        let theme = names.min().map(str::to_owned);
        let root = base_url.map(|base_url| with_trailing_slash(base_url.to_owned()));
        let root = root.as_deref().and_then(path_of).unwrap_or("/").to_owned();
        let shards = shards.map(str::to_owned).collect();
        Self { root, theme, shards, always, notes: needs.notes() }
    }

    /// What the author should know of a host that cannot be told all of this.
    pub fn limits(&self, host: Host) -> Option<String> {
        let length = self.policy().len();
        (host == Host::Cloudflare && length > hosts::CLOUDFLARE_LINE).then(|| {
            let most = hosts::CLOUDFLARE_LINE;
            format!(
                "the policy has {length} characters, and Cloudflare takes lines of {most} at most"
            )
        })
    }

    /// The headers as a host reads them.
    pub fn write(&self, host: Host) -> String {
        hosts::write(self, host)
    }

    fn policy(&self) -> &str {
        &self.always[0].1
    }
}

/// The folder of a path that lies in one of the theme's that is named by its content.
fn named_folder(path: &str) -> Option<&str> {
    let name = path.strip_prefix(THEME_FOLDER)?.strip_prefix('/')?.split_once('/')?.0;
    let is_named = name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_named.then(|| &path[..THEME_FOLDER.len() + 1 + name.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> Headers {
        site_at(None, files)
    }

    fn site_at(base_url: Option<&str>, files: &[(&str, &str)]) -> Headers {
        let files = files.iter().map(|(path, text)| match text.strip_prefix("copy ") {
            Some(source) => (path.to_string(), Output::Copy(SourcePath::new(source))),
            None => (path.to_string(), Output::text(*text)),
        });
        let read = |path: &SourcePath| Some(format!("<script>copied(\"{path}\")</script>"));
        Headers::of(&Bundle { files: files.collect() }, base_url, &read)
    }

    const HOSTS: [Host; 8] = [
        Host::Apache,
        Host::Caddy,
        Host::Cloudflare,
        Host::Github,
        Host::Gitlab,
        Host::Netlify,
        Host::Nginx,
        Host::Vercel,
    ];

    #[test]
    fn a_plain_site_needs_nothing_but_itself() {
        let headers =
            site(&[("index.html", "<script type=\"application/json\">{}</script><img src=a.png>")]);
        assert_eq!(
            headers.policy(),
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; object-src 'none'"
        );
        assert!(headers.notes.is_empty());
    }

    #[test]
    fn the_hash_of_an_inline_script_is_that_of_the_standard() {
        // W3C CSP 3, section 8.3, has this example.
        let headers = site(&[("a.html", "<script>alert('Hello, world.');</script>")]);
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert!(headers.policy().contains(&format!("script-src 'self' {hash};")), "{headers:?}");
    }

    #[test]
    fn copied_pages_are_looked_at_and_copied_pictures_are_not() {
        let headers = site(&[("w.html", "copy content/w.html"), ("p.png", "copy content/p.png")]);
        assert_eq!(headers.policy().matches("'sha256-").count(), 1);
    }

    #[test]
    fn the_order_of_pages_does_not_show() {
        let one = ("a.html", "<style>a{}</style><img src=https://b.example/x.png>");
        let other = ("b.html", "<style>b{}</style><img src=//a.example/y.png>");
        let (forth, back) = (site(&[one, other]), site(&[other, one]));
        for host in HOSTS {
            assert_eq!(forth.write(host), back.write(host));
        }
        assert!(forth.policy().contains("img-src 'self' https://a.example https://b.example;"));
        assert_eq!(forth.notes.len(), 2, "{:?}", forth.notes);
    }

    #[test]
    fn only_what_is_named_by_its_content_is_kept() {
        let headers = site(&[("theme/search/0123456789.js", ""), ("theme/search/index.js", "")]);
        let netlify = headers.write(Host::Netlify);
        assert!(netlify.contains(&format!("/theme/search/0123456789.js\n  Cache-Control: {KEPT}")));
        assert!(!netlify.contains("index.js"));
        let cloudflare = headers.write(Host::Cloudflare);
        let index =
            format!("/theme/search/index.js\n  ! Cache-Control\n  Cache-Control: {ASKED}\n");
        assert!(cloudflare.contains(&index), "{cloudflare}");
    }

    #[test]
    fn a_policy_too_long_for_its_host_is_told() {
        let many: String = (0..60).map(|number| format!("<script>{number}</script>")).collect();
        let headers = site(&[("a.html", &many)]);
        assert!(headers.limits(Host::Cloudflare).is_some());
        assert_eq!(headers.limits(Host::Netlify), None);
        assert_eq!(site(&[("a.html", "")]).limits(Host::Cloudflare), None);
    }

    #[test]
    fn an_address_is_named_so_that_it_ends_neither_its_source_nor_its_directive() {
        let script =
            |address: &str| site(&[("a.html", &format!("<script src='{address}'></script>"))]);
        for (address, source) in [
            ("https://c.example/a;b,c.js?d", "https://c.example/a%3Bb%2Cc.js"),
            ("https://c.example/npm/a@1.2,b@3 .js", "https://c.example/npm/a@1.2%2Cb@3%20.js"),
            ("https://c.example/\u{e4}.js", "https://c.example/%C3%A4.js"),
            ("https://c.example/%2C.js", "https://c.example/%2C.js"),
            ("https://u:p@C.example:8443/a.js", "https://c.example:8443/a.js"),
            ("https://c.example/a/../b.js", "https://c.example"),
        ] {
            let headers = script(address);
            let wanted = format!("script-src 'self' {source};");
            assert!(headers.policy().contains(&wanted), "{address}: {}", headers.policy());
        }
    }

    #[test]
    fn what_cannot_be_named_is_told() {
        for (tag, what) in [
            (
                "<img src='https://b\u{fc}cher.example/a.png'>",
                "image https://b\u{fc}cher.example/a.png",
            ),
            ("<script src='https://[::1]/a.js'></script>", "script https://[::1]/a.js"),
            ("<img src='https://*/a.png'>", "image https://*/a.png"),
            ("<form action='mailto:a@b.example'></form>", "form mailto:a@b.example"),
        ] {
            let told = format!("a.html has an address that the policy does not allow: {what}");
            assert_eq!(site(&[("a.html", tag)]).notes, [told]);
        }
    }

    #[test]
    fn of_doubled_attributes_the_first_counts() {
        let headers =
            site(&[("a.html", "<img src=https://a.example/x src=https://b.example/x src>")]);
        assert!(headers.policy().contains("img-src 'self' https://a.example;"), "{headers:?}");
    }

    #[test]
    fn below_a_path_the_rules_hold_below_it() {
        let files = [("theme/0123456789abcdef/a.css", ""), ("theme/search/0123456789.js", "")];
        let root = site(&files);
        let below = site_at(Some("https://example.org/my.courses/a%20b"), &files);
        for (host, at_root, at_path) in [
            (Host::Netlify, "/*\n", "/my.courses/a%20b/*\n"),
            (
                Host::Netlify,
                "\n/theme/0123456789abcdef/*\n",
                "\n/my.courses/a%20b/theme/0123456789abcdef/*\n",
            ),
            (Host::Netlify, "\n/theme/search/0", "\n/my.courses/a%20b/theme/search/0"),
            (Host::Cloudflare, "\n/theme/search/*\n", "\n/my.courses/a%20b/theme/search/*\n"),
            (Host::Vercel, "\"/(.*)\"", "\"/my.courses/a%20b/(.*)\""),
            (Host::Nginx, "\"^/theme/(", "\"^/my[.]courses/[^/]+/theme/("),
            (Host::Apache, "m#^/theme/(", "m#^/my[.]courses/[^/]+/theme/("),
            (Host::Caddy, "path_regexp ^/theme/(", "path_regexp ^/my[.]courses/[^/]+/theme/("),
            (Host::Caddy, "path /*\n", "path /my.courses/a%20b/*\n"),
        ] {
            let (root, below) = (root.write(host), below.write(host));
            assert!(root.contains(at_root) && !root.contains(at_path), "{root}");
            assert!(below.contains(at_path), "{below}");
        }
    }

    #[test]
    fn what_an_author_writes_breaks_no_form() {
        let headers = site(&[(
            "a.html",
            "<img src='https://a.example\"; }\n/x'><img src='https://b.example/%0a'><script src='https://c.example/a;b,c'></script>",
        )]);
        for host in HOSTS {
            let text = headers.write(host);
            assert!(!text.contains("a.example\""), "{text}");
            assert!(!text.contains("a;b"), "{text}");
        }
        let vercel = headers.write(Host::Vercel);
        serde_json::from_str::<serde_json::Value>(&vercel).unwrap();
    }
}
