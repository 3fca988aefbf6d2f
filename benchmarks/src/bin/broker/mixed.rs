//! Readers and writers together at a constant rate: does the rate hold, and does the memory?

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::http::Connection;
use crate::publish::publication;
use crate::server::Server;
use crate::percentile;

/// How many connections there are; of ten requests, seven read, two ask can-i-deploy and one publishes.
const CONNECTIONS: u64 = 64;

/// What is shared by the clients.
#[derive(Default)]
struct Count {
    errors: AtomicU64,
    versions: AtomicU64,
}

/// Loads the broker for some minutes at some requests a second.
pub async fn run(database: Option<&str>, minutes: u64, rate: u64) {
    let server = Server::start(database);
    let count = Arc::new(Count::default());
    let mut connection = Connection::open(&server.url).await.expect("the broker listens");
    let environment = json!({ "name": "production", "production": true }).to_string();
    connection.post("/environments", &environment).await.expect("an answer");
    for consumer in 0..CONNECTIONS {
        publish(&mut connection, consumer, 0).await;
    }
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    let mut clients = JoinSet::new();
    for number in 0..CONNECTIONS {
        clients.spawn(client(server.url.clone(), Arc::clone(&count), number, (until, rate)));
    }
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
    let mut times: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    times.sort();
    println!(
        "{:.0} requests/s held of {rate}; p50 {:.1?}, p99 {:.1?} from when each was due; {} errors",
        times.len() as f64 / (60 * minutes) as f64,
        percentile(&times, 50),
        percentile(&times, 99),
        count.errors.load(Ordering::Relaxed)
    );
}

/// Sends a request whenever one is due, and measures from then: one that waits for its turn counts as slow.
async fn client(url: String, count: Arc<Count>, number: u64, (until, rate): (Instant, u64)) -> Vec<Duration> {
    let mut connection = Connection::open(&url).await.expect("the broker listens");
    let period = Duration::from_secs_f64(CONNECTIONS as f64 / rate as f64);
    tokio::time::sleep(period.mul_f64(number as f64 / CONNECTIONS as f64)).await;
    let mut due = interval(period);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut times = Vec::new();
    for turn in number.. {
        let moment = due.tick().await;
        if Instant::now() >= until {
            break;
        }
        let consumer = format!("web{number}");
        let answer = match turn % 10 {
            0 => {
                let version = count.versions.fetch_add(1, Ordering::Relaxed) + 1;
                Ok(publish(&mut connection, number, version).await)
            }
            1 | 2 => {
                let asked = format!("/can-i-deploy?pacticipant={consumer}&version=0&environment=production");
                connection.get(&asked).await.map(|answer| answer.status)
            }
            3..=6 => {
                let pact = format!("/pacts/provider/api{}/consumer/{consumer}/latest", number % 8);
                connection.get(&pact).await.map(|answer| answer.status)
            }
            7 | 8 => connection.get(&format!("/pacticipants/{consumer}")).await.map(|answer| answer.status),
            _ => connection.get("/dashboard?pageNumber=1&pageSize=20").await.map(|answer| answer.status),
        };
        times.push(moment.elapsed());
        if !matches!(answer, Ok(200)) {
            count.errors.fetch_add(1, Ordering::Relaxed);
        }
    }
    times
}

async fn publish(connection: &mut Connection, consumer: u64, version: u64) -> u16 {
    let (name, provider) = (format!("web{consumer}"), format!("api{}", consumer % 8));
    // About 8 KB, and another content now and then.
    let word = format!("{}{}", version / 50, "x".repeat(3_000));
    let body = publication(&name, &version.to_string(), &provider, &word);
    connection.post("/contracts/publish", &body).await.map_or(0, |answer| answer.status)
}
