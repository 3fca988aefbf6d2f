//! The first bytes of a connection, which say what is spoken on it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// What every HTTP/2 client says first.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a client of HTTPS says first.
const TLS_RECORD: &[u8] = b"\x16\x03";

/// Bytes that are read at a time until the protocol is known: most requests are shorter.
const FIRST_READ: usize = 4 << 10;

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protocol {
    Http1,
    Http2,
    Tls,
}

/// How a connection begins.
#[derive(Debug)]
pub(super) enum Opening<S> {
    /// With something that tells what is spoken.
    Begun(Opened<S>, Protocol),
    /// With so many bytes, which tell nothing, and silence.
    Silent(usize),
    /// With its end.
    Left,
}

/// A stream whose first bytes were read already, and are read again.
#[derive(Debug)]
pub(super) struct Opened<S> {
    first: Vec<u8>,
    /// How many of them were read again.
    again: usize,
    pub(super) stream: S,
    /// Whether anything came since somebody last said that nothing had.
    came: Arc<AtomicBool>,
}

impl<S> Opened<S> {
    /// Returns a stream of which nothing was read.
    #[cfg(feature = "tls")]
    pub(super) fn untouched(stream: S) -> Self {
        Self::new(Vec::new(), stream)
    }

    fn new(first: Vec<u8>, stream: S) -> Self {
        Self {
            first,
            again: 0,
            stream,
            came: Arc::default(),
        }
    }

    /// Returns what is set whenever anything comes.
    pub(super) fn came(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.came)
    }
}

/// Reads as much as tells the protocol.
pub(super) async fn open<S: AsyncRead + Unpin>(mut stream: S, deadline: Duration) -> Opening<S> {
    let mut first = Vec::with_capacity(FIRST_READ);
    let reading = async {
        while first.len() < PREFACE.len() && PREFACE.starts_with(&first) {
            if stream.read_buf(&mut first).await.ok()? == 0 {
                return None;
            }
        }
        Some(())
    };
    match tokio::time::timeout(deadline, reading).await {
        Ok(Some(())) => {}
        Ok(None) => return Opening::Left,
        Err(_) => return Opening::Silent(first.len()),
    }
    let protocol = if first.starts_with(PREFACE) {
        Protocol::Http2
    } else if first.starts_with(TLS_RECORD) {
        Protocol::Tls
    } else {
        Protocol::Http1
    };
    Opening::Begun(Opened::new(first, stream), protocol)
}

impl<S: AsyncRead + Unpin> AsyncRead for Opened<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.again == self.first.len() {
            let before = buffer.filled().len();
            let read = Pin::new(&mut self.stream).poll_read(context, buffer);
            if buffer.filled().len() > before {
                self.came.store(true, Ordering::Relaxed);
            }
            return read;
        }
        self.came.store(true, Ordering::Relaxed);
        let left = &self.first[self.again..];
        let size = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..size]);
        self.again += size;
        if self.again == self.first.len() {
            (self.first, self.again) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Opened<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
