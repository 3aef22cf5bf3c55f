//! Signals: Ctrl-C and requests to end, heard by a thread beside the work.

use std::future::Future;
use std::io;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::Builder;

/// What asks a process to end. Each signal comes with the exit status by which a process says that it has ended it.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

const INTERRUPTED: i32 = 130;
#[cfg(unix)]
const TERMINATED: i32 = 143;

#[cfg(unix)]
impl Signals {
    /// From now on they do nothing else.
    fn take() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => INTERRUPTED,
            _ = self.terminate.recv() => TERMINATED,
        }
    }
}

#[cfg(windows)]
impl Signals {
    fn take() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    pub async fn next(&mut self) -> i32 {
        self.interrupt.recv().await;
        INTERRUPTED
    }
}

/// Has a thread wait for signals. When this returns, none of them ends the process by itself any more. Where there can be no
/// such thread, they do, only less politely.
pub fn listen<F: Future>(wait: impl FnOnce(Signals) -> F + Send + 'static) {
    let (ready, is_ready) = mpsc::channel();
    let listen = move || {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _inside = runtime.enter();
            Signals::take()?
        };
        drop(ready);
        runtime.block_on(wait(signals));
        io::Result::Ok(())
    };
    if thread::Builder::new().name("signals".to_owned()).spawn(listen).is_ok() {
        // Nothing is sent: it ends when the thread is there, or has gone.
        let _: Result<(), _> = is_ready.recv();
    }
}
