//! What all who serve pacts over HTTP share: mock servers here, and stubs.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::Uri;
use hyper::rt::{Sleep, Timer};

/// Returns the path that is asked for; a request to a proxy names a host in its place.
///
/// ```
/// use pact_consumer::serving::path;
///
/// assert_eq!(path(&"http://api/orders/42?expand=lines".parse()?), "/orders/42");
/// assert_eq!(path(&"api.example:443".parse()?), "api.example:443");
/// # Ok::<(), hyper::http::uri::InvalidUri>(())
/// ```
pub fn path(target: &Uri) -> &str {
    match (target.path(), target.authority()) {
        ("", Some(authority)) => authority.as_str(),
        (path, _) => path,
    }
}

/// The timer of one connection of HTTP/1: waits for the head of one request after the other, mostly
/// for nothing, because the client is quicker.
///
/// The timer of the runtime is set when it has run off, not for each deadline. A deadline that was
/// put off in the meantime is waited for then. A timer set anew for each request of a quick client
/// would cost as much as to choose the answer.
///
/// Each connection needs its own: of two deadlines that share one, one would be missed.
///
/// ```
/// use std::time::Duration;
///
/// use hyper::server::conn::http1;
/// use pact_consumer::serving::Patience;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let mut server = http1::Builder::new();
/// server.header_read_timeout(Duration::from_secs(10));
/// // For each connection:
/// server.timer(Patience::new());
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Patience(Arc<Mutex<Pin<Box<tokio::time::Sleep>>>>);

impl Patience {
    /// Returns the patience with one client.
    ///
    /// # Panics
    ///
    /// When called outside a runtime of tokio that has time.
    #[expect(clippy::new_without_default, reason = "it works in a runtime only")]
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Box::pin(tokio::time::sleep(
            Duration::ZERO,
        )))))
    }
}

impl Timer for Patience {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Until {
            deadline,
            patience: self.clone(),
        })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// Ends at its deadline.
struct Until {
    deadline: Instant,
    patience: Patience,
}

impl Sleep for Until {}

impl Future for Until {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let timer = self.patience.0.lock();
        let mut timer = timer.unwrap_or_else(PoisonError::into_inner);
        if timer.deadline().into_std() > self.deadline {
            timer.as_mut().reset(self.deadline.into());
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline().into_std() >= self.deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(self.deadline.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    /// Returns whether a deadline has come.
    async fn has_come(sleep: &mut Pin<Box<dyn Sleep>>) -> bool {
        poll_fn(|context| Poll::Ready(sleep.as_mut().poll(context).is_ready())).await
    }

    #[tokio::test(start_paused = true)]
    async fn every_deadline_comes_when_it_should() {
        let patience = Patience::new();
        let second = Duration::from_secs(1);
        for wait in [3, 5, 2, 7, 1] {
            let begun = patience.now();
            patience.sleep(wait * second).await;
            let waited = patience.now() - begun;
            assert!(waited >= wait * second, "{waited:?} for {wait}");
            assert!(
                waited < wait * second + second / 10,
                "{waited:?} for {wait}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_is_put_off_does_not_come_before() {
        let patience = Patience::new();
        let second = Duration::from_secs(1);
        let mut sleep = patience.sleep(30 * second);
        for _ in 0..10 {
            assert!(!has_come(&mut sleep).await);
            tokio::time::sleep(20 * second).await;
            assert!(!has_come(&mut sleep).await);
            let put_off = patience.now() + 30 * second;
            patience.reset(&mut sleep, put_off);
        }
        let begun = patience.now();
        sleep.await;
        assert!(patience.now() - begun >= 30 * second);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_may_be_earlier_than_the_one_before() {
        let patience = Patience::new();
        let second = Duration::from_secs(1);
        let mut long = patience.sleep(60 * second);
        assert!(!has_come(&mut long).await);
        drop(long);
        let begun = patience.now();
        patience.sleep(second).await;
        let waited = patience.now() - begun;
        assert!(waited < 2 * second, "{waited:?}");
    }
}
