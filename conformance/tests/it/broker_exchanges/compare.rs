//! Where an answer lacks or contradicts what was recorded.

use std::fmt;

use pact_core::json::{Json, OwnedJson};

use super::badge;
use super::call::Answer;
use super::identity::{Identities, Kind};

/// One place where an answer differs.
pub(super) struct Difference {
    /// `status`, `location`, or a path such as `body._links.self.href`.
    pub(super) place: String,
    said: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.said)
    }
}

/// Headers that clients act on.
const HEADERS: [&str; 4] = ["content-type", "location", "allow", "www-authenticate"];

/// Members whose texts are for people.
const PROSE: [&str; 12] = [
    "backtrace",
    "deprecationWarning",
    "description",
    "detail",
    "error",
    "message",
    "reason",
    "shortDescription",
    "summary",
    "text",
    "title",
    "reference",
];

/// Members of an error that are not.
const NO_PROSE: [&str; 5] = ["type", "status", "pointer", "parameter", "instance"];

/// Verification results of the recorded broker are numbered from here.
const FIRST_RESULT: u64 = 100;

/// Lists where an answer differs from what was recorded. Names are paired only by answers that do
/// not differ.
pub(super) fn differences(
    recorded: &OwnedJson,
    answer: &Answer,
    identities: &mut Identities,
) -> Vec<Difference> {
    let mut trial = Comparison {
        identities: identities.clone(),
        found: Vec::new(),
    };
    let location = recorded
        .get("headers")
        .and_then(|headers| headers.get("location"));
    if let Some(told) = location.and_then(Json::as_str).and_then(badge::told) {
        let drawn = badge::drawn(&answer.text);
        if drawn.as_ref() != Some(&told) {
            trial.differs("badge", &format!("{drawn:?}"), &format!("{told:?}"));
        }
    }
    let status = recorded.get("status").map(Json::to_compact);
    let answered = answer.status.to_string();
    if status.as_ref() != Some(&answered) {
        trial.differs("status", &answered, &status.unwrap_or_default());
    }
    for name in HEADERS {
        let value = recorded
            .get("headers")
            .and_then(|headers| headers.get(name));
        if let Some(value) = value.and_then(Json::as_str) {
            trial.header(name, value, answer.header(name));
        }
    }
    if let Some(body) = recorded.get("body") {
        match &answer.body {
            Some(answered) => trial.value(&At::root(), body, answered),
            None => trial.differs("body", "no JSON", &body.to_compact()),
        }
    }
    if trial.found.is_empty() {
        *identities = trial.identities;
    }
    trial.found
}

struct Comparison {
    identities: Identities,
    found: Vec<Difference>,
}

/// Where in a body a value stands.
struct At {
    place: String,
    /// The name of the member it is, or is an element of.
    name: String,
    /// Whether it is part of an error.
    in_error: bool,
}

impl At {
    fn root() -> Self {
        Self {
            place: "body".to_owned(),
            name: String::new(),
            in_error: false,
        }
    }

    fn member(&self, name: &str) -> Self {
        Self {
            place: format!("{}.{name}", self.place),
            name: name.to_owned(),
            in_error: self.in_error || matches!(self.name.as_str(), "errors" | "error"),
        }
    }

    fn element(&self, index: usize) -> Self {
        Self {
            place: format!("{}[{index}]", self.place),
            name: self.name.clone(),
            in_error: self.in_error || matches!(self.name.as_str(), "errors" | "error"),
        }
    }

    fn is_prose(&self) -> bool {
        PROSE.contains(&self.name.as_str())
            || self.in_error && !NO_PROSE.contains(&self.name.as_str())
    }
}

impl Comparison {
    fn differs(&mut self, place: &str, answered: &str, recorded: &str) {
        let short = |text: &str| text.chars().take(160).collect::<String>();
        self.found.push(Difference {
            place: place.to_owned(),
            said: format!("{}, recorded {}", short(answered), short(recorded)),
        });
    }

    fn header(&mut self, name: &str, recorded: &str, answered: Option<&str>) {
        let alike = answered.is_some_and(|answered| match name {
            "content-type" => media(recorded) == media(answered),
            "allow" => words(recorded) == words(answered),
            "location" => self.identities.alike(recorded, answered),
            _ => recorded.split(' ').next() == answered.split(' ').next(),
        });
        if !alike {
            self.differs(name, answered.unwrap_or("none"), recorded);
        }
    }

    fn value(&mut self, at: &At, recorded: &OwnedJson, answered: &OwnedJson) {
        let alike = match (recorded, answered) {
            (Json::Object(theirs), Json::Object(ours)) => {
                for (name, value) in theirs.iter() {
                    let at = at.member(name);
                    match ours.get(name) {
                        Some(our) => self.value(&at, value, our),
                        None => self.differs(&at.place, "missing", &value.to_compact()),
                    }
                }
                true
            }
            (Json::Array(theirs), Json::Array(ours)) if theirs.len() == ours.len() => {
                for (index, (their, our)) in theirs.iter().zip(ours).enumerate() {
                    self.value(&at.element(index), their, our);
                }
                true
            }
            (Json::String(their), Json::String(our)) => {
                at.is_prose() || self.identities.alike(their, our)
            }
            (Json::Number(their), Json::Number(our)) => match (their.as_u64(), our.as_u64()) {
                (Some(number), Some(_)) if at.name == "number" && number >= FIRST_RESULT => {
                    let (their, our) = (their.as_str(), our.as_str());
                    self.identities.paired(Kind::Number, their, our)
                }
                _ => their.is_equivalent(our),
            },
            _ => recorded == answered,
        };
        if !alike {
            self.differs(&at.place, &answered.to_compact(), &recorded.to_compact());
        }
    }
}

/// The media type without its parameters.
fn media(value: &str) -> String {
    let media = value.split(';').next().unwrap_or_default();
    media.trim().to_ascii_lowercase()
}

fn words(value: &str) -> Vec<&str> {
    let mut words: Vec<_> = value.split(',').map(str::trim).collect();
    words.sort_unstable();
    words
}
