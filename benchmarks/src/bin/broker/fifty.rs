//! 50 consumers of one provider, 50 versions each, a result for each: the questions of every build.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Connection;
use crate::publish::publication;
use crate::server::Server;
use crate::{median, percentile};

/// How many consumers there are, and how many versions of each.
const FIFTY: usize = 50;

/// How often each question is asked.
const ASKED: usize = 200;

/// Publishes, verifies, deploys and asks.
pub async fn run(database: Option<&str>) {
    let server = Server::start(database);
    let mut connection = Connection::open(&server.url).await.expect("the broker listens");
    let production = json!({ "name": "production", "production": true }).to_string();
    let environment = connection.post("/environments", &production).await.expect("an answer").json();
    let environment = environment["uuid"].as_str().expect("a key").to_owned();
    for version in 1..=FIFTY {
        for consumer in 1..=FIFTY {
            publish_and_verify(&mut connection, &server.url, consumer, version).await;
        }
    }
    for name in (1..=FIFTY).map(|number| format!("consumer{number}")).chain(["provider".to_owned()]) {
        let path = format!("/pacticipants/{name}/versions/{FIFTY}/deployed-versions/environment/{environment}");
        let answer = connection.post(&path, "{}").await.expect("an answer");
        assert_eq!(answer.status, 201, "{path}");
    }
    println!("{} contracts with results, {:.1} MiB", FIFTY * FIFTY, server.memory());
    let pair = "/matrix?q[][pacticipant]=consumer1&q[][pacticipant]=provider&latestby=cvpv";
    let consumer = "/can-i-deploy?pacticipant=consumer1&version=50&environment=production";
    let provider = "/can-i-deploy?pacticipant=provider&version=50&environment=production";
    for (name, path) in [
        ("matrix of a pair", pair),
        ("matrix of the provider, limit 100", "/matrix?q[][pacticipant]=provider&latestby=cvpv&limit=100"),
        ("matrix of the provider, limit 5000", "/matrix?q[][pacticipant]=provider&latestby=cvpv&limit=5000"),
        ("can-i-deploy, consumer to environment", consumer),
        ("can-i-deploy, provider to environment", provider),
        ("latest pact", "/pacts/provider/provider/consumer/consumer1/latest"),
        ("index", "/"),
    ] {
        measure(&mut connection, name, path, None).await;
    }
    let plain = json!({ "providerVersionBranch": "main", "includePendingStatus": true });
    let wip = json!({
        "providerVersionBranch": "feat/new", "includePendingStatus": true, "includeWipPactsSince": "2020-01-01"
    });
    let path = "/pacts/provider/provider/for-verification";
    for (name, body) in [("pacts for verification", plain), ("pacts for verification with WIP", wip)] {
        measure(&mut connection, name, path, Some(&body.to_string())).await;
    }
    println!("{:.1} MiB at the end", server.memory());
}

async fn publish_and_verify(connection: &mut Connection, url: &str, consumer: usize, version: usize) {
    let (consumer, number) = (format!("consumer{consumer}"), version.to_string());
    let body = publication(&consumer, &number, "provider", &number);
    let answer = connection.post("/contracts/publish", &body).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let pact = format!("/pacts/provider/provider/consumer/{consumer}/version/{number}");
    let pact = connection.get(&pact).await.expect("an answer").json();
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().expect("a link");
    let result = json!({ "success": true, "providerApplicationVersion": number }).to_string();
    let path = results.trim_start_matches(url);
    let answer = connection.post(path, &result).await.expect("an answer");
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
}

async fn measure(connection: &mut Connection, name: &str, path: &str, body: Option<&str>) {
    let (mut times, mut bytes): (Vec<Duration>, _) = (Vec::new(), 0);
    for _ in 0..ASKED {
        let asked = Instant::now();
        let answer = match body {
            Some(body) => connection.post(path, body).await,
            None => connection.get(path).await,
        };
        let answer = answer.expect("an answer");
        times.push(asked.elapsed());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        bytes = answer.body.len();
    }
    times.sort();
    println!("{name}: p50 {:.2?}, p99 {:.2?}, {bytes} bytes", median(&times), percentile(&times, 99));
}
