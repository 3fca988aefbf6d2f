//! Versions: lists of them, one with all that hangs on it, and their tags.

use std::collections::BTreeMap;

use axum::{extract::State, routing::get};

use super::{Answer, Pages, environments};
use crate::{
    api::{ApiError, Names, load_environment, load_pacticipant, urls::Pair},
    domain::{
        environment::{Environment, EnvironmentRef},
        text::{BranchName, PacticipantName, TagName, Uuid, VersionNumber},
        version::{VersionAddress, VersionDetail, VersionScope},
    },
    state::AppState,
    ui::{
        sheet::Sheet,
        site::{Asked, Site},
        view::{Cell, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/pacticipants/{pacticipant}/versions", get(list)),
        (
            "/pacticipants/{pacticipant}/branches/{branch}/versions",
            get(of_branch),
        ),
        (
            "/pacticipants/{pacticipant}/tags/{tag}/versions",
            get(of_tag),
        ),
        (
            "/pacticipants/{pacticipant}/environments/{environment}/versions",
            get(of_environment),
        ),
        ("/pacticipants/{pacticipant}/versions/{version}", get(show)),
        ("/pacticipants/{pacticipant}/latest-version", get(latest)),
        (
            "/pacticipants/{pacticipant}/latest-version/{tag}",
            get(latest_tagged),
        ),
        (
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version",
            get(latest_on_branch),
        ),
        (
            "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
            get(tag),
        ),
    ]
}

async fn list(
    State(app): State<AppState>,
    site: Site,
    Names((name,)): Names<(PacticipantName,)>,
    asked: Asked,
) -> Answer {
    load_pacticipant(&app, &name).await?;
    let title = format!("Versions of {name}");
    listing(&app, &site, (&name, &VersionScope::All), (title, asked)).await
}

async fn of_branch(
    State(app): State<AppState>,
    site: Site,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
    asked: Asked,
) -> Answer {
    let title = format!("Versions of {name} on branch {branch}");
    let scope = VersionScope::Branch(branch);
    listing(&app, &site, (&name, &scope), (title, asked)).await
}

async fn of_tag(
    State(app): State<AppState>,
    site: Site,
    Names((name, tag)): Names<(PacticipantName, TagName)>,
    asked: Asked,
) -> Answer {
    let title = format!("Versions of {name} with tag {tag}");
    let scope = VersionScope::Tag(tag);
    listing(&app, &site, (&name, &scope), (title, asked)).await
}

async fn of_environment(
    State(app): State<AppState>,
    site: Site,
    Names((name, uuid)): Names<(PacticipantName, Uuid)>,
    asked: Asked,
) -> Answer {
    let environment = load_environment(&app, &uuid).await?;
    load_pacticipant(&app, &name).await?;
    let title = format!("Versions of {name} in {}", environment.display_name);
    let scope = VersionScope::Environment(uuid);
    listing(&app, &site, (&name, &scope), (title, asked)).await
}

async fn listing(
    app: &AppState,
    site: &Site,
    (name, scope): (&PacticipantName, &VersionScope),
    (title, asked): (String, Asked),
) -> Answer {
    let found = app
        .store()
        .versions(name, scope, Some(asked.page()))
        .await?
        .ok_or_else(ApiError::not_found)?;
    let rows = found.items.iter().map(|detail| {
        let number = detail.version.number.as_str();
        vec![
            Cell::link(number, site.version(name.as_str(), number)),
            branches(site, detail),
            tags(site, detail),
            places(site, detail),
            (&detail.version.created_at).into(),
        ]
    });
    let columns = ["Version", "Branches", "Tags", "In use", "Known since"];
    Ok(Sheet::new(site, title)
        .below_pacticipant(site, name.as_str())
        .table(&columns, rows.collect(), "There is no version here.")
        .neighbours(asked.neighbours(site, found.total)))
}

fn branches(site: &Site, detail: &VersionDetail) -> Cell {
    let name = detail.version.pacticipant.as_str();
    detail.branches.iter().fold(Cell::default(), |cell, one| {
        let branch = one.branch.as_str();
        let shown = if one.head {
            format!("head of {branch}")
        } else {
            branch.to_owned()
        };
        cell.marked_link(shown, site.branch(name, branch))
    })
}

fn tags(site: &Site, detail: &VersionDetail) -> Cell {
    let (name, number) = (
        detail.version.pacticipant.as_str(),
        detail.version.number.as_str(),
    );
    detail.tags.iter().fold(Cell::default(), |cell, one| {
        let tag = one.name.as_str();
        cell.marked_link(tag, site.tag(name, number, tag))
    })
}

/// The environments where the version is in use now.
fn places(site: &Site, detail: &VersionDetail) -> Cell {
    let deployed = detail.deployed.iter().filter(|one| one.currently_deployed);
    let released = detail
        .released
        .iter()
        .filter(|one| one.currently_supported());
    let all = deployed
        .map(|one| &one.environment)
        .chain(released.map(|one| &one.environment));
    let by_key: BTreeMap<&str, &EnvironmentRef> = all
        .map(|environment| (environment.uuid.as_str(), environment))
        .collect();
    by_key
        .into_values()
        .fold(Cell::default(), |cell, environment| {
            let place = site.environment(environment.uuid.as_str());
            cell.marked_link(environment.display_name.as_str(), place)
        })
}

async fn show(
    State(app): State<AppState>,
    site: Site,
    Names((name, number)): Names<(PacticipantName, VersionNumber)>,
) -> Answer {
    one(&app, &site, &name, VersionAddress::Number(number)).await
}

async fn latest(
    State(app): State<AppState>,
    site: Site,
    Names((name,)): Names<(PacticipantName,)>,
) -> Answer {
    one(&app, &site, &name, VersionAddress::Latest).await
}

async fn latest_tagged(
    State(app): State<AppState>,
    site: Site,
    Names((name, tag)): Names<(PacticipantName, TagName)>,
) -> Answer {
    one(&app, &site, &name, VersionAddress::LatestTagged(tag)).await
}

async fn latest_on_branch(
    State(app): State<AppState>,
    site: Site,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
) -> Answer {
    one(&app, &site, &name, VersionAddress::LatestOnBranch(branch)).await
}

async fn one(app: &AppState, site: &Site, name: &PacticipantName, which: VersionAddress) -> Answer {
    let detail = app
        .store()
        .version(name, &which)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let environments = app.store().environments(None).await?;
    let (key, number) = (name.as_str(), detail.version.number.as_str());
    let build = detail.version.build_url.clone().map(Cell::outside);
    let sheet = Sheet::new(site, format!("{name} version {number}"))
        .below_pacticipant(site, key)
        .below("Versions", site.versions(key))
        .fact("Version", number)
        .fact_if("Branches", Some(branches(site, &detail)))
        .fact_if("Tags", Some(tags(site, &detail)))
        .fact_if("In use in", Some(places(site, &detail)))
        .fact_if("Build", build)
        .fact("Known since", &detail.version.created_at)
        .fact(
            "Results",
            Cell::link(
                "of its pacts",
                site.latest_verifications_of_consumer(key, number),
            )
            .then_link("with everything", site.matrix_of_version(key, number)),
        )
        .heading("Pacts");
    let rows = detail.pacts.iter().map(|pact| {
        let pair = Pair {
            consumer: key,
            provider: pact.provider.as_str(),
        };
        let own = site.pact(pair, number);
        vec![
            Cell::link(pair.provider, site.pacticipant(pair.provider)),
            Cell::link("pact", own.as_str())
                .then_link("changes", format!("{own}/diff/previous-distinct"))
                .then_link("webhooks", format!("{own}/triggered-webhooks")),
            Cell::link(
                pact.sha.as_str().get(..10).unwrap_or_default(),
                site.pact_version(pair, pact.sha.as_str()),
            ),
        ]
    });
    let columns = ["Provider", "Pact", "Content"];
    let none = "It has published no pact.";
    let sheet = sheet.table(&columns, rows.collect(), none);
    Ok(whereabouts(site, sheet, &detail, &environments))
}

/// Adds where a version may go, and where it is and was.
fn whereabouts(
    site: &Site,
    sheet: Sheet,
    detail: &VersionDetail,
    environments: &[Environment],
) -> Sheet {
    let (name, number) = (
        detail.version.pacticipant.as_str(),
        detail.version.number.as_str(),
    );
    let asking = environments.iter().fold(Cell::default(), |cell, one| {
        let question = site.can_i_deploy(name, number, one.name.as_str());
        cell.then_link(one.display_name.as_str(), question)
    });
    let sheet = sheet
        .heading("May it be deployed?")
        .line(if asking.is_empty() {
            "There is no environment to deploy it to.".into()
        } else {
            asking
        });
    let sheet = environments::deployed_table(site, sheet.heading("Deployments"), &detail.deployed);
    environments::released_table(site, sheet.heading("Releases"), &detail.released)
}

async fn tag(
    State(app): State<AppState>,
    site: Site,
    Names((name, number, tag)): Names<(PacticipantName, VersionNumber, TagName)>,
) -> Answer {
    let found = app
        .store()
        .tag(&name, &number, &tag)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let (name, number, tag) = (name.as_str(), number.as_str(), tag.as_str());
    Ok(
        Sheet::new(&site, format!("Tag {tag} of {name} version {number}"))
            .below_pacticipant(&site, name)
            .fact("Version", Cell::link(number, site.version(name, number)))
            .fact(
                "Tag",
                Cell::text(tag)
                    .then_link("all versions with it", site.versions_with_tag(name, tag)),
            )
            .fact(
                "Newest with it",
                if found.latest {
                    "this version"
                } else {
                    "another version"
                },
            )
            .fact("Since", minute(&found.created_at)),
    )
}
