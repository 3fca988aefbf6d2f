//! Many who are the first to use a name.

use serde_json::{Value, json};

use super::broker;
use crate::support::{TestBroker, contract};

async fn names(broker: &TestBroker) -> Vec<String> {
    let answer = broker.get("/pacticipants").await.json();
    let all = answer["_embedded"]["pacticipants"].as_array().unwrap();
    let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
    all.iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_use_of_a_name_by_every_route_makes_one_pacticipant() {
    let Some(crowd) = broker().await else {
        return;
    };
    let answers = crowd
        .together(|number, broker| async move {
            let answer = match number % 6 {
                0 => broker.post("/pacticipants", json!({ "name": "web" })).await,
                1 => {
                    broker
                        .put("/pacticipants/web/versions/1/tags/dev", json!({}))
                        .await
                }
                2 => {
                    broker
                        .put("/pacticipants/web/branches/main/versions/1", json!({}))
                        .await
                }
                3 => broker.put("/pacticipants/web/labels/team", json!({})).await,
                4 => broker.put("/pacticipants/web/versions/1", json!({})).await,
                _ => {
                    broker
                        .publish("web", "1", &contract("web", "api", "GET"))
                        .await
                }
            };
            (number % 6, answer.status.as_u16())
        })
        .await;
    assert!(
        answers
            .iter()
            .all(|(_, status)| (200..300).contains(status)),
        "{answers:?}"
    );
    assert_eq!(names(&crowd.broker).await, ["api", "web"]);
    let versions = crowd.broker.get("/pacticipants/web/versions").await.json();
    assert_eq!(
        versions["_embedded"]["versions"].as_array().unwrap().len(),
        1
    );
    crowd.ends_without_deadlock().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_names_that_look_alike_only_the_first_is_let_in() {
    let Some(crowd) = broker().await else {
        return;
    };
    let variants = ["Order Web", "order-web", "OrderWeb", "order_webs"];
    let answers = crowd
        .together(|number, broker| async move {
            let name = variants[number % variants.len()];
            let published = broker
                .publish(name, "1", &contract(name, "Stock", "GET"))
                .await;
            (name, published.status.as_u16())
        })
        .await;
    let mut names = names(&crowd.broker).await;
    names.retain(|name| name != "Stock");
    assert_eq!(names.len(), 1, "{names:?}");
    for (name, status) in &answers {
        let expected = if *name == names[0] { 200 } else { 409 };
        assert_eq!(*status, expected, "{name}: {answers:?}");
    }
    crowd.ends_without_deadlock().await;
}
