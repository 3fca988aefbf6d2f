//! Requests with faults that nobody has thought of.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::support::Draws;

/// Returns requests to begin with: each method, framing, header and protocol a few times.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for method in ["GET", "POST", "HEAD", "OPTIONS", "DELETE", "BREW"] {
        for target in [
            "/ping",
            "/ping?a=1",
            "/files",
            "*",
            "http://x/ping",
            "/%2e%2e/ping",
        ] {
            for headers in [
                "",
                "Content-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Connection: close, upgrade\r\nUpgrade: h2c\r\n",
                "Expect: 100-continue\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Content-Type: application/json\r\nContent-Length: 5\r\n",
                "X-Bytes: \u{e9}\u{1f600}\r\n",
            ] {
                let body = if headers.contains("chunked") {
                    "5\r\nhello\r\n0\r\n\r\n"
                } else {
                    "hello"
                };
                let head = format!("{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
                seeds.push((head + body).into_bytes());
            }
        }
    }
    let mut frames = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    // GET /ping with the static table of HPACK, then a window update and a ping.
    frames.extend(b"\0\0\x09\x01\x05\0\0\0\x01\x82\x86\x44\x05/ping");
    frames.extend(b"\0\0\x04\x08\0\0\0\0\0\0\0\xff\xff\0\0\x08\x06\0\0\0\0\0pingpong");
    seeds.push(frames);
    seeds.push(b"\x16\x03\x01\0\x2a\x01\0\0\x26\x03\x03hello of TLS".to_vec());
    seeds
}

/// Returns a request with a few bytes that are others.
pub(super) fn mutated(seed: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=draws.below(4) {
        let at = draws.below(bytes.len().max(1));
        match draws.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), draws.below(256) as u8),
            2 if at < bytes.len() => bytes[at] = draws.below(256) as u8,
            3 if at < bytes.len() => {
                bytes.remove(at);
            }
            4 => {
                let piece = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(piece);
            }
            _ => bytes.extend_from_slice(b"\r\n"),
        }
    }
    bytes
}

/// Sends the bytes and waits for the end; a server that hangs on them would hang the test.
pub(super) fn throw(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // It may be cut off at any byte.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    if let Err(error) = stream.read_to_end(&mut Vec::new()) {
        let kind = error.kind();
        let hangs = [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut].contains(&kind);
        assert!(!hangs, "no end of {:?}", String::from_utf8_lossy(bytes));
    }
}
