//! Every operation of the API: what it does, what it takes, how it may end.

use axum::http::StatusCode;

/// A method of a resource.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) path: &'static str,
    /// In lower case, as the description names it.
    pub(super) method: &'static str,
    pub(super) summary: &'static str,
    /// The schema of the body it takes.
    pub(super) body: Option<&'static str>,
    pub(super) statuses: &'static [u16],
}

/// A parameter in the query of some operations.
#[derive(Debug)]
pub(super) struct QueryParameter {
    pub(super) method: &'static str,
    pub(super) paths: &'static [&'static str],
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}

impl Operation {
    /// Names the operation: its method and the words of its path.
    pub(super) fn id(&self) -> String {
        let words = self
            .path
            .split(['/', '{', '}', '-', '.'])
            .filter(|word| !word.is_empty());
        words.fold(self.method.to_owned(), |id, word| id + "_" + word)
    }

    /// The family it belongs to: the first word of its path.
    pub(super) fn tag(&self) -> &'static str {
        self.path
            .split('/')
            .nth(1)
            .filter(|word| !word.is_empty())
            .unwrap_or("index")
    }

    /// The media type of an answer, where it has a body.
    pub(super) fn media(&self, status: u16) -> Option<&'static str> {
        let ok = status == StatusCode::OK.as_u16();
        match self.path {
            _ if status == StatusCode::NO_CONTENT.as_u16() => None,
            path if ok && path.ends_with("/badge") => Some("image/svg+xml"),
            path if ok && path.contains("/diff/") => Some("text/plain"),
            "/relationships" | "/groups/{pacticipant}" if ok => Some("text/csv"),
            "/openapi.json" => Some("application/json"),
            _ => Some("application/hal+json"),
        }
    }
}

const fn op(
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    statuses: &'static [u16],
) -> Operation {
    Operation {
        path,
        method,
        summary,
        body: None,
        statuses,
    }
}

const fn taking(body: &'static str, mut operation: Operation) -> Operation {
    operation.body = Some(body);
    operation
}

const fn q(
    name: &'static str,
    description: &'static str,
    paths: &'static [&'static str],
) -> QueryParameter {
    QueryParameter {
        method: "get",
        paths,
        name,
        description,
    }
}

const PAGED: &[&str] = &[
    "/pacticipants",
    "/pacticipants/label/{label}",
    "/labels",
    "/pacticipants/{pacticipant}/versions",
    "/pacticipants/{pacticipant}/branches",
    "/integrations",
];
const MATRIX: &[&str] = &["/matrix", "/matrix/provider/{provider}/consumer/{consumer}"];
const DEPLOY: &[&str] = &["/can-i-deploy"];
const DEPLOYED: &[&str] = &["/environments/{environment}/deployed-versions/currently-deployed"];
const SUPPORTED: &[&str] = &["/environments/{environment}/released-versions/currently-supported"];

/// The parameters of queries.
pub(super) const QUERIES: &[QueryParameter] = &[
    q("page", "The page, counted from 1", PAGED),
    q("size", "How many items a page has", PAGED),
    q(
        "q",
        "Only what has this text in its name",
        &[
            "/pacticipants",
            "/pacticipants/{pacticipant}/branches",
            "/integrations",
        ],
    ),
    q(
        "q[][pacticipant]",
        "A pacticipant; version, latest, tag, branch, mainBranch and environment of the same selector follow it",
        &["/matrix"],
    ),
    q(
        "latestby",
        "Which of several results counts: cvp, cvpv or cp",
        MATRIX,
    ),
    q(
        "success[]",
        "Only rows with this result: true, false, or empty for none",
        MATRIX,
    ),
    q(
        "limit",
        "At most so many rows, the newest ones; 100 when absent",
        MATRIX,
    ),
    q(
        "environment",
        "Where to deploy to",
        &["/matrix", "/can-i-deploy"],
    ),
    q("tag", "The tag to join", &["/matrix"]),
    q(
        "mainBranch",
        "Whether to join the main branches",
        &["/matrix"],
    ),
    q(
        "latest",
        "Whether only the newest version of each counterpart counts",
        &["/matrix"],
    ),
    q(
        "ignore[][pacticipant]",
        "A pacticipant whose results are set aside",
        &["/matrix", "/can-i-deploy"],
    ),
    q("pacticipant", "The pacticipant to deploy", DEPLOY),
    q("version", "Its version", DEPLOY),
    q("to", "The tag to join, instead of an environment", DEPLOY),
    q("name", "The environment of this name", &["/environments"]),
    q("pacticipant", "Only this pacticipant", DEPLOYED),
    q(
        "applicationInstance",
        "Only this instance; empty for those without one",
        DEPLOYED,
    ),
    q("pacticipant", "Only this pacticipant", SUPPORTED),
    q("version", "Only this version", SUPPORTED),
    q(
        "maxPacticipants",
        "At most so many pacticipants, the nearest ones",
        &["/groups/{pacticipant}"],
    ),
];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    op("get", "/", "Lists the relations", &[200]),
    op("get", "/openapi.json", "Serves the description", &[200]),
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
        "/pacticipants",
        "Lists pacticipants by name",
        &[200, 400],
    ),
    taking(
        "Pacticipant",
        op(
            "post",
            "/pacticipants",
            "Creates a pacticipant; one that exists is left as it is",
            &[201, 400],
        ),
    ),
    op(
        "get",
        "/pacticipants/label/{label}",
        "Lists the pacticipants that carry a label",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}",
        "Shows one pacticipant",
        &[200, 404],
    ),
    taking(
        "Pacticipant",
        op(
            "put",
            "/pacticipants/{pacticipant}",
            "Replaces the attributes of a pacticipant",
            &[200, 400, 404],
        ),
    ),
    taking(
        "Pacticipant",
        op(
            "patch",
            "/pacticipants/{pacticipant}",
            "Changes the attributes given; creates the pacticipant when it does not exist",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}",
        "Deletes a pacticipant with everything that hangs on it",
        &[204, 404],
    ),
    op("get", "/labels", "Lists the names of all labels", &[200]),
    op(
        "get",
        "/pacticipants/{pacticipant}/labels/{label}",
        "Shows a label",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/labels/{label}",
            "Puts a label on a pacticipant, which is created when it does not exist",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/labels/{label}",
        "Takes a label off",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions",
        "Lists all versions",
        &[200, 400, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}",
        "Shows a version by its number",
        &[200, 404],
    ),
    taking(
        "Version",
        op(
            "put",
            "/pacticipants/{pacticipant}/versions/{version}",
            "Creates a version or replaces its attributes",
            &[200, 201, 400, 404],
        ),
    ),
    taking(
        "Version",
        op(
            "patch",
            "/pacticipants/{pacticipant}/versions/{version}",
            "Creates a version or changes the attributes given",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/versions/{version}",
        "Deletes a version with everything that hangs on it",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version",
        "Shows the newest version",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/latest-version/{tag}",
        "Shows the newest version with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/tags/{tag}/versions",
        "Lists the versions with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/environments/{environment}/versions",
        "Lists the versions ever deployed or released to an environment",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "Shows a tag",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            "Puts a tag on a version; both come to be if they have to",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "Takes a tag off a version",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches",
        "Lists branches, the most recently used first",
        &[200, 400, 404],
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches",
        "Deletes all branches but the main one and those excluded",
        &[202, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}",
        "Shows a branch",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches/{branch}",
        "Deletes a branch; its versions stay",
        &[204, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
        "Shows the head of a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/versions",
        "Lists the versions on a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "Shows that a version is on a branch",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "put",
            "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
            "Adds a version to a branch; pacticipant, version and branch come to be if they have to",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "delete",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "Takes a version off a branch",
        &[204, 404],
    ),
    op(
        "get",
        "/environments",
        "Lists environments by their name for people",
        &[200],
    ),
    taking(
        "Environment",
        op(
            "post",
            "/environments",
            "Creates an environment",
            &[201, 400],
        ),
    ),
    op(
        "get",
        "/environments/{environment}",
        "Shows an environment",
        &[200, 404],
    ),
    taking(
        "Environment",
        op(
            "put",
            "/environments/{environment}",
            "Replaces an environment's attributes",
            &[200, 400, 404],
        ),
    ),
    op(
        "delete",
        "/environments/{environment}",
        "Deletes an environment with the record of what was there",
        &[204, 404],
    ),
    op(
        "get",
        "/environments/{environment}/deployed-versions/currently-deployed",
        "Lists what is deployed to an environment now, the newest first",
        &[200, 404],
    ),
    op(
        "get",
        "/environments/{environment}/released-versions/currently-supported",
        "Lists what is released and supported in an environment now, the newest first",
        &[200, 404],
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
        "Lists the deployments of a version to an environment, ended ones included",
        &[200, 404],
    ),
    taking(
        "Deployment",
        op(
            "post",
            "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{environment}",
            "Records a deployment; a version that runs there already is left running",
            &[201, 400, 404],
        ),
    ),
    op(
        "get",
        "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
        "Lists the release of a version to an environment, if there is one",
        &[200, 404],
    ),
    taking(
        "Empty",
        op(
            "post",
            "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{environment}",
            "Records a release; support that had ended begins again",
            &[200, 201, 400, 404],
        ),
    ),
    op(
        "get",
        "/deployed-versions/{deployment}",
        "Shows a deployment",
        &[200, 404],
    ),
    taking(
        "DeploymentChange",
        op(
            "patch",
            "/deployed-versions/{deployment}",
            "Ends a deployment",
            &[200, 400, 404, 422],
        ),
    ),
    op(
        "get",
        "/released-versions/{release}",
        "Shows a release",
        &[200, 404],
    ),
    taking(
        "ReleaseChange",
        op(
            "patch",
            "/released-versions/{release}",
            "Ends the support of a release",
            &[200, 400, 404, 422],
        ),
    ),
    taking(
        "PublishContracts",
        op(
            "post",
            "/contracts/publish",
            "Publishes contracts",
            &[200, 400, 409],
        ),
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest",
        "Shows the newest pact",
        &[200, 404],
    ),
    op(
        "get",
        "/pact/provider/{provider}/consumer/{consumer}/latest",
        "Shows the newest pact",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
        "Shows the newest pact with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
        "Shows the newest pact of a version without tags",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
        "Shows the newest pact of a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
        "Shows a content",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
        "Shows a content, as fetched for the reasons that the metadata remembers",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct",
        "Shows the newest older pact with different content",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct",
        "Compares a version's pact with the newest older one that differs",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}",
        "Compares the pacts of two versions",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}",
        "Compares two contents",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/latest",
        "Lists the newest pact of every pair",
        &[200],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/versions",
        "Lists all pacts of a pair, the newest first",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/versions",
        "Deletes all pacts of a pair",
        &[204, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
        "Lists the pacts of versions with a tag",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
        "Deletes the pacts of versions with a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
        "Lists the pacts of a branch, the oldest first",
        &[200, 404],
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
        "Deletes the pacts of a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
        "Lists the pact at the head of a branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
        "Lists the pacts of the main branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
        "Lists the pact at the head of the main branch",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}",
        "Lists every pact of a provider",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/tag/{tag}",
        "Lists the pacts of a provider whose versions have a tag",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/latest",
        "Lists the newest pact of each consumer",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/latest/{tag}",
        "Lists the newest pact with a tag of each consumer",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/branch",
        "Lists the pacts of main branches",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/branch/latest",
        "Lists the pacts at the heads of main branches",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/branch/{branch}",
        "Lists the pacts of branches of one name",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/branch/{branch}/latest",
        "Lists the pacts at the heads of branches of one name",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/provider-states",
        "Lists the provider states that the main branches of consumers use",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/provider-states/branch/{branch}",
        "Lists the provider states that a branch of consumers uses",
        &[200, 404],
    ),
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
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
        "Shows the pact of a version",
        &[200, 404],
    ),
    taking(
        "Pact",
        op(
            "put",
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            "Publishes the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    taking(
        "Pact",
        op(
            "patch",
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            "Adds interactions to the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
        "Deletes the pact of a version",
        &[200, 404],
    ),
    op(
        "get",
        "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
        "Shows the pact of a version",
        &[200, 404],
    ),
    taking(
        "Pact",
        op(
            "put",
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            "Publishes the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    taking(
        "Pact",
        op(
            "patch",
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            "Adds interactions to the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    op(
        "delete",
        "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
        "Deletes the pact of a version",
        &[200, 404],
    ),
    op(
        "get",
        "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
        "Shows the pact of a version",
        &[200, 404],
    ),
    taking(
        "Pact",
        op(
            "put",
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            "Publishes the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    taking(
        "Pact",
        op(
            "patch",
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            "Adds interactions to the pact of a version",
            &[200, 201, 400, 404, 409],
        ),
    ),
    op(
        "delete",
        "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
        "Deletes the pact of a version",
        &[200, 404],
    ),
];
