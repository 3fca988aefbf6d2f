//! A broker that took over what another holds answers like that one.

use super::empty_store;
use crate::import::answers::{answers, assert_same};
use crate::import::import;
use crate::import::proxy::Proxy;
use crate::import::source::{ODD, with_a_past, with_a_revision};
use crate::support::TestBroker;

#[tokio::test]
async fn everything_that_is_asked_is_answered_alike() {
    let Some(target) = empty_store().await else {
        return;
    };
    target.close().await;
    let source = with_a_past().await;
    let expected = answers(&source.broker, &source.environments).await;
    let (end, report) = import(source.broker.url(), &target.url).await;
    end.unwrap();
    assert!(report.complete);
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    // What the other broker does not show is told, and the one webhook that needs it is off.
    let lost: Vec<_> = report
        .not_carried
        .iter()
        .map(|one| (one.why.as_str(), one.count))
        .collect();
    assert_eq!(
        lost,
        [(
            "it is secret; the webhook is switched off until it is given",
            1
        )],
        "{report}"
    );
    let actual = answers(&imported, &source.environments).await;
    assert_same(&expected, &actual);
    webhooks_are_alike(&source.broker, &imported).await;
    a_pact_is_kept_byte_for_byte(&target.url, &imported).await;
    imported.shutdown().await;
}

/// Webhooks are the same but for secrets; the one that has some is switched off.
async fn webhooks_are_alike(source: &TestBroker, imported: &TestBroker) {
    let listed = source.get("/webhooks").await.json();
    for link in listed["_links"]["pb:webhooks"].as_array().unwrap() {
        let path = source.path(link["href"].as_str().unwrap());
        let mut expected = source.get(&path).await.json();
        let actual = imported.get(&path).await.json();
        if expected["description"] == "secret" {
            expected["enabled"] = false.into();
            let request = expected["request"].as_object_mut().unwrap();
            request.remove("password");
            request["headers"]
                .as_object_mut()
                .unwrap()
                .remove("authorization");
        }
        expected["_links"].take();
        let mut actual = actual;
        actual["_links"].take();
        assert_eq!(actual, expected);
    }
}

/// The text of a pact stands in the database as it was published.
async fn a_pact_is_kept_byte_for_byte(database: &str, imported: &TestBroker) {
    let path = "/pacts/provider/order-api/consumer/order-web/version/odd";
    let shown = imported.get(path).await;
    let sha = &shown.json()["_links"]["pb:pact-version"]["name"];
    let own = pact_broker::domain::content::Content::read(ODD).unwrap();
    assert_eq!(sha, own.sha().as_str());
    let store = pact_broker::store::Store::open(database, pact_broker::store::Ambient::system())
        .await
        .unwrap();
    let address = pact_broker::domain::pact::PactAddress::Version("odd".parse().unwrap());
    let (consumer, provider) = ("order-web".parse().unwrap(), "order-api".parse().unwrap());
    let pact = store.pact(&consumer, &provider, &address).await.unwrap();
    assert_eq!(pact.unwrap().content, ODD);
    store.close().await;
}

#[tokio::test]
async fn of_a_pact_that_was_overwritten_the_last_revision_comes_and_the_rest_is_told() {
    let Some(target) = empty_store().await else {
        return;
    };
    target.close().await;
    let source = with_a_revision().await;
    let (end, report) = import(source.broker.url(), &target.url).await;
    end.unwrap();
    let lost: Vec<_> = report
        .not_carried
        .iter()
        .map(|one| (one.why.as_str(), one.what.join(", ")))
        .collect();
    assert_eq!(lost.len(), 2, "{report}");
    assert_eq!(
        lost[0].1,
        "revision 1 of pact between order-web (twice) and mail"
    );
    assert!(lost[1].1.ends_with("of mail for order-web"), "{report}");
    assert_eq!(report.carried["results"].new, 1, "{report}");
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    let path = "/pacts/provider/mail/consumer/order-web/version/twice";
    let pact = imported.get(path).await;
    assert!(pact.text.contains("a request for second"), "{}", pact.text);
    imported.shutdown().await;
}

#[tokio::test]
async fn what_the_ruby_broker_leaves_out_is_not_missed() {
    let Some(target) = empty_store().await else {
        return;
    };
    target.close().await;
    let source = with_a_past().await;
    let proxy = Proxy::like_ruby(source.broker.addr()).await;
    import(&proxy.url, &target.url).await.0.unwrap();
    let expected = answers(&source.broker, &source.environments).await;
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    assert_same(&expected, &answers(&imported, &source.environments).await);
    imported.shutdown().await;
}

#[tokio::test]
async fn an_import_into_a_broker_in_use_leaves_what_is_there() {
    let Some(target) = empty_store().await else {
        return;
    };
    let scenario = crate::support::scenario::Scenario {
        store: &target.store,
    };
    scenario
        .publishes_from("main", ("order-web", "1"), ("order-api", "other"))
        .await;
    scenario
        .publishes_from("main", ("own", "1"), ("order-api", "a"))
        .await;
    let test = scenario.environment("test").await;
    target.close().await;
    let source = with_a_past().await;
    let (end, report) = import(source.broker.url(), &target.url).await;
    end.unwrap();
    let refused = report
        .not_carried
        .iter()
        .find(|one| one.why == "the version has other content here")
        .unwrap();
    assert_eq!(refused.what, ["pact between order-web (1) and order-api"]);
    let imported = TestBroker::with(|config| config.database_url.clone_from(&target.url)).await;
    let own = imported
        .get("/pacts/provider/order-api/consumer/own/latest")
        .await;
    assert_eq!(own.status, 200);
    let kept = imported
        .get("/pacts/provider/order-api/consumer/order-web/version/1")
        .await;
    assert!(kept.text.contains("a request for other"), "{}", kept.text);
    // The environment of the same name is the one that stood here, with what ran in the other's.
    let path = format!("/environments/{test}/deployed-versions/currently-deployed");
    let deployed = imported.get(&path).await;
    assert!(deployed.text.contains("order-web"), "{}", deployed.text);
    imported.shutdown().await;
}
