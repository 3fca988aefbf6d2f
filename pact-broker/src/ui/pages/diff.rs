//! What changed between two pacts, interaction by interaction.

use std::time::{Duration, Instant};

use axum::{extract::State, routing::get};

use super::{Answer, Pages, SHOWN, pact::given};
use crate::{
    api::{ApiError, Names, find_pact, urls::Pair},
    domain::{
        difference::{self, Fate},
        interaction::{InteractionChange, changes, surroundings},
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
const DEADLINE: Duration = Duration::from_secs(2);

/// How many bytes a change takes on a page besides its lines.
const HEADING: usize = 100;

async fn previous_distinct(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Answer {
    let pair = (&consumer, &provider);
    let newer = find_pact(&app, pair, &PactAddress::Version(number.clone())).await?;
    let older = PactAddress::PreviousDistinct(number);
    match app.store().pact(&consumer, &provider, &older).await? {
        Some(older) => compared(&app, site, older, newer).await,
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
        compared(app, site, one, other).await
    } else {
        compared(app, site, other, one).await
    }
}

/// Large pacts take their time to compare, which others need not wait for.
async fn compared(app: &AppState, site: Site, older: Pact, newer: Pact) -> Answer {
    let left = Left {
        room: SHOWN,
        cut: false,
        until: Instant::now() + app.config().limits.diff_timeout,
    };
    let comparing = tokio::task::spawn_blocking(move || sheet(&site, left, &older, &newer));
    comparing.await.map_err(|error| ApiError::internal(&error))
}

/// What is left of a page to be filled.
struct Left {
    /// How many bytes.
    room: usize,
    /// Whether something did not fit.
    cut: bool,
    /// When the rest is compared no more.
    until: Instant,
}

fn heading(site: &Site, pact: &Pact, title: &str) -> Sheet {
    let publication = &pact.publication;
    let (consumer, provider) = (&publication.consumer, &publication.provider);
    let pair = Pair::of(consumer, provider);
    Sheet::new(site, format!("{title} between {consumer} and {provider}"))
        .below("Pacts", format!("{}/versions", site.pair(pair)))
}

fn sheet(site: &Site, mut left: Left, older: &Pact, newer: &Pact) -> Sheet {
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
    let sheet = by_interaction(sheet, &mut left, &older.content, &newer.content);
    if left.cut {
        sheet.line(
            "There is more that is not shown here: whoever asks this address for text/plain gets all of it.",
        )
    } else {
        sheet
    }
}

fn by_interaction(mut sheet: Sheet, left: &mut Left, older: &str, newer: &str) -> Sheet {
    let changes = changes(older, newer);
    let around = [older, newer].map(surroundings);
    if changes.is_empty() && around[0] == around[1] {
        return sheet.line("Both say the same.");
    }
    for change in &changes {
        if left.room == 0 {
            left.cut = true;
            return sheet;
        }
        let (told, one, lines) = match change {
            InteractionChange::Added(one) => {
                (Verdict::good("added"), one, left.lines("", &one.text()))
            }
            InteractionChange::Changed { older, newer } => (
                Verdict::wait("changed"),
                newer,
                left.lines(&older.text(), &newer.text()),
            ),
            InteractionChange::Removed(one) => {
                (Verdict::bad("removed"), one, left.lines(&one.text(), ""))
            }
        };
        let states = one.states().iter().map(|state| state.name.len());
        left.take(HEADING + one.description().len() + states.sum::<usize>());
        sheet = sheet.heading(one.description());
        sheet = given(sheet.line(told), one.states()).changes(lines);
    }
    if around[0] != around[1] {
        sheet = sheet
            .heading("Beside the interactions")
            .changes(left.lines(&around[0], &around[1]));
    }
    sheet
}

impl Left {
    fn take(&mut self, bytes: usize) {
        self.room = self.room.saturating_sub(bytes);
    }

    /// Returns the lines of both texts, each once, with what happened to it, as far as they fit.
    fn lines(&mut self, older: &str, newer: &str) -> Vec<Line> {
        let deadline = self.until.saturating_duration_since(Instant::now());
        let difference = difference::between(older, newer, deadline.min(DEADLINE));
        let mut lines = Vec::new();
        for (at, place) in difference.places.iter().enumerate() {
            if at > 0 {
                lines.push(gap());
            }
            for line in &place.lines {
                if line.text.len() > self.room {
                    (self.room, self.cut) = (0, true);
                    lines.push(gap());
                    return lines;
                }
                self.take(line.text.len() + "+ \n".len());
                lines.push(Line {
                    text: format!("{} {}", line.fate.sign(), line.text),
                    class: match line.fate {
                        Fate::Added => "added",
                        Fate::Kept => "",
                        Fate::Removed => "removed",
                    },
                });
            }
        }
        lines
    }
}

/// Stands for lines that are left out.
fn gap() -> Line {
    Line {
        text: "  …".to_owned(),
        class: "",
    }
}
