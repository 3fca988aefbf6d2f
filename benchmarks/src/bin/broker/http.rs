//! A client that costs next to nothing, so that what is measured is the broker.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection that is kept.
pub struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

/// An answer, read whole.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an answer in JSON")
    }
}

impl Connection {
    /// Connects to a broker, whose URL is `http://HOST:PORT`.
    pub async fn open(url: &str) -> io::Result<Self> {
        let host = url.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host, buffer: Vec::new() })
    }

    /// Reads a resource.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.ask(path, "application/hal+json").await
    }

    /// Reads a page.
    pub async fn page(&mut self, path: &str) -> io::Result<Answer> {
        self.ask(path, "text/html").await
    }

    async fn ask(&mut self, path: &str, media: &str) -> io::Result<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: {media}\r\n\r\n", self.host);
        self.exchange(head.into_bytes()).await
    }

    /// Announces a document of so many bytes and sends none of it.
    pub async fn announce(&mut self, path: &str, bytes: usize) -> io::Result<Answer> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\naccept: application/hal+json\r\ncontent-type: application/json\r\n\
             content-length: {bytes}\r\n\r\n",
            self.host
        );
        self.exchange(head.into_bytes()).await
    }

    /// Sends a document.
    pub async fn post(&mut self, path: &str, body: &str) -> io::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\naccept: application/hal+json\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.exchange(request.into_bytes()).await
    }

    async fn exchange(&mut self, request: Vec<u8>) -> io::Result<Answer> {
        self.stream.write_all(&request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.receive().await?;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let (Some(status), Some(length)) = (status, length.and_then(|length| length.parse::<usize>().ok())) else {
            return Err(io::Error::other(format!("an answer without status or length: {text}")));
        };
        while self.buffer.len() < head + length {
            self.receive().await?;
        }
        Ok(Answer { status, body: self.buffer[head..].to_vec() })
    }

    async fn receive(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}
