//! The matrix: a question, the verdict and the rows it rests on.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    api::{
        ApiError, Names, Query, check_pair, matrix_question,
        urls::{Pair, Urls},
    },
    domain::{
        matrix::{
            LatestBy, Matrix, MatrixQuery, MatrixRow, MatrixSelector, ReasonLevel, VersionChoice,
            facts::VersionFact,
        },
        text::PacticipantName,
    },
    state::AppState,
    ui::{
        page,
        view::{Verdict, minute},
    },
};

/// Rows shown on a page.
const LIMIT: u32 = 100;

#[derive(Template)]
#[template(path = "matrix.html")]
pub(super) struct MatrixPage {
    base: String,
    title: String,
    fields: Vec<Field>,
    problems: Vec<String>,
    verdict: Option<Verdict>,
    reasons: Vec<Verdict>,
    rows: Vec<Row>,
}

/// One selector of the form.
struct Field {
    legend: &'static str,
    pacticipant: String,
    version: String,
}

struct Row {
    consumer: String,
    consumer_version: String,
    consumer_marks: Vec<String>,
    pact_url: String,
    published: String,
    provider: String,
    provider_version: String,
    provider_marks: Vec<String>,
    result: Verdict,
}

/// Shows the form, and the answer when a question is asked.
pub(in crate::ui) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
) -> Result<Response, ApiError> {
    if query.get("q").is_none() {
        return page(&MatrixPage::form(&urls));
    }
    match matrix_question(&app, &query).await {
        Ok(question) => page(&MatrixPage::answer(
            &urls,
            "Matrix",
            &question,
            &app.store().matrix(&question).await?,
        )),
        Err(error) => {
            let mut form = MatrixPage::form(&urls);
            form.problems = error.text().lines().map(str::to_owned).collect();
            page(&form)
        }
    }
}

/// Shows all versions of a pair.
pub(in crate::ui) async fn of_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Result<Response, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    let title = format!("Matrix of {consumer} and {provider}");
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
    page(&MatrixPage::answer(
        &urls,
        &title,
        &question,
        &app.store().matrix(&question).await?,
    ))
}

impl MatrixPage {
    fn form(urls: &Urls) -> Self {
        let field = |legend| Field {
            legend,
            pacticipant: String::new(),
            version: String::new(),
        };
        Self {
            base: urls.base().to_owned(),
            title: "Matrix".to_owned(),
            fields: vec![field("One pacticipant"), field("Another")],
            problems: Vec::new(),
            verdict: None,
            reasons: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(super) fn answer(
        urls: &Urls,
        title: &str,
        question: &MatrixQuery,
        matrix: &Matrix,
    ) -> Self {
        let mut form = Self::form(urls);
        form.title = title.to_owned();
        for (field, selector) in form.fields.iter_mut().zip(&question.selectors) {
            field.pacticipant = selector.pacticipant.to_string();
            if let VersionChoice::Number(number) = &selector.versions {
                field.version = number.to_string();
            }
        }
        form.verdict = Some(Verdict::of_decision(matrix.verdict.decision));
        let reasons = matrix
            .verdict
            .reasons
            .iter()
            .map(|reason| match reason.level() {
                ReasonLevel::Error => Verdict::bad(reason.to_string()),
                ReasonLevel::Success => Verdict::good(reason.to_string()),
                ReasonLevel::Warning => Verdict::wait(reason.to_string()),
            });
        form.reasons = reasons.collect();
        form.rows = matrix.rows.iter().map(|one| row(urls, one)).collect();
        form
    }
}

fn row(urls: &Urls, row: &MatrixRow) -> Row {
    let pair = Pair {
        consumer: row.consumer.as_str(),
        provider: row.provider.as_str(),
    };
    let number = row.consumer_version.number.to_string();
    let result = match row.success() {
        Some(true) => Verdict::good("verified"),
        Some(false) => Verdict::bad("failed"),
        None => Verdict::wait("not verified"),
    };
    Row {
        consumer: pair.consumer.to_owned(),
        consumer_marks: marks(&row.consumer_version),
        pact_url: urls.pact(pair, &number),
        consumer_version: number,
        published: minute(&row.publication.created_at),
        provider: pair.provider.to_owned(),
        provider_version: row
            .provider_version
            .as_ref()
            .map(|one| one.number.to_string())
            .unwrap_or_default(),
        provider_marks: row
            .provider_version
            .as_ref()
            .map(|one| marks(one))
            .unwrap_or_default(),
        result,
    }
}

/// Names the branches, tags and environments of a version.
fn marks(version: &VersionFact) -> Vec<String> {
    let branches = version
        .branches
        .iter()
        .map(|one| format!("branch {}", one.branch));
    let tags = version.tags.iter().map(|one| format!("tag {}", one.name));
    let places = version
        .environments
        .iter()
        .map(|one| format!("in {}", one.display_name));
    branches.chain(tags).chain(places).collect()
}
