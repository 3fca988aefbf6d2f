//! The matrix as HAL and as a table of text.

use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::matrix_rows::Rows;
use crate::{
    api::{hal, urls::Urls},
    domain::matrix::{Decision, Matrix, ReasonLevel},
};

/// An answer, in the order of the names of its members.
#[derive(Serialize)]
struct Document<'a> {
    matrix: Rows<'a>,
    notices: Vec<Value>,
    summary: Value,
}

/// Renders an answer.
pub(crate) fn document(urls: &Urls, matrix: &Matrix) -> Response {
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
    hal::written(&Document {
        matrix: Rows {
            urls,
            rows: &matrix.rows,
        },
        notices,
        summary,
    })
}

fn deployable(decision: Decision) -> Option<bool> {
    match decision {
        Decision::Yes => Some(true),
        Decision::No => Some(false),
        Decision::Unknown => None,
    }
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
