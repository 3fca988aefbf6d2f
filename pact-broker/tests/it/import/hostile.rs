//! Sources that are no brokers, or bad ones: each import ends, and says why.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::import::import;

/// Something that answers every address by a function of its path and query.
async fn serve(answer: impl Fn(&str, &str) -> Value + Clone + Send + Sync + 'static) -> String {
    let app = Router::new().fallback(move |request: Request| {
        let answer = answer.clone();
        async move {
            let path = request.uri().path().to_owned();
            let query = request.uri().query().unwrap_or_default().to_owned();
            let body = answer(&path, &query).to_string();
            ([("content-type", "application/hal+json")], body).into_response() as Response
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn index() -> Value {
    json!({ "_links": { "self": { "href": "/" }, "pb:integrations": { "href": "/integrations" } } })
}

async fn failure(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("b.sqlite").display());
    let (end, report) = import(source, &database).await;
    assert!(!report.complete);
    let error = end.unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    let source = source.map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

#[tokio::test]
async fn a_list_without_end_is_refused() {
    let url = serve(|path, _| match path {
        "/" => index(),
        _ => json!({
            "_embedded": { "pacticipants": [{ "name": "A", "createdAt": "2026-01-01T00:00:00Z" }] },
            "page": { "number": 1, "size": 1, "totalElements": 9, "totalPages": 1_000_000_000_u64 },
        }),
    })
    .await;
    insta::assert_snapshot!(failure(&url).await, @"reading the pacticipants: page 2 shows what the page before it showed");
}

#[tokio::test]
async fn members_of_the_wrong_type_are_told_by_their_place() {
    let url = serve(|path, _| match path {
        "/" => index(),
        _ => json!({ "_embedded": { "pacticipants": [{ "name": 5, "createdAt": "2026-01-01" }] } }),
    })
    .await;
    insta::assert_snapshot!(failure(&url).await, @"reading the pacticipants: the answer is not that of a broker: `/name` is no text");
    let url = serve(|path, _| match path {
        "/" => index(),
        _ => json!({ "_embedded": { "pacticipants": {} } }),
    })
    .await;
    insta::assert_snapshot!(failure(&url).await, @"reading the pacticipants: the answer is not that of a broker: `/_embedded/pacticipants` is no array");
}

#[tokio::test]
async fn what_is_no_broker_is_told_at_once() {
    let url = serve(|_, _| json!({ "hello": "world" })).await;
    let said = failure(&url).await;
    assert!(said.starts_with("reading the broker's index"), "{said}");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let said = failure(&nobody).await;
    assert!(said.contains("cannot connect to"), "{said}");
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_refused() {
    let url = serve(|path, _| match path {
        "/" => index(),
        _ => json!({ "_embedded": { "pacticipants": [], "more": "x".repeat(2 << 20) } }),
    })
    .await;
    let said = failure(&url).await;
    assert!(said.contains("is larger than 1048576 bytes"), "{said}");
}

#[tokio::test]
async fn a_broker_of_old_without_environments_branches_and_webhooks_is_carried_over() {
    let url = serve(|path, query| {
        let first = query.contains("page=1&") || !query.contains("page=");
        match path {
            "/" => json!({ "_links": { "self": { "href": "/" } } }),
            "/pacticipants" if first => json!({ "_embedded": { "pacticipants": [
                { "name": "A", "createdAt": "2026-01-01T00:00:00+00:00" },
                { "name": "B\nB", "createdAt": "2026-01-01T00:00:00+00:00" },
            ] } }),
            "/pacts/latest" => json!({ "pacts": [] }),
            "/pacticipants/A/versions" if first => json!({ "_embedded": { "versions": [
                { "number": "2", "createdAt": "2026-01-01T00:00:00+00:00", "_embedded": { "branchVersions": [{ "name": "main", "latest": true }] } },
                { "number": "1", "createdAt": "2026-01-01T00:00:00+00:00" },
            ] } }),
            _ => json!({}),
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("b.sqlite").display());
    let (end, report) = import(&url, &database).await;
    end.unwrap();
    assert_eq!(report.carried["versions"].new, 2, "{report}");
    assert_eq!(report.carried["branches"].new, 1, "{report}");
    assert_eq!(
        report.not_carried[0].why,
        "it bears a name that cannot stand here"
    );
    assert_eq!(report.notes.len(), 1, "{report}");
}
