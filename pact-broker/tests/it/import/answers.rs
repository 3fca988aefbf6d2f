//! What a broker answers to everything that is asked of one, without what may differ.

use pact_broker::domain::text::Uuid;
use serde_json::{Value, json};

use crate::support::TestBroker;

/// The questions about single things and lists.
fn paths(environments: &[Uuid]) -> Vec<String> {
    let pacticipants = [
        "order-web",
        "order-api",
        "mail",
        "shop%2Fapp%20%C3%BC",
        "nothing-yet",
    ];
    let mut paths: Vec<String> = [
        "/pacticipants",
        "/labels",
        "/pacticipants/label/java",
        "/environments",
        "/webhooks",
        "/integrations",
        "/pacts/latest",
        "/pacts/provider/order-api",
        "/pacts/provider/order-api/latest",
        "/pacts/provider/order-api/latest/prod",
        "/pacts/provider/order-api/branch",
        "/pacts/provider/order-api/branch/main/latest",
        "/pacts/provider/order-api/branch/feat%2Fx/latest",
        "/pacts/provider/order-api/provider-states",
        "/dashboard?size=100",
        "/relationships",
        "/verification-results/consumer/order-web/version/3/latest",
        "/webhooks/provider/order-api/consumer/order-web",
        "/pacticipants/order-web/latest-version/prod",
        "/pacticipants/order-web/branches/feat%2Fx/latest-version",
        "/pacticipants/order-web/branches/feat%2Fx/versions",
        "/pacticipants/order-web/tags/prod/versions",
    ]
    .map(str::to_owned)
    .into();
    for name in pacticipants {
        for rest in ["", "/versions", "/branches", "/latest-version"] {
            paths.push(format!("/pacticipants/{name}{rest}"));
        }
    }
    for number in ["1", "2", "3", "odd", "untagged", "20"] {
        paths.push(format!("/pacticipants/order-web/versions/{number}"));
        let pact = format!("/pacts/provider/order-api/consumer/order-web/version/{number}");
        for rest in [
            "",
            "/previous-distinct",
            "/diff/previous-distinct",
            "/verification-results/latest",
        ] {
            paths.push(format!("{pact}{rest}"));
        }
    }
    for rest in [
        "versions",
        "latest",
        "latest/prod",
        "latest-untagged",
        "branch/main",
        "branch/main/latest",
        "tag/dev",
    ] {
        paths.push(format!(
            "/pacts/provider/order-api/consumer/order-web/{rest}"
        ));
    }
    paths.extend(places(environments));
    paths.extend(questions());
    paths
}

/// The questions about environments.
fn places(environments: &[Uuid]) -> Vec<String> {
    let mut paths = Vec::new();
    for uuid in environments {
        paths.push(format!("/environments/{uuid}"));
        paths.push(format!(
            "/environments/{uuid}/deployed-versions/currently-deployed"
        ));
        paths.push(format!(
            "/environments/{uuid}/released-versions/currently-supported"
        ));
        for version in [
            "order-web/versions/1",
            "order-web/versions/3",
            "order-api/versions/1",
            "mail/versions/7",
        ] {
            paths.push(format!(
                "/pacticipants/{version}/deployed-versions/environment/{uuid}"
            ));
        }
        let released =
            "/pacticipants/shop%2Fapp%20%C3%BC/versions/10/released-versions/environment";
        paths.push(format!("{released}/{uuid}"));
    }
    paths
}

/// The questions to the matrix.
fn questions() -> Vec<String> {
    let mut questions = Vec::new();
    for (name, versions) in [
        ("order-web", ["1", "3", "odd", "20"]),
        ("order-api", ["1", "2", "3", "4"]),
    ] {
        for version in versions {
            for environment in ["test", "production"] {
                questions.push(format!(
                    "/can-i-deploy?pacticipant={name}&version={version}&environment={environment}"
                ));
            }
            questions.push(format!(
                "/can-i-deploy?pacticipant={name}&version={version}&to=prod"
            ));
            questions.push(format!(
                "/matrix?q[][pacticipant]={name}&q[][version]={version}&latestby=cvpv"
            ));
            questions.push(format!("/matrix?q[][pacticipant]={name}&q[][version]={version}&latestby=cvp&mainBranch=true"));
        }
        for rest in [
            "",
            "&latestby=cvp",
            "&latestby=cvpv",
            "&latestby=cp",
            "&limit=3",
            "&success[]=false",
        ] {
            questions.push(format!("/matrix?q[][pacticipant]={name}{rest}"));
        }
    }
    questions.push("/matrix/provider/order-api/consumer/order-web".to_owned());
    let to_bracket = |text: String| text.replace('[', "%5B").replace(']', "%5D");
    questions.into_iter().map(to_bracket).collect()
}

/// What providers ask before they verify.
fn selections() -> Vec<Value> {
    let mut selections = vec![json!({})];
    let lines = [
        json!({ "providerVersionBranch": "main" }),
        json!({ "providerVersionBranch": "feat/late" }),
        json!({ "providerVersionBranch": "brand-new" }),
        json!({ "providerVersionTags": ["prod", "late"] }),
    ];
    for line in lines {
        for selector in [
            json!({ "branch": true }),
            json!({ "mainBranch": true }),
            json!({ "deployedOrReleased": true }),
        ] {
            let mut selection = line.clone();
            selection["consumerVersionSelectors"] = json!([selector]);
            selection["includePendingStatus"] = json!(true);
            selection["includeWipPactsSince"] = json!("2020-01-01");
            selections.push(selection);
        }
    }
    selections
}

/// Everything a broker answers, each with what was asked.
pub(super) async fn answers(broker: &TestBroker, environments: &[Uuid]) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    let mut results = Vec::new();
    for path in paths(environments) {
        let accept = if path == "/relationships" {
            "text/csv"
        } else {
            "application/hal+json, text/plain;q=0.5"
        };
        let answer = broker.send("GET", &path, &[("accept", accept)], "").await;
        if path.starts_with("/matrix/") {
            results = result_links(&answer.json());
        }
        let shown = if path == "/relationships" {
            String::new()
        } else {
            same(broker, &answer.text)
        };
        answers.push((path, format!("{} {shown}", answer.status)));
    }
    assert!(results.len() > 4, "{results:?}");
    for link in results {
        let answer = broker.get(&broker.path(&link)).await;
        answers.push((same(broker, &link), same(broker, &answer.text)));
    }
    for selection in selections() {
        let path = "/pacts/provider/order-api/for-verification";
        let answer = broker.post(path, selection.clone()).await;
        answers.push((format!("{path} {selection}"), same(broker, &answer.text)));
    }
    answers
}

fn result_links(matrix: &Value) -> Vec<String> {
    let rows = matrix["matrix"].as_array().unwrap().iter();
    rows.filter_map(|row| row["verificationResult"]["_links"]["self"]["href"].as_str())
        .map(str::to_owned)
        .collect()
}

/// Leaves out where the broker is, the numbers of its results, and keys of its rows.
fn same(broker: &TestBroker, text: &str) -> String {
    let text = text.replace(broker.url(), "BASE");
    let text = without(&text, "verification-results/", |letter| {
        letter.is_ascii_digit()
    });
    let text = without(&text, "Verification result ", |letter| {
        letter.is_ascii_digit()
    });
    without(&text, "/metadata/", |letter| {
        letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
    })
}

/// Leaves out what follows each of the marks.
fn without(text: &str, mark: &str, leave_out: impl Fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str(mark);
        left.push_str(part.trim_start_matches(&leave_out));
    }
    left
}

/// Holds the answers of two brokers against each other.
#[track_caller]
pub(super) fn assert_same(expected: &[(String, String)], actual: &[(String, String)]) {
    assert_eq!(expected.len(), actual.len());
    let differing: Vec<_> = expected
        .iter()
        .zip(actual)
        .filter(|(one, other)| one != other)
        .map(|((path, one), (_, other))| {
            let alike = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
            let from = alike.count().saturating_sub(200);
            let part = |text: &str| {
                let bytes = text.as_bytes().iter().skip(from).take(500);
                String::from_utf8_lossy(&bytes.copied().collect::<Vec<_>>()).into_owned()
            };
            format!("{path}\n  source …{}\n  import …{}", part(one), part(other))
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{} of {} answers differ:\n{}",
        differing.len(),
        expected.len(),
        differing.join("\n")
    );
}
