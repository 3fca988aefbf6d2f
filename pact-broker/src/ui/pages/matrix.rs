//! The matrix: a question, the verdict and the rows it rests on.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::{Names, Query, check_pair, matrix_answer, urls::Pair},
    domain::{
        matrix::{
            LatestBy, Matrix, MatrixQuery, MatrixRow, MatrixSelector, Reason, ReasonLevel,
            VersionChoice, facts::VersionFact,
        },
        text::PacticipantName,
    },
    state::AppState,
    ui::{
        sheet::{Group, Input, Sheet},
        site::Site,
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/matrix", get(show)),
        (
            "/matrix/provider/{provider}/consumer/{consumer}",
            get(of_pair),
        ),
    ]
}

/// Rows shown on a page.
const LIMIT: u32 = 100;

/// Shows the form, and the answer when a question is asked.
async fn show(State(app): State<AppState>, site: Site, Query(query): Query) -> Answer {
    let sheet = Sheet::new(&site, "Matrix");
    if query.get("q").is_none() {
        return Ok(form(&site, sheet, &[]));
    }
    match matrix_answer(&app, &query).await {
        Ok((question, matrix)) => Ok(answer(&site, sheet, &question, &matrix)),
        Err(error) if !error.is_bad_request() => Err(error),
        Err(error) => {
            let text = error.text();
            let told = text.lines().map(Verdict::bad);
            Ok(told.fold(form(&site, sheet, &[]), Sheet::line))
        }
    }
}

/// Shows all versions of a pair.
async fn of_pair(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Answer {
    check_pair(&app, &consumer, &provider).await?;
    let sheet = Sheet::new(&site, format!("Matrix of {consumer} and {provider}"))
        .below_pacticipant(&site, consumer.as_str())
        .below(provider.as_str(), site.pacticipant(provider.as_str()));
    let any = |pacticipant| MatrixSelector {
        pacticipant,
        versions: VersionChoice::Any,
    };
    let question = MatrixQuery {
        selectors: vec![any(consumer), any(provider)],
        destination: None,
        ignore: Vec::new(),
        latest_by: Some(LatestBy::ConsumerVersionAndProviderVersion),
        success: Vec::new(),
        limit: Some(LIMIT),
    };
    let matrix = app.store().matrix(&question).await?;
    Ok(rows(
        &site,
        form(&site, sheet, &question.selectors),
        &matrix,
    ))
}

/// Adds the form for a question, filled with the selectors of the one that was asked.
fn form(site: &Site, sheet: Sheet, asked: &[MatrixSelector]) -> Sheet {
    let group = |at: usize, legend, required| {
        let selector = asked.get(at);
        let number = selector.and_then(|selector| match &selector.versions {
            VersionChoice::Number(number) => Some(number.to_string()),
            _ => None,
        });
        let name = selector.map(|selector| selector.pacticipant.to_string());
        Group {
            legend,
            inputs: vec![
                Input {
                    label: "Name",
                    name: "q[][pacticipant]",
                    value: name.unwrap_or_default(),
                    required,
                },
                Input {
                    label: "Version",
                    name: "q[][version]",
                    value: number.unwrap_or_default(),
                    required: false,
                },
            ],
        }
    };
    let groups = vec![group(0, "One pacticipant", true), group(1, "Another", true)];
    sheet.form(site.at("/matrix"), groups, ("latestby", "cvpv"))
}

/// Adds what was asked, the verdict, the reasons and the rows.
pub(super) fn answer(site: &Site, sheet: Sheet, question: &MatrixQuery, matrix: &Matrix) -> Sheet {
    let mut told: Vec<&Reason> = Vec::new();
    for reason in &matrix.verdict.reasons {
        if !told.contains(&reason) {
            told.push(reason);
        }
    }
    let sheet = form(site, sheet, &question.selectors)
        .verdict(Verdict::of_decision(matrix.verdict.decision))
        .list(told.into_iter().map(reason).collect());
    rows(site, sheet, matrix)
}

fn rows(site: &Site, sheet: Sheet, matrix: &Matrix) -> Sheet {
    let rows = matrix.rows.iter().map(|one| row(site, one)).collect();
    let columns = [
        "Consumer", "Version", "Pact", "Provider", "Version", "Result",
    ];
    sheet.table(
        &columns,
        rows,
        "There is no pact between the versions asked about.",
    )
}

fn reason(reason: &Reason) -> Cell {
    let text = reason.to_string();
    let verdict = match reason.level() {
        ReasonLevel::Error => Verdict::bad(text),
        ReasonLevel::Success => Verdict::good(text),
        ReasonLevel::Warning => Verdict::wait(text),
    };
    verdict.into()
}

fn row(site: &Site, row: &MatrixRow) -> Vec<Cell> {
    let pair = Pair::of(&row.consumer, &row.provider);
    let verdict = Cell::verdict(Verdict::of_result(row.success()));
    let verdict = if row.ignored {
        verdict.mark("ignored")
    } else {
        verdict
    };
    let result = row.verification.as_ref().map_or(verdict.clone(), |result| {
        let sha = row.publication.sha.as_str();
        verdict.then_link("result", site.verification(pair, sha, result.id.0))
    });
    let provider_version = row.provider_version.as_ref();
    vec![
        Cell::link(pair.consumer, site.pacticipant(pair.consumer)),
        version(site, pair.consumer, &row.consumer_version),
        Cell::link(
            minute(&row.publication.created_at),
            site.pact(pair, row.consumer_version.number.as_str()),
        ),
        Cell::link(pair.provider, site.pacticipant(pair.provider)),
        provider_version.map_or_else(Cell::default, |one| version(site, pair.provider, one)),
        result,
    ]
}

/// A version with its branches, tags and environments.
fn version(site: &Site, name: &str, version: &VersionFact) -> Cell {
    let number = version.number.as_str();
    let branches = version
        .branches
        .iter()
        .map(|one| format!("branch {}", one.branch));
    let tags = version.tags.iter().map(|one| format!("tag {}", one.name));
    let places = version
        .environments
        .iter()
        .map(|one| format!("in {}", one.display_name));
    let marks = branches.chain(tags).chain(places);
    marks.fold(Cell::link(number, site.version(name, number)), Cell::mark)
}
