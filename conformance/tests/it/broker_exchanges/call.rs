//! One request as it is written, and what comes back.
//!
//! Paths and names of the scenarios are such as no well-behaved client sends, so nothing here
//! checks or mends them.

use std::net::SocketAddr;
use std::time::Duration;

use pact_core::json::{Json, OwnedJson};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request, ready to be sent.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
    /// The body, where it is JSON.
    pub(crate) body: Option<OwnedJson>,
}

impl Answer {
    /// Returns a header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Writes `${base}` for the address of the broker, as the recordings have it.
    pub(crate) fn told_from(mut self, base: &str) -> Self {
        for (_, value) in &mut self.headers {
            *value = value.replace(base, "${base}");
        }
        let escaped = base.replace(':', "%3A").replace('/', "%2F");
        self.text = self.text.replace(base, "${base}");
        self.text = self.text.replace(&escaped, "${base%}");
        let parsed = Json::parse(self.text.as_bytes());
        self.body = parsed.ok().map(Json::into_owned);
        self
    }
}

/// Sends a request on a connection of its own.
pub(crate) async fn send(address: SocketAddr, request: &Request) -> Answer {
    let exchanged = tokio::time::timeout(PATIENCE, exchange(address, request)).await;
    let answer = exchanged
        .unwrap_or_else(|_| panic!("no answer to {} {}", request.method, request.target))
        .unwrap_or_else(|error| panic!("{} {}: {error}", request.method, request.target));
    parse(&answer)
}

async fn exchange(address: SocketAddr, request: &Request) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let mut sent = format!(
        "{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n",
        request.method, request.target
    );
    for (name, value) in &request.headers {
        sent.push_str(&format!("{name}: {value}\r\n"));
    }
    let wants_length = matches!(request.method.as_str(), "PATCH" | "POST" | "PUT");
    if request.body.is_some() || wants_length {
        let length = request.body.as_ref().map_or(0, Vec::len);
        sent.push_str(&format!("Content-Length: {length}\r\n"));
    }
    sent.push_str("\r\n");
    let mut bytes = sent.into_bytes();
    bytes.extend(request.body.iter().flatten());
    stream.write_all(&bytes).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn parse(answer: &[u8]) -> Answer {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("headers come to an end");
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    assert!(!chunked, "the broker says how long its answers are");
    Answer {
        status: status.expect("an answer starts with its status"),
        headers,
        text: String::from_utf8_lossy(&answer[end + 4..]).into_owned(),
        body: None,
    }
}
