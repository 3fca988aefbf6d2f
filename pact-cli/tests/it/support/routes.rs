//! A server with an answer for each path, and one for all others.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A running server; it serves until the tests end.
pub(crate) struct Routes {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What a path is answered with.
#[derive(Clone)]
pub(crate) enum Reply {
    /// The connection is closed without a word.
    Hangup,
    /// JSON with the status line.
    Json(&'static str, Cow<'static, str>),
    /// Nothing ever comes.
    Silence,
}

impl Reply {
    /// Answers with 200 and the JSON.
    pub(crate) fn ok(json: impl Into<Cow<'static, str>>) -> Self {
        Self::Json("200 OK", json.into())
    }

    /// Answers with the status and the JSON.
    pub(crate) const fn json(status: &'static str, json: &'static str) -> Self {
        Self::Json(status, Cow::Borrowed(json))
    }
}

impl Routes {
    /// Starts a server; what no path fits is answered with 404.
    pub(crate) fn serve(routes: Vec<(&'static str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&heard);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(line) = request_line(&mut stream) else {
                    continue;
                };
                keep.lock().unwrap().push(line.clone());
                let path = line.split(' ').nth(1).unwrap_or_default();
                let path = path.split('?').next().unwrap_or_default();
                let reply = routes.iter().find(|(known, _)| *known == path);
                let reply =
                    reply.map_or(Reply::json("404 Not Found", "{}"), |(_, one)| one.clone());
                match reply {
                    Reply::Hangup => {}
                    Reply::Json(status, json) => {
                        let _ = write!(
                            stream,
                            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{json}",
                            json.len()
                        );
                    }
                    Reply::Silence => silent.push(stream),
                }
            }
        });
        Self { url, heard }
    }

    /// Returns the request lines that came.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Reads a request to its end and returns its first line.
fn request_line(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return first;
        }
        let line = line.trim_end();
        if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            return first;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        first.get_or_insert_with(|| line.to_owned());
    }
}
