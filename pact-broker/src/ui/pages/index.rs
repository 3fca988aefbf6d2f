//! The first page: which consumers and providers have pacts, and how they stand.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    api::{
        ApiError, Query,
        urls::{Pair, Urls},
    },
    domain::verification::{PairStatus, pair_status},
    state::AppState,
    store::{OverviewRow, Page},
    ui::{
        page,
        view::{Link, Verdict, minute},
    },
};

const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "index.html")]
struct Index {
    base: String,
    search: String,
    rows: Vec<Row>,
    total: u64,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    consumer: Link,
    provider: Link,
    pact: Option<Link>,
    published: String,
    status: Verdict,
    matrix_url: String,
}

/// Shows the integrations.
pub(in crate::ui) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
) -> Result<Response, ApiError> {
    let search = query.text("q").unwrap_or_default().to_owned();
    let number = query
        .text("page")
        .and_then(|page| page.parse().ok())
        .filter(|page| *page >= 1)
        .unwrap_or(1);
    let part = Page {
        number,
        size: PAGE_SIZE,
    };
    let found = app
        .store()
        .overview(
            Some(search.as_str()).filter(|text| !text.is_empty()),
            Some(part),
        )
        .await?;
    let rows = found.items.iter().map(|one| row(&urls, one)).collect();
    let place = |number: u32| {
        let search: String = url::form_urlencoded::byte_serialize(search.as_bytes()).collect();
        urls.at(&format!("/?q={search}&page={number}"))
    };
    let pages = found.total.div_ceil(PAGE_SIZE.into());
    let previous = (number > 1).then(|| place(number - 1));
    let next = (u64::from(number) < pages).then(|| place(number + 1));
    page(&Index {
        base: urls.base().to_owned(),
        search,
        rows,
        total: found.total,
        previous,
        next,
    })
}

fn row(urls: &Urls, one: &OverviewRow) -> Row {
    let (consumer, provider) = (&one.integration.consumer, &one.integration.provider);
    let pair = Pair {
        consumer: consumer.as_str(),
        provider: provider.as_str(),
    };
    let pact = one.pact.as_ref();
    let status = pair_status(pact.map(|pact| &pact.sha), one.verification.as_ref());
    let by = one
        .verification
        .as_ref()
        .map(|result| result.provider_version.to_string())
        .unwrap_or_default();
    Row {
        consumer: Link {
            name: consumer.to_string(),
            url: urls.pacticipant(pair.consumer),
        },
        provider: Link {
            name: provider.to_string(),
            url: urls.pacticipant(pair.provider),
        },
        published: pact
            .map(|pact| minute(&pact.created_at))
            .unwrap_or_default(),
        pact: pact.map(|pact| Link {
            url: urls.pact(pair, pact.consumer_version.as_str()),
            name: pact.consumer_version.to_string(),
        }),
        status: verdict(status, &by),
        matrix_url: urls.matrix(pair),
    }
}

fn verdict(status: PairStatus, by: &str) -> Verdict {
    match status {
        PairStatus::Success => Verdict::good(format!("verified by {by}")),
        PairStatus::Failed => Verdict::bad(format!("failed with {by}")),
        PairStatus::FailedPending => Verdict::wait(format!("failed with {by} while pending")),
        PairStatus::Stale => Verdict::wait("changed since it was verified"),
        PairStatus::Never => Verdict::wait("not verified"),
    }
}
