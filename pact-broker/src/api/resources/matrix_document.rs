//! The matrix as HAL and as a table of text.

use serde_json::{Value, json};

use super::{environments, versions};
use crate::{
    api::{
        hal::link,
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::matrix::{Decision, Matrix, MatrixRow, ReasonLevel, facts::VersionFact},
};

/// Renders an answer.
pub(crate) fn document(urls: &Urls, matrix: &Matrix) -> Value {
    let verdict = &matrix.verdict;
    let mut notices: Vec<Value> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for reason in &verdict.reasons {
        let kind = match reason.level() {
            ReasonLevel::Error => "error",
            ReasonLevel::Success => "success",
            ReasonLevel::Warning => "warning",
        };
        notices.push(json!({ "type": kind, "text": reason.to_string(), "code": reason.code() }));
        lines.push(reason.to_string());
    }
    let mut summary = json!({
        "deployable": deployable(verdict.decision),
        "reason": lines.join("\n"),
        "success": verdict.success,
        "failed": verdict.failed,
        "unknown": verdict.unknown,
    });
    if let Some(ignored) = verdict.ignored {
        summary["ignored"] = ignored.into();
    }
    let rows: Vec<Value> = matrix.rows.iter().map(|one| row(urls, one)).collect();
    json!({ "summary": summary, "notices": notices, "matrix": rows })
}

fn deployable(decision: Decision) -> Option<bool> {
    match decision {
        Decision::Yes => Some(true),
        Decision::No => Some(false),
        Decision::Unknown => None,
    }
}

fn row(urls: &Urls, row: &MatrixRow) -> Value {
    let pair = Pair {
        consumer: row.consumer.as_str(),
        provider: row.provider.as_str(),
    };
    let number = row.consumer_version.number.as_str();
    let mut consumer = versions::brief_pacticipant(urls, pair.consumer);
    consumer["version"] = version(urls, pair.consumer, &row.consumer_version);
    let mut provider = versions::brief_pacticipant(urls, pair.provider);
    provider["version"] = row
        .provider_version
        .as_ref()
        .map(|one| version(urls, pair.provider, one))
        .into();
    let result = row.verification.as_ref().map(|verification| {
        let metadata = Metadata::of_number(number).encode();
        let content = urls.pact_version_with_metadata(pair, row.publication.sha.as_str(), &metadata);
        json!({
            "success": verification.success,
            "verifiedAt": verification.executed_at.to_hal(),
            "_links": { "self": link(format!("{content}/verification-results/{}", verification.id.0)) },
        })
    });
    let mut body = json!({
        "consumer": consumer,
        "provider": provider,
        "pact": {
            "createdAt": row.publication.created_at.to_hal(),
            "_links": { "self": link(urls.pact(pair, number)) },
        },
        "verificationResult": result,
    });
    if row.ignored {
        body["ignored"] = true.into();
    }
    body
}

fn version(urls: &Urls, name: &str, version: &VersionFact) -> Value {
    let number = version.number.as_str();
    let branches: Vec<Value> = version
        .branches
        .iter()
        .map(|one| versions::branch(urls, (name, number), one))
        .collect();
    let tags = version.tags.iter().map(|tag| {
        let place = urls.tag(name, number, tag.name.as_str());
        json!({ "name": tag.name.as_str(), "latest": tag.latest, "_links": { "self": link(place) } })
    });
    json!({
        "number": number,
        "branch": version.branches.last().map(|one| one.branch.as_str()),
        "branches": branches,
        "branchVersions": branches,
        "environments": version.environments.iter().map(|one| environments::brief(urls, one)).collect::<Vec<_>>(),
        "tags": tags.collect::<Vec<_>>(),
        "_links": { "self": link(urls.version(name, number)) },
    })
}

/// Renders an answer as an aligned table with the verdict under it.
pub(crate) fn table(matrix: &Matrix) -> String {
    let heading = [
        "CONSUMER",
        "C_VERSION",
        "REVISION",
        "PROVIDER",
        "P_VERSION",
        "NUMBER",
        "SUCCESS",
    ]
    .map(str::to_owned);
    let rows = matrix.rows.iter().map(|row| {
        let text = |value: Option<String>| value.unwrap_or_default();
        [
            row.consumer.to_string(),
            row.consumer_version.number.to_string(),
            row.publication.revision.to_string(),
            row.provider.to_string(),
            text(
                row.provider_version
                    .as_ref()
                    .map(|one| one.number.to_string()),
            ),
            text(row.verification.as_ref().map(|one| one.id.0.to_string())),
            text(row.success().map(|success| success.to_string())),
        ]
    });
    let lines: Vec<[String; 7]> = std::iter::once(heading).chain(rows).collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(&cells.collect::<Vec<_>>().join(" | "));
        text.push('\n');
        if at == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            text.push_str(&rules.join("-|-"));
            text.push('\n');
        }
    }
    let verdict = match deployable(matrix.verdict.decision) {
        Some(deployable) => deployable.to_string(),
        None => "unknown".to_owned(),
    };
    let reasons: Vec<String> = matrix
        .verdict
        .reasons
        .iter()
        .map(ToString::to_string)
        .collect();
    format!(
        "{text}\nDeployable: {verdict}\nReason: {}\n",
        reasons.join("\n")
    )
}
