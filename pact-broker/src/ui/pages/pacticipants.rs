//! Pacticipants: the list, each with its deployments and pacts, and their labels.

use axum::{extract::State, routing::get};

use super::{Answer, Pages, environments, pact_lists};
use crate::{
    api::{
        ApiError, Names, load_pacticipant,
        urls::{Pair, Urls},
    },
    domain::{
        pacticipant::PacticipantDetail,
        text::{LabelName, PacticipantName},
    },
    state::AppState,
    store::{Integration, Paged},
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::Cell,
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/pacticipants", get(list)),
        ("/pacticipants/label/{label}", get(with_label)),
        ("/pacticipants/{pacticipant}", get(show)),
        ("/pacticipants/{pacticipant}/labels/{label}", get(label)),
        ("/labels", get(labels)),
    ]
}

async fn list(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    let found = app
        .store()
        .pacticipants(asked.search(), None, Some(asked.page()))
        .await?;
    let sheet = Sheet::new(&site, "Pacticipants").search(
        asked.place(&site),
        "Name contains",
        &asked.search,
    );
    Ok(table(&site, sheet, &found).neighbours(asked.neighbours(&site, found.total)))
}

async fn with_label(
    State(app): State<AppState>,
    site: Site,
    Names((label,)): Names<(LabelName,)>,
    asked: Asked,
) -> Answer {
    let found = app
        .store()
        .pacticipants(asked.search(), Some(&label), Some(asked.page()))
        .await?;
    let sheet = Sheet::new(&site, format!("Pacticipants labelled {label}"))
        .below("Pacticipants", site.pacticipants())
        .below("Labels", site.labels());
    Ok(table(&site, sheet, &found).neighbours(asked.neighbours(&site, found.total)))
}

fn table(site: &Site, sheet: Sheet, found: &Paged<PacticipantDetail>) -> Sheet {
    let rows = found.items.iter().map(|detail| {
        let one = &detail.pacticipant;
        let name = one.name.as_str();
        vec![
            Cell::link(name, site.pacticipant(name)),
            one.display_name.as_str().into(),
            main_branch(site, detail),
            latest_version(site, detail),
            label_marks(site, &detail.labels),
        ]
    });
    let columns = ["Name", "Called", "Main branch", "Latest version", "Labels"];
    sheet.table(&columns, rows.collect(), "There is no pacticipant here.")
}

fn main_branch(site: &Urls, detail: &PacticipantDetail) -> Cell {
    let name = detail.pacticipant.name.as_str();
    match &detail.pacticipant.main_branch {
        Some(branch) => Cell::link(branch.as_str(), site.branch(name, branch.as_str())),
        None => Cell::default(),
    }
}

fn latest_version(site: &Urls, detail: &PacticipantDetail) -> Cell {
    let name = detail.pacticipant.name.as_str();
    match &detail.latest_version {
        Some(number) => Cell::link(number.as_str(), site.version(name, number.as_str())),
        None => Cell::default(),
    }
}

fn label_marks(site: &Urls, labels: &[LabelName]) -> Cell {
    labels.iter().fold(Cell::default(), |cell, label| {
        cell.marked_link(label.as_str(), site.pacticipants_with_label(label.as_str()))
    })
}

async fn show(
    State(app): State<AppState>,
    site: Site,
    Names((name,)): Names<(PacticipantName,)>,
) -> Answer {
    let detail = load_pacticipant(&app, &name).await?;
    let deployed = app.store().deployed_versions_of(&name).await?;
    let integrations = app.store().integrations(None, None).await?.items;
    let key = name.as_str();
    let one = &detail.pacticipant;
    let repository = one.repository_url.clone().or_else(|| {
        let whole = [&one.repository_namespace, &one.repository_name];
        let parts: Vec<&str> = whole.into_iter().flatten().map(String::as_str).collect();
        Some(parts.join("/")).filter(|text| !text.is_empty())
    });
    let sheet = Sheet::new(&site, one.display_name.as_str())
        .below("Pacticipants", site.pacticipants())
        .fact("Name", key)
        .fact_if("Main branch", Some(main_branch(&site, &detail)))
        .fact_if("Latest version", Some(latest_version(&site, &detail)))
        .fact_if("Repository", repository.map(Cell::outside))
        .fact_if("Labels", Some(label_marks(&site, &detail.labels)))
        .fact("Known since", &one.created_at)
        .fact(
            "More",
            Cell::link("versions", site.versions(key))
                .then_link("branches", site.branches(key))
                .then_link("pacts it provides", site.provider_pacts(key))
                .then_link("whom it is connected with", site.group(key)),
        )
        .heading("Deployed now");
    let sheet = environments::deployed_table(&site, sheet, &deployed);
    let roles = [
        ("Pacts as a consumer", true, "It consumes nothing."),
        ("Pacts as a provider", false, "Nothing consumes it."),
    ];
    Ok(roles
        .into_iter()
        .fold(sheet, |sheet, (title, consumes, none)| {
            let own = integrations.iter().filter(|pair| {
                let side = if consumes {
                    &pair.consumer
                } else {
                    &pair.provider
                };
                *side == name
            });
            let rows = own.map(|pair| connection(&site, pair, consumes));
            let other = if consumes { "Provider" } else { "Consumer" };
            sheet
                .heading(title)
                .table(&[other, "Pacts", "Last changed"], rows.collect(), none)
        }))
}

/// A row about the other side of a pair.
fn connection(site: &Site, one: &Integration, consumes: bool) -> Vec<Cell> {
    let pair = Pair::of(&one.consumer, &one.provider);
    let other = if consumes {
        pair.provider
    } else {
        pair.consumer
    };
    vec![
        Cell::link(other, site.pacticipant(other)),
        pact_lists::ways_into(site, pair),
        (&one.contract_data_updated_at).into(),
    ]
}

async fn label(
    State(app): State<AppState>,
    site: Site,
    Names((name, label)): Names<(PacticipantName, LabelName)>,
) -> Answer {
    let found = app
        .store()
        .label(&name, &label)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Sheet::new(&site, format!("Label {label} of {name}"))
        .below_pacticipant(&site, name.as_str())
        .fact(
            "Label",
            Cell::link(label.as_str(), site.pacticipants_with_label(label.as_str())),
        )
        .fact("Since", &found.created_at))
}

async fn labels(State(app): State<AppState>, site: Site, asked: Asked) -> Answer {
    let found = app.store().labels(Some(asked.page())).await?;
    let rows = found.items.iter().map(|label| {
        let place = site.pacticipants_with_label(label.as_str());
        vec![Cell::link(label.as_str(), place)]
    });
    Ok(Sheet::new(&site, "Labels")
        .below("Pacticipants", site.pacticipants())
        .table(&["Label"], rows.collect(), "No pacticipant has a label.")
        .neighbours(asked.neighbours(&site, found.total)))
}
