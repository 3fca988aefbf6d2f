//! What several pages show alike.

use crate::domain::{matrix::Decision, time::Timestamp};

/// A name that leads somewhere.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) url: String,
}

/// A text, and how it is to be taken.
pub(super) struct Verdict {
    pub(super) text: String,
    pub(super) class: &'static str,
}

impl Verdict {
    pub(super) fn good(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "good",
        }
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "bad",
        }
    }

    pub(super) fn wait(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            class: "wait",
        }
    }

    pub(super) fn of_decision(decision: Decision) -> Self {
        match decision {
            Decision::Yes => Self::good("Yes"),
            Decision::No => Self::bad("No"),
            Decision::Unknown => Self::wait("Unknown: a result is missing"),
        }
    }
}

/// A moment to the minute.
pub(super) fn minute(moment: &Timestamp) -> String {
    let text = moment.as_str();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text.to_owned(),
    }
}
