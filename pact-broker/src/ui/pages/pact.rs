//! A pact: its interactions, one after the other.

use std::str::FromStr;

use axum::{
    extract::State,
    routing::{MethodRouter, get},
};

use super::{Answer, Pages, SHOWN, elsewhere};
use crate::{
    api::{Names, content_with_metadata, find_pact, urls::Pair},
    domain::{
        interaction::{Interaction, UsedState, texts},
        json::Json,
        pact::{Pact, PactAddress},
        pretty,
        text::{InvalidText, PactSha, PacticipantName, VersionNumber},
    },
    state::AppState,
    ui::{
        sheet::Sheet,
        site::Site,
        view::{Cell, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}",
            at(PactAddress::Version),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}",
            at(PactAddress::Version),
        ),
        (
            "/pact/provider/{provider}/consumer/{consumer}/version/{version}",
            at(PactAddress::Version),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct",
            at(PactAddress::PreviousDistinct),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest",
            newest(PactAddress::Latest),
        ),
        (
            "/pact/provider/{provider}/consumer/{consumer}/latest",
            newest(PactAddress::Latest),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}",
            at(PactAddress::LatestTagged),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged",
            newest(PactAddress::LatestUntagged),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
            at(PactAddress::LatestOnBranch),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}",
            at(PactAddress::Content),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}",
            get(with_metadata),
        ),
    ]
}

/// Members of an interaction that are shown, and what they are called.
const PARTS: [(&str, &str); 9] = [
    ("request", "Request"),
    ("response", "Response"),
    ("contents", "Contents"),
    ("metaData", "Metadata"),
    ("metadata", "Metadata"),
    ("matchingRules", "Matching rules"),
    ("generators", "Generators"),
    ("comments", "Comments"),
    ("pluginConfiguration", "Plugin configuration"),
];

fn newest(address: PactAddress) -> MethodRouter<AppState> {
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>| async move {
            Answer::Ok(sheet(
                &site,
                &find_pact(&app, (&consumer, &provider), &address).await?,
            ))
        },
    )
}

fn at<T>(address: fn(T) -> PactAddress) -> MethodRouter<AppState>
where
    T: FromStr<Err = InvalidText> + Send + 'static,
{
    get(
        move |State(app): State<AppState>,
              site: Site,
              Names((provider, consumer, one)): Names<(PacticipantName, PacticipantName, T)>| async move {
            let address = address(one);
            Answer::Ok(sheet(&site, &find_pact(&app, (&consumer, &provider), &address).await?))
        },
    )
}

async fn with_metadata(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, sha, token)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
) -> Answer {
    let (pact, _) = content_with_metadata(&app, (&consumer, &provider), (sha, &token)).await?;
    Ok(sheet(&site, &pact))
}

fn sheet(site: &Site, pact: &Pact) -> Sheet {
    let publication = &pact.publication;
    let pair = Pair::of(&publication.consumer, &publication.provider);
    let number = publication.consumer_version.as_str();
    let (own, sha) = (site.pact(pair, number), publication.sha.as_str());
    let title = format!("Pact between {} and {}", pair.consumer, pair.provider);
    let consumer = Cell::link(pair.consumer, site.pacticipant(pair.consumer))
        .then("version")
        .then_link(number, site.version(pair.consumer, number));
    let sheet = Sheet::new(site, title)
        .fact("Consumer", consumer)
        .fact(
            "Provider",
            Cell::link(pair.provider, site.pacticipant(pair.provider)),
        )
        .fact("Published", minute(&publication.created_at))
        .fact(
            "Results",
            Cell::link(
                "latest",
                format!(
                    "{}/verification-results/latest",
                    site.pact_version(pair, sha)
                ),
            )
            .then_link("matrix", site.matrix(pair)),
        )
        .fact(
            "Others",
            Cell::link("all pacts", format!("{}/versions", site.pair(pair)))
                .then_link("latest pact", format!("{}/latest", site.pair(pair)))
                .then_link("what changed", format!("{own}/diff/previous-distinct")),
        )
        .fact(
            "Webhooks",
            Cell::link("triggered", format!("{own}/triggered-webhooks"))
                .then_link("of the pair", site.webhooks_of(pair)),
        )
        .fact("Content", Cell::link(sha, site.pact_version(pair, sha)));
    with_interactions(sheet, &pact.content)
}

fn with_interactions(sheet: Sheet, content: &str) -> Sheet {
    let found = texts(content);
    if found.is_empty() {
        let sheet = sheet.line("The contract has no interactions.");
        return if content.len() > SHOWN {
            sheet.line(elsewhere(content.len()))
        } else {
            sheet.text(pretty::json(content))
        };
    }
    let count = match found.len() {
        1 => "1 interaction".to_owned(),
        many => format!("{many} interactions"),
    };
    let (mut sheet, mut room) = (sheet.line(count), SHOWN);
    for (at, text) in found.iter().enumerate() {
        if text.len() > room {
            let left: usize = found[at..].iter().map(|text| text.len()).sum();
            return match at {
                0 => sheet.line(elsewhere(left)),
                at => sheet.line(format!("These are the first {at}. {}", elsewhere(left))),
            };
        }
        room -= text.len();
        sheet = with_interaction(sheet, text);
    }
    sheet
}

fn with_interaction(sheet: Sheet, text: &str) -> Sheet {
    let Ok(one) = Json::read(text).map(Interaction::of) else {
        return sheet.text(pretty::json(text));
    };
    let sheet = sheet.heading(one.description.as_str());
    PARTS
        .iter()
        .fold(given(sheet, &one.states), |sheet, (key, name)| {
            match one.member(key) {
                Some(text) => sheet.subheading(*name).text(pretty::json(&text)),
                None => sheet,
            }
        })
}

/// Adds the states an interaction starts from.
pub(super) fn given(sheet: Sheet, states: &[UsedState]) -> Sheet {
    match states {
        [] => sheet,
        states => sheet.line(states.iter().fold(Cell::text("Given"), state)),
    }
}

fn state(cell: Cell, state: &UsedState) -> Cell {
    match &state.params {
        Some(params) => cell.mark(format!("{} {params}", state.name)),
        None => cell.mark(state.name.as_str()),
    }
}
