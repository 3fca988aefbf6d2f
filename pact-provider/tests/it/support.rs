//! Pacts in short words, and providers on real sockets.

use std::net::SocketAddr;

use axum::Router;
use pact_core::json::Json;
use pact_core::model::{
    Body, ContentType, HttpExchange, Interaction, InteractionKind, Pact, ProviderState, Request,
    Response,
};
use pact_provider::{Report, Verifier};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// An interaction that gets the path and expects the JSON.
pub(crate) fn get(description: &str, path: &str, expected: &str) -> Interaction {
    let request = Request {
        path: path.to_owned(),
        ..Request::default()
    };
    let body = Json::parse(expected.as_bytes()).unwrap().to_compact();
    let response = Response {
        body: Body::present(body, Some(ContentType::json())),
        ..Response::default()
    };
    let exchange = HttpExchange { request, response };
    Interaction::new(description, InteractionKind::Http(Box::new(exchange)))
}

pub(crate) fn given(mut interaction: Interaction, state: ProviderState) -> Interaction {
    interaction.provider_states.push(state);
    interaction
}

/// A pact of `web` with `api`.
pub(crate) fn pact(interactions: impl IntoIterator<Item = Interaction>) -> Pact {
    let mut pact = Pact::new("web", "api");
    pact.interactions.extend(interactions);
    pact
}

/// A verifier of one pact, with a command for the next try that is the same wherever tests run.
pub(crate) fn verifier(interactions: impl IntoIterator<Item = Interaction>) -> Verifier {
    Verifier::new("api")
        .pact(pact(interactions))
        .rerun_command(|_, interaction| format!("verify {:?}", interaction.description))
}

/// Serves the router on a port of its own and returns its address.
pub(crate) async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Serves connections by hand: after the head of a request has come, `answer` does what it likes.
pub(crate) async fn serve_raw<F, Fut>(answer: F) -> String
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut byte).await {
                    Ok(1) => head.push(byte[0]),
                    _ => break,
                }
            }
            tokio::spawn(answer(stream));
        }
    });
    format!("http://{address}")
}

pub(crate) async fn write_and_close(mut stream: TcpStream, bytes: &'static [u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

/// An address nobody listens at. It stays taken, so that no server of another test gets it.
pub(crate) async fn nobody() -> SocketAddr {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    Box::leak(Box::new(socket)).local_addr().unwrap()
}

/// The report with what changes from run to run made the same.
pub(crate) fn stable(report: &Report) -> String {
    let lines = report.to_string();
    let lines: Vec<String> = lines
        .lines()
        .filter(|line| !line.trim_start().starts_with("date: "))
        .map(|line| match line.rsplit_once(" (") {
            Some((start, end)) if end.ends_with(" ms)") => format!("{start} (0 ms)"),
            _ => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}
