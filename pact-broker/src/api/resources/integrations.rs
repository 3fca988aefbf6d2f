//! Which consumers and providers have contracts: as a list, a graph, a table.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{pact_lists::check_pair, pacticipants};
use crate::{
    api::{
        error::ApiError,
        extract::{Names, Negotiated, Query, page},
        hal::{self, Hal, link, set_paging, titled},
        media::MediaType,
        nested::Nested,
        urls::{Pair, Urls},
    },
    domain::text::PacticipantName,
    state::AppState,
    store::Integration,
};

const PAGE_SIZE: u32 = 100;

/// Lists integrations, the one that changed last first.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    let page = page(&query, PAGE_SIZE)?;
    let found = app.store().integrations(query.text("q"), page).await?;
    if negotiated.0 == MediaType::Graphviz {
        return Ok(hal::text(MediaType::Graphviz, graph(&found.items)));
    }
    let place = urls.at("/integrations");
    let mut body = json!({
        "_embedded": { "integrations": found.items.iter().map(|one| document(&urls, one)).collect::<Vec<_>>() },
        "_links": { "self": titled("All integrations", place.as_str()) },
    });
    set_paging(&mut body, page, found.total, &place);
    Ok(Hal::ok(body).into_response())
}

fn pair_of(one: &Integration) -> Pair<'_> {
    Pair::of(&one.consumer, &one.provider)
}

fn document(urls: &Urls, one: &Integration) -> Value {
    let pair = pair_of(one);
    let Pair { consumer, provider } = pair;
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "_links": {
            "pb:dashboard": titled("How the pacts of the pair stand", urls.dashboard(pair)),
            "pb:matrix": titled(&format!("Matrix of {consumer} and {provider}"), urls.matrix_from_root(pair)),
            "pb:group": link(urls.pacticipant(consumer)),
            "pb:delete_integration": titled(&format!("Delete all between {consumer} and {provider}"), urls.integration(pair)),
        },
    })
}

/// Draws integrations as a graph.
fn graph(integrations: &[Integration]) -> String {
    let node = |name: &PacticipantName| {
        name.as_str()
            .replace(|letter: char| !letter.is_alphanumeric(), "_")
    };
    let edges: Vec<String> = integrations
        .iter()
        .map(|one| format!("{} -> {}\n", node(&one.consumer), node(&one.provider)))
        .collect();
    format!(
        "digraph {{ ranksep=3; ratio=auto; overlap=false; node [ shape=plaintext, fontname=Helvetica ];\n{}}}\n",
        edges.concat()
    )
}

/// Deletes everything.
pub(crate) async fn delete_all(State(app): State<AppState>) -> Result<StatusCode, ApiError> {
    app.store().delete_all_integrations().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes everything between two pacticipants.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Result<StatusCode, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    app.store().delete_integration(&consumer, &provider).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tabulates who calls whom, for every pacticipant.
pub(crate) async fn relationships(State(app): State<AppState>) -> Result<Response, ApiError> {
    let edges = edges(&app).await?;
    Ok(hal::text(MediaType::Csv, table(&app, &edges).await?))
}

/// Tabulates who calls whom among those connected with a pacticipant.
pub(crate) async fn group(
    State(app): State<AppState>,
    Names((name,)): Names<(PacticipantName,)>,
    Query(query): Query,
) -> Result<Response, ApiError> {
    pacticipants::load(&app, &name).await?;
    let edges = connected_with(&app, &name, &query).await?;
    Ok(hal::text(MediaType::Csv, table(&app, &edges).await?))
}

/// Finds who is connected with a pacticipant, as many as the query allows.
pub(crate) async fn connected_with(
    app: &AppState,
    name: &PacticipantName,
    query: &Nested,
) -> Result<Vec<Edge>, ApiError> {
    let most = query
        .text("maxPacticipants")
        .and_then(|text| text.parse().ok())
        .unwrap_or(usize::MAX);
    Ok(connected(edges(app).await?, name, most))
}

/// A consumer and a provider.
pub(crate) type Edge = (PacticipantName, PacticipantName);

async fn edges(app: &AppState) -> Result<Vec<Edge>, ApiError> {
    let found = app.store().integrations(None, None).await?;
    Ok(found
        .items
        .into_iter()
        .map(|one| (one.consumer, one.provider))
        .collect())
}

/// Keeps the edges that can be reached from a pacticipant, nearest first, until enough pacticipants are met.
fn connected(edges: Vec<Edge>, from: &PacticipantName, most: usize) -> Vec<Edge> {
    let mut met = vec![from.clone()];
    let mut next = 0;
    while let Some(current) = met.get(next).cloned() {
        next += 1;
        for (consumer, provider) in &edges {
            let other = if *consumer == current {
                provider
            } else {
                consumer
            };
            let touches = *consumer == current || *provider == current;
            if touches && met.len() < most && !met.contains(other) {
                met.push(other.clone());
            }
        }
    }
    edges
        .into_iter()
        .filter(|(consumer, provider)| met.contains(consumer) && met.contains(provider))
        .collect()
}

/// One line a pacticipant: id, name, three constants, its order and the ids of its providers, padded to equal width.
async fn table(app: &AppState, edges: &[Edge]) -> Result<String, ApiError> {
    let all = app.store().pacticipants(None, None, None).await?;
    let taking_part = |name: &PacticipantName| {
        edges
            .iter()
            .any(|(consumer, provider)| consumer == name || provider == name)
    };
    let mut parties: Vec<_> = all
        .items
        .into_iter()
        .map(|detail| detail.pacticipant)
        .filter(|one| taking_part(&one.name))
        .collect();
    parties.sort_by_key(|one| one.name.as_str().to_lowercase());
    let id_of = |name: &PacticipantName| {
        parties
            .iter()
            .find(|one| one.name == *name)
            .map_or(0, |one| one.id.0)
    };
    let providers = |name: &PacticipantName| -> Vec<i64> {
        edges
            .iter()
            .filter(|(consumer, _)| consumer == name)
            .map(|(_, provider)| id_of(provider))
            .collect()
    };
    let width = parties
        .iter()
        .map(|one| providers(&one.name).len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for (order, one) in parties.iter().enumerate() {
        let mut cells = vec![
            one.id.0.to_string(),
            cell(one.name.as_str()),
            "1".to_owned(),
            "1".to_owned(),
            "0".to_owned(),
        ];
        cells.push((order + 1).to_string());
        let mut ids = providers(&one.name);
        ids.resize(width, 0);
        cells.extend(ids.iter().map(ToString::to_string));
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    Ok(text)
}

/// Writes a text as a cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_needed_and_never_a_formula() {
        assert_eq!(cell("web"), "web");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
    }

    #[test]
    fn a_group_grows_from_its_start_until_it_is_large_enough() {
        let name = |text: &str| PacticipantName::parse(text).unwrap();
        let edges: Vec<Edge> = [("a", "b"), ("b", "c"), ("x", "y")]
            .map(|(one, other)| (name(one), name(other)))
            .into();
        assert_eq!(connected(edges.clone(), &name("c"), usize::MAX).len(), 2);
        assert_eq!(connected(edges, &name("c"), 2), [(name("b"), name("c"))]);
    }
}
