//! Operations on the broker as a whole: integrations, badges, webhooks.

use super::{Operation, op, taking};

pub(super) const OPERATIONS: &[Operation] = &[
    op("get", "/", "Lists the relations", &[200]),
    op("get", "/openapi.json", "Serves the description", &[200]),
    op(
        "get",
        "/doc/{relation}",
        "Explains a relation to a person",
        &[200],
    ),
    op(
        "get",
        "/diagnostic/status/heartbeat",
        "Answers without touching the database",
        &[200],
    ),
    op(
        "get",
        "/diagnostic/status/dependencies",
        "Asks the database for an answer",
        &[200],
    ),
    op(
        "get",
        "/test/error",
        "Fails, to show how failures are reported",
        &[500],
    ),
    op(
        "post",
        "/test/error",
        "Fails, to show how failures are reported",
        &[500],
    ),
    op(
        "get",
        "/integrations",
        "Lists integrations, the one that changed last first",
        &[200, 400],
    ),
    op("delete", "/integrations", "Deletes everything", &[204]),
    op(
        "delete",
        "/integrations/provider/{provider}/consumer/{consumer}",
        "Deletes everything between two pacticipants",
        &[204, 404],
    ),
    op(
        "get",
        "/dashboard",
        "Lists the pacts that matter: the newest, those with the newest tags, those in environments",
        &[200],
    ),
    op(
        "get",
        "/dashboard/provider/{provider}/consumer/{consumer}",
        "Lists those of one pair",
        &[200, 404],
    ),
    op("get", "/metrics", "Counts what is stored", &[200]),
    op(
        "get",
        "/relationships",
        "Tabulates who calls whom, for every pacticipant",
        &[200],
    ),
    op(
        "get",
        "/groups/{pacticipant}",
        "Tabulates who calls whom among those connected with a pacticipant",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest/badge",
        "Tells how the newest pact stands",
        &[200],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge",
        "Tells how the newest pact with a tag stands",
        &[200],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge",
        "Tells how the newest pact of a version without tags stands",
        &[200],
    ),
    op(
        "get",
        "/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge",
        "Tells whether two tagged versions go together",
        &[200],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge",
        "Tells whether the newest version with a tag may join another tag",
        &[200],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge",
        "Tells whether the head of a branch may be deployed to an environment",
        &[200],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge",
        "Tells whether the head of the main branch goes with the main branches of all others",
        &[200],
    ),
    op("get", "/webhooks", "Lists all webhooks", &[200]),
    taking(
        "Webhook",
        op(
            "post",
            "/webhooks",
            "Creates a webhook; whom it concerns is in the body",
            &[201, 400],
        ),
    ),
    op("get", "/webhooks/{webhook}", "Shows a webhook", &[200, 404]),
    taking(
        "Webhook",
        op(
            "put",
            "/webhooks/{webhook}",
            "Replaces a webhook, or creates one under a key of the client's choice",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/webhooks/{webhook}",
        "Deletes a webhook; what it did stays on record",
        &[204, 404],
    ),
    op(
        "post",
        "/webhooks/{webhook}/execute",
        "Makes the request of a webhook once, and tells how it went",
        &[200, 404],
    ),
    taking(
        "Webhook",
        op(
            "post",
            "/webhooks/execute",
            "Makes the request of a webhook that is not stored",
            &[200, 400],
        ),
    ),
    op(
        "get",
        "/webhooks/provider/{provider}/consumer/{consumer}",
        "Lists the webhooks of exactly one pair",
        &[200, 404],
    ),
    taking(
        "Webhook",
        op(
            "post",
            "/webhooks/provider/{provider}/consumer/{consumer}",
            "Creates a webhook for one pair",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/webhooks/provider/{provider}",
        "Lists the webhooks of a provider and no consumer",
        &[200, 404],
    ),
    taking(
        "Webhook",
        op(
            "post",
            "/webhooks/provider/{provider}",
            "Creates a webhook for a provider",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/webhooks/consumer/{consumer}",
        "Lists the webhooks of a consumer and no provider",
        &[200, 404],
    ),
    taking(
        "Webhook",
        op(
            "post",
            "/webhooks/consumer/{consumer}",
            "Creates a webhook for a consumer",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
        "Lists the webhooks of exactly one pair",
        &[200, 404],
    ),
    taking(
        "Webhook",
        op(
            "post",
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
            "Creates a webhook for one pair",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status",
        "Shows the latest call of each webhook of a pair",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
        "Lists what the publication of a pact triggered",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
        "Lists what the publication of a result triggered",
        &[200, 404],
    ),
    op(
        "get",
        "/triggered-webhooks/{triggered}/logs",
        "Shows what happened at each attempt of a call",
        &[200, 404],
    ),
];
