//! Requests a second over 8 keep-alive connections: a bare hyper server, our mock server, `pact
//! stub`, and the official stub server, each with 10, 100 and 1,000 interactions.
//!
//! `PACT_CLI` and `PACT_OFFICIAL_CLI` name the programs; without the latter it is left out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use pact_consumer::{MockServer, ServerOptions};

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 25;
const ROUND: Duration = Duration::from_millis(200);
const BODY: &str = r#"{"id":42,"status":"open","lines":[{"sku":"A1","quantity":2}]}"#;

const COUNTS: [usize; 3] = [10, 100, 1000];

/// A server with so many interactions.
struct Case {
    count: usize,
    server: &'static str,
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    rates: Vec<f64>,
}

fn main() {
    println!("requests a second over {CONNECTIONS} keep-alive connections; the median of {ROUNDS} rounds of {ROUND:?}, all in turns");
    let bare = start_bare();
    let folder = tempfile::tempdir().expect("a folder");
    let (mut cases, mut mocks, mut children) = (Vec::new(), Vec::new(), Vec::new());
    for count in COUNTS {
        let file = folder.path().join(format!("{count}.json"));
        std::fs::write(&file, pact(count)).expect("the pact is written");
        let read = pact_core::format::read(pact(count).as_bytes()).expect("a pact");
        let mock = MockServer::serve(&read.pact, ServerOptions::new().journal_limit(1000)).expect("it starts");
        let mut servers = vec![("bare hyper", bare), ("mock server", mock.addr())];
        mocks.push(mock);
        let stub = std::env::var("PACT_CLI").ok().map(|program| our_stub(&program, &file));
        let official = std::env::var("PACT_OFFICIAL_CLI").ok().map(|program| official_stub(&program, &file));
        for (server, started) in [("pact stub", stub), ("official stub", official)] {
            let Some((child, address)) = started else {
                continue;
            };
            children.push(child);
            servers.push((server, address));
        }
        cases.extend(servers.into_iter().map(|(server, address)| Case {
            count,
            server,
            address,
            requests: (0..count).map(request).collect(),
            rates: Vec::new(),
        }));
    }
    for _ in 0..ROUNDS {
        for case in &mut cases {
            case.rates.push(requests_a_second(case.address, &case.requests));
        }
    }
    let rate = |count: usize, server: &str| {
        let case = cases.iter().find(|case| (case.count, case.server) == (count, server));
        median(case.expect("it was measured").rates.clone())
    };
    for Case { count, server, .. } in &cases {
        let own = rate(*count, server);
        let (of_bare, of_few) = (own / rate(*count, "bare hyper"), own / rate(COUNTS[0], server).max(1.0));
        println!("{count:>5} interactions  {server:<14}{own:>10.0}/s  {:>5.1} % of bare  {:>5.1} % of its own with {}", of_bare * 100.0, of_few * 100.0, COUNTS[0]);
    }
    for mut child in children {
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn pact(count: usize) -> String {
    let interactions: Vec<String> = (0..count)
        .map(|id| {
            format!(
                r#"{{"description":"order {id}","request":{{"method":"GET","path":"/orders/{id}"}},
                "response":{{"status":200,"headers":{{"Content-Type":"application/json"}},"body":{BODY}}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"api"}},"interactions":[{}],"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#,
        interactions.join(",")
    )
}

/// Returns a request as it is sent, in one piece.
fn request(order: usize) -> Vec<u8> {
    format!("GET /orders/{order} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n").into_bytes()
}

/// Starts a server that answers every request with the body, on all cores.
fn start_bare() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it can wait");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let service = service_fn(|_: Request<Incoming>| async {
                    let mut response = Response::new(Full::new(Bytes::from_static(BODY.as_bytes())));
                    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                    Ok::<_, std::convert::Infallible>(response)
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    address
}

fn our_stub(program: &str, file: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(program).args(["stub", "-f"]).arg(file).stdout(Stdio::piped()).spawn().expect("PACT_CLI starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("it says where");
    let address = line.trim().rsplit('/').next().and_then(|address| address.parse().ok());
    (child, address.expect("an address at the end of the line"))
}

fn official_stub(program: &str, file: &Path) -> (Child, SocketAddr) {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let mut command = Command::new(program);
    command.args(["stub", "-l", "none", "-p", &free.port().to_string(), "-f"]).arg(file);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("PACT_OFFICIAL_CLI starts");
    let begun = Instant::now();
    while TcpStream::connect(free).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the official stub listens");
        std::thread::sleep(Duration::from_millis(50));
    }
    (child, free)
}

/// Asks over all connections for one round, one request after the other; every answer must be the
/// body.
fn requests_a_second(address: SocketAddr, requests: &[Vec<u8>]) -> f64 {
    let (asked, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (asked, ended) = (&asked, &ended);
            scope.spawn(move || {
                let mut stream = TcpStream::connect(address).expect("the server listens");
                stream.set_nodelay(true).expect("no delay");
                // A server that needs longer than a round for one answer has none to show.
                stream.set_read_timeout(Some(ROUND * 2)).expect("a deadline");
                let (mut order, mut buffer) = (connection, [0; 4096]);
                while !ended.load(Ordering::Relaxed) {
                    order = (order + 7) % requests.len();
                    stream.write_all(&requests[order]).expect("it is sent");
                    if !is_answered(&mut stream, &mut buffer) {
                        return;
                    }
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        std::thread::sleep(ROUND);
        ended.store(true, Ordering::Relaxed);
    });
    asked.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

fn is_answered(stream: &mut TcpStream, buffer: &mut [u8]) -> bool {
    let mut length = 0;
    while !buffer[..length].ends_with(BODY.as_bytes()) {
        match stream.read(&mut buffer[length..]) {
            Ok(0) | Err(_) => return false,
            Ok(size) => length += size,
        }
    }
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..length]));
    true
}
