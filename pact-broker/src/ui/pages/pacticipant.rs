//! A pacticipant: what is known of it, where it is deployed, its pacts.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    api::{
        ApiError, Names, load_pacticipant,
        urls::{Pair, Urls},
    },
    domain::text::PacticipantName,
    state::AppState,
    ui::{page, view::Link},
};

#[derive(Template)]
#[template(path = "pacticipant.html")]
struct PacticipantPage {
    base: String,
    name: String,
    display_name: String,
    main_branch: String,
    repository: String,
    latest_version: String,
    labels: Vec<String>,
    deployed: Vec<String>,
    pacts: Vec<Link>,
}

/// Shows a pacticipant.
pub(in crate::ui) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
) -> Result<Response, ApiError> {
    let detail = load_pacticipant(&app, &name).await?;
    let deployed = app.store().deployed_versions_of(&name).await?;
    let integrations = app.store().integrations(None, None).await?.items;
    let own = integrations
        .iter()
        .filter(|one| one.consumer == name || one.provider == name);
    let pacts = own.map(|one| {
        let pair = Pair {
            consumer: one.consumer.as_str(),
            provider: one.provider.as_str(),
        };
        Link {
            name: format!("{} → {}", pair.consumer, pair.provider),
            url: format!("{}/latest", urls.pair(pair)),
        }
    });
    let none = || "unknown".to_owned();
    let pacticipant = detail.pacticipant;
    page(&PacticipantPage {
        base: urls.base().to_owned(),
        name: pacticipant.name.to_string(),
        display_name: pacticipant.display_name,
        main_branch: pacticipant
            .main_branch
            .map_or_else(none, |branch| branch.to_string()),
        repository: pacticipant.repository_url.unwrap_or_else(none),
        latest_version: detail
            .latest_version
            .map_or_else(none, |number| number.to_string()),
        labels: detail.labels.iter().map(ToString::to_string).collect(),
        deployed: deployed
            .iter()
            .map(|one| format!("{} in {}", one.number, one.environment.display_name))
            .collect(),
        pacts: pacts.collect(),
    })
}
