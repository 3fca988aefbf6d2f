//! Verification results: one with its tests, the latest ones, and the summary of a consumer version.

use std::collections::HashMap;
use std::str::FromStr;

use axum::{
    extract::State,
    routing::{MethodRouter, get},
};

use super::{Answer, Pages, SHOWN, elsewhere};
use crate::{
    api::{ApiError, Names, urls::Pair, verification_id},
    domain::{
        interaction::{Interaction, texts, written},
        interaction_ids::with_interaction_ids,
        json::{Json, Members, elements},
        pact::{Pact, PactAddress},
        pretty,
        text::{InvalidText, PactSha, PacticipantName, VersionNumber},
        verification::{Verification, VerificationDetail, VerifiedBy},
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
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}",
            get(show),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}",
            get(show_with_metadata),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest",
            latest_at(PactAddress::Content),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest",
            latest_at(PactAddress::Version),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest",
            get(latest_of_latest),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest",
            latest_at(PactAddress::LatestTagged),
        ),
        (
            "/verification-results/consumer/{consumer}/version/{version}/latest",
            get(summary),
        ),
    ]
}

async fn show(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, sha, number)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
) -> Answer {
    let id = verification_id(&number)?;
    let found = app
        .store()
        .verification(&consumer, &provider, &sha, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    result(&app, &site, found).await
}

async fn show_with_metadata(
    app: State<AppState>,
    site: Site,
    Names((provider, consumer, sha, _, number)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
        VersionNumber,
    )>,
) -> Answer {
    show(app, site, Names((provider, consumer, sha, number))).await
}

fn latest_at<T>(address: fn(T) -> PactAddress) -> MethodRouter<AppState>
where
    T: FromStr<Err = InvalidText> + Send + 'static,
{
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, consumer, one)): Names<(PacticipantName, PacticipantName, T)>| async move {
            latest(&app, &site, (&consumer, &provider), address(one)).await
        },
    )
}

async fn latest_of_latest(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Answer {
    latest(&app, &site, (&consumer, &provider), PactAddress::Latest).await
}

/// Shows the newest result for a pact. That there is none yet is worth a page: pacts link here before they are
/// verified.
async fn latest(
    app: &AppState,
    site: &Site,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    address: PactAddress,
) -> Answer {
    let store = app.store();
    let found = store
        .latest_verification(consumer, provider, &address)
        .await?;
    if let Some(found) = found {
        return result(app, site, found).await;
    }
    let pact = store.pact(consumer, provider, &address).await?;
    let publication = pact.ok_or_else(ApiError::not_found)?.publication;
    let pair = Pair::of(consumer, provider);
    let place = site.pact(pair, publication.consumer_version.as_str());
    Ok(
        Sheet::new(site, format!("Results between {consumer} and {provider}"))
            .below("Pact", place)
            .line(Verdict::wait("not verified"))
            .line("No provider version has published a result for this pact yet."),
    )
}

async fn result(app: &AppState, site: &Site, found: VerificationDetail) -> Answer {
    let sheet = facts(site, &found);
    let Some(results) = found.test_results else {
        return Ok(sheet.line("It was published without the results of its tests."));
    };
    let one = &found.verification;
    let address = PactAddress::Content(one.sha.clone());
    let pact = app
        .store()
        .pact(&one.consumer, &one.provider, &address)
        .await?;
    // Large results take their time to read, which others need not wait for.
    let reading =
        tokio::task::spawn_blocking(move || tests(sheet.heading("Tests"), &results, pact.as_ref()));
    reading.await.map_err(|error| ApiError::internal(&error))
}

fn facts(site: &Site, found: &VerificationDetail) -> Sheet {
    let one = &found.verification;
    let (pair, sha, provider) = (pair_of(one), one.sha.as_str(), one.provider.as_str());
    let number = one.provider_version.as_str();
    let pact = match &found.publication {
        Some(publication) => {
            let version = publication.consumer_version.as_str();
            Cell::link(
                format!("{} version {version}", pair.consumer),
                site.pact(pair, version),
            )
        }
        None => Cell::link(sha, site.pact_version(pair, sha)),
    };
    let provider_version = Cell::link(provider, site.pacticipant(provider))
        .then("version")
        .then_link(number, site.version(provider, number));
    let own = site.verification(pair, sha, one.id.0);
    let kind = match (one.wip, one.pending) {
        (true, _) => Some("work in progress: a failure does not break the build"),
        (false, Some(true)) => Some("pending: a failure does not break the build"),
        (false, _) => None,
    };
    Sheet::new(
        site,
        format!("Verification between {} and {provider}", pair.consumer),
    )
    .below("Matrix", site.matrix(pair))
    .fact("Result", Verdict::of_result(Some(one.success)))
    .fact("Provider", provider_version)
    .fact("Pact", pact)
    .fact("Run", minute(&one.executed_at))
    .fact_if("Pact was", kind)
    .fact_if("Build", one.build_url.clone().map(Cell::outside))
    .fact_if("By", by(&one.verified_by))
    .fact("Number", one.id.0.to_string())
    .fact(
        "Webhooks",
        Cell::link("triggered", format!("{own}/triggered-webhooks")),
    )
}

fn pair_of(one: &Verification) -> Pair<'_> {
    Pair::of(&one.consumer, &one.provider)
}

fn by(program: &VerifiedBy) -> Option<Cell> {
    let all = [
        &program.implementation,
        &program.version,
        &program.client_name,
        &program.client_version,
        &program.client_test_framework,
    ];
    let words: Vec<&str> = all.into_iter().flatten().map(String::as_str).collect();
    (!words.is_empty()).then(|| words.join(" ").into())
}

/// Adds the results of the tests: what verifiers are known to send as a list, and all of it as it came.
fn tests(mut sheet: Sheet, results: &str, pact: Option<&Pact>) -> Sheet {
    let listed = listed(results);
    if !listed.is_empty() {
        let rows = rows(&listed, &described(pact));
        let shown = rows.len();
        sheet = sheet.table(&["Interaction", "Result", "What differed"], rows, "");
        if shown < listed.len() {
            sheet = sheet.line(format!("These are the first {shown} of {}.", listed.len()));
        }
    }
    sheet = sheet.subheading("As published");
    if results.len() > SHOWN {
        sheet.line(elsewhere(results.len()))
    } else {
        sheet.text(pretty::json(results))
    }
}

/// Returns the text of each test.
fn listed(results: &str) -> Vec<&str> {
    let list = match Members::read(results) {
        Ok(Some(members)) => members.get("tests"),
        Ok(None) => Some(results),
        Err(_) => None,
    };
    list.and_then(elements).unwrap_or_default()
}

/// Returns what the interactions of a pact are about, by their keys.
fn described(pact: Option<&Pact>) -> HashMap<String, String> {
    let content = pact.map(|pact| with_interaction_ids(&pact.content, &[]));
    texts(content.as_deref().unwrap_or_default())
        .into_iter()
        .filter_map(|text| {
            let one = Interaction::of(Json::read(text).ok()?);
            Some((one.id?, one.description))
        })
        .collect()
}

fn rows(listed: &[&str], described: &HashMap<String, String>) -> Vec<Vec<Cell>> {
    let (mut rows, mut room) = (Vec::new(), SHOWN);
    for text in listed {
        let test = Json::read(text).unwrap_or(Json::Null);
        let id = test.get("interactionId").and_then(Json::as_str);
        let told = ["interactionDescription", "testDescription", "description"]
            .iter()
            .find_map(|key| test.get(key)?.as_str());
        let known = || described.get(id?).map(String::as_str);
        let name = told.or_else(known).or(id).unwrap_or_default();
        let Some(left) = room.checked_sub(text.len() + name.len()) else {
            break;
        };
        room = left;
        rows.push(vec![name.into(), verdict(&test).into(), problems(&test)]);
    }
    rows
}

fn verdict(test: &Json<'_>) -> Verdict {
    let status = test.get("status").and_then(Json::as_str);
    match (test.get("success"), status) {
        (Some(Json::Bool(success)), _) => Verdict::of_result(Some(*success)),
        (_, Some("passed")) => Verdict::good("passed"),
        (_, Some(other)) => Verdict::bad(other),
        _ => Verdict::wait("unknown"),
    }
}

/// What a test says went wrong: mismatches with their place, and errors.
fn problems(test: &Json<'_>) -> Cell {
    let list = |key: &str| test.get(key).and_then(Json::as_array).unwrap_or_default();
    let all = list("mismatches").iter().chain(list("exceptions"));
    let one = test.get("exception");
    all.chain(one).fold(Cell::default(), |cell, problem| {
        let text = |key: &str| problem.get(key).and_then(Json::as_str);
        let place = [text("attribute"), text("identifier")];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        let said = text("description").or(text("mismatch")).or(text("message"));
        let said = said.map_or_else(|| written(problem), str::to_owned);
        let cell = cell.in_new_line();
        let cell = if place.is_empty() {
            cell
        } else {
            cell.mark(place.join(" "))
        };
        cell.then(said)
    })
}

async fn summary(
    State(app): State<AppState>,
    site: Site,
    Names((consumer, number)): Names<(PacticipantName, VersionNumber)>,
) -> Answer {
    let summary = app
        .store()
        .verification_summary(&consumer, &number)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let (name, version) = (consumer.as_str(), number.as_str());
    let rows = summary.pacts.iter().map(|(publication, result)| {
        let pair = Pair {
            consumer: name,
            provider: publication.provider.as_str(),
        };
        let verdict = Verdict::of_result(result.as_ref().map(|result| result.success));
        let by = result.as_ref().map_or_else(Cell::default, |result| {
            let by = result.provider_version.as_str();
            let place = site.verification(pair, result.sha.as_str(), result.id.0);
            Cell::link(by, site.version(pair.provider, by)).then_link("result", place)
        });
        vec![
            Cell::link(pair.provider, site.pacticipant(pair.provider)),
            Cell::link("pact", site.pact(pair, version)),
            verdict.into(),
            by,
        ]
    });
    let verdict = if summary.success() {
        Verdict::good("Every pact of this version is verified.")
    } else {
        Verdict::wait("Not every pact of this version is verified.")
    };
    let columns = ["Provider", "Pact", "Latest result", "Provider version"];
    Ok(
        Sheet::new(&site, format!("Results of {name} version {version}"))
            .below_pacticipant(&site, name)
            .below(version, site.version(name, version))
            .line(verdict)
            .table(&columns, rows.collect(), "It has published no pact."),
    )
}
