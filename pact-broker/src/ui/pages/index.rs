//! The first page: which consumers and providers have pacts, and how they stand.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::urls::Pair,
    domain::verification::{PairStatus, pair_status},
    state::AppState,
    store::OverviewRow,
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![("/", get(show))]
}

async fn show(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    let found = app
        .store()
        .overview(asked.search(), Some(asked.page()))
        .await?;
    let rows = found.items.iter().map(|one| row(&site, one)).collect();
    let none = match asked.search() {
        None => "No pact has been published yet. Publish one with pact broker publish.".to_owned(),
        Some(search) => format!("No consumer or provider has “{search}” in its name."),
    };
    let columns = [
        "Consumer",
        "Provider",
        "Latest pact",
        "Published",
        "Result",
        "More",
    ];
    Ok(Sheet::new(&site, "Pacts")
        .search(asked.place(&site), "Name contains", &asked.search)
        .table(&columns, rows, &none)
        .neighbours(asked.neighbours(&site, found.total)))
}

fn row(site: &Site, one: &OverviewRow) -> Vec<Cell> {
    let pair = Pair::of(&one.integration.consumer, &one.integration.provider);
    let pact = one.pact.as_ref();
    let status = pair_status(pact.map(|pact| &pact.sha), one.verification.as_ref());
    let result = match &one.verification {
        Some(result) => {
            let by = standing(status, result.provider_version.as_str());
            let place = site.verification(pair, result.sha.as_str(), result.id.0);
            Cell::verdict(by).then_link("result", place)
        }
        None => standing(status, "").into(),
    };
    vec![
        Cell::link(pair.consumer, site.pacticipant(pair.consumer)),
        Cell::link(pair.provider, site.pacticipant(pair.provider)),
        pact.map_or_else(
            || "none".into(),
            |pact| {
                let number = pact.consumer_version.as_str();
                Cell::link(number, site.pact(pair, number))
            },
        ),
        pact.map(|pact| minute(&pact.created_at))
            .unwrap_or_default()
            .into(),
        result,
        Cell::link("matrix", site.matrix(pair)),
    ]
}

/// Says how a pair stands; `by` is the provider version that was run.
pub(super) fn standing(status: PairStatus, by: &str) -> Verdict {
    match status {
        PairStatus::Success => Verdict::good(format!("verified by {by}")),
        PairStatus::Failed => Verdict::bad(format!("failed with {by}")),
        PairStatus::FailedPending => Verdict::wait(format!("failed with {by} while pending")),
        PairStatus::Stale => Verdict::wait("changed since it was verified"),
        PairStatus::Never => Verdict::wait("not verified"),
    }
}
