//! Answers: from a request and a snapshot to a response.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::response::Builder;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use xxhash_rust::xxh3::xxh3_64;

use super::changes::is_page;
use super::copied;
use super::page::{not_found, with_script};
use super::range::{Asked, asked};
use super::snapshot::{Site, Snapshot};
use crate::address::{decode, encode_path};
use crate::bundle::Output;
use crate::link::NOT_FOUND;

/// A request, as far as answers depend on it.
pub struct Request<'a> {
    pub method: &'a Method,
    /// The path of the address, with its leading `/`, as it was sent.
    pub path: &'a str,
    pub headers: &'a HeaderMap,
}

/// Where a path leads in a bundle.
#[derive(Debug, PartialEq, Eq)]
enum Found<'a> {
    File(&'a str, &'a Output),
    /// A folder without its last `/`: relative links of its page would lead elsewhere.
    Folder(String),
    Nothing(String),
}

/// Answers from a snapshot. `root` is the site's folder, links resolved; `session` names this run of the server.
pub async fn answer(
    request: Request<'_>,
    snapshot: &Snapshot,
    root: &Path,
    session: &str,
) -> Response<Body> {
    if !matches!(*request.method, Method::GET | Method::HEAD) {
        let answer = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered here");
        return with(answer, |answer| answer.header(ALLOW, "GET, HEAD"));
    }
    match find(request.path, snapshot) {
        Found::File(address, Output::Copy(source)) => match copied::open(root, source).await {
            Some(file) => copy(&request, address, file).await,
            None => missing(&request, address, snapshot, session).await,
        },
        Found::File(address, output) => match bytes(address, output, &snapshot.site).await {
            Some(html) if is_page(address) => {
                page(&request, StatusCode::OK, with_script(&html, address, snapshot.build, session))
            }
            Some(bytes) => made(&request, address, &bytes),
            None => missing(&request, address, snapshot, session).await,
        },
        Found::Folder(location) => {
            let answer = plain(StatusCode::TEMPORARY_REDIRECT, "");
            with(answer, |answer| answer.header(LOCATION, location))
        }
        Found::Nothing(asked) => missing(&request, &asked, snapshot, session).await,
    }
}

/// What a build made; `None` where a page cannot be rendered. Pages are rendered on a thread that may take its time.
async fn bytes(address: &str, output: &Output, site: &Arc<Site>) -> Option<Arc<[u8]>> {
    if let Output::Later(_) = output {
        let (site, address) = (site.clone(), address.to_owned());
        return tokio::task::spawn_blocking(move || site.pages.html(&address)).await.ok()?;
    }
    match output {
        Output::Bytes(bytes) => Some(bytes.clone()),
        made => Some(made.bytes()?.into_owned().into()),
    }
}

/// Looks a path up. Nothing but what the bundle lists can be found, whatever stands in the path.
fn find<'a>(path: &str, snapshot: &'a Snapshot) -> Found<'a> {
    let files = &snapshot.site.bundle.files;
    let below = path.strip_prefix('/').unwrap_or(path);
    let Some(path) = decode(below) else { return Found::Nothing(below.to_owned()) };
    let is_folder = path.is_empty() || path.ends_with('/');
    let index = if is_folder { format!("{path}index.html") } else { format!("{path}/index.html") };
    let file = if is_folder { &index } else { &path };
    if let Some((address, output)) = files.get_key_value(file) {
        return Found::File(address, output);
    }
    if !is_folder && files.contains_key(&index) {
        let mut location = String::from("/");
        encode_path(&path, &mut location);
        return Found::Folder(location + "/");
    }
    Found::Nothing(file.clone())
}

/// An HTML page. It is never cached: the next build can change it.
fn page(request: &Request<'_>, status: StatusCode, html: Vec<u8>) -> Response<Body> {
    let answer = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/html; charset=utf-8")
        .header(CACHE_CONTROL, "no-store")
        .header(ETAG, tag(&html))
        .header(CONTENT_LENGTH, html.len());
    finish(answer, body(request, || html.into()))
}

async fn missing(
    request: &Request<'_>,
    address: &str,
    snapshot: &Snapshot,
    session: &str,
) -> Response<Body> {
    let site = &snapshot.site;
    let own = match site.bundle.files.get(NOT_FOUND) {
        Some(output) => bytes(NOT_FOUND, output, site).await,
        None => None,
    };
    let own = own.as_deref().and_then(|own| std::str::from_utf8(own).ok());
    let html = not_found(address, own, snapshot);
    let html = with_script(html.as_bytes(), address, snapshot.build, session);
    page(request, StatusCode::NOT_FOUND, html)
}

/// A file that this build made and that is no page.
fn made(request: &Request<'_>, address: &str, bytes: &Arc<[u8]>) -> Response<Body> {
    let tag = tag(bytes);
    let (answer, part) = match head(request, address, bytes.len() as u64, &tag) {
        Ok(head) => head,
        Err(answer) => return *answer,
    };
    let part = part.start as usize..part.end as usize;
    finish(answer, body(request, || Bytes::from_owner(bytes.clone()).slice(part).into()))
}

/// A file that is copied.
async fn copy(request: &Request<'_>, address: &str, file: copied::Copied) -> Response<Body> {
    let tag = format!("\"{}\"", file.tag);
    let (answer, part) = match head(request, address, file.length, &tag) {
        Ok(head) => head,
        Err(answer) => return *answer,
    };
    if *request.method == Method::HEAD {
        return finish(answer, Body::empty());
    }
    match file.part(part).await {
        Ok(body) => finish(answer, body),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read"),
    }
}

/// All but the body of an answer with a file, and which part of the file the body is; the whole answer where there is
/// no body to give.
fn head(
    request: &Request<'_>,
    address: &str,
    length: u64,
    tag: &str,
) -> Result<(Builder, std::ops::Range<u64>), Box<Response<Body>>> {
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let answer = Response::builder()
        .header(CONTENT_TYPE, media_type(address))
        // It may be kept, but has to be asked for again.
        .header(CACHE_CONTROL, "no-cache")
        .header(ETAG, tag)
        .header(ACCEPT_RANGES, "bytes");
    let is_known =
        |known: &str| known.split(',').any(|one| matches!(one.trim(), "*") || one.trim() == tag);
    if header(IF_NONE_MATCH).is_some_and(is_known) {
        return Err(Box::new(finish(answer.status(StatusCode::NOT_MODIFIED), Body::empty())));
    }
    let is_same = header(IF_RANGE).is_none_or(|condition| condition == tag);
    match asked(header(RANGE).filter(|_| is_same), length) {
        Asked::Whole => Ok((answer.header(CONTENT_LENGTH, length), 0..length)),
        Asked::Part(part) => {
            let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            let answer = answer.status(StatusCode::PARTIAL_CONTENT).header(CONTENT_RANGE, range);
            Ok((answer.header(CONTENT_LENGTH, part.end - part.start), part))
        }
        Asked::Nothing => {
            let answer = answer.status(StatusCode::RANGE_NOT_SATISFIABLE);
            let answer = answer.header(CONTENT_RANGE, format!("bytes */{length}"));
            Err(Box::new(finish(answer, Body::empty())))
        }
    }
}

/// The media type of a file by its ending; texts are UTF-8, as all that Hornbook writes.
fn media_type(address: &str) -> String {
    let guessed = mime_guess::from_path(Path::new(address)).first_raw();
    let kind = guessed.unwrap_or("application/octet-stream");
    let is_text = kind.starts_with("text/")
        || matches!(kind, "application/json" | "application/xml" | "image/svg+xml");
    if is_text { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

fn tag(bytes: &[u8]) -> String {
    format!("\"{:016x}\"", xxh3_64(bytes))
}

fn body(request: &Request<'_>, make: impl FnOnce() -> Body) -> Body {
    if *request.method == Method::HEAD { Body::empty() } else { make() }
}

/// A sentence.
pub fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let answer = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(CACHE_CONTROL, "no-store");
    finish(answer, Body::from(text.to_owned()))
}

/// One of the server's own files.
pub fn own(kind: &str, text: impl Into<Body>) -> Response<Body> {
    let answer = Response::builder()
        .header(CONTENT_TYPE, format!("{kind}; charset=utf-8"))
        .header(CACHE_CONTROL, "no-cache");
    finish(answer, text.into())
}

fn finish(answer: Builder, body: Body) -> Response<Body> {
    let answer = answer.header(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Every header is made here, of numbers, hashes and encoded paths.
    answer.body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}

fn with(answer: Response<Body>, more: impl FnOnce(Builder) -> Builder) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    let mut builder = Response::builder().status(parts.status);
    if let Some(headers) = builder.headers_mut() {
        *headers = parts.headers;
    }
    more(builder).body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}
