//! What a relation leads to, for whoever follows a `curies` link.

use axum::routing::get;

use super::{Answer, Pages};
use crate::{
    api::{Names, index_relation, openapi_document},
    domain::text::TagName,
    ui::{sheet::Sheet, site::Site, view::Cell},
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/doc/{relation}", get(show)),
        // Browsers show JSON as it is.
        ("/openapi.json", get(openapi_document)),
    ]
}

/// Relations that other documents than the index have.
const RELATIONS: [(&str, &str); 55] = [
    (
        "all-pact-versions",
        "All pacts of a consumer and a provider.",
    ),
    ("branch", "A branch of a pacticipant."),
    ("branch-version", "A version on a branch; PUT to add one."),
    ("branches", "The branches of a pacticipant."),
    (
        "can-i-deploy-badge",
        "A picture that tells whether the latest version with a tag may join another tag.",
    ),
    (
        "can-i-deploy-branch-to-environment-badge",
        "A picture that tells whether the head of a branch may be deployed to an environment.",
    ),
    ("consumer", "The consumer of a pact."),
    ("consumer-version", "The version that published a pact."),
    (
        "consumer-versions",
        "The versions for which a pact was fetched.",
    ),
    (
        "consumer-webhooks",
        "The webhooks of a consumer and any provider.",
    ),
    ("consumers", "The consumers that a webhook is for."),
    ("contracts", "The contracts that were published."),
    ("create", "POST here to make a webhook."),
    (
        "currently-deployed-deployed-versions",
        "What is deployed to an environment now.",
    ),
    (
        "currently-supported-released-versions",
        "What is released to an environment and supported now.",
    ),
    ("dashboard", "The pacts of a pair that matter now."),
    (
        "delete_integration",
        "DELETE here what there is between two pacticipants.",
    ),
    ("deployed-environments", "Where a version was deployed."),
    ("diff", "What differs between two contents, as text."),
    (
        "diff-previous-distinct",
        "What changed since the latest older pact that differs.",
    ),
    ("error-logs", "What was logged by calls that failed."),
    ("execute", "POST here to make the call of a webhook once."),
    (
        "group",
        "Who calls whom among those connected with a pacticipant.",
    ),
    ("label", "A label of a pacticipant; PUT to add one."),
    (
        "latest-pact-version",
        "The latest pact of a consumer and a provider.",
    ),
    (
        "latest-tagged-pact-version",
        "The latest pact of a version with a tag.",
    ),
    (
        "latest-untagged-pact-version",
        "The latest pact of a version without tags.",
    ),
    (
        "latest-verification-results",
        "The newest result for a content.",
    ),
    (
        "latest-verification-results-where-pacticipant-is-consumer",
        "The newest results for the pacts that a version published.",
    ),
    ("logs", "What was logged by a call of a webhook."),
    (
        "matrix",
        "Which versions of a consumer and a provider go together.",
    ),
    (
        "matrix-for-consumer-version",
        "Which provider versions go with a consumer version.",
    ),
    ("metrics", "Counts of what is stored."),
    ("pact-version", "A content, whichever version published it."),
    (
        "pact-versions",
        "The pacts in a list, or those that a version published.",
    ),
    (
        "pact-webhooks",
        "The webhooks of exactly one consumer and provider.",
    ),
    ("pacticipant-version-tags", "The tags of a version."),
    ("pacticipants-with-label", "The pacticipants with a label."),
    ("pacts", "The pacts in a list."),
    (
        "previous-distinct",
        "The latest older pact whose content differs.",
    ),
    ("provider", "The provider of a pact."),
    ("providers", "The providers that a webhook is for."),
    (
        "publish-verification-results",
        "POST a result here. The address remembers why the pact was fetched.",
    ),
    (
        "record-deployment",
        "POST here to record that a version was deployed to an environment.",
    ),
    (
        "record-release",
        "POST here to record that a version was released to an environment.",
    ),
    ("released-environments", "Where a version was released."),
    ("tag", "A tag of a version; PUT to add one."),
    ("tag-prod-version", "PUT here to tag a version `prod`."),
    ("tag-version", "PUT here to tag a version."),
    (
        "tagged-pact-versions",
        "The pacts of a consumer's versions with a tag.",
    ),
    (
        "triggered-webhooks",
        "The webhooks that a publication triggered.",
    ),
    ("version", "A version of a pacticipant."),
    ("version-tag", "A tag of a version; PUT to add one."),
    ("versions", "The versions of a pacticipant."),
    ("webhook-status", "How the webhooks of a pair fared."),
];

/// Explains a relation.
pub(in crate::ui) async fn show(site: Site, Names((relation,)): Names<(TagName,)>) -> Answer {
    let name = relation.as_str().trim_start_matches("webhooks-");
    let sheet = Sheet::new(&site, format!("pb:{name}"));
    let known = RELATIONS.iter().find(|(known, _)| *known == name);
    Ok(match (index_relation(name), known) {
        (Some((title, path)), _) => sheet.line(Cell::text(title).then_code(path)),
        (None, Some((_, text))) => sheet.line(*text),
        (None, None) => sheet.line("This relation is not explained."),
    }
    .line(
        Cell::text("The whole API is described in").then_link("OpenAPI", site.at("/openapi.json")),
    ))
}
