//! Questions to the matrix, as clients write them.

use serde_json::{Value, json};

use super::Told;

impl Told {
    /// Asks, and returns decision, unknown results and rows as `Foo 1 Bar p1 true`.
    async fn ask(&self, query: &str) -> (Value, Value, Vec<String>) {
        let answer = self.get(&format!("/matrix?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let answer = answer.json();
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let row = |row: &Value| {
            let ignored = if row["ignored"] == true {
                " ignored"
            } else {
                ""
            };
            format!(
                "{} {} {} {} {}{ignored}",
                text(&row["consumer"]["name"]),
                text(&row["consumer"]["version"]["number"]),
                text(&row["provider"]["name"]),
                text(&row["provider"]["version"]["number"]),
                row["verificationResult"]["success"],
            )
        };
        let rows = answer["matrix"]
            .as_array()
            .unwrap()
            .iter()
            .map(row)
            .collect();
        let summary = &answer["summary"];
        (
            summary["deployable"].clone(),
            summary["unknown"].clone(),
            rows,
        )
    }

    /// Foo 1 was verified by Bar p1 and, in vain, by Bar p2.
    async fn with_results() -> (Self, String) {
        let broker = Self::new().await;
        let uuid = broker.environment("prod").await;
        broker
            .publish(
                ("Foo", "1"),
                "a",
                json!({ "branch": "main", "tags": ["t"] }),
            )
            .await;
        broker.verify(("Foo", "1"), "p1", true).await;
        broker.verify(("Foo", "1"), "p2", false).await;
        (broker, uuid)
    }
}

const FOO: &str = "q[][pacticipant]=Foo&q[][version]=1";

#[tokio::test]
async fn elements_of_a_question_end_where_a_key_comes_again() {
    let (broker, _) = Told::with_results().await;
    let expected = (json!(true), json!(0), vec!["Foo 1 Bar p1 true".to_owned()]);
    for query in [
        "q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][version]=p1",
        "q[][version]=1&q[][pacticipant]=Foo&q[][version]=p1&q[][pacticipant]=Bar",
        "q%5B%5D%5Bpacticipant%5D=Foo&q%5B%5D%5Bversion%5D=1&q%5B%5D%5Bversion%5D=p1&q%5B%5D%5Bpacticipant%5D=Bar",
    ] {
        assert_eq!(broker.ask(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused_one_by_one() {
    let (broker, _) = Told::with_results().await;
    for query in [
        "",
        "q=x",
        "q[]=x",
        "q[][version]=1",
        "q[][pacticipant]=Nope",
        "q[][pacticipant]=Foo&q[][version]=1&q[][latest]=true",
        "q[][pacticipant]=Foo&q[][tag]=a&q[][tag]=b",
        "q[][pacticipant]=Foo&environment=nowhere",
        "q[][pacticipant]=Foo&environment=prod&tag=t",
        "q[][pacticipant]=Foo&environment=prod&latest=true",
        "q[][pacticipant]=Foo&limit=0",
        "q[][pacticipant]=Foo&limit=x",
        "q[][pacticipant]=Foo&latestby=zzz",
        "q[][pacticipant]=Foo&ignore[][version]=1",
        "q[pacticipant]=Foo&q[][pacticipant]=Foo",
    ] {
        let refused = broker.get(&format!("/matrix?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(
            refused.json()["errors"][0].is_string(),
            "{query}: {}",
            refused.text
        );
    }
    for query in [
        "",
        "pacticipant=Foo&version=1",
        "pacticipant=Foo&version=1&to=t&environment=prod",
        "pacticipant=Nope&version=1&to=t",
    ] {
        let refused = broker.get(&format!("/can-i-deploy?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.text);
        assert!(
            refused.json()["errors"].is_object(),
            "{query}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn what_is_not_known_is_unknown_and_what_does_not_exist_is_no() {
    let (broker, uuid) = Told::with_results().await;
    let (deployable, unknown, rows) = broker
        .ask(&format!("{FOO}&environment=prod&latestby=cvpv"))
        .await;
    assert_eq!(
        (deployable, unknown, rows),
        (json!(null), json!(1), vec!["Foo 1 Bar - null".to_owned()])
    );
    let provider = "q[][pacticipant]=Bar&q[][version]=p1&environment=prod&latestby=cvpv";
    assert_eq!(
        broker.ask(provider).await,
        (json!(true), json!(0), Vec::new())
    );
    let nobody = "q[][pacticipant]=Foo&q[][version]=99&environment=prod&latestby=cvpv";
    assert_eq!(
        broker.ask(nobody).await,
        (json!(false), json!(0), Vec::new())
    );
    broker.place("deployed", ("Foo", "1"), &uuid).await;
    assert_eq!(broker.ask(provider).await.0, true);
    broker.mark("/pacticipants/Bar/versions/p3").await;
    let unverified = "q[][pacticipant]=Bar&q[][version]=p3&environment=prod&latestby=cvpv";
    assert_eq!(broker.ask(unverified).await.0, json!(null));
}

#[tokio::test]
async fn every_version_in_an_environment_counts_unless_it_is_ignored() {
    let (broker, uuid) = Told::with_results().await;
    for number in ["p1", "p2"] {
        broker.place("released", ("Bar", number), &uuid).await;
    }
    for by in ["cvpv", "cvp"] {
        let asked = broker
            .ask(&format!("{FOO}&environment=prod&latestby={by}"))
            .await;
        assert_eq!(asked.0, false, "{by}");
        assert_eq!(asked.2.len(), 2, "{by}");
    }
    let ignoring = format!(
        "{FOO}&environment=prod&latestby=cvpv&ignore[][pacticipant]=Bar&ignore[][version]=p2"
    );
    let expected = vec![
        "Foo 1 Bar p1 true".to_owned(),
        "Foo 1 Bar p2 false ignored".to_owned(),
    ];
    assert_eq!(
        broker.ask(&ignoring).await,
        (json!(true), json!(0), expected)
    );
    let told = broker.get(&format!("/matrix?{ignoring}")).await.json();
    assert_eq!(told["summary"]["ignored"], 1);
}

#[tokio::test]
async fn results_are_picked_after_the_latest_were() {
    let (broker, _) = Told::with_results().await;
    broker.verify(("Foo", "1"), "p1", false).await;
    let pair = "q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvpv";
    assert_eq!(
        broker.ask(&format!("{pair}&success[]=true")).await.2,
        Vec::<String>::new()
    );
    assert_eq!(
        broker.ask(&format!("{pair}&success=false")).await.2.len(),
        2
    );
    let all = broker
        .ask("q[][pacticipant]=Foo&q[][pacticipant]=Bar")
        .await;
    assert_eq!(all.2.len(), 3, "every result without `latestby`");
    assert_eq!(
        broker
            .ask("q[][pacticipant]=Foo&q[][pacticipant]=Bar&limit=1")
            .await
            .2
            .len(),
        1
    );
}

#[tokio::test]
async fn the_matrix_is_told_as_text_to_those_who_ask_for_text() {
    let (broker, _) = Told::with_results().await;
    let path = "/matrix?q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvp";
    let text = broker
        .send("GET", path, &[("accept", "text/plain")], "")
        .await;
    assert_eq!(
        text.header("content-type"),
        Some("text/plain;charset=utf-8")
    );
    assert!(
        text.text.starts_with(
            "CONSUMER | C_VERSION | REVISION | PROVIDER | P_VERSION | NUMBER | SUCCESS\n"
        ),
        "{}",
        text.text
    );
    assert!(text.text.contains("Deployable: false"), "{}", text.text);
}
