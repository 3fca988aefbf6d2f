//! Lists of pacts: of a consumer and a provider, of a provider, of all.

use std::str::FromStr;

use axum::{
    extract::State,
    routing::{MethodRouter, get},
};

use super::{Answer, Pages};
use crate::{
    api::{ApiError, Names, check_pair, provider_list_title, urls::Pair},
    domain::{
        pact::{PactPublication, PairScope, ProviderScope},
        text::{InvalidText, PacticipantName},
    },
    state::AppState,
    store::Paged,
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::Cell,
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/pacts/latest", get(latest)),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/versions",
            of_pair(PairScope::All),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
            of_pair_and(PairScope::Tag),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
            of_pair_and(PairScope::Branch),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions",
            of_pair_and(PairScope::BranchHead),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
            of_pair(PairScope::MainBranch),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
            of_pair(PairScope::MainBranchHead),
        ),
        (
            "/pacts/provider/{provider}",
            of_provider(ProviderScope::All),
        ),
        (
            "/pacts/provider/{provider}/tag/{tag}",
            of_provider_and(ProviderScope::Tag),
        ),
        (
            "/pacts/provider/{provider}/latest",
            of_provider(ProviderScope::Latest),
        ),
        (
            "/pacts/provider/{provider}/latest/{tag}",
            of_provider_and(ProviderScope::LatestTagged),
        ),
        (
            "/pacts/provider/{provider}/branch",
            of_provider(ProviderScope::MainBranch),
        ),
        (
            "/pacts/provider/{provider}/branch/latest",
            of_provider(ProviderScope::MainBranchHead),
        ),
        (
            "/pacts/provider/{provider}/branch/{branch}",
            of_provider_and(ProviderScope::Branch),
        ),
        (
            "/pacts/provider/{provider}/branch/{branch}/latest",
            of_provider_and(ProviderScope::BranchHead),
        ),
    ]
}

fn of_pair(scope: PairScope) -> MethodRouter<AppState> {
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
              asked: Asked| async move {
            pair_list(&app, &site, (&consumer, &provider), (scope, asked)).await
        },
    )
}

fn of_pair_and<T>(scope: fn(T) -> PairScope) -> MethodRouter<AppState>
where
    T: FromStr<Err = InvalidText> + Send + 'static,
{
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, consumer, one)): Names<(PacticipantName, PacticipantName, T)>,
              asked: Asked| async move {
            pair_list(&app, &site, (&consumer, &provider), (scope(one), asked)).await
        },
    )
}

fn of_provider(scope: ProviderScope) -> MethodRouter<AppState> {
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider,)): Names<(PacticipantName,)>,
              asked: Asked| async move {
            provider_list(&app, &site, &provider, (scope, asked)).await
        },
    )
}

fn of_provider_and<T>(scope: fn(T) -> ProviderScope) -> MethodRouter<AppState>
where
    T: FromStr<Err = InvalidText> + Send + 'static,
{
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, one)): Names<(PacticipantName, T)>,
              asked: Asked| async move {
            provider_list(&app, &site, &provider, (scope(one), asked)).await
        },
    )
}

async fn pair_list(
    app: &AppState,
    site: &Site,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    (scope, asked): (PairScope, Asked),
) -> Answer {
    check_pair(app, consumer, provider).await?;
    let found = app.store().pair_pacts(consumer, provider, &scope).await?;
    let which = match &scope {
        PairScope::All => "Pacts".to_owned(),
        PairScope::Branch(branch) => format!("Pacts from branch {branch}"),
        PairScope::BranchHead(branch) => format!("Pact at the head of branch {branch}"),
        PairScope::MainBranch => "Pacts from the main branch".to_owned(),
        PairScope::MainBranchHead => "Pact at the head of the main branch".to_owned(),
        PairScope::Tag(tag) => format!("Pacts with tag {tag}"),
    };
    let pair = Pair::of(consumer, provider);
    let sheet = Sheet::new(site, format!("{which} between {consumer} and {provider}"))
        .below_pacticipant(site, pair.consumer)
        .below(pair.provider, site.pacticipant(pair.provider))
        .line(ways_into(site, pair));
    Ok(table(site, sheet, found, &asked))
}

async fn provider_list(
    app: &AppState,
    site: &Site,
    provider: &PacticipantName,
    (scope, asked): (ProviderScope, Asked),
) -> Answer {
    let found = app.store().provider_pacts(provider, &scope).await?;
    let found = found.ok_or_else(|| ApiError::no_such("provider", provider.as_str()))?;
    let key = provider.as_str();
    let own = site.provider_pacts(key);
    let sheet = Sheet::new(site, provider_list_title(key, &scope))
        .below_pacticipant(site, key)
        .line(
            Cell::link("all", own.as_str())
                .then_link("latest", format!("{own}/latest"))
                .then_link("of main branches", format!("{own}/branch/latest"))
                .then_link("to verify", format!("{own}/for-verification"))
                .then_link("provider states", format!("{own}/provider-states")),
        );
    Ok(table(site, sheet, found, &asked))
}

async fn latest(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    let found = app.store().latest_pacts().await?;
    let sheet = Sheet::new(&site, "The latest pact of every consumer and provider");
    Ok(table(&site, sheet, found, &asked))
}

/// Adds a page of pacts.
fn table(site: &Site, sheet: Sheet, found: Vec<PactPublication>, asked: &Asked) -> Sheet {
    let found = Paged::of(found, Some(asked.page()));
    let rows = found.items.iter().map(|one| {
        let pair = Pair::of(&one.consumer, &one.provider);
        let number = one.consumer_version.as_str();
        let own = site.pact(pair, number);
        vec![
            Cell::link(pair.consumer, site.pacticipant(pair.consumer)),
            Cell::link(number, site.version(pair.consumer, number)),
            Cell::link(pair.provider, site.pacticipant(pair.provider)),
            Cell::link("pact", own.as_str())
                .then_link("changes", format!("{own}/diff/previous-distinct")),
            (&one.created_at).into(),
        ]
    });
    let columns = ["Consumer", "Version", "Provider", "Pact", "Published"];
    sheet
        .table(&columns, rows.collect(), "There is no pact here.")
        .neighbours(asked.neighbours(site, found.total))
}

/// The ways into what is between a consumer and a provider.
pub(super) fn ways_into(site: &Site, pair: Pair<'_>) -> Cell {
    let own = site.pair(pair);
    Cell::link("latest pact", format!("{own}/latest"))
        .then_link("all pacts", format!("{own}/versions"))
        .then_link("matrix", site.matrix(pair))
        .then_link("how it stands", site.dashboard(pair))
        .then_link("webhooks", site.webhooks_of(pair))
}
