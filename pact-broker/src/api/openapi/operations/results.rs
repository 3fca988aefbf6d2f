//! Operations on verification results, the matrix and what follows from it.

use super::{Operation, op, taking};

pub(super) const OPERATIONS: &[Operation] = &[
    op(
        "get",
        "/pacts/provider/{provider}/for-verification",
        "Answers the request in the query, as older clients send it",
        &[200, 404],
    ),
    taking(
        "ForVerification",
        op(
            "post",
            "/pacts/provider/{provider}/for-verification",
            "Answers the request in the body",
            &[200, 400, 404],
        ),
    ),
    taking(
        "VerificationResult",
        op(
            "post",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results",
            "Publishes a result",
            &[201, 400, 404],
        ),
    ),
    taking(
        "VerificationResult",
        op(
            "post",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results",
            "Publishes a result for a pact fetched with metadata",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
        "Shows a result by its number",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
        "Deletes a result",
        &[204, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
        "Shows a result by its number, under an address with metadata",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
        "Deletes a result, under an address with metadata",
        &[204, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
        "Shows the newest result for a content",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
        "Shows the newest result for the pact of a version",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
        "Shows the newest result for the newest pact",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
        "Shows the newest result for the newest pact with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/verification-results/consumer/{consumer}/version/{version}/latest",
        "Sums up the latest results for the pacts of a consumer version",
        &[200, 404],
    ),
    op("get", "/matrix", "Answers a matrix question", &[200, 400]),
    op(
        "get",
        "/matrix/provider/{provider}/consumer/{consumer}",
        "Answers the matrix of a pair",
        &[200, 400, 404],
    ),
    op(
        "get",
        "/can-i-deploy",
        "Answers whether a version can be deployed",
        &[200, 400],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
        "Answers whether the newest version with a tag may join another tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
        "Answers whether the head of a branch may be deployed to an environment",
        &[200, 404],
    ),
];
