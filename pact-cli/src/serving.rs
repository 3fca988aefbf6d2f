//! Serving a router to clients that may never finish what they begin.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// How long a request may take from its head to the head of its answer, its body among it. A pact file
/// is waited for at most half as long.
const REQUEST: Duration = Duration::from_secs(60);

/// How long requests that are being answered have when the end is asked for.
const GRACE: Duration = Duration::from_secs(3);

/// How long to wait when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready, and then for a few seconds those who are being answered.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: impl Future) {
    let graceful = GracefulShutdown::new();
    let mut server = http1::Builder::new();
    // Without a timer there would be no deadline at all.
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    // Who has said all there is may close his side and wait for the answer.
    server.half_close(true);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = graceful.watch(connection(&server, stream, router.clone()));
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

fn connection(
    server: &http1::Builder,
    stream: TcpStream,
    router: Router,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> + use<>,
> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps small answers back");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let answer = Service::call(&mut router, request.map(Body::new));
            tokio::time::timeout(REQUEST, answer)
                .await
                .unwrap_or_else(|_| Ok(too_slow()))
        }
    });
    server.serve_connection(TokioIo::new(stream), service)
}

fn too_slow() -> Response<Body> {
    let mut response = Response::new(Body::from("the request did not come to its end in time\n"));
    *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
    response
}
