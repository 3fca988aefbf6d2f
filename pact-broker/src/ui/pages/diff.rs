//! What changed between two pacts, interaction by interaction.

use axum::{extract::State, routing::get};

use super::{Answer, Pages, pact::given};
use crate::{
    api::{ApiError, Names, find_pact, urls::Pair},
    domain::{
        difference::{self, Fate},
        interaction::{InteractionChange, changes, surroundings, written},
        json::Json,
        pact::{Pact, PactAddress},
        text::{PactSha, PacticipantName, VersionNumber},
    },
    state::AppState,
    ui::{
        sheet::{Line, Sheet},
        site::Site,
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct",
            get(previous_distinct),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}",
            get(versions),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}",
            get(contents),
        ),
    ]
}

/// How long comparing the lines of one interaction may take before it is shown as replaced altogether.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(2);

async fn previous_distinct(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Answer {
    let pair = (&consumer, &provider);
    let newer = find_pact(&app, pair, &PactAddress::Version(number.clone())).await?;
    let older = PactAddress::PreviousDistinct(number);
    match app.store().pact(&consumer, &provider, &older).await? {
        Some(older) => compared(site, older, newer).await,
        None => Ok(heading(&site, &newer, "What changed").line(
            "No older pact of this consumer and provider has different content: there is nothing to compare with.",
        )),
    }
}

async fn versions(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, number, other)): Names<(
        PacticipantName,
        PacticipantName,
        VersionNumber,
        VersionNumber,
    )>,
) -> Answer {
    let addresses = [number, other].map(PactAddress::Version);
    between(&app, site, (&consumer, &provider), addresses).await
}

async fn contents(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, sha, other)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        PactSha,
    )>,
) -> Answer {
    let addresses = [sha, other].map(PactAddress::Content);
    between(&app, site, (&consumer, &provider), addresses).await
}

async fn between(
    app: &AppState,
    site: Site,
    pair: (&PacticipantName, &PacticipantName),
    [one, other]: [PactAddress; 2],
) -> Answer {
    let one = find_pact(app, pair, &one).await?;
    let other = find_pact(app, pair, &other).await?;
    if one.publication.consumer_version_id <= other.publication.consumer_version_id {
        compared(site, one, other).await
    } else {
        compared(site, other, one).await
    }
}

/// Large pacts take their time to compare, which others need not wait for.
async fn compared(site: Site, older: Pact, newer: Pact) -> Answer {
    let comparing = tokio::task::spawn_blocking(move || sheet(&site, &older, &newer));
    comparing.await.map_err(|error| ApiError::internal(&error))
}

fn heading(site: &Site, pact: &Pact, title: &str) -> Sheet {
    let publication = &pact.publication;
    let (consumer, provider) = (&publication.consumer, &publication.provider);
    let pair = Pair::of(consumer, provider);
    Sheet::new(site, format!("{title} between {consumer} and {provider}"))
        .below("Pacts", format!("{}/versions", site.pair(pair)))
}

fn sheet(site: &Site, older: &Pact, newer: &Pact) -> Sheet {
    let place = |pact: &Pact| {
        let publication = &pact.publication;
        let pair = Pair::of(&publication.consumer, &publication.provider);
        let number = publication.consumer_version.as_str();
        Cell::link(number, site.pact(pair, number))
            .then(format!("published {}", minute(&publication.created_at)))
    };
    let sheet = heading(site, newer, "What changed")
        .fact("From version", place(older))
        .fact("To version", place(newer));
    match (Json::read(&older.content), Json::read(&newer.content)) {
        (Ok(older), Ok(newer)) => by_interaction(sheet, &older, &newer),
        _ => sheet.changes(lines(&older.content, &newer.content)),
    }
}

fn by_interaction(mut sheet: Sheet, older: &Json<'_>, newer: &Json<'_>) -> Sheet {
    let changes = changes(older, newer);
    let around = [older, newer].map(|one| {
        let mut rest = surroundings(one);
        rest.sort_keys();
        written(&rest)
    });
    if changes.is_empty() && around[0] == around[1] {
        return sheet.line("Both say the same.");
    }
    for change in changes {
        let (told, one, lines) = match &change {
            InteractionChange::Added(one) => (Verdict::good("added"), one, lines("", &one.text())),
            InteractionChange::Changed { older, newer } => (
                Verdict::wait("changed"),
                newer,
                lines(&older.text(), &newer.text()),
            ),
            InteractionChange::Removed(one) => {
                (Verdict::bad("removed"), one, lines(&one.text(), ""))
            }
        };
        sheet = sheet.heading(one.description.as_str());
        sheet = given(sheet.line(told), one).changes(lines);
    }
    if around[0] != around[1] {
        sheet = sheet
            .heading("Beside the interactions")
            .changes(lines(&around[0], &around[1]));
    }
    sheet
}

/// The lines of both texts, each once, with what happened to it.
fn lines(older: &str, newer: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, place) in difference::between(older, newer, DEADLINE)
        .places
        .iter()
        .enumerate()
    {
        if at > 0 {
            lines.push(Line {
                text: "  …".to_owned(),
                class: "",
            });
        }
        lines.extend(place.lines.iter().map(|line| Line {
            text: format!("{} {}", line.fate.sign(), line.text),
            class: match line.fate {
                Fate::Added => "added",
                Fate::Kept => "",
                Fate::Removed => "removed",
            },
        }));
    }
    lines
}
