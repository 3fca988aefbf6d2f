//! Every operation of the API: what it does, what it takes, how it may end.

mod answers;
mod general;
mod pacticipants;
mod pacts;
mod results;

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

    /// The schema of what it answers when it succeeds.
    pub(super) fn answer(&self) -> &'static str {
        answers::schema(self.method, self.path)
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

/// Returns every operation.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    [
        general::OPERATIONS,
        pacticipants::OPERATIONS,
        pacts::OPERATIONS,
        results::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}
