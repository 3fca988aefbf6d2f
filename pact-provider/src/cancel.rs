//! The wish to end a run before its end.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a run waits for besides its own end. A future can be sent and not shared; behind a lock it
/// can be part of what is shared.
#[derive(Default)]
pub(crate) struct Signal(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

/// Whether the run is to end; cheap to ask, and to wait for.
#[derive(Clone)]
pub(crate) struct Cancellation(watch::Receiver<bool>);

/// Waits for the signal until it is dropped.
pub(crate) struct Watchman(
    #[expect(dead_code, reason = "aborts its task when dropped")] JoinSet<()>,
);

impl Signal {
    pub(crate) fn new(signal: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Mutex::new(Some(Box::pin(signal))))
    }
}

impl Cancellation {
    /// Starts to wait for the signal, if there is one.
    pub(crate) fn on(signal: Signal) -> (Self, Watchman) {
        let (told, tell) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let signal = signal
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(signal) = signal {
            tasks.spawn(async move {
                signal.await;
                let _ = told.send(true);
            });
        }
        (Self(tell), Watchman(tasks))
    }

    /// Returns whether the signal came.
    pub(crate) fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns what the future gives, or nothing when the signal comes first; then the future is
    /// dropped.
    pub(crate) async fn unless<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        if self.is_cancelled() {
            return None;
        }
        let cancelled = async {
            // Made when it is first waited for: what needs no waiting needs no receiver either.
            let mut told = self.0.clone();
            if told.wait_for(|cancelled| *cancelled).await.is_err() {
                // Nobody is left who could cancel.
                pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            output = future => Some(output),
            () = cancelled => None,
        }
    }
}
