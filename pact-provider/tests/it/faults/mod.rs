//! Providers that misbehave in every way the field has seen: each run ends in time, fails, names the
//! reason, and tells the broker that it failed.

mod server;
mod tls;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::{get as route, post};
use pact_core::format;
use pact_core::model::ProviderState;
use pact_provider::{BrokerOptions, Report, TlsOptions, Verifier};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::server::{
    OK_JSON, dying_half_way, falling_silent, interrupting, resetting, saying, with_full_backlog,
    without_end,
};
use self::tls::{Authority, serve_tls};
use crate::support::{get, given, nobody, pact, serve, verifier};

const DEADLINE: Duration = Duration::from_millis(300);

/// One way to misbehave, and what the report must say of it: one of these.
struct Fault {
    name: &'static str,
    provider: String,
    says: &'static [&'static str],
    states: Option<String>,
    tls: TlsOptions,
}

const LATE: &str = "the provider gave no complete answer within 0.3 s";
const BROKEN: &str = "the provider gave no complete HTTP answer: ";
const LARGE: &str = "the answer of the provider is larger than 1000 bytes";
const UNREACHABLE: &str = "cannot connect to the provider at ";

fn fault(name: &'static str, provider: String, says: &'static [&'static str]) -> Fault {
    Fault {
        name,
        provider,
        says,
        states: None,
        tls: TlsOptions::default(),
    }
}

impl Fault {
    /// Verifies two interactions with the provider, as a broker passed them on, and publishes.
    async fn verified(self) -> (Self, Report, Vec<Value>) {
        let published = Arc::new(Mutex::new(Vec::new()));
        let broker = broker(Arc::clone(&published)).await;
        let mut verifier = Verifier::new("api")
            .url(&self.provider)
            .tls(self.tls.clone())
            .webhook_callback(format!("{broker}/pact"), BrokerOptions::new(&broker))
            .publish("1")
            .request_timeout(DEADLINE)
            .max_answer(1_000);
        if let Some(states) = &self.states {
            verifier = verifier.state_change_url(states);
        }
        // Far more than two deadlines: this only tells a run that hangs from one that ends.
        let run = tokio::time::timeout(Duration::from_secs(30), verifier.run());
        let report = run.await.unwrap_or_else(|_| panic!("{} hangs", self.name));
        let published = published.lock().unwrap().clone();
        (self, report.unwrap(), published)
    }

    fn check(&self, report: &Report, published: &[Value]) {
        let text = report.to_string();
        assert_eq!(report.exit_code(), 1, "{}\n{text}", self.name);
        let says_one = self.says.iter().any(|reason| text.contains(reason));
        assert!(
            says_one,
            "{}: none of {:?} in\n{text}",
            self.name, self.says
        );
        let successes: Vec<_> = published.iter().map(|one| &one["success"]).collect();
        assert_eq!(successes, [&json!(false)], "{}", self.name);
    }
}

/// A broker with one pact of two interactions, which keeps what is published.
async fn broker(published: Arc<Mutex<Vec<Value>>>) -> String {
    let both = pact([get("one", "/1", "{}"), get("two", "/2", "{}")]);
    let text = format::write(&both).unwrap();
    let mut content: Value = serde_json::from_str(&text).unwrap();
    content["_links"] = json!({ "pb:publish-verification-results": { "href": "/results" } });
    let keep = move |axum::Json(result): axum::Json<Value>| {
        published.lock().unwrap().push(result.clone());
        async { axum::Json(result) }
    };
    let router = Router::new()
        .route("/pact", route(|| async { axum::Json(content) }))
        .route("/results", post(keep));
    serve(router).await
}

async fn faults_of_connections() -> Vec<Fault> {
    let address = nobody().await;
    vec![
        fault(
            "refused",
            format!("http://{address}"),
            &["Connection refused"],
        ),
        // How this ends depends on the network of the machine.
        fault(
            "no route",
            "http://[100::1]:1".to_owned(),
            &[UNREACHABLE, LATE],
        ),
        fault(
            "no such name",
            "http://provider.invalid:1".to_owned(),
            &[UNREACHABLE],
        ),
        fault("accepts and is silent", falling_silent(b"").await, &[LATE]),
        fault("resets at once", resetting(b"").await, &[BROKEN]),
        fault("closes at once", saying("").await, &[BROKEN]),
        fault(
            "resets after the headers",
            resetting(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").await,
            &[BROKEN],
        ),
        fault(
            "dies half way",
            dying_half_way().await,
            &["Connection refused"],
        ),
    ]
}

async fn faults_of_answers() -> Vec<Fault> {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let long = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n";
    let drip = Duration::from_millis(10);
    let start = b"HTTP/1.1 200 OK\r\n";
    let one_line = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(1 << 20));
    let mut many_lines = start.to_vec();
    many_lines.extend(b"X: 1\r\n".repeat(100_000));
    many_lines.extend(b"\r\n");
    vec![
        fault("half of the headers", saying("HTTP/1.1 200 OK\r\nConte").await, &[BROKEN]),
        fault("half of the headers and silence", falling_silent(b"HTTP/1.1 200 OK\r\nConte").await, &[LATE]),
        fault("a body that is too short", saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc").await, &[BROKEN]),
        fault("a body that never comes", falling_silent(long).await, &[LATE]),
        fault("a chunk without end", without_end(chunked, b"64\r\n".iter().copied().chain([b'.'; 100]).chain(*b"\r\n").collect(), Duration::ZERO).await, &[LARGE]),
        fault("a broken chunk", saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").await, &[BROKEN]),
        fault("a body that drips", without_end(long, b"a".to_vec(), drip).await, &[LATE]),
        fault("headers that drip", without_end(start, b"a".to_vec(), drip).await, &[LATE]),
        fault("a status that is none", saying("HTTP/1.1 abc OK\r\n\r\n").await, &[BROKEN]),
        fault("no HTTP at all", saying("\x16\x03\x01 what is this\r\n\r\n").await, &[BROKEN]),
        fault("HTTP/0.9", saying("{}").await, &[BROKEN]),
        fault("a hundred times 102", saying(b"HTTP/1.1 102 Processing\r\n\r\n".repeat(100)).await, &[BROKEN]),
        fault("102 without end", without_end(b"", b"HTTP/1.1 102 Processing\r\n\r\n".to_vec(), Duration::ZERO).await, &[BROKEN, LATE]),
        fault("TLS where HTTP is spoken", saying(b"\x15\x03\x01\0\x02\x02\x46".as_slice()).await, &["where it is HTTPS, say so"]),
        fault("a header of 1 MB", saying(one_line).await, &[BROKEN]),
        fault("100,000 headers", saying(many_lines).await, &[BROKEN]),
        fault("two lengths", saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}").await, &[BROKEN]),
        fault("a length beyond all numbers", saying("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{}").await, &[BROKEN]),
        fault("bytes that are no UTF-8", saying([head.as_slice(), b"{\"a\":\"\xff\"}"].concat()).await, &["body at $"]),
        fault("a bomb", without_end(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03", vec![0; 4096], Duration::ZERO).await, &[LARGE]),
        fault("a wrong encoding label", saying("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}").await, &["its body is not gzip"]),
        fault("a coding nobody asked for", saying([b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n".as_slice(), b"\x1f\x8b\x08\0\0\0\0\0\0\x03"].concat()).await, &["the answer says `Content-Encoding: gzip`; its body is compared as it came"]),
        fault("an answer that is too large", saying([head.as_slice(), &b" ".repeat(2_000)].concat()).await, &["raise the limit with `.max_answer(..)`"]),
    ]
}

/// Returns also the authority, whose file clients read when a run begins.
async fn faults_of_tls() -> (Vec<Fault>, Authority) {
    let authority = Authority::new();
    let with = |name, provider, says| Fault {
        tls: authority.trusted(),
        ..fault(name, provider, says)
    };
    let expired = serve_tls(&authority.sign("127.0.0.1", 2001), None).await;
    let elsewhere = serve_tls(&authority.sign("elsewhere.example", 2100), None).await;
    let stranger = serve_tls(&Authority::new().sign("127.0.0.1", 2100), None).await;
    let plain = interrupting("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let faults = vec![
        with("TLS: expired", expired, &["expired"]),
        with("TLS: another host", elsewhere, &["not valid for name"]),
        with("TLS: a stranger", stranger, &["UnknownIssuer"]),
        with(
            "plain text on a TLS port",
            plain.replace("http:", "https:"),
            &["where it is HTTP, say so"],
        ),
    ];
    (faults, authority)
}

async fn faults_of_states() -> Vec<Fault> {
    let with = |name, states, says| async move {
        Fault {
            states: Some(states),
            ..fault(name, saying(OK_JSON).await, says)
        }
    };
    let broken =
        saying("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 11\r\n\r\nno database").await;
    vec![
        with(
            "states: 500",
            broken,
            &["the state change URL answered 500: no database"],
        )
        .await,
        with(
            "states: hang",
            falling_silent(b"").await,
            &["took longer than 0.3 s"],
        )
        .await,
        with(
            "states: reset",
            resetting(b"").await,
            &["setting up an interaction without provider states failed: the state change URL gave no"],
        )
        .await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_provider_ends_in_time_with_its_reason_and_is_no_success() {
    let (full, _full) = with_full_backlog().await;
    let mut faults = vec![fault("a full backlog", full, &[UNREACHABLE, LATE])];
    faults.extend(faults_of_connections().await);
    faults.extend(faults_of_answers().await);
    let (of_tls, _authority) = faults_of_tls().await;
    faults.extend(of_tls);
    faults.extend(faults_of_states().await);
    assert!(faults.len() >= 30, "{}", faults.len());
    let mut runs = JoinSet::new();
    for fault in faults {
        runs.spawn(fault.verified());
    }
    while let Some(run) = runs.join_next().await {
        let (fault, report, published) = run.unwrap();
        fault.check(&report, &published);
    }
}

#[tokio::test]
async fn what_comes_before_the_answer_is_passed_over() {
    let mut bytes = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(100);
    bytes.extend(OK_JSON.as_bytes());
    verifier([get("anything", "/", "{}")])
        .url(saying(bytes).await)
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_provider_that_closes_each_connection_is_asked_on_a_new_one() {
    verifier((0..5).map(|_| get("anything", "/", "{}")))
        .url(saying(OK_JSON).await)
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_disturbs_nothing_that_comes_to_its_end() {
    let jump = |_| async { tokio::time::advance(Duration::from_secs(3600)).await };
    let service = Router::new().fallback(|| async { axum::Json(json!({})) });
    let jumping = given(
        get("while the clock jumps", "/", "{}"),
        ProviderState::new("a jump"),
    );
    let hanging = given(get("afterwards", "/", "{}"), ProviderState::new("a hang"));
    let report = verifier([jumping, hanging])
        .service(service)
        .state("a jump", jump)
        .state("a hang", |_| std::future::pending::<()>())
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    let text = report.to_string();
    assert!(text.contains("ok  while the clock jumps"), "{text}");
    assert!(
        text.contains("setting up provider state `a hang` took longer than 5 s"),
        "{text}"
    );
}
