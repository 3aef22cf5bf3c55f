//! Verifying: `build --verify` and `hornbook verify`.

use std::process::ExitCode;
use std::time::Instant;

use hornbook::address::encode_path;
use hornbook::bundle::Changes;
use hornbook::config::with_trailing_slash;
use hornbook::error::Result;
use hornbook::load::load;
use hornbook::session::Build;
use hornbook::source::Sources;
use hornbook::verify::{Deviation, deviations};
use hornbook::write::{self, Finding, Verified};

use crate::FAILED;
use crate::cli::{BuildArgs, VerifyArgs};
use crate::tell::{files, plural, put_out, say, seconds};

/// Verifies a site that was just written, and says whether all is well.
pub fn build(arguments: &BuildArgs, sources: &Sources, built: &Build) -> Result<bool> {
    let started = Instant::now();
    let (dir, out) = (&arguments.site.dir, arguments.out());
    let again = load(dir, Some(&out))?;
    if hornbook::follow::are_different(sources, &again) {
        say("not verified: the sources have changed while the site was built\n");
        return Ok(false);
    }
    let ways = deviations(&again, &arguments.options(), built);
    let folder = write::verify_bundle(&built.bundle, dir, &out)?;
    let mut text: String = ways.iter().map(deviation).collect();
    text.extend(folder.findings.iter().map(finding));
    put_out(&text)?;
    let is_well = ways.is_empty() && folder.findings.is_empty();
    let took = seconds(started);
    say(&match is_well {
        true => format!(
            "verified {} in {took}: every way of building gives them\n",
            files(folder.listed)
        ),
        false => format!("verified in {took}: {} wrong\n", files(text.lines().count())),
    });
    Ok(is_well)
}

fn deviation(deviation: &Deviation) -> String {
    let Deviation { way, changes: Changes { added, changed, removed } } = deviation;
    let lines = |what: &'static str, paths: &[_]| -> String {
        paths.iter().map(|path| format!("{what}: {path} (built {way})\n")).collect()
    };
    let text = lines("not built", added) + &lines("differs", changed) + &lines("missing", removed);
    // The same files, then, and other diagnostics.
    if text.is_empty() { format!("differs: what the build reports (built {way})\n") } else { text }
}

fn finding(finding: &Finding) -> String {
    format!("{}: {}\n", finding.wrong, finding.path)
}

/// `hornbook verify`.
pub fn folder(arguments: &VerifyArgs) -> Result<ExitCode> {
    let (dir, manifest) = (&arguments.dir, arguments.manifest.as_deref());
    if let Some(url) = &arguments.addresses {
        let paths = write::listed(dir, manifest)?;
        put_out(&paths.iter().map(|path| address(url, path)).collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let Verified { listed, others, findings } = write::verify(dir, manifest)?;
    put_out(&findings.iter().map(finding).collect::<String>())?;
    let wrong = findings.len();
    let others = match others {
        0 => String::new(),
        others => format!("; {} besides", plural(others, "other file")),
    };
    say(&format!("verified {} in {}: {wrong} wrong{others}\n", files(listed), dir.display()));
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// The address of a file below a site's.
fn address(url: &str, path: &str) -> String {
    let mut address = with_trailing_slash(url.to_owned());
    encode_path(path, &mut address);
    address.push('\n');
    address
}
