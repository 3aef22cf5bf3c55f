//! Requests against a real listener.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::snapshot::Preview;
use super::{Bound, Server};
use crate::load::load;
use crate::session::{Options, Session};

/// A small course that is served.
struct Served {
    dir: tempfile::TempDir,
    port: u16,
    preview: Preview,
    server: Server,
}

/// What came back, with the names of headers in lower case.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

const FILES: &[(&str, &str)] = &[
    ("site.toml", "title = \"Course\"\n"),
    ("content/unit/value and worth.md", "# Value\n\nText.\n\n![](film.mp4)\n"),
    ("content/unit/film.mp4", "0123456789"),
    ("content/secret.txt", "an asset like any other"),
    ("outside.txt", "no asset"),
];

impl Served {
    fn start() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in FILES {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let mut preview = Preview::default();
        let first = snapshot(&dir, &mut preview);
        let bound = Bound::take("127.0.0.1", Some(0)).expect("a free port");
        let port = bound.address.port();
        let server = bound.serve(first, dir.path()).expect("a server");
        Self { dir, port, preview, server }
    }

    fn write(&mut self, path: &str, text: &str) {
        fs::write(self.dir.path().join(path), text).expect("a file");
        let next = snapshot(&self.dir, &mut self.preview);
        self.server.show(next);
    }

    fn ask(&self, request: &str, headers: &str) -> Answer {
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        self.ask_bare(request, &format!("{host}{headers}"))
    }

    fn ask_bare(&self, request: &str, headers: &str) -> Answer {
        let mut stream = self.connect();
        let text = format!("{request} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).expect("it listens");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer { status: status.expect("a status"), head, body: bytes[end + 4..].to_vec() }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
        stream
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), "")
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}

fn snapshot(dir: &tempfile::TempDir, preview: &mut Preview) -> super::Snapshot {
    let sources = Arc::new(load(dir.path(), None).expect("a course"));
    let (build, rest) = Session::default().preview(&sources, &Options::default(), 32);
    preview.take((build, &rest), sources, &[], ".")
}

const PAGE: &str = "/unit/value-and-worth.html";

#[test]
fn a_page_is_html_with_its_charset_and_never_cached() {
    let served = Served::start();
    let answer = served.get(PAGE);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.text().contains("Text.") && answer.text().contains("/.hornbook/live.js"));
}

#[test]
fn folders_lead_to_their_index() {
    let served = Served::start();
    assert_eq!(served.get("/").status, 200);
    assert_eq!(served.get("/unit/").status, 200);
    let answer = served.get("/unit");
    assert_eq!((answer.status, answer.header("location")), (307, Some("/unit/")));
}

#[test]
fn media_types_and_tags_of_files() {
    let served = Served::start();
    let style = served.get("/theme/style.css");
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), Some("no-cache"));
    let tag = style.header("etag").expect("a tag").to_owned();
    let again = served.ask("GET /theme/style.css", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let film = served.get("/unit/film.mp4");
    assert_eq!(film.header("content-type"), Some("video/mp4"));
    assert_eq!(film.text(), "0123456789");
}

#[test]
fn head_answers_without_a_body() {
    let served = Served::start();
    for path in [PAGE, "/theme/style.css", "/unit/film.mp4"] {
        let (get, head) = (served.get(path), served.ask(&format!("HEAD {path}"), ""));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        let length = head.header("content-length").expect("a length");
        assert_eq!(length, get.body.len().to_string(), "{path}");
    }
}

#[test]
fn parts_of_copied_and_of_made_files_can_be_asked_for() {
    let served = Served::start();
    let part = served.ask("GET /unit/film.mp4", "Range: bytes=2-4\r\n");
    assert_eq!((part.status, part.text()), (206, "234"));
    assert_eq!(part.header("content-range"), Some("bytes 2-4/10"));
    assert_eq!(part.header("content-length"), Some("3"));
    let end = served.ask("GET /unit/film.mp4", "Range: bytes=-3\r\n");
    assert_eq!(end.text(), "789");
    let none = served.ask("GET /unit/film.mp4", "Range: bytes=10-\r\n");
    assert_eq!((none.status, none.header("content-range")), (416, Some("bytes */10")));
    let other = served.ask("GET /unit/film.mp4", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n");
    assert_eq!((other.status, other.text()), (200, "0123456789"));
    let made = served.ask("GET /theme/style.css", "Range: bytes=0-1\r\n");
    assert_eq!((made.status, made.body.len()), (206, 2));
}

#[test]
fn nothing_outside_of_the_site_can_be_asked_for() {
    let served = Served::start();
    let paths = [
        "/../outside.txt",
        "/..%2foutside.txt",
        "/unit/../../outside.txt",
        "/%2e%2e/outside.txt",
        "//etc/passwd",
        "/content/secret.txt",
        "/site.toml",
        "/unit/%00",
        "/%ff",
        "/unit\\film.mp4",
    ];
    for path in paths {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("no asset"), "{path}");
    }
    assert_eq!(served.get("/secret.txt").status, 200);
}

#[test]
#[cfg(unix)]
fn a_copied_file_that_became_a_link_outside_is_not_served() {
    let served = Served::start();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "secret").expect("a file");
    let film = served.dir.path().join("content/unit/film.mp4");
    fs::remove_file(&film).expect("a removal");
    std::os::unix::fs::symlink(&secret, &film).expect("a link");
    assert_eq!(served.get("/unit/film.mp4").status, 404);
}

#[test]
fn a_foreign_name_is_refused_everywhere() {
    let served = Served::start();
    for path in ["/", PAGE, "/.hornbook/events", "/.hornbook/live.js", "/nowhere"] {
        let request = format!("GET {path}");
        assert_eq!(served.ask_bare(&request, "Host: evil.example\r\n").status, 403, "{path}");
    }
    assert_eq!(served.ask_bare("GET /", "").status, 400);
    let request = "GET http://evil.example/";
    assert_eq!(served.ask(request, "").status, 403);
    assert_eq!(served.ask_bare("GET /", "Host: localhost:1\r\n").status, 200);
}

#[test]
fn only_get_and_head_are_answered() {
    let served = Served::start();
    let answer = served.ask("POST /", "");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
}

#[test]
fn only_the_preview_itself_may_open_files() {
    let served = Served::start();
    let request = "POST /.hornbook/open?page=nowhere.html";
    assert_eq!(served.ask(request, "").status, 403);
    assert_eq!(served.ask(request, "Origin: http://evil.example\r\n").status, 403);
    let own = format!("Origin: http://127.0.0.1:{}\r\n", served.port);
    assert_eq!(served.ask(request, &own).status, 404);
}

#[test]
fn where_nothing_is_what_is_like_it_is_suggested() {
    let served = Served::start();
    let answer = served.get("/unit/value-and-wort.html?x=1");
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains(&format!("<a href=\"{PAGE}\">")), "{}", answer.text());
    assert!(answer.text().contains("/.hornbook/live.js"));
    let nasty = served.get("/%3Cscript%3Ealert(1)%3C/script%3E");
    assert!(!nasty.text().contains("<script>alert"), "{}", nasty.text());
}

#[test]
fn a_page_tells_where_it_comes_from() {
    let served = Served::start();
    let answer = served.get("/.hornbook/origin?page=unit/value-and-worth.html");
    let told: serde_json::Value = serde_json::from_str(answer.text()).expect("it is JSON");
    assert_eq!(told["origin"]["path"], "content/unit/value and worth.md");
    assert_eq!((&told["origin"]["line"], &told["can_open"]), (&1.into(), &true.into()));
    assert_eq!(served.get("/.hornbook/origin?page=nowhere").status, 404);
}

/// Reads one event from a stream of them.
fn event(stream: &mut TcpStream) -> serde_json::Value {
    let mut text = String::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte).expect("an event");
        text.push(char::from(byte[0]));
        if let Some(data) = text.rsplit("data: ").next().filter(|_| text.ends_with("\n\n"))
            && text.contains("data: ")
        {
            return serde_json::from_str(data).expect("it is JSON");
        }
    }
}

#[test]
fn news_begin_with_what_is_shown_and_tell_of_every_build() {
    let mut served = Served::start();
    let mut stream = served.connect();
    stream
        .write_all(b"GET /.hornbook/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a stream");
    let first = event(&mut stream);
    assert_eq!((&first["build"], &first["pages"]), (&1.into(), &serde_json::json!([])));
    served.write("content/unit/value and worth.md", "# Value\n\nOther.\n");
    let second = event(&mut stream);
    assert_eq!(second["build"], 2);
    assert_eq!(second["pages"], serde_json::json!(["unit/value-and-worth.html"]));
    assert_eq!(second["session"], first["session"]);
    assert!(served.get(PAGE).text().contains("Other."));
    served.write("content/unit/value and worth.md", "# Value\n\n[[nowhere]]\n");
    let third = event(&mut stream);
    assert_eq!((&third["errors"], &third["held_back"]), (&1.into(), &true.into()));
    assert!(third["problems"].as_str().expect("text").contains("[[nowhere]]"));
    assert!(served.get(PAGE).text().contains("Other."));
}

#[test]
fn the_server_ends_while_somebody_waits_for_news() {
    let served = Served::start();
    let mut stream = served.connect();
    stream
        .write_all(b"GET /.hornbook/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a stream");
    event(&mut stream);
    let Served { server, port, .. } = served;
    drop(server);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the end");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn where_no_port_is_asked_for_the_next_free_one_is_taken() {
    let one = Bound::take("127.0.0.1", None).expect("a free port");
    let other = Bound::take("127.0.0.1", None).expect("another free port");
    assert!(other.address.port() > one.address.port());
    assert!(Bound::take("127.0.0.1", Some(one.address.port())).is_err());
    assert!(!one.is_open() && one.url() == format!("http://127.0.0.1:{}/", one.address.port()));
}

#[test]
fn an_open_server_says_so() {
    let bound = Bound::take("0.0.0.0", Some(0)).expect("a free port");
    assert!(bound.is_open());
    assert!(bound.url().starts_with("http://localhost:"));
}
