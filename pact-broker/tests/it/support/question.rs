//! Matrix questions in one line of text.
//!
//! `web@1` is a version, `web` any version; after a colon stand `latest`, `tag=T`, `latest-tag=T`,
//! `branch=B`, `head=B`, `main`, `main-head` or `env=E`. `to:` in place of a name gives the
//! destination in the same words. `ignore:web`, `ignore:web@1`, `by=cvp`, `limit=N` and
//! `success=true,false,none` are what they say.

use pact_broker::domain::matrix::{
    Destination, IgnoreSelector, LatestBy, Matrix, MatrixQuery, MatrixSelector, VersionChoice,
};

use crate::support::scenario::{branch, environment, name, tag, version};

/// Reads a question.
pub(crate) fn question(text: &str) -> MatrixQuery {
    let mut query = MatrixQuery {
        selectors: Vec::new(),
        destination: None,
        ignore: Vec::new(),
        latest_by: None,
        success: Vec::new(),
        limit: None,
    };
    for word in text.split_whitespace() {
        if let Some(by) = word.strip_prefix("by=") {
            query.latest_by = Some(LatestBy::parse(by).unwrap());
        } else if let Some(limit) = word.strip_prefix("limit=") {
            query.limit = Some(limit.parse().unwrap());
        } else if let Some(results) = word.strip_prefix("success=") {
            query.success = results
                .split(',')
                .map(|result| result.parse().ok())
                .collect();
        } else if let Some(choice) = word.strip_prefix("to:") {
            query.destination = Some(destination(choice));
        } else if let Some(ignored) = word.strip_prefix("ignore:") {
            let (pacticipant, number) = ignored.split_once('@').unwrap_or((ignored, ""));
            let version = (!number.is_empty()).then(|| version(number));
            query.ignore.push(IgnoreSelector {
                pacticipant: name(pacticipant),
                version,
            });
        } else {
            query.selectors.push(selector(word));
        }
    }
    query
}

fn selector(word: &str) -> MatrixSelector {
    if let Some((pacticipant, number)) = word.split_once('@') {
        let versions = VersionChoice::Number(version(number));
        return MatrixSelector {
            pacticipant: name(pacticipant),
            versions,
        };
    }
    let (pacticipant, choice) = word.split_once(':').unwrap_or((word, ""));
    let versions = if choice.is_empty() {
        VersionChoice::Any
    } else {
        self::choice(choice)
    };
    MatrixSelector {
        pacticipant: name(pacticipant),
        versions,
    }
}

fn choice(text: &str) -> VersionChoice {
    match text.split_once('=') {
        Some(("branch", name)) => VersionChoice::Branch(branch(name)),
        Some(("env", name)) => VersionChoice::Environment(environment(name)),
        Some(("head", name)) => VersionChoice::BranchHead(branch(name)),
        Some(("latest-tag", name)) => VersionChoice::LatestTagged(tag(name)),
        Some(("tag", name)) => VersionChoice::Tagged(tag(name)),
        None if text == "latest" => VersionChoice::Latest,
        None if text == "main" => VersionChoice::MainBranch,
        None if text == "main-head" => VersionChoice::MainBranchHead,
        _ => panic!("`{text}` is no choice of versions"),
    }
}

fn destination(text: &str) -> Destination {
    match choice(text) {
        VersionChoice::Environment(name) => Destination::Environment(name),
        VersionChoice::Latest => Destination::Latest,
        VersionChoice::LatestTagged(tag) => Destination::LatestTagged(tag),
        VersionChoice::MainBranch => Destination::MainBranch,
        VersionChoice::MainBranchHead => Destination::MainBranchHead,
        VersionChoice::Tagged(tag) => Destination::Tagged(tag),
        other => panic!("{other:?} is no destination"),
    }
}

/// The answer in one line: decision and codes of the reasons.
pub(crate) fn told(matrix: &Matrix) -> String {
    let codes: Vec<_> = matrix
        .verdict
        .reasons
        .iter()
        .map(|reason| reason.code())
        .collect();
    format!("{:?}: {}", matrix.verdict.decision, codes.join(", "))
}

/// The rows in a line each.
pub(crate) fn rows(matrix: &Matrix) -> Vec<String> {
    let row = |row: &pact_broker::domain::matrix::MatrixRow| {
        let provider_version = row
            .provider_version
            .as_ref()
            .map_or("-", |fact| fact.number.as_str());
        let result = match row.success() {
            Some(true) => "ok",
            Some(false) => "failed",
            None => "?",
        };
        let ignored = if row.ignored { " ignored" } else { "" };
        let consumer_version = &row.consumer_version.number;
        format!(
            "{} {consumer_version} {} {provider_version} {result}{ignored}",
            row.consumer, row.provider
        )
    };
    matrix.rows.iter().map(row).collect()
}
