//! The body of an answer: at once, in pieces, or broken off.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::fault::{Cut, Fault};

/// Bytes on their way to a client.
pub(super) struct AnswerBody {
    rest: Bytes,
    /// What was promised and is never sent.
    withheld: u64,
    /// Whether what came before the break was left time to be sent.
    is_flushed: bool,
    pace: Option<Pace>,
}

struct Pace {
    chunk: usize,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl AnswerBody {
    /// Returns a body that is sent at once.
    pub(super) const fn whole(bytes: Bytes) -> Self {
        Self {
            rest: bytes,
            withheld: 0,
            is_flushed: false,
            pace: None,
        }
    }

    /// Changes how the body is sent, when the fault is one of bodies.
    pub(super) fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::Slow { chunk, pause } => {
                self.pace = Some(Pace {
                    chunk: chunk.max(1),
                    pause,
                    waiting: None,
                });
            }
            Fault::Truncate => {
                let whole = self.rest.len();
                self.rest.truncate(whole / 2);
                // Where there is no body, one byte is promised all the same.
                self.withheld = (whole - self.rest.len()).max(1) as u64;
            }
            Fault::Close | Fault::Delay(_) | Fault::Malformed | Fault::Reset => {}
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.rest.is_empty() {
            if self.withheld > 0 && !self.is_flushed {
                self.is_flushed = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready((self.withheld > 0).then_some(Err(Cut::Close)));
        }
        let mut size = self.rest.len();
        if let Some(pace) = &mut self.pace {
            let pause = pace.pause;
            let waiting = pace.waiting.get_or_insert_with(|| Box::pin(sleep(pause)));
            std::task::ready!(waiting.as_mut().poll(context));
            pace.waiting = None;
            size = size.min(pace.chunk);
        }
        let piece = self.rest.split_to(size);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64 + self.withheld)
    }
}
