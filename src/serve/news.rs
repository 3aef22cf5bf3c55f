//! News: what browsers are told of builds, as server-sent events.
//!
//! The first event says what is shown now, so that a page which slept, or lost its connection, or outlived the server,
//! finds out what it missed; so does one that finds a gap between two builds' numbers.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::sync::watch::Receiver;

use super::snapshot::Snapshot;

/// How soon a browser asks again when the connection is lost, in milliseconds.
const RETRY: u64 = 500;

/// What one event says.
#[derive(Serialize)]
struct News<'a> {
    /// Another one after a restart of the server, when numbers begin anew.
    session: &'a str,
    build: u64,
    /// The addresses of the pages that this build changed.
    pages: &'a [String],
    /// The builds that last changed assets, by address.
    assets: &'a BTreeMap<String, u64>,
    /// The build that last changed the search index.
    search: u64,
    errors: usize,
    warnings: usize,
    /// What is wrong, as the terminal shows it.
    problems: &'a str,
    /// The site that is shown is older than the mistakes.
    held_back: bool,
}

/// The events of one connection, until the server stops.
pub fn news(
    snapshots: Receiver<Arc<Snapshot>>,
    session: Arc<str>,
    stop: Receiver<bool>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let state = (snapshots, session, stop, true);
    let events = stream::unfold(state, |(mut snapshots, session, mut stop, is_first)| async move {
        if !is_first {
            tokio::select! {
                changed = snapshots.changed() => changed.ok()?,
                _ = stop.wait_for(|stop| *stop) => return None,
            }
        }
        let snapshot = snapshots.borrow_and_update().clone();
        let event = event(&snapshot, &session);
        Some((Ok(event), (snapshots, session, stop, false)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn event(snapshot: &Snapshot, session: &str) -> Event {
    let problems = &snapshot.problems;
    let news = News {
        session,
        build: snapshot.build,
        pages: &snapshot.changed.pages,
        assets: &snapshot.assets,
        search: snapshot.search,
        errors: problems.counts.errors,
        warnings: problems.counts.warnings,
        problems: &problems.text,
        held_back: problems.is_held_back,
    };
    // Strings and numbers can always be written.
    let data = serde_json::to_string(&news).unwrap_or_default();
    Event::default().retry(std::time::Duration::from_millis(RETRY)).data(data)
}
