//! Many publishers of one version.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::broker;
use crate::support::{TestBroker, contract};

/// The request to publish, for version 1 of `web`, a contract with each provider; contracts are
/// told apart by their method.
fn request(contracts: &[(String, &str)]) -> Value {
    let contracts: Vec<_> = contracts
        .iter()
        .map(|(provider, method)| {
            json!({
                "consumerName": "web", "providerName": provider, "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(contract("web", provider, method).to_string()),
            })
        })
        .collect();
    json!({
        "pacticipantName": "web", "pacticipantVersionNumber": "1", "branch": "main",
        "tags": ["dev"], "contracts": contracts,
    })
}

async fn publish(broker: &TestBroker, body: Value) -> u16 {
    broker
        .post("/contracts/publish", body)
        .await
        .status
        .as_u16()
}

/// The method that the stored contract of version 1 with a provider tells of.
async fn stored(broker: &TestBroker, provider: &str) -> Option<String> {
    let path = format!("/pacts/provider/{provider}/consumer/web/version/1");
    let answer = broker.get(&path).await;
    (answer.status == 200).then(|| {
        let method = &answer.json()["interactions"][0]["request"]["method"];
        method.as_str().unwrap().to_owned()
    })
}

async fn versions(broker: &TestBroker) -> usize {
    let answer = broker.get("/pacticipants/web/versions").await.json();
    answer["_embedded"]["versions"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_all_publish_the_same_content_all_succeed_and_leave_one_version() {
    let Some(crowd) = broker().await else {
        return;
    };
    let body = request(&[("api".to_owned(), "GET")]);
    let answers = crowd
        .together(|_, broker| {
            let body = body.clone();
            async move { publish(&broker, body).await }
        })
        .await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(versions(&crowd.broker).await, 1);
    let path = "/pacts/provider/api/consumer/web/versions";
    let pacts = crowd.broker.get(path).await.json();
    let pacts = pacts["_embedded"]["pacts"].as_array().unwrap();
    assert_eq!(pacts.len(), 1);
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_publish_versions_of_their_own_each_get_a_place_in_the_order() {
    let Some(crowd) = broker().await else {
        return;
    };
    let answers = crowd
        .together(|number, broker| async move {
            let mut body = request(&[("api".to_owned(), "GET")]);
            body["pacticipantVersionNumber"] = number.to_string().into();
            publish(&broker, body).await
        })
        .await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    let listed = crowd.broker.get("/pacticipants/web/versions").await.json();
    let listed = listed["_embedded"]["versions"].as_array().unwrap().clone();
    let mut numbers: Vec<_> = listed
        .iter()
        .map(|one| one["number"].as_str().unwrap())
        .collect();
    let latest = crowd.broker.get("/pacticipants/web/latest-version").await;
    assert_eq!(latest.json()["number"], numbers[0]);
    let tagged = crowd
        .broker
        .get("/pacticipants/web/latest-version/dev")
        .await;
    assert_eq!(tagged.json()["number"], numbers[0]);
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), answers.len());
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_publish_different_content_one_wins_and_the_others_are_told_409() {
    let Some(crowd) = broker().await else {
        return;
    };
    let answers = crowd
        .together(|number, broker| async move {
            let method = format!("M{number}");
            let body = request(&[("api".to_owned(), &method)]);
            (method.clone(), publish(&broker, body).await)
        })
        .await;
    let of = |status| answers.iter().filter(move |(_, given)| *given == status);
    assert_eq!((of(200).count(), of(409).count()), (1, 63), "{answers:?}");
    let winner = of(200).next().map(|(method, _)| method.clone());
    assert_eq!(stored(&crowd.broker, "api").await, winner);
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_put_a_pact_in_one_place_win_once_and_the_others_are_told_409() {
    let Some(crowd) = broker().await else {
        return;
    };
    let answers = crowd
        .together(|number, broker| async move {
            let method = format!("M{}", number % 8);
            let body = contract("web", "api", &method);
            let path = "/pacts/provider/api/consumer/web/version/1";
            (method, broker.put(path, body).await.status.as_u16())
        })
        .await;
    let winner = stored(&crowd.broker, "api").await.unwrap();
    for (method, status) in &answers {
        let expected: &[u16] = if *method == winner {
            &[200, 201]
        } else {
            &[409]
        };
        assert!(expected.contains(status), "{method}: {answers:?}");
    }
    let created = answers.iter().filter(|(_, status)| *status == 201).count();
    assert_eq!(created, 1, "{answers:?}");
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_overlapping_sets_each_is_stored_whole_or_not_at_all() {
    let Some(crowd) = broker().await else {
        return;
    };
    let set = |number: usize| -> Vec<(String, &'static str)> {
        let method = ["GET", "PUT"][usize::from(number.is_multiple_of(16))];
        (0..20)
            .map(|at| (format!("p{}", (at * 7 + number) % 30), method))
            .collect()
    };
    let answers = crowd
        .together(|number, broker| {
            let body = request(&set(number));
            async move { (number, publish(&broker, body).await) }
        })
        .await;
    let mut there = HashMap::new();
    for provider in 0..30 {
        let provider = format!("p{provider}");
        let method = stored(&crowd.broker, &provider).await;
        there.insert(provider, method);
    }
    let mut asked = HashMap::new();
    for (number, status) in &answers {
        assert!([200, 409].contains(status), "{answers:?}");
        let stands = set(*number)
            .iter()
            .all(|(provider, method)| there[provider].as_deref() == Some(method));
        assert_eq!(*status == 200, stands, "publisher {number}: {answers:?}");
        if *status == 200 {
            asked.extend(set(*number));
        }
    }
    assert!(!asked.is_empty());
    let nobody_asked_for = there
        .iter()
        .find(|(provider, method)| asked.get(*provider).copied() != method.as_deref());
    assert_eq!(nobody_asked_for, None);
    assert_eq!(versions(&crowd.broker).await, 1);
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_publish_for_each_other_on_one_branch_while_results_arrive_do_not_deadlock() {
    let Some(crowd) = broker().await else {
        return;
    };
    let failures = crowd
        .together(|number, broker| async move {
            let (mine, other) = (format!("a{}", number % 4), format!("a{}", (number + 1) % 4));
            let published = broker
                .publish(&mine, &number.to_string(), &contract(&mine, &other, "GET"))
                .await;
            let path = format!("/pacts/provider/{other}/consumer/{mine}/version/{number}");
            let pact = broker.get(&path).await;
            let link = pact.json()["_links"]["pb:publish-verification-results"]["href"].clone();
            let result =
                json!({ "success": true, "providerApplicationVersion": number.to_string() });
            let verified = broker
                .post(&broker.path(link.as_str().unwrap()), result)
                .await;
            (published.status.as_u16(), verified.status.as_u16())
        })
        .await;
    assert!(
        failures.iter().all(|both| *both == (200, 201)),
        "{failures:?}"
    );
    crowd.ends_without_deadlock().await;
}
