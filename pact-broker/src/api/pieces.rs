//! The body of an answer in pieces of memory.
//!
//! A long text that grows in one piece is copied each time it does, and what the system's allocator
//! once had in large pieces it keeps for every thread. Small ones are given back.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// How long a piece gets.
const LENGTH: usize = 64 * 1024;

/// A body that is written from the front and sent from the front.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    full: VecDeque<Bytes>,
    last: Vec<u8>,
}

impl Pieces {
    /// Writes a document as JSON.
    ///
    /// # Errors
    /// When the document cannot be written as JSON.
    pub(crate) fn of(document: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        let mut pieces = Self::default();
        serde_json::to_writer(&mut pieces, document)?;
        Ok(pieces)
    }

    fn length(&self) -> usize {
        let full: usize = self.full.iter().map(Bytes::len).sum();
        full + self.last.len()
    }
}

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.last.len() == LENGTH {
            let next = Vec::with_capacity(LENGTH);
            let full = std::mem::replace(&mut self.last, next);
            self.full.push_back(full.into());
        }
        let count = bytes.len().min(LENGTH - self.last.len());
        self.last.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match self.full.pop_front() {
            Some(piece) => piece,
            None => std::mem::take(&mut self.last).into(),
        };
        Poll::Ready((!next.is_empty()).then_some(Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.length() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length() as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn pieces_are_the_whole_text_and_none_is_long() {
        for length in [0, 1, LENGTH - 2, LENGTH - 1, LENGTH, 5 * LENGTH + 3] {
            let text = "é".repeat(length / 2) + &"x".repeat(length % 2);
            let mut pieces = Pieces::of(&text).unwrap();
            let told = pieces.size_hint().exact();
            let mut whole = Vec::new();
            while let Some(frame) = pieces.frame().await {
                let piece = frame.unwrap().into_data().unwrap();
                assert!(piece.len() <= LENGTH, "{length}");
                whole.extend(piece);
            }
            assert!(pieces.is_end_stream(), "{length}");
            assert_eq!(told, Some(whole.len() as u64), "{length}");
            assert_eq!(serde_json::from_slice::<String>(&whole).unwrap(), text);
        }
    }
}
