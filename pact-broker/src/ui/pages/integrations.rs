//! Who has contracts with whom, how those that matter stand, and how much there is of everything.

use axum::{extract::State, routing::get};

use super::{Answer, Pages, index::standing, pact_lists::ways_into};
use crate::{
    api::{Names, Query, check_pair, connected_with, load_pacticipant, urls::Pair},
    domain::{
        text::PacticipantName,
        version::{BranchVersion, Tag},
        webhook::WebhookStatus,
    },
    state::AppState,
    store::{DashboardRow, Integration, Metrics},
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::{Cell, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/integrations", get(list)),
        ("/dashboard", get(dashboard)),
        (
            "/dashboard/provider/{provider}/consumer/{consumer}",
            get(dashboard_of_pair),
        ),
        ("/relationships", get(relationships)),
        ("/groups/{pacticipant}", get(group)),
        ("/metrics", get(metrics)),
    ]
}

async fn list(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    let found = app
        .store()
        .integrations(asked.search(), Some(asked.page()))
        .await?;
    let sheet = Sheet::new(&site, "Integrations").search(
        asked.place(&site),
        "Name contains",
        &asked.search,
    );
    let rows = found.items.iter().map(|one| {
        let mut row = edge(&site, (&one.consumer, &one.provider));
        row.push((&one.contract_data_updated_at).into());
        row
    });
    let columns = ["Consumer", "Provider", "Between them", "Last changed"];
    let none = "No consumer has a contract with a provider here.";
    Ok(sheet
        .table(&columns, rows.collect(), none)
        .neighbours(asked.neighbours(&site, found.total)))
}

fn edge(site: &Site, (consumer, provider): (&PacticipantName, &PacticipantName)) -> Vec<Cell> {
    let pair = Pair::of(consumer, provider);
    vec![
        Cell::link(pair.consumer, site.pacticipant(pair.consumer)),
        Cell::link(pair.provider, site.pacticipant(pair.provider)),
        ways_into(site, pair),
    ]
}

async fn relationships(State(app): State<AppState>, site: Site) -> Answer {
    let found = app.store().integrations(None, None).await?.items;
    let edges = found.iter().map(names).collect();
    Ok(network(&site, "Who calls whom", edges, "/relationships"))
}

fn names(one: &Integration) -> (&PacticipantName, &PacticipantName) {
    (&one.consumer, &one.provider)
}

async fn group(
    State(app): State<AppState>,
    site: Site,
    Names((name,)): Names<(PacticipantName,)>,
    Query(query): Query,
) -> Answer {
    load_pacticipant(&app, &name).await?;
    let edges = connected_with(&app, &name, &query).await?;
    let edges = edges.iter().map(|(one, other)| (one, other)).collect();
    let title = format!("Who is connected with {name}");
    Ok(network(&site, &title, edges, "").below(name.as_str(), site.pacticipant(name.as_str())))
}

fn network(
    site: &Site,
    title: &str,
    edges: Vec<(&PacticipantName, &PacticipantName)>,
    table: &str,
) -> Sheet {
    let rows = edges.into_iter().map(|pair| edge(site, pair)).collect();
    let columns = ["Consumer", "Provider", "Between them"];
    let sheet = Sheet::new(site, title).table(&columns, rows, "Nobody calls anybody here.");
    if table.is_empty() {
        return sheet;
    }
    sheet.line(Cell::text("The same as").then_link("CSV", site.at(&format!("{table}.csv"))))
}

async fn dashboard(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    overview(&app, &site, None, asked).await
}

async fn dashboard_of_pair(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    asked: Asked,
) -> Answer {
    check_pair(&app, &consumer, &provider).await?;
    overview(&app, &site, Some((&consumer, &provider)), asked).await
}

async fn overview(
    app: &AppState,
    site: &Site,
    pair: Option<(&PacticipantName, &PacticipantName)>,
    asked: Asked,
) -> Answer {
    let found = app.store().dashboard(pair, Some(asked.page())).await?;
    let title = match pair {
        Some((consumer, provider)) => format!("How {consumer} and {provider} stand"),
        None => "How the pacts that matter stand".to_owned(),
    };
    let sheet = Sheet::new(site, title)
        .below("Integrations", site.integrations())
        .line(
            "The newest pact of each pair, those with the newest tags, and those in environments.",
        );
    let rows = found.items.iter().map(|one| row(site, one)).collect();
    let columns = ["Consumer", "Provider", "Pact", "Result", "Webhooks"];
    Ok(sheet
        .table(&columns, rows, "There is no pact here.")
        .neighbours(asked.neighbours(site, found.total)))
}

fn row(site: &Site, one: &DashboardRow) -> Vec<Cell> {
    let publication = &one.publication;
    let pair = Pair::of(&publication.consumer, &publication.provider);
    let number = publication.consumer_version.as_str();
    let consumer = Cell::link(pair.consumer, site.pacticipant(pair.consumer))
        .then_link(number, site.version(pair.consumer, number));
    let provider = Cell::link(pair.provider, site.pacticipant(pair.provider));
    let by = one
        .verification
        .as_ref()
        .map(|result| result.provider_version.as_str());
    let provider = match by {
        Some(by) => provider.then_link(by, site.version(pair.provider, by)),
        None => provider,
    };
    let fares = format!("{}/webhooks/status", site.pair(pair));
    vec![
        marked(consumer, &one.consumer_branches, &one.consumer_tags),
        marked(provider, &one.provider_branches, &one.provider_tags),
        Cell::link(minute(&publication.created_at), site.pact(pair, number)),
        standing(one.status, by.unwrap_or_default()).into(),
        Cell::link(webhooks(one.webhook_status), fares),
    ]
}

fn marked(cell: Cell, branches: &[BranchVersion], tags: &[Tag]) -> Cell {
    let heads = branches.iter().filter(|one| one.head);
    let heads = heads.map(|one| format!("head of {}", one.branch));
    let newest = tags.iter().filter(|tag| tag.latest);
    let newest = newest.map(|tag| format!("tag {}", tag.name));
    heads.chain(newest).fold(cell, Cell::mark)
}

fn webhooks(status: WebhookStatus) -> &'static str {
    match status {
        WebhookStatus::Failure => "failed",
        WebhookStatus::None => "none triggered",
        WebhookStatus::NotRun => "not called yet",
        WebhookStatus::Retrying => "will be tried again",
        WebhookStatus::Success => "succeeded",
    }
}

async fn metrics(State(app): State<AppState>, site: Site) -> Answer {
    let counted = app.store().metrics().await?;
    let rows = counts(&counted)
        .into_iter()
        .map(|(name, count)| vec![name.into(), count.to_string().into()]);
    let columns = ["What", "How many"];
    Ok(Sheet::new(&site, "How much is stored").table(&columns, rows.collect(), ""))
}

fn counts(metrics: &Metrics) -> Vec<(&'static str, i64)> {
    vec![
        ("Pacticipants", metrics.pacticipants),
        ("…with a main branch", metrics.pacticipants_with_main_branch),
        ("Integrations", metrics.integrations),
        (
            "Interactions in the latest pacts",
            metrics.latest_interactions,
        ),
        ("Messages in the latest pacts", metrics.latest_messages),
        ("Versions", metrics.versions),
        ("…on a branch", metrics.versions_with_branch),
        ("Pact publications", metrics.publications),
        ("Distinct contents", metrics.contents),
        ("Verification results", metrics.verifications),
        ("…successful", metrics.successes),
        ("…failed", metrics.failures),
        ("Tags", metrics.tags),
        ("Environments", metrics.environments),
        ("Deployments", metrics.deployed_versions),
        ("…current", metrics.currently_deployed_versions),
        ("Releases", metrics.released_versions),
        ("…supported", metrics.currently_supported_versions),
        ("Webhooks", metrics.webhooks),
        ("…triggered", metrics.triggered_webhooks),
        ("…attempts", metrics.webhook_executions),
    ]
}
