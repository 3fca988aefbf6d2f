//! What a provider is to verify, and the states it is to be brought into.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::{Names, Query, environment_key, states_in_use, to_verify, urls::Pair},
    domain::{
        pact::ProviderScope,
        selector::PactForVerification,
        text::{BranchName, PacticipantName, Uuid},
    },
    state::AppState,
    ui::{
        sheet::Sheet,
        site::Site,
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        (
            "/pacts/provider/{provider}/for-verification",
            get(for_verification),
        ),
        ("/pacts/provider/{provider}/provider-states", get(states)),
        (
            "/pacts/provider/{provider}/provider-states/branch/{branch}",
            get(states_of_branch),
        ),
        (
            "/pacts/provider/{provider}/provider-states/environment/{environment}",
            get(states_of_environment),
        ),
    ]
}

async fn for_verification(
    State(app): State<AppState>,
    site: Site,
    Names((provider,)): Names<(PacticipantName,)>,
    Query(query): Query,
) -> Answer {
    let (_, pacts) = to_verify(&app, &provider, &query).await?;
    let key = provider.as_str();
    let rows = pacts.iter().map(|pact| row(&site, pact)).collect();
    let columns = ["Consumer", "Pact", "Selected as", "If it fails"];
    Ok(Sheet::new(&site, format!("Pacts {provider} is to verify"))
        .below_pacticipant(&site, key)
        .below("Pacts", site.provider_pacts(key))
        .line("A verifier asks for these with its own selectors; without any, these are what it gets.")
        .table(&columns, rows, "There is nothing to verify."))
}

fn row(site: &Site, pact: &PactForVerification) -> Vec<Cell> {
    let publication = &pact.publication;
    let pair = Pair::of(&publication.consumer, &publication.provider);
    let number = publication.consumer_version.as_str();
    let mut reasons: Vec<String> = Vec::new();
    for reason in pact.selectors.iter().map(crate::api::selector_label) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let breaks = match &pact.pending {
        Some(pending) if pending.is_pending => Verdict::wait("pending: the build does not fail"),
        _ => Verdict::good("the build fails"),
    };
    vec![
        Cell::link(pair.consumer, site.pacticipant(pair.consumer))
            .then_link(number, site.version(pair.consumer, number)),
        Cell::link(minute(&publication.created_at), site.pact(pair, number)),
        reasons.into_iter().fold(Cell::default(), Cell::mark),
        breaks.into(),
    ]
}

async fn states(
    State(app): State<AppState>,
    site: Site,
    Names((provider,)): Names<(PacticipantName,)>,
) -> Answer {
    let where_ = "on the main branches of consumers";
    used(
        &app,
        &site,
        (&provider, where_),
        ProviderScope::MainBranchHead,
    )
    .await
}

async fn states_of_branch(
    State(app): State<AppState>,
    site: Site,
    Names((provider, branch)): Names<(PacticipantName, BranchName)>,
) -> Answer {
    let on = format!("on branch {branch} of consumers");
    let scope = ProviderScope::BranchHead(branch);
    used(&app, &site, (&provider, &on), scope).await
}

async fn states_of_environment(
    State(app): State<AppState>,
    site: Site,
    Names((provider, environment)): Names<(PacticipantName, Uuid)>,
) -> Answer {
    let uuid = environment_key(&app, environment).await?;
    let inside = "of consumers in an environment";
    used(
        &app,
        &site,
        (&provider, inside),
        ProviderScope::Environment(uuid),
    )
    .await
}

async fn used(
    app: &AppState,
    site: &Site,
    (provider, where_): (&PacticipantName, &str),
    scope: ProviderScope,
) -> Answer {
    let states = states_in_use(app, provider, &scope).await?;
    let key = provider.as_str();
    let rows = states.into_iter().map(|(state, consumers)| {
        let consumers = consumers.iter().fold(Cell::default(), |cell, name| {
            cell.then_link(name.as_str(), site.pacticipant(name.as_str()))
        });
        let params = state.params.map_or_else(Cell::default, Cell::code);
        vec![state.name.into(), params, consumers]
    });
    let columns = ["State", "Parameters", "Consumers"];
    Ok(Sheet::new(site, format!("Provider states of {provider}"))
        .below_pacticipant(site, key)
        .line(format!(
            "The states that the latest pacts {where_} start from."
        ))
        .table(
            &columns,
            rows.collect(),
            "No pact there starts from a state.",
        ))
}
