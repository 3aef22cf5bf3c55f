//! `hornbook headers` with the real binary: what goes where, and that it is the same wherever it is made.

use libtest_mimic::Trial;

use crate::cli::{Outcome, Test, holds, put, run, same, site};

const FORMATS: [&str; 8] =
    ["apache", "caddy", "cloudflare", "github", "gitlab", "netlify", "nginx", "vercel"];

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 5] = [
        ("every host is told the same policy, and nothing is written", hosts),
        ("what comes from elsewhere is told and allowed", outside),
        ("below a path the rules hold below it, whoever says where", below),
        ("copied pages and a theme's style sheets are looked at", copied),
        ("while the content has errors there are no headers", errors),
    ];
    tests.map(|(name, test)| Trial::test(format!("headers: {name}"), test)).into()
}

fn hosts() -> Outcome {
    let dir = site(&[("content/a.md", "# A\n\n<script>a()</script>\n")])?;
    for format in FORMATS {
        let told = run(dir.path(), &["headers", "--format", format])?.expect(0)?;
        holds(&told.out, "default-src 'self'; base-uri 'none'; script-src 'self' 'sha256-")?;
        let has_frames = told.out.contains("frame-ancestors 'self'");
        same(has_frames, !matches!(format, "github" | "gitlab"))?;
        same(told.err.as_str(), "")?;
        let again = run(dir.path(), &["headers", "--format", format])?.expect(0)?;
        same(told.out, again.out)?;
    }
    same(dir.path().join("public").exists(), false)?;
    run(dir.path(), &["headers"])?.expect(2)?;
    Ok(())
}

fn outside() -> Outcome {
    let text = "# A\n\n<iframe src=\"https://maps.example/x\" title=\"Map\"></iframe>\n\n\
                <a href=\"javascript:x()\">x</a>\n\n![P](https://pictures.example/p.png)\n";
    let dir = site(&[("content/a.md", text)])?;
    let told = run(dir.path(), &["headers", "--format", "netlify"])?.expect(0)?;
    holds(&told.out, "frame-src 'self' https://maps.example;")?;
    holds(&told.out, "img-src 'self' https://pictures.example;")?;
    holds(
        &told.err,
        "a.html is the first that loads from another host: frame https://maps.example\n",
    )?;
    holds(
        &told.err,
        "a.html has an address that begins with `javascript:`, which the policy forbids\n",
    )
}

fn below() -> Outcome {
    let dir = site(&[("content/a.md", "# A\n")])?;
    let url = "https://example.org/courses/one/";
    let asked = ["headers", "--format", "nginx", "--base-url", url];
    let told = run(dir.path(), &asked)?.expect(0)?;
    holds(&told.out, "\"^/courses/one/theme/(")?;
    put(dir.path(), "site.toml", format!("base_url = \"{url}\"\n").as_bytes())?;
    let settled = run(dir.path(), &asked[..3])?.expect(0)?;
    same(settled.out, told.out)?;
    // A proxy takes the path away.
    let asked = ["headers", "--format", "nginx", "--base-url", "https://inner.example"];
    holds(&run(dir.path(), &asked)?.expect(0)?.out, "\"^/theme/(")?;
    run(dir.path(), &["headers", "--format", "nginx", "--base-url", "courses/"])?.expect(2)?;
    Ok(())
}

fn copied() -> Outcome {
    let dir = site(&[
        ("site.toml", "theme = \"own\"\n"),
        ("content/a.md", "# A\n\nSee [w](w.html).\n"),
        ("content/w.html", "<!doctype html><script>w()</script>"),
        ("themes/own/static/own.css", "@font-face { src: url(https://fonts.example/f.woff2) }"),
    ])?;
    let told = run(dir.path(), &["headers", "--format", "netlify"])?.expect(0)?;
    holds(&told.out, "font-src 'self' https://fonts.example;")?;
    holds(&told.out, "script-src 'self' 'sha256-")
}

fn errors() -> Outcome {
    let dir = site(&[("content/a.md", "# A\n\n[[nowhere]]\n")])?;
    let told = run(dir.path(), &["headers", "--format", "nginx"])?.expect(1)?;
    same(told.out.as_str(), "")?;
    holds(&told.err, "no lesson or term is called \"nowhere\"")?;
    put(dir.path(), "content/a.md", b"# A\n")?;
    run(dir.path(), &["headers", "--format", "nginx"])?.expect(0)?;
    Ok(())
}
