//! What answers look like: the schema of each, by method and address.

/// The schemas of successful answers in JSON. What is not named here is a document of links.
const ANSWERS: &[(&str, &str, &[&str])] = &[
    (
        "Branch",
        "get",
        &["/pacticipants/{pacticipant}/branches/{branch}"],
    ),
    ("Branches", "get", &["/pacticipants/{pacticipant}/branches"]),
    (
        "BranchVersion",
        "get put",
        &["/pacticipants/{pacticipant}/branches/{branch}/versions/{version}"],
    ),
    (
        "Dashboard",
        "get",
        &[
            "/dashboard",
            "/dashboard/provider/{provider}/consumer/{consumer}",
        ],
    ),
    (
        "DeployedVersion",
        "get post patch",
        &["/deployed-versions/{deployment}"],
    ),
    (
        "DeployedVersion",
        "post",
        &[
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
        ],
    ),
    (
        "DeployedVersions",
        "get",
        &[
            "/environments/{environment}/deployed-versions/currently-deployed",
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
        ],
    ),
    ("Health", "get", &["/diagnostic/status/heartbeat"]),
    ("Integrations", "get", &["/integrations"]),
    (
        "Label",
        "get put",
        &["/pacticipants/{pacticipant}/labels/{label}"],
    ),
    ("Labels", "get", &["/labels"]),
    ("LatestPacts", "get", &["/pacts/latest"]),
    (
        "Matrix",
        "get",
        &[
            "/matrix",
            "/matrix/provider/{provider}/consumer/{consumer}",
            "/can-i-deploy",
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
        ],
    ),
    (
        "Notices",
        "delete",
        &["/pacticipants/{pacticipant}/branches"],
    ),
    (
        "PactList",
        "get",
        &[
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
            "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
        ],
    ),
    (
        "PactsForVerification",
        "get post",
        &["/pacts/provider/{provider}/for-verification"],
    ),
    (
        "ProviderStates",
        "get",
        &[
            "/pacts/provider/{provider}/provider-states",
            "/pacts/provider/{provider}/provider-states/branch/{branch}",
            "/pacts/provider/{provider}/provider-states/environment/{environment}",
        ],
    ),
    ("Published", "post", &["/contracts/publish"]),
    (
        "ReleasedVersion",
        "get patch",
        &["/released-versions/{release}"],
    ),
    (
        "ReleasedVersion",
        "post",
        &[
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
        ],
    ),
    (
        "ReleasedVersions",
        "get",
        &[
            "/environments/{environment}/released-versions/currently-supported",
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
        ],
    ),
    (
        "StoredEnvironment",
        "get put",
        &["/environments/{environment}"],
    ),
    ("StoredEnvironment", "post", &["/environments"]),
    ("StoredEnvironments", "get", &["/environments"]),
    (
        "StoredPacticipant",
        "get put patch",
        &["/pacticipants/{pacticipant}"],
    ),
    ("StoredPacticipant", "post", &["/pacticipants"]),
    (
        "StoredPacticipants",
        "get",
        &["/pacticipants", "/pacticipants/label/{label}"],
    ),
    (
        "StoredVersion",
        "get put patch",
        &[
            "/pacticipants/{pacticipant}/versions/{version}",
            "/pacticipants/{pacticipant}/latest-version",
            "/pacticipants/{pacticipant}/latest-version/{tag}",
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
        ],
    ),
    (
        "StoredVersions",
        "get",
        &[
            "/pacticipants/{pacticipant}/versions",
            "/pacticipants/{pacticipant}/tags/{tag}/versions",
            "/pacticipants/{pacticipant}/environments/{environment}/versions",
            "/pacticipants/{pacticipant}/branches/{branch}/versions",
        ],
    ),
    (
        "StoredResult",
        "get",
        &[
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
        ],
    ),
    (
        "StoredResult",
        "post",
        &[
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results",
        ],
    ),
    ("StoredWebhook", "get put", &["/webhooks/{webhook}"]),
    (
        "StoredWebhook",
        "post",
        &[
            "/webhooks",
            "/webhooks/provider/{provider}/consumer/{consumer}",
            "/webhooks/provider/{provider}",
            "/webhooks/consumer/{consumer}",
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
        ],
    ),
    (
        "Tag",
        "get put",
        &["/pacticipants/{pacticipant}/versions/{version}/tags/{tag}"],
    ),
    (
        "TriggeredWebhooks",
        "get",
        &[
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status",
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
        ],
    ),
    (
        "VerificationSummary",
        "get",
        &["/verification-results/consumer/{consumer}/version/{version}/latest"],
    ),
    (
        "WebhookLogs",
        "get",
        &["/triggered-webhooks/{triggered}/logs"],
    ),
    (
        "WebhookTrial",
        "post",
        &["/webhooks/{webhook}/execute", "/webhooks/execute"],
    ),
];

/// Returns the schema of what an operation answers when it succeeds.
pub(super) fn schema(method: &str, path: &str) -> &'static str {
    let found = ANSWERS.iter().find(|(_, methods, paths)| {
        methods.split(' ').any(|one| one == method) && paths.contains(&path)
    });
    match path {
        "/openapi.json" | "/metrics" => "Object",
        _ => found.map_or("Document", |(schema, ..)| schema),
    }
}
