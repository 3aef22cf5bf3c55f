//! The preview server: a built site, answered from memory.
//!
//! ```text
//!  Build ──▶ Preview: keeps the last good site ──▶ Snapshot ──▶ watch channel ──▶ answers, news
//! ```
//!
//! Every answer is made from one [`Snapshot`], so a request that comes during a build gets the whole previous site. News
//! of builds go to browsers over one connection ([`news`]), where `live/` brings them to the screen. What `live/` adds is
//! served from `/.hornbook/` and never part of a site.

mod answer;
mod author;
pub mod changes;
mod copied;
mod host;
mod news;
mod page;
mod range;
pub mod snapshot;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::sync::watch;

use crate::error::{Error, Result};
use host::Names;
use snapshot::Snapshot;

/// The port where none is asked for, and how many after it are tried.
pub const PORT: u16 = 4000;
const PORTS_TRIED: u16 = 100;
/// How long answers that are under way may take when the server stops.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// The files of the preview's own layer: name, media type, text.
const OWN: &[(&str, &str, &str)] = &[
    ("live.js", "text/javascript", include_str!("live/live.js")),
    ("morph.js", "text/javascript", include_str!("live/morph.js")),
    ("assets.js", "text/javascript", include_str!("live/assets.js")),
    ("connection.js", "text/javascript", include_str!("live/connection.js")),
    ("worker.js", "text/javascript", include_str!("live/worker.js")),
    ("problems.js", "text/javascript", include_str!("live/problems.js")),
    ("author.js", "text/javascript", include_str!("live/author.js")),
    ("live.css", "text/css", include_str!("live/live.css")),
];

/// A place to serve from that is taken but does not answer yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    host: String,
}

/// A running server. It stops when it is dropped.
pub struct Server {
    snapshots: watch::Sender<Arc<Snapshot>>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// What every answer may need.
#[derive(Clone)]
struct Shared {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    stop: watch::Receiver<bool>,
    /// The site's folder, links resolved.
    root: Arc<Path>,
    /// Names this run of the server.
    session: Arc<str>,
    names: Arc<Names>,
}

impl Bound {
    /// Takes a port: the one asked for, else the first free one from [`PORT`] on.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the host is none of this machine's.
    pub fn take(host: &str, port: Option<u16>) -> Result<Self> {
        let last = port.unwrap_or(PORT + PORTS_TRIED);
        let mut port = port.unwrap_or(PORT);
        loop {
            match listen(host, port) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < last => port += 1,
                Err(error) => {
                    let place = PathBuf::from(format!("{host}:{port}"));
                    return Err(Error::io("listen on", &place)(error));
                }
                Ok(listener) => {
                    let address =
                        listener.local_addr().map_err(Error::io("open", host.as_ref()))?;
                    return Ok(Self { listener, address, host: host.to_owned() });
                }
            }
        }
    }

    /// Whether other machines can ask.
    pub fn is_open(&self) -> bool {
        !self.address.ip().is_loopback()
    }

    /// The address to open in a browser on this machine.
    pub fn url(&self) -> String {
        let port = self.address.port();
        match self.address.ip() {
            ip if ip.is_unspecified() => format!("http://localhost:{port}/"),
            IpAddr::V6(ip) => format!("http://[{ip}]:{port}/"),
            IpAddr::V4(ip) => format!("http://{ip}:{port}/"),
        }
    }

    /// Begins to answer. `root` is the folder that copied files are served from, links resolved.
    ///
    /// # Errors
    ///
    /// When the system gives no thread or no events for it.
    pub fn serve(self, first: Snapshot, root: &Path) -> Result<Server> {
        let fail = || Error::io("serve", root);
        let is_open = self.is_open();
        let names = Arc::new(Names { asked: self.host, is_open });
        let (snapshots, receiver) = watch::channel(Arc::new(first));
        let (stop, stopped) = watch::channel(false);
        let shared = Shared {
            snapshots: receiver,
            stop: stopped,
            root: root.into(),
            session: session_name().into(),
            names,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(fail())?;
        self.listener.set_nonblocking(true).map_err(fail())?;
        let listener = {
            let _guard = runtime.enter();
            tokio::net::TcpListener::from_std(self.listener).map_err(fail())?
        };
        let thread = thread::Builder::new().name("serve".to_owned());
        let thread = thread.spawn(move || {
            runtime.block_on(run(listener, shared));
            runtime.shutdown_background();
        });
        Ok(Server { snapshots, stop, thread: Some(thread.map_err(fail())?) })
    }
}

impl Server {
    /// Shows another snapshot from now on, and tells browsers.
    pub fn show(&self, snapshot: Snapshot) {
        self.snapshots.send_replace(Arc::new(snapshot));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
    // Of "localhost", the address that every browser tries.
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    TcpListener::bind(first.ok_or(io::ErrorKind::NotFound)?)
}

/// The time, which is another one for each run.
fn session_name() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!("{:x}", now.unwrap_or_default().as_nanos())
}

async fn run(listener: tokio::net::TcpListener, shared: Shared) {
    // An answer's last piece must not wait for another one to be sent with it.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let mut stop = shared.stop.clone();
    let mut stop_late = shared.stop.clone();
    let app = routes(shared).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        let _ = stop.wait_for(|stop| *stop).await;
    });
    let too_long = async move {
        let _ = stop_late.wait_for(|stop| *stop).await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        _ = serving => {}
        () = too_long => {}
    }
}

fn routes(shared: Shared) -> Router {
    let mut router = Router::new()
        .route("/.hornbook/events", get(events))
        .route("/.hornbook/origin", get(origin))
        .route("/.hornbook/open", post(open));
    for (name, kind, text) in OWN {
        let path = format!("{}{name}", page::OWN);
        router = router.route(&path, get(move || async move { answer::own(kind, *text) }));
    }
    let guard = middleware::from_fn_with_state(shared.clone(), guard);
    router.fallback(site).layer(guard).with_state(shared)
}

/// Lets in who names this server. See [`host`].
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(|authority| authority.as_str()).or(header);
    let Some(host) = host else {
        return answer::plain(StatusCode::BAD_REQUEST, "a request has to name its host");
    };
    if !shared.names.allow(host) {
        let text = "this name is not the preview's; open it as http://localhost, or by the machine's address";
        return answer::plain(StatusCode::FORBIDDEN, text);
    }
    next.run(request).await
}

async fn site(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let snapshot = shared.snapshots.borrow().clone();
    let asked = answer::Request {
        method: request.method(),
        path: request.uri().path(),
        headers: request.headers(),
    };
    answer::answer(asked, &snapshot, &shared.root, &shared.session).await
}

async fn events(State(shared): State<Shared>) -> impl IntoResponse {
    news::news(shared.snapshots, shared.session, shared.stop)
}

/// `?page=ADDRESS`: what an author wants to know of a page.
async fn origin(
    State(shared): State<Shared>,
    Query(asked): Query<PageAsked>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
) -> Response<Body> {
    let site = shared.snapshots.borrow().site.clone();
    let found = tokio::task::spawn_blocking(move || author::origin(&site, &asked.page)).await;
    let Ok(Some(origin)) = found else {
        return answer::plain(StatusCode::NOT_FOUND, "there is no such page");
    };
    // Only who sits at this machine can open a file on it.
    let told = serde_json::json!({ "origin": origin, "can_open": from.ip().is_loopback() });
    answer::own("application/json", told.to_string())
}

#[derive(serde::Deserialize)]
struct PageAsked {
    page: String,
}

/// `?page=ADDRESS`: opens the page's source with the program that the system has for such files.
async fn open(
    State(shared): State<Shared>,
    Query(asked): Query<PageAsked>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response<Body> {
    let is_own_page = |headers: &HeaderMap| {
        let host = headers.get(HOST)?.to_str().ok()?;
        Some(headers.get(ORIGIN)?.to_str().ok()? == format!("http://{host}"))
    };
    if !from.ip().is_loopback() || is_own_page(&headers) != Some(true) {
        return answer::plain(StatusCode::FORBIDDEN, "only the preview on this machine may ask");
    }
    let site = shared.snapshots.borrow().site.clone();
    let found = tokio::task::spawn_blocking(move || author::origin(&site, &asked.page)).await;
    let Some(path) = found.ok().flatten().and_then(|origin| origin.path) else {
        return answer::plain(StatusCode::NOT_FOUND, "there is no such page");
    };
    match open::that_detached(shared.root.join(path)) {
        Ok(()) => answer::plain(StatusCode::OK, "opened"),
        Err(error) => answer::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
