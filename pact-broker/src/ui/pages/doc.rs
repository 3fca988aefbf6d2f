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
const RELATIONS: [(&str, &str); 24] = [
    (
        "all-pact-versions",
        "All pacts of a consumer and a provider.",
    ),
    ("branch-version", "A version on a branch; PUT to add one."),
    ("branches", "The branches of a pacticipant."),
    (
        "can-i-deploy-badge",
        "A picture that tells whether the latest version with a tag may join another tag.",
    ),
    (
        "consumer-webhooks",
        "The webhooks of a consumer and any provider.",
    ),
    (
        "currently-deployed-deployed-versions",
        "What is deployed to an environment now.",
    ),
    (
        "currently-supported-released-versions",
        "What is released to an environment and supported now.",
    ),
    ("deployed-environments", "Where a version was deployed."),
    ("diff", "What differs between two contents, as text."),
    (
        "diff-previous-distinct",
        "What changed since the latest older pact that differs.",
    ),
    ("label", "A label of a pacticipant; PUT to add one."),
    (
        "latest-verification-results",
        "The newest result for a content.",
    ),
    (
        "matrix",
        "Which versions of a consumer and a provider go together.",
    ),
    (
        "matrix-for-consumer-version",
        "Which provider versions go with a consumer version.",
    ),
    ("pact-version", "A content, whichever version published it."),
    (
        "pact-webhooks",
        "The webhooks of exactly one consumer and provider.",
    ),
    (
        "previous-distinct",
        "The latest older pact whose content differs.",
    ),
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
    ("tag-version", "PUT here to tag a version."),
    (
        "triggered-webhooks",
        "The webhooks that a publication triggered.",
    ),
    ("version", "A version of a pacticipant."),
];

/// Explains a relation.
async fn show(site: Site, Names((relation,)): Names<(TagName,)>) -> Answer {
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
