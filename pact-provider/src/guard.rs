//! Runs code of others so that its panics and its delays become data.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

/// Awaits the future until the deadline; a panic in it becomes its text.
pub(crate) async fn caught_within<F: Future>(
    deadline: Duration,
    future: F,
) -> Result<Result<F::Output, String>, Elapsed> {
    let begun = Instant::now();
    let mut future = pin!(caught(future));
    // What is ready at once, as code in this process mostly is, needs no timer.
    let at_once = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
    match at_once {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => timeout(deadline.saturating_sub(begun.elapsed()), future).await,
    }
}

/// Awaits the future; a panic in it becomes its text.
///
/// After a panic the future is not touched again, so nothing half done in it is seen.
pub(crate) async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(
        move |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(payload) => Poll::Ready(Err(panic_text(payload.as_ref()))),
        },
    )
    .await
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without text".to_owned())
}
