//! A server that answers every request with the same bytes.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

/// Where it listens; it serves until the tests end.
pub(crate) struct OneAnswer {
    pub(crate) url: String,
}

impl OneAnswer {
    /// Starts a server that answers with the status line, headers and body given.
    pub(crate) fn answering(status: &str, content_type: &str, body: &str) -> Self {
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        Self::sending(answer)
    }

    /// Starts a server that answers with these bytes, whatever they are.
    pub(crate) fn sending(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                // A client that leaves early is none of this server's business.
                let _ = stream.read(&mut request);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url }
    }

    /// Returns the port it listens on.
    pub(crate) fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }

    /// Returns an address nobody listens on.
    pub(crate) fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }
}
