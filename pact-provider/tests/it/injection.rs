//! Five hundred texts that try to leave their place in a request, in every place a contract has. What
//! reaches the provider is looked at byte by byte.

use std::sync::{Arc, Mutex};

use pact_core::model::{Interaction, InteractionKind, Request};
use pact_provider::{InteractionError, Outcome, Report, VerifyError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{get, verifier};

/// What ends a line somewhere, or might be taken for it.
const LINE_ENDS: [&str; 25] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\r\n ",
    "\r\n\t",
    "\n\n",
    "\r\r",
    "\n\r",
    "\r\n\r\n",
    " \r\n",
    "\t\n",
    "\0\r\n",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{1c}",
    "\u{1e}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{560d}\u{560a}",
    "%0d%0a",
    "\\r\\n",
];

/// What somebody would want to say on a line of its own.
const LINES: [&str; 20] = [
    "X-Evil: 1",
    "X-Evil:1",
    "X-Evil : 1",
    " X-Evil: 1",
    "x-evil: 1\r\nx-worse: 2",
    "x-evil: 1\nx-worse: 2",
    "Host: evil.example",
    "Content-Length: 0",
    "Content-Length: 1000",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: identity",
    "Connection: upgrade",
    "Set-Cookie: a=b",
    "Authorization: Basic Og==",
    "GET /evil HTTP/1.1",
    "POST /evil HTTP/1.1\r\nHost: evil",
    "HTTP/1.1 200 OK",
    "<html>",
    "",
    "\r\n",
];

/// Puts a text into a request.
type Put = fn(&mut Request, &str);

/// Where a contract puts texts.
const PLACES: [(&str, Put); 6] = [
    ("method", |request, text| {
        request.method = format!("GET{text}");
    }),
    ("path", |request, text| request.path = format!("/a{text}")),
    ("name in the query", |request, text| {
        request.query.push(format!("q{text}"), Some("1".to_owned()));
    }),
    ("value in the query", |request, text| {
        request.query.push("q", Some(format!("1{text}")));
    }),
    ("header name", |request, text| {
        request.headers.push(format!("X-A{text}"), "1");
    }),
    ("header value", |request, text| {
        request.headers.push("X-A", format!("1{text}"));
    }),
];

/// Header lines a request without a body has.
const KNOWN: [&str; 4] = ["accept", "host", "user-agent", "x-a"];

fn texts() -> Vec<String> {
    { LINE_ENDS.iter() }
        .flat_map(|end| LINES.iter().map(move |line| format!("{end}{line}")))
        .collect()
}

/// Serves `{}` to everything and keeps the heads of all requests as they came.
async fn listening() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_all(stream, Arc::clone(&kept)));
        }
    });
    (base, heads)
}

async fn answer_all(mut stream: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let (mut heard, mut chunk) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        heard.extend(&chunk[..read]);
        while let Some(end) = heard.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).into_owned();
            heads.lock().unwrap().push(head);
            heard.drain(..end + 4);
            let answer =
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
    }
    // Bytes that belong to no request would be an injection, too.
    if !heard.is_empty() {
        let rest = String::from_utf8_lossy(&heard).into_owned();
        heads.lock().unwrap().push(rest);
    }
}

/// Panics when the head has a line that no contract and no client put there.
fn check_head(head: &str) {
    let mut lines = head.split(['\r', '\n']).filter(|line| !line.is_empty());
    let request_line = lines.next().unwrap_or_default();
    let words: Vec<_> = request_line.split(' ').collect();
    assert!(
        matches!(words[..], [_, target, "HTTP/1.1"] if target.starts_with('/')),
        "{head:?}"
    );
    let names: Vec<_> = { lines }
        .map(|line| line.split(':').next().unwrap_or_default().to_lowercase())
        .collect();
    for name in &names {
        // `%` may stand in the name of a header, and means nothing there.
        let name = name.strip_suffix("%0d%0a").unwrap_or(name);
        assert!(KNOWN.contains(&name), "{name:?} in {head:?}");
    }
    let hosts = names.iter().filter(|name| *name == "host").count();
    assert_eq!(hosts, 1, "{head:?}");
    assert!(!head.contains('\0'), "{head:?}");
}

fn injected(place: Put, name: &str, text: &str) -> Interaction {
    let mut interaction = get(&format!("an injection into the {name}"), "/", "{}");
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        place(&mut exchange.request, text);
    }
    interaction
}

fn refused(report: &Report) -> usize {
    { report.interactions() }
        .filter(|(_, one)| {
            matches!(
                one.outcome,
                Outcome::Error(InteractionError::Request { .. })
            )
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_contract_leaves_its_place_in_a_request() {
    let texts = texts();
    assert_eq!(texts.len(), 500);
    for (name, place) in PLACES {
        let (base, heads) = listening().await;
        let interactions = { texts.iter() }.map(|text| injected(place, name, text));
        let report = verifier(interactions)
            .url(base)
            .jobs(8)
            .run()
            .await
            .unwrap();
        let heads = heads.lock().unwrap().clone();
        heads.iter().for_each(|head| check_head(head));
        // Each was refused under its name, or arrived as one request.
        assert_eq!(refused(&report) + heads.len(), 500, "{name}");
        for (_, one) in report.interactions() {
            assert!(
                matches!(
                    one.outcome,
                    Outcome::Passed | Outcome::Error(InteractionError::Request { .. })
                ),
                "{name}: {one:?}"
            );
            assert_eq!(one.description, format!("an injection into the {name}"));
        }
    }
}

#[tokio::test]
async fn no_text_leaves_a_header_of_the_user() {
    for end in LINE_ENDS {
        let text = format!("{end}X-Evil: 1");
        let run = verifier([get("anything", "/", "{}")])
            .url("http://127.0.0.1:1")
            .header("X-A", format!("1{text}"))
            .run()
            .await;
        let breaks = text.contains(['\r', '\n', '\0']);
        match run {
            Err(error) => assert_eq!(error.exit_code(), 2),
            Ok(_) => assert!(!breaks, "{text:?}"),
        }
        let run = verifier([])
            .url("http://127.0.0.1:1")
            .header(format!("X-A{text}"), "1");
        if breaks {
            assert!(
                matches!(run.run().await, Err(VerifyError::Header(_))),
                "{text:?}"
            );
        }
    }
}

#[tokio::test]
async fn no_text_of_a_provider_state_leaves_its_place_in_an_address() {
    let (base, heads) = listening().await;
    let interactions = { texts().into_iter() }.map(|text| {
        let mut state = pact_core::model::ProviderState::new(format!("s{text}"));
        state.params.insert(format!("p{text}"), text);
        crate::support::given(get("a state", "/", "{}"), state)
    });
    verifier(interactions)
        .url(&base)
        .state_change_url(format!("{base}/states"))
        .state_change_as_query(true)
        .run()
        .await
        .unwrap()
        .assert();
    let heads = heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 1_000);
    for head in heads {
        check_head(&head.replace("content-length: 0\r\n", ""));
    }
}
