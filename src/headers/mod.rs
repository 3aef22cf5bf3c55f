//! Headers: what a host should send with the files of a site.
//!
//! [`needs`] looks at what pages load, [`policy`] writes the Content-Security-Policy that allows just that, [`hosts`] spells
//! all of it as each host reads it. Nothing depends on the order in which pages are looked at.

mod hosts;
mod needs;
mod policy;

use rayon::prelude::*;

use crate::bundle::{Bundle, Output};
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
    /// Headers for a built site. `read` gives the text of a file that is copied.
    pub fn of(bundle: &Bundle, read: &(dyn Fn(&SourcePath) -> Option<String> + Sync)) -> Self {
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
        Self { theme, shards: shards.map(str::to_owned).collect(), always, notes: needs.notes() }
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
        let files = files.iter().map(|(path, text)| match text.strip_prefix("copy ") {
            Some(source) => (path.to_string(), Output::Copy(SourcePath::new(source))),
            None => (path.to_string(), Output::text(*text)),
        });
        let read = |path: &SourcePath| Some(format!("<script>copied(\"{path}\")</script>"));
        Headers::of(&Bundle { files: files.collect() }, &read)
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
