//! Watching, as authors have it: the real binary follows a folder while it is edited in every way that editors know.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use hornbook::bundle::{Output, Purpose};
use hornbook::load::load;
use hornbook::session::{Options, Session};
use libtest_mimic::{Failed, Trial};
use tempfile::TempDir;

mod client;
mod editors;
mod rest;
mod storm;
mod trouble;

use client::Client;

type Outcome = Result<(), Failed>;
type Test = (&'static str, fn() -> Outcome);

/// How long something may take to happen.
const PATIENCE: Duration = Duration::from_secs(20);

pub fn trials() -> Vec<Trial> {
    let tests: &[Test] = &[
        ("serve tells programs what happens", events),
        ("every editor's way to save is one change", editors::every_way_is_seen),
        ("whatever can change is followed", everything_is_followed),
        ("a touch without a change builds nothing", touch),
        ("of many pages the rest is rendered behind the build", rest::rest_is_told),
        ("build --watch writes what changes", build_watch),
        ("build --watch writes nothing broken", build_watch_broken),
        ("a site's folder goes away and comes back", trouble::folder_comes_back),
        ("another folder takes the place of the site's", trouble::folder_is_replaced),
        #[cfg(unix)]
        ("what cannot be read is told once and holds nothing back", trouble::unreadable),
        #[cfg(unix)]
        ("a link to an empty folder is followed and let go", trouble::link_to_an_empty_folder),
        ("build --watch outlives an output that cannot be written", trouble::not_written),
        ("hundreds of random operations end in a clean build", storm::ends_in_a_clean_build),
        ("hundreds of random operations end in a clean output", storm::ends_in_a_clean_output),
    ];
    tests.iter().map(|(name, test)| Trial::test(format!("watch: {name}"), test)).collect()
}

/// A running `hornbook serve` with the events that it has told.
pub struct Served {
    dir: TempDir,
    child: Child,
    events: std::sync::mpsc::Receiver<serde_json::Value>,
    port: u16,
}

impl Served {
    fn start(files: &[(&str, &str)]) -> Result<Self, Failed> {
        let dir = tempfile::tempdir()?;
        for (path, text) in files {
            put(dir.path(), path, text)?;
        }
        let mut child = command(dir.path(), &["serve", "--json", "--port", "0"]).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let (sender, events) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in std::io::BufRead::lines(std::io::BufReader::new(out)).map_while(Result::ok)
            {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| line.into());
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        let mut served = Self { dir, child, events, port: 0 };
        let ready = served.event("ready")?;
        let address = ready["address"].as_str().ok_or("no address")?;
        let port = address.trim_end_matches('/').rsplit(':').next();
        served.port = port.and_then(|port| port.parse().ok()).ok_or("no port")?;
        Ok(served)
    }

    fn put(&self, path: &str, text: &str) -> Outcome {
        put(self.dir.path(), path, text)
    }

    fn at(&self, path: &str) -> std::path::PathBuf {
        self.dir.path().join(path)
    }

    /// Waits for the next event of this name.
    fn event(&self, name: &str) -> Result<serde_json::Value, Failed> {
        loop {
            let event = self.events.recv_timeout(PATIENCE);
            let event = event.map_err(|_| format!("the event {name} does not come"))?;
            if event["event"] == name {
                return Ok(event);
            }
        }
    }

    /// Waits until nothing was told for a while, and returns what was told until then.
    fn events_until_quiet(&self) -> Vec<serde_json::Value> {
        let mut events = Vec::new();
        while let Ok(event) = self.events.recv_timeout(Duration::from_millis(400)) {
            events.push(event);
        }
        events
    }

    /// Waits until the page at an address holds a text.
    fn wait_for(&self, address: &str, text: &str) -> Outcome {
        let begin = Instant::now();
        let mut client = Client::new(self.port);
        let mut last = (0, String::new());
        while begin.elapsed() < PATIENCE {
            last = client.get(address)?;
            if last.0 == 200 && last.1.contains(text) {
                return Ok(());
            }
            sleep(Duration::from_millis(2));
        }
        Err(format!("{address} does not come to hold {text:?}: {} {}", last.0, last.1).into())
    }

    /// Ends it as Ctrl-C does.
    fn stop(mut self) -> Outcome {
        stop(&mut self.child)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hornbook"));
    command.current_dir(dir).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn stop(child: &mut Child) -> Outcome {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    if !status.success() {
        return Err("it had ended before".into());
    }
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            let is_clean = status.success();
            return if is_clean { Ok(()) } else { Err(format!("ended with {status}").into()) };
        }
        sleep(Duration::from_millis(5));
    }
    Err("Ctrl-C does not end it".into())
}

fn put(dir: &Path, path: &str, text: &str) -> Outcome {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap_or(dir))?;
    Ok(fs::write(path, text)?)
}

fn equal<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T, what: &str) -> Outcome {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?} instead of {expected:?}").into())
}

const COURSE: &[(&str, &str)] = &[
    ("site.toml", "title = \"Course\"\n"),
    ("content/index.md", "# Course\n\nHome.\n"),
    ("content/a.md", "# A\n\nOne.\n"),
    ("content/unit/b.md", "# B\n\nOne. ![](p.svg)\n"),
    ("content/unit/p.svg", "<svg/>"),
];

fn events() -> Outcome {
    let served = Served::start(COURSE)?;
    served.put("content/a.md", "# A\n\n[[nowhere]]\n")?;
    let building = served.event("building")?;
    equal(&building["files"], &serde_json::json!(["content/a.md"]), "files")?;
    equal(&building["build"], &2.into(), "number")?;
    let told = served.event("diagnostics")?;
    equal(&told["diagnostics"][0]["code"], &"unknown-link".into(), "code")?;
    equal(&told["diagnostics"][0]["line"], &3.into(), "line")?;
    let built = served.event("built")?;
    equal(&built["shown"], &false.into(), "a broken build")?;
    equal(&built["errors"], &1.into(), "errors")?;
    served.put("content/a.md", "# A\n\nTwo.\n")?;
    equal(&served.event("diagnostics")?["errors"], &0.into(), "errors")?;
    let built = served.event("built")?;
    equal(&built["pages"], &serde_json::json!(["a.html"]), "pages")?;
    equal(&built["shown"], &true.into(), "a good build")?;
    equal(&built["rendered"], &1.into(), "rendered")?;
    if !built["milliseconds"].as_f64().is_some_and(|time| time > 0.0) {
        return Err(format!("milliseconds: {built}").into());
    }
    served.stop()
}

fn touch() -> Outcome {
    let served = Served::start(COURSE)?;
    for path in ["content/a.md", "content/unit/p.svg", "site.toml"] {
        let status = Command::new("touch").arg(served.at(path)).status()?;
        equal(&status.success(), &true, "touch")?;
        // Written again with the same bytes, and never empty meanwhile: a slow machine might be seen at that.
        let bytes = fs::read(served.at(path))?;
        fs::File::options().write(true).open(served.at(path))?.write_all(&bytes)?;
    }
    equal(&served.events_until_quiet(), &Vec::new(), "events")?;
    served.put("content/unit/p.svg", "<svg ></svg>")?;
    equal(&served.event("built")?["assets"], &serde_json::json!(["unit/p.svg"]), "assets")?;
    served.stop()
}

fn everything_is_followed() -> Outcome {
    let served = Served::start(COURSE)?;
    served.put("site.toml", "title = \"Renamed\"\n")?;
    served.wait_for("/index.html", "Renamed")?;
    served.put("content/new/deep/c.md", "# C\n\nIn a new folder.\n")?;
    served.wait_for("/new/deep/c.html", "In a new folder.")?;
    served.put("content/new/deep/c.md", "# C\n\nAnd again.\n")?;
    served.wait_for("/new/deep/c.html", "And again.")?;
    fs::rename(served.at("content/new"), served.at("content/moved"))?;
    served.wait_for("/moved/deep/c.html", "And again.")?;
    served.put("content/moved/deep/c.md", "# C\n\nAfter the move.\n")?;
    served.wait_for("/moved/deep/c.html", "After the move.")?;
    // A theme that was not there.
    served.put("site.toml", "title = \"Renamed\"\ntheme = \"own\"\n")?;
    served.put("themes/own/templates/lesson.html", "own: {{ page.body | safe }}\n")?;
    served.wait_for("/a.html", "own: ")?;
    served.put("themes/own/templates/lesson.html", "mine: {{ page.body | safe }}\n")?;
    served.wait_for("/a.html", "mine: ")?;
    // The whole content goes away and comes back, as when another branch is checked out.
    fs::rename(served.at("content"), served.at("gone"))?;
    served.event("built")?;
    served.put("content/a.md", "# A\n\nAnother branch.\n")?;
    served.wait_for("/a.html", "Another branch.")?;
    served.put("content/a.md", "# A\n\nAnd an edit.\n")?;
    served.wait_for("/a.html", "And an edit.")?;
    #[cfg(unix)]
    {
        served.put("elsewhere/d.md", "# D\n\nLinked.\n")?;
        std::os::unix::fs::symlink(served.at("elsewhere"), served.at("content/linked"))?;
        served.wait_for("/linked/d.html", "Linked.")?;
        served.put("elsewhere/d.md", "# D\n\nLinked and edited.\n")?;
        served.wait_for("/linked/d.html", "Linked and edited.")?;
    }
    served.stop()
}

fn build_watch() -> Outcome {
    let dir = tempfile::tempdir()?;
    COURSE.iter().try_for_each(|(path, text)| put(dir.path(), path, text))?;
    let mut child = command(dir.path(), &["build", "--watch"]).spawn()?;
    let page = dir.path().join("public/a.html");
    let wait = |text: &str| {
        let begin = Instant::now();
        while !fs::read_to_string(&page).is_ok_and(|page| page.contains(text)) {
            if begin.elapsed() > PATIENCE {
                return Err(Failed::from(format!("{text:?} is not written")));
            }
            sleep(Duration::from_millis(5));
        }
        Ok(())
    };
    let result = wait("One.").and_then(|()| {
        put(dir.path(), "content/a.md", "# A\n\nTwo.\n")?;
        wait("Two.")
    });
    let ended = stop(&mut child);
    let _ = child.kill();
    result.and(ended)
}

fn build_watch_broken() -> Outcome {
    let dir = tempfile::tempdir()?;
    COURSE.iter().try_for_each(|(path, text)| put(dir.path(), path, text))?;
    put(dir.path(), "content/a.md", "# A\n\n[[nowhere]]\n")?;
    let mut child = command(dir.path(), &["build", "--watch"]).spawn()?;
    sleep(Duration::from_millis(500));
    let is_written = dir.path().join("public").exists();
    put(dir.path(), "content/a.md", "# A\n\nMended.\n")?;
    let begin = Instant::now();
    while !dir.path().join("public/a.html").exists() && begin.elapsed() < PATIENCE {
        sleep(Duration::from_millis(5));
    }
    let is_mended = dir.path().join("public/a.html").exists();
    let ended = stop(&mut child);
    let _ = child.kill();
    equal(&(is_written, is_mended), &(false, true), "written while broken, when mended")?;
    ended
}

/// Compares all that is served with a new build of the folder: every page, and nothing else.
fn compare_with_clean_build(served: &Served, also: &[String]) -> Outcome {
    let sources = load(served.dir.path(), None).map_err(|error| error.to_string())?;
    // As `serve` makes it: the theme keeps its folder.
    let options = Options { purpose: Purpose::Preview, ..Options::default() };
    let build = Session::default().build(&sources, &options);
    if build.has_errors() {
        return Err(format!("the content has errors: {:?}", build.diagnostics).into());
    }
    let mut client = Client::new(served.port);
    for (path, output) in build.bundle.files.iter() {
        let (status, body) = client.get(&format!("/{path}"))?;
        equal(&status, &200, path)?;
        let body = client::without_script(&body);
        let expected = match output {
            Output::Copy(source) => fs::read_to_string(served.at(source.as_str()))?,
            Output::Kept(_) => return Err("pages are kept in memory".into()),
            made => String::from_utf8(made.bytes().unwrap_or_default().into_owned())?,
        };
        if body != expected {
            return Err(
                format!("{path} is not that of a clean build:\n{body}\n\n{expected}").into()
            );
        }
    }
    for path in also.iter().filter(|path| !build.bundle.files.contains_key(path)) {
        equal(&client.get(&format!("/{path}"))?.0, &404, path)?;
    }
    Ok(())
}
