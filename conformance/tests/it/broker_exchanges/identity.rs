//! Names that every run makes anew: which of ours stands for which of the recorded ones.

use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Pairs of recorded names and ours, one to one within a scenario.
#[derive(Default, Clone)]
pub(super) struct Identities {
    ours: HashMap<(Kind, String), String>,
    theirs: HashMap<(Kind, String), String>,
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A verification result.
    Number,
    /// A webhook.
    Key,
    /// Anything else with a name of its own.
    Uuid,
}

/// What ends a part of an address.
const ENDS: [char; 3] = ['/', '?', '&'];

impl Identities {
    /// Tells whether two texts are alike, a recorded name and ours standing for each other.
    pub(super) fn alike(&mut self, recorded: &str, ours: &str) -> bool {
        if is_time(recorded) && is_time(ours) {
            return true;
        }
        if let (Some((their, recorded)), Some((our, ours))) = (result(recorded), result(ours)) {
            return recorded == ours && self.paired(Kind::Number, their, our);
        }
        let (theirs, ours) = (parts(without_day(recorded)), parts(without_day(ours)));
        let mut before = "";
        theirs.len() == ours.len()
            && theirs
                .iter()
                .zip(&ours)
                .all(|(&(their, end), &(our, ended))| {
                    let alike = end == ended && self.part_alike(before, their, our);
                    before = their;
                    alike
                })
    }

    fn part_alike(&mut self, before: &str, recorded: &str, ours: &str) -> bool {
        if before == "metadata" {
            return metadata(recorded) == metadata(ours);
        }
        match (kind(before, recorded), kind(before, ours)) {
            (Some(kind), Some(other)) if kind == other => self.paired(kind, recorded, ours),
            _ => recorded == ours,
        }
    }

    /// Tells whether a recorded name has always stood for this one of ours.
    pub(super) fn paired(&mut self, kind: Kind, recorded: &str, ours: &str) -> bool {
        let our = self.ours.entry((kind, recorded.to_owned()));
        let our = our.or_insert_with(|| ours.to_owned());
        let their = self.theirs.entry((kind, ours.to_owned()));
        let their = their.or_insert_with(|| recorded.to_owned());
        our == ours && their == recorded
    }
}

/// Splits a text into parts, each with what ends it.
fn parts(text: &str) -> Vec<(&str, Option<char>)> {
    let split = text.split_inclusive(ENDS).map(|part| {
        let end = part.chars().next_back().filter(|end| ENDS.contains(end));
        (part.trim_end_matches(ENDS), end)
    });
    split.collect()
}

fn kind(before: &str, part: &str) -> Option<Kind> {
    let key = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    if before == "verification-results" && part.parse::<u64>().is_ok() {
        Some(Kind::Number)
    } else if is_uuid(part) {
        Some(Kind::Uuid)
    } else if part.len() == 22 && part.bytes().all(key) {
        Some(Kind::Key)
    } else {
        None
    }
}

fn is_uuid(text: &str) -> bool {
    let hex = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.split('-').all(|part| part.bytes().all(hex))
}

/// Tells whether a text is a time such as `2026-11-23T10:26:06+00:00`.
fn is_time(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
        .collect();
    shape == "0000-00-00T00:00:00+00:00"
}

/// Takes a name such as `Verification result 200 for …` apart.
fn result(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("Verification result ")?.split_once(' ')
}

/// Takes off the day at the end of a name such as `Version 6 - 23/11/2026`.
fn without_day(text: &str) -> &str {
    let day = |end: &str| {
        let lengths = end.split('/').map(str::len);
        lengths.eq([2, 2, 4]) && end.bytes().all(|one| one.is_ascii_digit() || one == b'/')
    };
    match text.rsplit_once(" - ") {
        Some((name, end)) if day(end) => name,
        _ => text,
    }
}

/// What a token in an address says: its query, without the ids of rows.
fn metadata(token: &str) -> Option<String> {
    let decoded = BASE64_URL_SAFE_NO_PAD
        .decode(token.trim_end_matches('='))
        .ok()?;
    let query = String::from_utf8(decoded).ok()?;
    let query = query.replace("%5B", "[").replace("%5D", "]");
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name @ ("cv" | "s[][cv]"), _)) => format!("{name}=<row>"),
        _ => pair.to_owned(),
    });
    Some(pairs.collect::<Vec<_>>().join("&"))
}
