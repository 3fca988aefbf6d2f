//! Servers that misbehave, each in one way.

use std::future::pending;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::support::{serve_raw, write_and_close};

/// What goes before the body of an answer in JSON.
pub(super) const OK_JSON: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// Answers every request with these bytes and closes the connection.
pub(super) async fn saying(bytes: impl Into<Vec<u8>>) -> String {
    let bytes: &'static [u8] = bytes.into().leak();
    serve_raw(move |stream| write_and_close(stream, bytes)).await
}

/// Says these bytes as soon as anything comes, without hearing it out.
pub(super) async fn interrupting(bytes: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            write_and_close(stream, bytes.as_bytes()).await;
        }
    });
    base
}

/// Says these bytes and then nothing more, on an open connection.
pub(super) async fn falling_silent(bytes: &'static [u8]) -> String {
    serve_raw(move |mut stream| async move {
        let _ = stream.write_all(bytes).await;
        pending::<()>().await;
    })
    .await
}

/// Says the first bytes, and the others over and over.
pub(super) async fn without_end(first: &'static [u8], again: Vec<u8>, pause: Duration) -> String {
    serve_raw(move |mut stream| {
        let again = again.clone();
        async move {
            let _ = stream.write_all(first).await;
            let mut pause = (!pause.is_zero()).then(|| tokio::time::interval(pause));
            while stream.write_all(&again).await.is_ok() {
                if let Some(pause) = &mut pause {
                    pause.tick().await;
                }
            }
        }
    })
    .await
}

/// Says these bytes and resets the connection.
pub(super) async fn resetting(bytes: &'static [u8]) -> String {
    serve_raw(move |mut stream| async move {
        let _ = stream.write_all(bytes).await;
        let _ = stream.set_zero_linger();
    })
    .await
}

/// Answers one connection and is gone.
pub(super) async fn dying_half_way() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        let _ = stream.read(&mut [0; 4096]).await;
        write_and_close(stream, OK_JSON.as_bytes()).await;
    });
    base
}

/// A listener whose queue is full: connecting to it neither succeeds nor fails. What is returned
/// besides its address keeps it so.
pub(super) async fn with_full_backlog() -> (String, (TcpListener, Vec<TcpStream>)) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    (format!("http://{address}"), (listener, waiting))
}
