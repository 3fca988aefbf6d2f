//! A request that should not have come: what it is near to, where it differs, and what came.

use std::collections::HashMap;
use std::fmt::{self, Formatter};

use pact_core::matching::{Mismatch, Part};

use super::colour::Colour;
use super::excerpt::{Line, excerpt};
use crate::secret;
use crate::server::{RecordedRequest, Verdict};

/// How many differences of one request are told.
const MOST_MISMATCHES: usize = 20;

/// Headers that are shown with their values.
const MOST_HEADERS: usize = 12;

/// Characters of a value of a header that are shown.
const LONGEST_VALUE: usize = 120;

/// Headers that every client sends by itself; they matter when they are what differs.
const EVERYDAY: [&str; 10] = [
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "date",
    "host",
    "te",
    "traceparent",
    "transfer-encoding",
    "user-agent",
];

/// Returns the requests that are told, each with how many were like it, in the order in which the
/// first of them came.
pub(super) fn distinct(all: &[RecordedRequest]) -> Vec<(&RecordedRequest, usize)> {
    let mut places = HashMap::new();
    let mut distinct: Vec<(&RecordedRequest, usize)> = Vec::new();
    for request in all {
        let RecordedRequest {
            method,
            path,
            query,
            verdict,
            ..
        } = request;
        let place = places
            .entry((method, path, query, verdict))
            .or_insert(distinct.len());
        match distinct.get_mut(*place) {
            Some((_, times)) => *times += 1,
            None => distinct.push((request, 1)),
        }
    }
    distinct
}

/// Returns whether the request was for another place than the interaction's.
pub(super) fn is_elsewhere(mismatches: &[Mismatch]) -> bool {
    let mut parts = mismatches.iter().map(|mismatch| mismatch.part);
    parts.any(|part| matches!(part, Part::Method | Part::Path))
}

/// Writes a request that came so many times.
pub(super) fn write(
    f: &mut Formatter<'_>,
    request: &RecordedRequest,
    times: usize,
    colour: Colour,
) -> fmt::Result {
    let target = target(request);
    let count = if times > 1 {
        format!(" ({times} times)")
    } else {
        String::new()
    };
    let unexpected = colour.bad(&format!("unexpected request {target}"));
    match &request.verdict {
        Verdict::Matched { .. } | Verdict::Preflight => Ok(()),
        Verdict::OutsideBasePath { base_path } => {
            writeln!(
                f,
                "\n{unexpected}{count}, answered with 500; it is not below the base path `{base_path}` of the mock server"
            )
        }
        Verdict::Unanswered {
            interaction,
            reason,
        } => {
            let unanswered = colour.bad(&format!("request {target} was answered with 500"));
            writeln!(
                f,
                "\n{unanswered}{count}; it is that of `{interaction}`, but {reason}"
            )
        }
        Verdict::Unreadable { reason } => {
            let unreadable = if request.is_headless() {
                "unreadable request".to_owned()
            } else {
                format!("unreadable request {target}")
            };
            writeln!(f, "\n{}: {reason}{count}", colour.bad(&unreadable))
        }
        Verdict::Unexpected { nearest: None } => {
            writeln!(
                f,
                "\n{unexpected}{count}, answered with 500; the test expects no request at all"
            )?;
            came(f, request, &[], colour)
        }
        Verdict::Unexpected {
            nearest: Some((description, mismatches)),
        } => {
            writeln!(f, "\n{unexpected}{count}, answered with 500")?;
            writeln!(f, "  nearest interaction: `{description}`, but")?;
            differences(f, mismatches)?;
            came(f, request, mismatches, colour)
        }
    }
}

fn target(request: &RecordedRequest) -> String {
    let query = request.query.as_ref();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", request.method, request.path)
}

fn differences(f: &mut Formatter<'_>, mismatches: &[Mismatch]) -> fmt::Result {
    for mismatch in mismatches.iter().take(MOST_MISMATCHES) {
        writeln!(f, "    {mismatch}")?;
    }
    match mismatches.len().saturating_sub(MOST_MISMATCHES) {
        0 => Ok(()),
        1 => writeln!(f, "    … and 1 more difference"),
        more => writeln!(f, "    … and {more} more differences"),
    }
}

/// Writes the request as it came: the headers that matter, and of the body what is near a
/// difference. Without either there is nothing that the line above does not say.
fn came(
    f: &mut Formatter<'_>,
    request: &RecordedRequest,
    mismatches: &[Mismatch],
    colour: Colour,
) -> fmt::Result {
    let differs = |name: &str| {
        let mut headers = mismatches.iter().filter(|found| found.part == Part::Header);
        headers.any(|found| found.path.eq_ignore_ascii_case(name))
    };
    let is_everyday = |name: &str| {
        EVERYDAY
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let (shown, mut others): (Vec<_>, Vec<_>) =
        { request.headers.iter() }.partition(|(name, _)| differs(name) || !is_everyday(name));
    let kind = request
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = kind.map(|(_, value)| value.as_str());
    let body = excerpt(&request.body, kind, mismatches);
    if shown.is_empty() && body.is_none() {
        return Ok(());
    }
    writeln!(f, "  what came: {}", target(request))?;
    let (shown, rest) = shown.split_at(shown.len().min(MOST_HEADERS));
    for (name, value) in shown {
        writeln!(f, "    {name}: {}", value_of(name, value))?;
    }
    others.extend(rest);
    // Where one is missing it may have come under another name.
    let is_about_headers = mismatches.iter().any(|found| found.part == Part::Header);
    if !others.is_empty() && (is_about_headers || !rest.is_empty()) {
        let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
        writeln!(f, "    (headers left out: {})", names.join(", "))?;
    }
    if let Some(body) = body {
        writeln!(f, "    body: {}", body.caption)?;
        for line in &body.lines {
            writeln!(f, "{}", written(line, colour))?;
        }
    }
    if shown.iter().any(|(name, _)| secret::is_secret(name)) {
        writeln!(
            f,
            "    (values that are not shown stand in `mock.requests()`)"
        )?;
    }
    Ok(())
}

fn value_of(name: &str, value: &str) -> String {
    if secret::is_secret(name) {
        return secret::WITHHELD.to_owned();
    }
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => {
            let more = value[end..].chars().count();
            format!("{}… {more} characters", &value[..end])
        }
        None => value.to_owned(),
    }
}

fn written(line: &Line, colour: Colour) -> String {
    let text = line.text.trim_end();
    if line.is_marked {
        return colour.bad(&format!("    > {text}"));
    }
    format!("      {text}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_requests_are_told_as_those_that_differ() {
        let (all, different) = (200_000, 100_000);
        let requests = (0..all).map(|at| RecordedRequest {
            method: "GET".to_owned(),
            path: "/orders".to_owned(),
            query: Some(format!("since={}", at % different)),
            headers: Vec::new(),
            body: Vec::new(),
            verdict: Verdict::Unexpected { nearest: None },
            fault: None,
        });
        let requests: Vec<_> = requests.collect();
        let told = distinct(&requests);
        assert_eq!(told.len(), different);
        for (at, (request, times)) in told.into_iter().enumerate() {
            assert_eq!(request.query, Some(format!("since={at}")));
            assert_eq!(times, 2);
        }
    }
}
