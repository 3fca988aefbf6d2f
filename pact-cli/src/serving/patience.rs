//! The deadlines of one connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

/// Waits for one deadline after the other, mostly for none: the client is quicker.
///
/// The timer of the runtime is set when it has run off, not for each deadline. A deadline that was
/// put off in the meantime is waited for then; a timer set for each request of a quick client would
/// cost more than to choose its answer.
#[derive(Clone, Debug)]
pub(super) struct Patience(Arc<Mutex<Pin<Box<tokio::time::Sleep>>>>);

impl Patience {
    /// Returns the patience with a client, within a runtime.
    pub(super) fn new() -> Self {
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
