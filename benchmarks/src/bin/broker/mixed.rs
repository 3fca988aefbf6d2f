//! Readers and writers together at a constant rate: does the rate hold, and does the memory?

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::http::Connection;
use crate::percentile;
use crate::publish::publication;
use crate::server::Server;

/// How many connections there are; of ten requests, seven read, two ask can-i-deploy and one publishes.
const CONNECTIONS: u64 = 64;

/// What is shared by the clients.
#[derive(Default)]
pub struct Count {
    errors: AtomicU64,
    versions: AtomicU64,
    /// The publications that were answered for: the consumer and the version.
    kept: Mutex<Vec<(u64, u64)>>,
}

/// One request that was answered.
pub struct Sample {
    /// What it was.
    kind: Kind,
    /// When it was answered.
    pub answered: Instant,
    /// How long that took from when it was due.
    pub from_due: Duration,
    /// How long that took from when it was sent.
    pub from_sent: Duration,
    /// The status; 0 where the connection ended.
    pub status: u16,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Publish,
    CanIDeploy,
    Pact,
    Pacticipant,
    Dashboard,
}

/// Loads the broker for some minutes at some requests a second.
pub async fn run(database: Option<&str>, minutes: u64, rate: u64) {
    let server = Server::start(database);
    let count = Arc::new(Count::default());
    prepare(&server.url, CONNECTIONS).await;
    let period = Duration::from_secs(60 * minutes);
    let load = tokio::spawn(load(server.url.clone(), Arc::clone(&count), (CONNECTIONS, rate), period));
    for minute in 1..=minutes {
        tokio::time::sleep(Duration::from_secs(60)).await;
        println!(
            "minute {minute}: {:.1} MiB, {} files, {} publications, {} errors",
            server.memory(),
            server.files(),
            count.versions.load(Ordering::Relaxed),
            count.errors.load(Ordering::Relaxed)
        );
    }
    let samples = load.await.expect("the load is made to its end");
    println!(
        "{:.0} requests/s held of {rate}; {} errors; from when each was due:",
        samples.len() as f64 / period.as_secs_f64(),
        count.errors.load(Ordering::Relaxed)
    );
    for kind in [Kind::Pact, Kind::Pacticipant, Kind::Dashboard, Kind::CanIDeploy, Kind::Publish] {
        let of_kind = samples.iter().filter(|sample| sample.kind == kind);
        tell(&format!("{kind:?}"), of_kind.map(|sample| sample.from_due).collect());
    }
    tell("all", samples.iter().map(|sample| sample.from_due).collect());
}

/// Prints how long requests took.
pub fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    println!(
        "  {what}: {} requests, p50 {:.1?}, p99 {:.1?}, at most {:.1?}",
        times.len(),
        percentile(&times, 50),
        percentile(&times, 99),
        percentile(&times, 100),
    );
}

/// Publishes a version of so many consumers, and makes the environment.
pub async fn prepare(url: &str, consumers: u64) {
    let mut connection = Connection::open(url).await.expect("the broker listens");
    let environment = json!({ "name": "production", "production": true }).to_string();
    connection.post("/environments", &environment).await.expect("an answer");
    for consumer in 0..consumers {
        publish(&mut connection, consumer, 0).await;
    }
}

/// Makes so many requests a second from so many connections.
pub async fn load(url: String, count: Arc<Count>, (connections, rate): (u64, u64), period: Duration) -> Vec<Sample> {
    let until = Instant::now() + period;
    let mut clients = JoinSet::new();
    for number in 0..connections {
        let every = Duration::from_secs_f64(connections as f64 / rate as f64);
        let first = every.mul_f64(number as f64 / connections as f64);
        clients.spawn(client(url.clone(), Arc::clone(&count), number, (first, every, until)));
    }
    clients.join_all().await.into_iter().flatten().collect()
}

/// Sends a request whenever one is due, and measures from then: one that waits for its turn counts as slow.
async fn client(
    url: String,
    count: Arc<Count>,
    number: u64,
    (first, every, until): (Duration, Duration, Instant),
) -> Vec<Sample> {
    let mut connection = Connection::open(&url).await.expect("the broker listens");
    tokio::time::sleep(first).await;
    let mut due = interval(every);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut samples = Vec::new();
    for turn in number.. {
        let moment = due.tick().await;
        let sent = Instant::now();
        if sent >= until {
            break;
        }
        let (kind, status) = ask(&mut connection, &count, (number, turn)).await;
        let answered = Instant::now();
        samples.push(Sample {
            kind,
            answered,
            from_due: moment.elapsed(),
            from_sent: answered - sent,
            status,
        });
        if status != 200 {
            count.errors.fetch_add(1, Ordering::Relaxed);
        }
        if status == 0 {
            connection = Connection::open(&url).await.expect("the broker listens");
        }
    }
    samples
}

/// Makes one request, and returns its status.
async fn ask(connection: &mut Connection, count: &Count, (number, turn): (u64, u64)) -> (Kind, u16) {
    let consumer = format!("web{number}");
    let (kind, path) = match turn % 10 {
        0 => {
            let version = count.versions.fetch_add(1, Ordering::Relaxed) + 1;
            let status = publish(connection, number, version).await;
            if status == 200 {
                count.kept.lock().expect("nobody panics").push((number, version));
            }
            return (Kind::Publish, status);
        }
        1 | 2 => {
            (Kind::CanIDeploy, format!("/can-i-deploy?pacticipant={consumer}&version=0&environment=production"))
        }
        3..=6 => (Kind::Pact, format!("{}/latest", pair(number))),
        7 | 8 => (Kind::Pacticipant, format!("/pacticipants/{consumer}")),
        _ => (Kind::Dashboard, "/dashboard?pageNumber=1&pageSize=20".to_owned()),
    };
    (kind, connection.get(&path).await.map_or(0, |answer| answer.status))
}

fn pair(number: u64) -> String {
    format!("/pacts/provider/api{}/consumer/web{number}", number % 8)
}

async fn publish(connection: &mut Connection, consumer: u64, version: u64) -> u16 {
    let (name, provider) = (format!("web{consumer}"), format!("api{}", consumer % 8));
    // About 8 KB, and another content now and then.
    let word = format!("{}{}", version / 50, "x".repeat(3_000));
    let body = publication(&name, &version.to_string(), &provider, &word);
    connection.post("/contracts/publish", &body).await.map_or(0, |answer| answer.status)
}

/// Returns how many publications that were answered for are not there.
pub async fn lost(url: &str, count: &Count) -> (usize, usize) {
    let kept = count.kept.lock().expect("nobody panics").clone();
    let mut connection = Connection::open(url).await.expect("the broker listens");
    let mut lost = 0;
    for (number, version) in &kept {
        let path = format!("{}/version/{version}", pair(*number));
        lost += usize::from(connection.get(&path).await.expect("an answer").status != 200);
    }
    (lost, kept.len())
}
