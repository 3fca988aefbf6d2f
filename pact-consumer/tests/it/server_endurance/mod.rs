//! Long abuse of mock servers, each kind in a process of its own, where file descriptors, memory
//! and panics are those of nobody else.
//!
//! `PACT_ENDURANCE=full` runs them at the size whose figures stand in `docs/reliability.md`.

mod mutations;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pact_consumer::prelude::*;
use pact_consumer::{ServerOptions, Verdict};

use self::mutations::{mutated, seeds, throw};
use crate::support::{Draws, files_in, get, send};

/// Tells a child process that it is one.
const CHILD: &str = "PACT_ENDURANCE_CHILD";

/// Returns whether the runs are the long ones.
fn is_full() -> bool {
    env::var("PACT_ENDURANCE").is_ok_and(|size| size == "full")
}

/// Returns the size of a run.
fn size(quick: usize, full: usize) -> usize {
    if is_full() { full } else { quick }
}

/// Runs the body in a process of its own, and prints what it found out.
fn alone(test: &str, body: impl FnOnce() -> String) {
    if env::var(CHILD).is_ok_and(|name| name == test) {
        let found = body();
        let _ = writeln!(std::io::stdout(), "\nFOUND {found}");
        return;
    }
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("server_endurance::{test}"),
            "--nocapture",
        ])
        .env(CHILD, test)
        .output()
        .unwrap();
    let (said, cried) = (
        String::from_utf8_lossy(&child.stdout),
        String::from_utf8_lossy(&child.stderr),
    );
    assert!(child.status.success(), "{said}\n{cried}");
    let found = said.lines().find_map(|line| line.strip_prefix("FOUND "));
    let found = found.expect("the child tells what it found");
    if is_full() {
        // The test runner swallows what `println!` says in a test that passes.
        let _ = writeln!(std::io::stderr(), "{test}: {found}");
    }
}

fn ping() -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    pact.upon_receiving("a file")
        .post("/files")
        .will_respond_with(201);
    let mock = MockServer::serve(&pact.build(), ServerOptions::new()).unwrap();
    (pact, mock)
}

#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Returns a figure of this process's memory, in KiB.
#[cfg(target_os = "linux")]
fn memory(figure: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn servers_that_come_and_go_leave_nothing_behind() {
    alone("servers_that_come_and_go_leave_nothing_behind", || {
        // With signals the first runtime of a process opens what the process keeps.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        drop(runtime.unwrap());
        let none = descriptors();
        let mut starts = Vec::new();
        let mut cycle = || {
            let begun = Instant::now();
            let (_pact, mock) = ping();
            starts.push(begun.elapsed());
            for _ in 0..3 {
                assert_eq!(get(mock.addr(), "/ping").0, 204);
            }
        };
        (0..50).for_each(|_| cycle());
        let before = (descriptors(), memory("VmRSS:"));
        let cycles = size(300, 10_000);
        (0..cycles).for_each(|_| cycle());
        let after = (descriptors(), memory("VmRSS:"));
        thread::scope(|scope| {
            for _ in 0..size(8, 64) {
                scope.spawn(|| (0..size(10, 200)).for_each(|_| drop(ping())));
            }
        });
        assert_eq!(after.0, before.0, "no file descriptor is lost");
        let begun = Instant::now();
        while descriptors() > none {
            let waited = begun.elapsed();
            assert!(waited < Duration::from_secs(30), "nor by many at once");
            // Threads that wait for another server end after some seconds.
            thread::sleep(Duration::from_millis(10));
        }
        let more = after.1.saturating_sub(before.1);
        assert!(
            more <= 8 << 10,
            "{more} KiB more memory after {cycles} cycles"
        );
        starts.sort();
        let slow = starts[starts.len() * 99 / 100];
        format!("{cycles} cycles, {more} KiB more, 99 of 100 starts within {slow:?}")
    });
}

#[cfg(target_os = "linux")]
#[test]
fn half_open_connections_slow_nobody_down() {
    alone("half_open_connections_slow_nobody_down", || {
        let (_pact, mock) = ping();
        let beginnings: [&[u8]; 4] = [
            b"",
            b"GET /pi",
            b"GET /ping HTTP/1.1\r\nHost",
            b"PRI * HTTP/2",
        ];
        let held: Vec<TcpStream> = (0..size(100, 1000))
            .map(|number| {
                let mut stream = TcpStream::connect(mock.addr()).unwrap();
                stream.write_all(beginnings[number % 4]).unwrap();
                stream
            })
            .collect();
        let mut times: Vec<Duration> = (0..size(100, 1000))
            .map(|_| {
                let begun = Instant::now();
                assert_eq!(get(mock.addr(), "/ping").0, 204);
                begun.elapsed()
            })
            .collect();
        times.sort();
        let slow = times[times.len() * 99 / 100];
        let begun = Instant::now();
        drop(mock);
        let ended = begun.elapsed();
        for mut stream in held {
            // Each of them is ended by the server's end.
            let _ = stream.read_to_end(&mut Vec::new());
        }
        format!("99 of 100 requests within {slow:?}, the end after {ended:?}")
    });
}

#[test]
fn clients_that_hang_hold_no_end_up() {
    alone("clients_that_hang_hold_no_end_up", || {
        let manners: [&[u8]; 4] = [
            b"POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
            b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
            b"",
        ];
        let rounds = size(40, 1000);
        let mut slowest = Duration::ZERO;
        for round in 0..rounds {
            let (_pact, mock) = ping();
            let mut client = TcpStream::connect(mock.addr()).unwrap();
            client.write_all(manners[round % manners.len()]).unwrap();
            if round % manners.len() == 1 {
                client.read_exact(&mut [0; 12]).unwrap();
            }
            let begun = Instant::now();
            drop(mock);
            slowest = slowest.max(begun.elapsed());
            let _ = client.read_to_end(&mut Vec::new());
        }
        format!("{rounds} ends, the slowest after {slowest:?}")
    });
}

/// Panics when it is dropped.
struct Falls;

impl Drop for Falls {
    fn drop(&mut self) {
        panic!("it fell");
    }
}

#[test]
fn tests_that_panic_beside_others_harm_none_of_them() {
    alone("tests_that_panic_beside_others_harm_none_of_them", || {
        let folder = tempfile::tempdir().unwrap();
        let failures = Mutex::new(BTreeMap::new());
        thread::scope(|scope| {
            for number in 0..64 {
                let (folder, failures) = (folder.path(), &failures);
                scope.spawn(move || {
                    let name = format!("web{number}");
                    let options = TestOptions::new(name, "api").output_dir(folder);
                    let test = |pact: &mut PactBuilder| {
                        pact.upon_receiving("a ping")
                            .get("/ping")
                            .will_respond_with(204);
                        let mock = pact.start();
                        get(mock.addr(), "/ping");
                        match (number % 4, number / 4 % 4) {
                            (0, 0) => panic!("it stopped"),
                            (0, 1) => {
                                get(mock.addr(), "/wrong");
                                panic!("it stopped after a wrong request");
                            }
                            (0, 2) => drop(Falls),
                            (0, _) => thread::scope(|scope| {
                                let inner = scope.spawn(|| panic!("a thread of it stopped"));
                                inner.join().unwrap();
                            }),
                            _ => {}
                        }
                    };
                    let outcome = catch_unwind(AssertUnwindSafe(|| pact_test(options, test)));
                    if let Err(panic) = outcome {
                        let text = panic.downcast_ref::<String>().cloned();
                        let text = text.or_else(|| {
                            panic.downcast_ref::<&str>().map(|text| (*text).to_owned())
                        });
                        failures
                            .lock()
                            .unwrap()
                            .insert(number, text.unwrap_or_default());
                    }
                });
            }
        });
        let failures = failures.into_inner().unwrap();
        let numbers: Vec<usize> = failures.keys().copied().collect();
        let expected: Vec<usize> = (0..64).step_by(4).collect();
        assert_eq!(numbers, expected, "those that panic fail, and no others");
        for number in [4, 20, 36, 52] {
            let text = &failures[&number];
            assert!(text.contains("unexpected request GET /wrong"), "{text}");
            assert!(text.contains("it stopped after a wrong request"), "{text}");
        }
        let written = files_in(folder.path()).len();
        assert_eq!(written, 48, "the contract of each other test");
        format!("{} of 64 failed, {written} contracts", failures.len())
    });
}

#[test]
fn mutated_requests_are_answered_and_none_is_taken_for_another() {
    alone(
        "mutated_requests_are_answered_and_none_is_taken_for_another",
        || {
            let (rounds, threads) = (size(10, 5000), 8);
            let (seeds, sent) = (seeds(), AtomicUsize::new(0));
            let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
            let batch = size(250, 200);
            for round in 0..rounds {
                // A server for each round, so that all of them together are looked at.
                let (_pact, mock) = ping();
                thread::scope(|scope| {
                    for number in 0..threads {
                        let (seeds, sent, address) = (&seeds, &sent, mock.addr());
                        let mut draws = Draws((round * threads + number) as u64);
                        scope.spawn(move || {
                            for _ in 0..batch / threads {
                                let seed = &seeds[draws.below(seeds.len())];
                                throw(address, &mutated(seed, &mut draws));
                                sent.fetch_add(1, Ordering::Relaxed);
                            }
                        });
                    }
                });
                for request in mock.requests() {
                    // Methods are the same whatever their case, as the specification has it.
                    let method = request.method.to_ascii_uppercase();
                    let is_ping = method == "GET" && request.path == "/ping";
                    let is_file = method == "POST" && request.path == "/files";
                    let has_query = request.query.is_some_and(|query| !query.is_empty());
                    let kind = match request.verdict {
                        Verdict::Matched { .. } => {
                            assert!(
                                (is_ping || is_file) && !has_query,
                                "{} {}",
                                request.method,
                                request.path
                            );
                            "matched"
                        }
                        Verdict::Unreadable { .. } => "unreadable",
                        _ => "unexpected",
                    };
                    *verdicts.entry(kind).or_default() += 1;
                }
                assert_eq!(get(mock.addr(), "/ping").0, 204, "it is alive");
            }
            let mut found = format!("{} thrown", sent.into_inner());
            for (verdict, count) in verdicts {
                let _ = write!(found, ", {count} {verdict}");
            }
            found
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn large_bodies_need_no_more_than_twice_their_size() {
    alone("large_bodies_need_no_more_than_twice_their_size", || {
        let megabytes = size(16, 100);
        let (_pact, mock) = ping();
        let before = memory("VmHWM:");
        let mut stream = TcpStream::connect(mock.addr()).unwrap();
        let length = megabytes << 20;
        write!(stream, "POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n").unwrap();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..megabytes {
            stream.write_all(&piece).unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        let more = (memory("VmHWM:") - before) >> 10;
        assert!(more <= 2 * megabytes + 30, "{more} MiB for {megabytes} MiB");
        format!("{more} MiB more for a body of {megabytes} MiB")
    });
}

#[test]
fn a_body_without_end_is_answered() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a file")
        .post("/files")
        .will_respond_with(201);
    let mock = pact.start_with(ServerOptions::new().largest_body(1 << 16));
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    let mut answers = stream.try_clone().unwrap();
    stream
        .write_all(b"POST /files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    let chunk = [b"1000\r\n".as_slice(), &[b'x'; 4096], b"\r\n"].concat();
    let endless = thread::spawn(move || while stream.write_all(&chunk).is_ok() {});
    let mut head = [0; 12];
    answers.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 413");
    drop(mock);
    endless.join().unwrap();
    assert_eq!(pact.failure().unwrap().unexpected.len(), 1);
    let (_pact, other) = ping();
    assert_eq!(send(other.addr(), "POST /files", "", "x").0, 201);
}
