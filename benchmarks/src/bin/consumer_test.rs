//! One consumer test from beginning to end: start the mock server, send one request, verify, write
//! the pact file. pact_consumer and wiremock, which writes nothing, beside pact-consumer; the same
//! raw client for all, and all in turns.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use pact_consumer_peer::mock_server::StartMockServer;
use pact_consumer_peer::prelude::{HttpPartBuilder, PactBuilder as PeerBuilder};

const RUNS: usize = 300;

fn main() {
    let (ours, peer) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    println!("one consumer test: start, one request, verify, write the pact; {RUNS} runs each, median");
    let wiremock = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let [ours, peer, bare] = medians([&mut || our_test(ours.path()), &mut || peer_test(peer.path()), &mut || wiremock_test(&wiremock)]);
    println!("{:<24}{:>9.3} ms (file replaced by a rename)", "pact-consumer", millis(ours));
    println!("{:<24}{:>9.3} ms (file written in place)", "pact_consumer 1.4", millis(peer));
    println!("{:<24}{:>9.3} ms (no file)", "wiremock 0.6", millis(bare));
    println!("{:<24}{:>9.2} x", "ours to pact_consumer", ours.as_secs_f64() / peer.as_secs_f64());
}

fn our_test(folder: &Path) {
    use pact_consumer::prelude::*;
    pact_test(TestOptions::new("web", "api").output_dir(folder), |pact| {
        pact.upon_receiving("a request for order 42")
            .given("order 42 exists")
            .get("/orders/42")
            .will_respond_with(200)
            .json_body(json_pattern!({ "id": integer(42), "status": like("open") }));
        let mock = pact.start();
        request(mock.addr());
    });
}

fn peer_test(folder: &Path) {
    let mock = PeerBuilder::new_v4("web", "api")
        .with_output_dir(folder)
        .interaction("a request for order 42", "", |mut interaction| {
            interaction.given("order 42 exists");
            interaction.request.path("/orders/42");
            interaction.response.ok().content_type("application/json").body("{\"id\":42,\"status\":\"open\"}");
            interaction
        })
        .start_mock_server(None, None);
    let address = mock.url().socket_addrs(|| None).expect("an address")[0];
    request(address);
}

fn wiremock_test(runtime: &tokio::runtime::Runtime) {
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};
    runtime.block_on(async {
        let mock = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw("{\"id\":42,\"status\":\"open\"}", "application/json");
        Mock::given(method("GET")).and(path("/orders/42")).respond_with(answer).expect(1).mount(&mock).await;
        request(*mock.address());
        mock.verify().await;
    });
}

fn request(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).expect("the mock server listens");
    stream.write_all(b"GET /orders/42 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Runs the tests in turns, so that what else the machine does falls on all of them.
fn medians<const N: usize>(mut tests: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..RUNS {
        for (test, times) in tests.iter_mut().zip(&mut times) {
            let started = Instant::now();
            test();
            times.push(started.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[RUNS / 2]
    })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
