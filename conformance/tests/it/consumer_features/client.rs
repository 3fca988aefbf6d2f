//! The consumer of a scenario: it sends what it is told, line by line, and reads the answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use pact_core::model::Request;

use crate::contract::Row;
use crate::fixture::{Content, headers};
use crate::support::{bytes, encoded, lines};

/// Longest a mock server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it is sent.
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Sent {
    /// Returns the request of an interaction.
    pub(super) fn new(request: &Request) -> Self {
        let headers = lines(&request.headers).into_iter();
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            query: encoded(&request.query),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: bytes(&request.body).to_vec(),
        }
    }

    /// Changes what a row says.
    pub(super) fn change(&mut self, row: &Row, fixtures: &std::path::Path) -> Result<(), String> {
        for (column, cell) in row {
            match column.as_str() {
                "method" => self.method.clone_from(cell),
                "path" => self.path.clone_from(cell),
                "query" => self.query = Some(cell.clone()),
                "headers" | "raw headers" => self.headers = headers(cell),
                "body" => self.carry(Content::read(cell, fixtures)?),
                other => return Err(format!("unknown column: {other}")),
            }
        }
        Ok(())
    }

    /// Sends other contents; those of no type of their own are of the type sent before.
    fn carry(&mut self, content: Content) {
        self.body = content.bytes;
        if let Some(content_type) = content.content_type {
            self.headers
                .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            self.headers.push(("Content-Type".to_owned(), content_type));
        }
    }

    /// Sends the request and waits for the answer.
    pub(super) fn to(&self, address: SocketAddr) -> Result<Answer, String> {
        self.exchange(address).map_err(|error| error.to_string())
    }

    fn exchange(&self, address: SocketAddr) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let query = self
            .query
            .as_ref()
            .map_or_else(String::new, |query| format!("?{query}"));
        let mut head = format!(
            "{} {}{query} HTTP/1.1\r\nHost: p\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.body.len();
        head.push_str(&format!(
            "Connection: close\r\nContent-Length: {length}\r\n\r\n"
        ));
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Answer::read(&answer)
            .ok_or_else(|| std::io::Error::other(String::from_utf8_lossy(&answer).into_owned()))
    }
}

impl Answer {
    /// Reads an answer that ends with its connection.
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut head = head.split("\r\n");
        let status = head.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = head.filter_map(|line| line.split_once(':'));
        Some(Self {
            status,
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        })
    }
}
