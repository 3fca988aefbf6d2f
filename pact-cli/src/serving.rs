//! Serving clients that may never finish what they begin.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use pact_consumer::serving::Patience;
use tokio::net::TcpListener;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// How long a request may take from its head to the head of its answer, its body among it. A pact file
/// is waited for at most half as long.
const REQUEST: Duration = Duration::from_secs(60);

/// How long requests that are being answered have when the end is asked for.
const GRACE: Duration = Duration::from_secs(3);

/// How long to wait when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers each request by `answer` until `stop` is ready, and then for a few seconds those who are
/// being answered.
pub(crate) async fn serve<A, F, B>(listener: TcpListener, answer: A, stop: impl Future)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>
        + From<&'static str>
        + Send
        + 'static,
{
    let graceful = GracefulShutdown::new();
    let mut server = http1::Builder::new();
    // Who has said all there is may close his side and wait for the answer.
    server.header_read_timeout(HEAD).half_close(true);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection keeps small answers back");
                }
                let answer = answer.clone();
                let service = service_fn(move |request| in_time(answer(request)));
                // Without a timer there would be no deadline at all.
                server.timer(Patience::new());
                let connection = server.serve_connection(TokioIo::new(stream), service);
                let connection = graceful.watch(connection);
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended early");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let ended = tokio::time::timeout(GRACE, graceful.shutdown()).await;
    if ended.is_err() {
        tracing::warn!("clients that had not finished were cut off");
    }
}

/// Waits for an answer, but not for ever.
async fn in_time<B: From<&'static str>>(
    answer: impl Future<Output = Response<B>>,
) -> Result<Response<B>, Infallible> {
    let mut answer = pin!(answer);
    // An answer that is there at once needs no timer.
    let now = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
    if let Poll::Ready(answer) = now {
        return Ok(answer);
    }
    let answer = tokio::time::timeout(REQUEST, answer).await;
    Ok(answer.unwrap_or_else(|_| too_slow()))
}

fn too_slow<B: From<&'static str>>() -> Response<B> {
    let mut response = Response::new(B::from("the request did not come to its end in time\n"));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::io::Write;

    use http_body_util::Full;
    use hyper::body::Bytes;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::time::{Instant, sleep, timeout};

    use super::*;

    /// Returns a client of a server that never answers what asks for `/never`, after it has sent
    /// something.
    async fn client(sent: &str) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        // What is sent is there before the server looks, so that no time passes for it.
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream.set_nonblocking(true).unwrap();
        let answer = |request: Request<Incoming>| async move {
            if request.uri() == "/never" {
                pending::<()>().await;
            }
            Response::new(Full::new(Bytes::from("here")))
        };
        tokio::spawn(serve(listener, answer, pending::<()>()));
        TcpStream::from_std(stream).unwrap()
    }

    /// Returns what comes until the server closes, which it does at some time.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        let read = timeout(REQUEST * 4, stream.read_to_string(&mut text)).await;
        read.expect("the server closes").unwrap();
        text
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_ends_no_head_is_let_go() {
        for sent in ["", "GET / HTTP/1.1\r\nHost: h\r\n"] {
            let begun = Instant::now();
            assert_eq!(rest(&mut client(sent).await).await, "", "{sent}");
            let waited = begun.elapsed();
            assert!(waited >= HEAD && waited < HEAD * 2, "{waited:?}: {sent}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_is_given_up() {
        let begun = Instant::now();
        let mut client =
            client("GET /never HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await;
        let answer = rest(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(begun.elapsed() >= REQUEST, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_of_a_connection_has_its_time() {
        let request = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        let mut client = client("").await;
        for _ in 0..5 {
            sleep(HEAD * 2 / 3).await;
            client.write_all(request).await.unwrap();
            let mut buffer = [0; 1024];
            let length = client.read(&mut buffer).await.unwrap();
            let answer = String::from_utf8_lossy(&buffer[..length]);
            assert!(answer.ends_with("\r\n\r\nhere"), "{answer}");
        }
        let begun = Instant::now();
        assert_eq!(rest(&mut client).await, "");
        let waited = begun.elapsed();
        assert!(waited >= HEAD && waited < HEAD * 2, "{waited:?}");
    }
}
