//! One connection: what is spoken on it, and its end.

use std::error::Error;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::door::{Door, Streams};
use super::fault::Cut;
use super::opening::{Opened, Opening, Protocol, open};
use super::state::ServerState;
use super::{Verdict, handler};
use crate::serving::Patience;

/// How often a silent HTTP/2 client is asked whether it is still there, and how long it may think.
const HTTP2_PING: Duration = Duration::from_secs(5);

/// Bytes of headers of an HTTP/2 request that are read at all. One with more than are allowed is
/// told; one with more than these is answered by the protocol itself, and nobody hears of it.
const HTTP2_HEADERS: u32 = 1 << 20;

/// What is sent in place of an answer when a test wants none that can be read.
const NO_HTTP: &[u8] = b"HTTP/9.9 what? \0\r\n: nothing\r\n\r\n";

/// A stream that knows the socket below it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {
    /// Returns the socket.
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Stream for tokio_rustls::server::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Serves the client until it leaves.
pub(super) async fn serve(stream: TcpStream, state: Arc<ServerState>, door: Arc<Door>) {
    match open(stream, state.behaviour.head_deadline).await {
        Opening::Begun(stream, Protocol::Http1) => speak_http1(stream, state).await,
        Opening::Begun(stream, Protocol::Http2) => speak_http2(stream, state, door).await,
        Opening::Begun(_, Protocol::Tls) => {
            state.note("a client spoke TLS, but this server speaks plain HTTP: use an `http` URL");
        }
        Opening::Silent(0) => note_silence(&state),
        Opening::Silent(_) => note_half(&state),
        // Nothing was asked.
        Opening::Left => {}
    }
}

/// Serves a client of HTTPS until it leaves.
#[cfg(feature = "tls")]
pub(super) async fn serve_tls(
    stream: TcpStream,
    acceptor: tokio_rustls::TlsAcceptor,
    state: Arc<ServerState>,
    door: Arc<Door>,
) {
    /// Time for the handshake.
    const HANDSHAKE: Duration = Duration::from_secs(5);

    let patience = HANDSHAKE.min(state.behaviour.head_deadline);
    let stream = match tokio::time::timeout(patience, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            // A client that leaves before its first word has asked nothing.
            if is_no_tls(&error) {
                state.note(
                    "a client spoke no TLS, but this server speaks HTTPS: use an `https` URL",
                );
            } else if error.kind() != std::io::ErrorKind::UnexpectedEof {
                state.note(format!("a TLS handshake failed: {error}"));
            }
            return;
        }
        Err(_) => {
            state.note(format!(
                "a client did not end its TLS handshake within {patience:?}"
            ));
            return;
        }
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => speak_http2(Opened::untouched(stream), state, door).await,
        _ => speak_http1(Opened::untouched(stream), state).await,
    }
}

/// Returns whether what came cannot be a word of TLS at all.
#[cfg(feature = "tls")]
fn is_no_tls(error: &std::io::Error) -> bool {
    use tokio_rustls::rustls::{Error, InvalidMessage};
    let told = error.get_ref().and_then(|told| told.downcast_ref());
    matches!(
        told,
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType))
    )
}

async fn speak_http1<S: Stream>(stream: Opened<S>, state: Arc<ServerState>) {
    let served = Arc::clone(&state);
    let came = stream.came();
    let (mark, asked) = (Arc::clone(&came), Arc::new(AtomicBool::new(false)));
    let has_asked = Arc::clone(&asked);
    let service = service_fn(move |request| {
        let state = Arc::clone(&served);
        let came = Arc::clone(&mark);
        has_asked.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let answer = handler::handle(&state, request).await;
            // The whole request was read; what comes now begins another.
            came.store(false, Ordering::Relaxed);
            answer
        })
    });
    let mut connection = http1::Builder::new()
        .timer(Patience::new())
        .header_read_timeout(state.behaviour.head_deadline)
        // Who has said all there is may close his side and wait for the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    if let Err(error) = ended {
        match cut_of(&error) {
            Some(Cut::Reset) => {
                // When the socket cannot be told so, it ends without the reset.
                let _ = stream.stream.socket().set_zero_linger();
                return;
            }
            Some(Cut::Malformed) => {
                // The client may have left.
                let _ = stream.write_all(NO_HTTP).await;
            }
            Some(Cut::Close) => {}
            None if error.is_timeout() && came.load(Ordering::Relaxed) => note_half(&state),
            None if error.is_timeout() && !asked.load(Ordering::Relaxed) => note_silence(&state),
            // A connection that is kept for later is no trouble.
            None if error.is_timeout() => {}
            None if error.is_incomplete_message() && came.load(Ordering::Relaxed) => {
                state.note("a client left in the middle of the head of a request");
            }
            None => tell(&state, &error),
        }
    }
    // A client that has left already cannot be told.
    let _ = stream.shutdown().await;
}

async fn speak_http2<S: Stream>(stream: Opened<S>, state: Arc<ServerState>, door: Arc<Door>) {
    let served = Arc::clone(&state);
    let service = service_fn(move |request| {
        let state = Arc::clone(&served);
        async move { handler::handle(&state, request).await }
    });
    let connection = http2::Builder::new(Streams(door))
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(HTTP2_PING))
        .keep_alive_timeout(HTTP2_PING)
        .max_header_list_size(HTTP2_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        match error.source() {
            // A client may leave without a word.
            Some(source) if source.is::<std::io::Error>() => {}
            Some(source) => state.note(format!("a client broke off HTTP/2: {source}")),
            None => tell(&state, &error),
        }
    }
}

/// Remembers a client that said nothing.
fn note_silence(state: &ServerState) {
    let patience = state.behaviour.head_deadline;
    state.note(format!(
        "a client connected and said nothing within {patience:?}"
    ));
}

/// Remembers a client that fell silent in the middle of a head.
fn note_half(state: &ServerState) {
    let patience = state.behaviour.head_deadline;
    state.note(format!(
        "a client began a request and did not end its head within {patience:?}"
    ));
}

/// Returns the end a test asked for, when the error is one.
fn cut_of(error: &hyper::Error) -> Option<Cut> {
    error.source()?.downcast_ref::<Cut>().copied()
}

/// Remembers what a client sent that is no request.
fn tell(state: &ServerState, error: &hyper::Error) {
    if error.is_parse_too_large() {
        let reason = handler::HEAD_TOO_LARGE.to_owned();
        state.record_headless(Verdict::Unreadable { reason });
    } else if error.is_parse() {
        let cause = error.source().map(|source| format!(": {source}"));
        let cause = cause.unwrap_or_default();
        state.note(format!(
            "a client sent what is no HTTP request: {error}{cause}"
        ));
    }
}
