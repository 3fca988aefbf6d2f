//! A server that keeps what it is sent, and may wait for company before it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

/// Where it listens, and what came; it serves until the tests end.
pub(crate) struct Recorder {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Starts a server that answers each request with the JSON.
    pub(crate) fn answering_with(json: &'static str) -> Self {
        Self::serve(json, 1)
    }

    /// Starts a server that answers each request when so many are there at once.
    pub(crate) fn answering_together(number: usize) -> Self {
        Self::serve("{}", number)
    }

    fn serve(json: &'static str, number: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (keep, together) = (Arc::clone(&heard), Arc::new(Barrier::new(number)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (keep, together) = (Arc::clone(&keep), Arc::clone(&together));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = request(&mut stream) else {
                        return;
                    };
                    keep.lock().unwrap().push(request);
                    together.wait();
                    let _ = write!(
                        stream,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{json}",
                        json.len()
                    );
                });
            }
        });
        Self { url, heard }
    }

    /// Returns the requests that came, each with its headers and body.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Returns the port it listens on.
    pub(crate) fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }
}

/// Reads a request to its end.
fn request(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let begun = text.len();
        if reader.read_line(&mut text).ok()? == 0 {
            return None;
        }
        let line = text[begun..].trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            return Some(text + &String::from_utf8_lossy(&body));
        }
    }
}
