//! How often the program was asked to stop, by Ctrl-C or by the system.

use std::future::{Future, pending};

use tokio::sync::watch;

use crate::commands::broker::asked_to_stop;

/// Counts from the moment it is made, so that no wish is lost between two waits.
#[derive(Clone)]
pub(super) struct Stops(watch::Receiver<usize>);

impl Stops {
    /// Starts to count.
    pub(super) fn listen() -> Self {
        let (tell, told) = watch::channel(0);
        tokio::spawn(async move {
            while asked_to_stop().await.is_ok() {
                tell.send_modify(|count| *count += 1);
            }
        });
        Self(told)
    }

    /// Waits until the program was asked this often; forever where nobody can ask.
    pub(super) fn reach(&self, wanted: usize) -> impl Future<Output = ()> + Send + 'static {
        let mut told = self.0.clone();
        async move {
            if told.wait_for(|count| *count >= wanted).await.is_err() {
                pending::<()>().await;
            }
        }
    }
}
