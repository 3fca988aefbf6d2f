//! The index: where every client starts, the addresses of everything else.

use serde_json::{Map, Value, json};

use crate::api::{hal::Hal, urls::Urls};

/// A relation of the index: its name, what it leads to, and the path behind the base URL.
type Relation = (&'static str, &'static str, &'static str);

/// Addresses that are complete.
const FIXED: [Relation; 6] = [
    (
        "pb:publish-contracts",
        "Publish contracts",
        "/contracts/publish",
    ),
    (
        "pb:latest-pact-versions",
        "The latest pact of every integration",
        "/pacts/latest",
    ),
    ("pb:pacticipants", "All pacticipants", "/pacticipants"),
    ("pb:webhooks", "All webhooks", "/webhooks"),
    ("pb:integrations", "All integrations", "/integrations"),
    ("pb:environments", "All environments", "/environments"),
];

/// Addresses with names to fill in.
const TEMPLATES: [Relation; 26] = [
    (
        "pb:publish-pact",
        "Publish one pact",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}",
    ),
    (
        "pb:branch-pact-versions",
        "Pacts of a consumer's branch",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
    ),
    (
        "pb:latest-branch-pact-versions",
        "Pact at the head of a consumer's branch",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
    ),
    (
        "pb:main-branch-pact-versions",
        "Pacts of a consumer's main branch",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
    ),
    (
        "pb:latest-main-branch-pact-versions",
        "Pact at the head of a consumer's main branch",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
    ),
    (
        "pb:provider-pacts-with-main-branch",
        "Pacts for a provider from main branches",
        "/pacts/provider/{provider}/branch",
    ),
    (
        "pb:provider-pacts-with-branch",
        "Pacts for a provider from one branch of each consumer",
        "/pacts/provider/{provider}/branch/{branch}",
    ),
    (
        "pb:latest-provider-pacts-with-main-branch",
        "Pacts for a provider at the heads of main branches",
        "/pacts/provider/{provider}/branch/latest",
    ),
    (
        "pb:latest-provider-pacts-with-branch",
        "Pacts for a provider at the heads of one branch of each consumer",
        "/pacts/provider/{provider}/branch/{branch}/latest",
    ),
    (
        "pb:pacticipant",
        "One pacticipant",
        "/pacticipants/{pacticipant}",
    ),
    (
        "pb:latest-provider-pacts",
        "The latest pact of every consumer of a provider",
        "/pacts/provider/{provider}/latest",
    ),
    (
        "pb:latest-provider-pacts-with-tag",
        "The latest tagged pact of every consumer of a provider",
        "/pacts/provider/{provider}/latest/{tag}",
    ),
    (
        "pb:provider-pacts-with-tag",
        "All tagged pacts for a provider",
        "/pacts/provider/{provider}/tag/{tag}",
    ),
    (
        "pb:provider-pacts",
        "All pacts for a provider",
        "/pacts/provider/{provider}",
    ),
    (
        "pb:latest-version",
        "The latest version of a pacticipant",
        "/pacticipants/{pacticipant}/latest-version",
    ),
    (
        "pb:latest-tagged-version",
        "The latest version of a pacticipant with a tag",
        "/pacticipants/{pacticipant}/latest-version/{tag}",
    ),
    ("pb:webhook", "One webhook", "/webhooks/{uuid}"),
    (
        "pb:pacticipant-version-tag",
        "A tag of a version",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
    ),
    (
        "pb:pacticipant-branch",
        "A branch of a pacticipant",
        "/pacticipants/{pacticipant}/branches/{branch}",
    ),
    (
        "pb:pacticipant-branch-version",
        "A version on a branch",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
    ),
    (
        "pb:pacticipant-version",
        "A version of a pacticipant",
        "/pacticipants/{pacticipant}/versions/{version}",
    ),
    (
        "pb:can-i-deploy-pacticipant-version-to-tag",
        "Whether a version may join the versions with a tag",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&to={tag}",
    ),
    (
        "pb:can-i-deploy-pacticipant-version-to-environment",
        "Whether a version may be deployed to an environment",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}",
    ),
    (
        "pb:provider-pacts-for-verification",
        "Pacts a provider is to verify",
        FOR_VERIFICATION,
    ),
    (
        "beta:provider-pacts-for-verification",
        "Deprecated: use pb:provider-pacts-for-verification",
        FOR_VERIFICATION,
    ),
    ("pb:environment", "One environment", "/environments/{uuid}"),
];

const FOR_VERIFICATION: &str = "/pacts/provider/{provider}/for-verification";

/// Lists the relations.
pub(crate) async fn show(urls: Urls) -> Hal {
    let mut links = Map::new();
    links.insert(
        "self".to_owned(),
        json!({ "href": urls.base(), "title": "Index", "templated": false }),
    );
    for (relations, templated) in [(FIXED.as_slice(), false), (TEMPLATES.as_slice(), true)] {
        for (name, title, path) in relations {
            links.insert(
                (*name).to_owned(),
                json!({ "href": urls.at(path), "title": title, "templated": templated }),
            );
        }
    }
    // DIFFERENCE: a template, but marked as none, since clients have always seen it so.
    let tagged = urls.at("/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}");
    links.insert(
        "pb:tagged-pact-versions".to_owned(),
        json!({ "href": tagged, "title": "All tagged pacts of a consumer", "templated": false }),
    );
    links.insert(
        "pb:metrics".to_owned(),
        json!({ "href": urls.at("/metrics"), "title": "Counts of what is stored" }),
    );
    if let Some(beta) = links.get_mut("beta:provider-pacts-for-verification") {
        beta["name"] = "beta".into();
    }
    let doc = urls.at("/doc/{rel}?context=index");
    let curie = |name: &str| json!({ "name": name, "href": doc, "templated": true });
    links.insert(
        "curies".to_owned(),
        Value::Array(vec![curie("pb"), curie("beta")]),
    );
    Hal::ok(json!({ "_links": links }))
}

/// Says what a relation of the index, named without its prefix, leads to, and its address.
pub(crate) fn relation(name: &str) -> Option<(&'static str, &'static str)> {
    let found = FIXED
        .iter()
        .chain(&TEMPLATES)
        .find(|(relation, ..)| relation.strip_prefix("pb:") == Some(name));
    found.map(|(_, title, path)| (*title, *path))
}
