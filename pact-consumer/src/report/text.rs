//! A failure in words.

use std::collections::HashSet;
use std::fmt::{self, Formatter};

use super::Failure;
use super::colour::Colour;
use super::request;
use crate::server::{RecordedRequest, Verdict};

/// How many unexpected requests are told in full; a client that retries makes many alike.
const MOST_REQUESTS: usize = 10;

/// The report, with or without colour.
pub(super) struct Text<'f> {
    pub(super) failure: &'f Failure,
    pub(super) colour: Colour,
}

impl fmt::Display for Text<'_> {
    /// Writes what happened in the order in which it did: requests and messages, then what the
    /// test made of them, then what was left undone.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Failure {
            consumer, provider, ..
        } = self.failure;
        let verdict = self.colour.bad("the test does not hold to it");
        writeln!(f, "contract of `{consumer}` with `{provider}`: {verdict}")?;
        if let Some(variant) = &self.failure.variant {
            writeln!(
                f,
                "\nin the variant `{variant}`, with which the test was run again"
            )?;
        }
        self.unexpected(f)?;
        self.mishandled(f)?;
        self.panic(f)?;
        self.unused(f)?;
        self.miscounts(f)?;
        self.noise(f)?;
        self.ending(f)
    }
}

impl<'f> Text<'f> {
    fn unexpected(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let distinct = request::distinct(&self.failure.unexpected);
        for (request, times) in distinct.iter().take(MOST_REQUESTS) {
            request::write(f, request, *times, self.colour)?;
        }
        match distinct.len().saturating_sub(MOST_REQUESTS) {
            0 => Ok(()),
            1 => writeln!(f, "\n… and 1 more unexpected request"),
            more => writeln!(f, "\n… and {more} more unexpected requests"),
        }
    }

    fn mishandled(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (description, text) in &self.failure.mishandled {
            let named = format!("message `{description}` was not handled");
            writeln!(f, "\n{}: {}", self.colour.bad(&named), indented(text))?;
        }
        Ok(())
    }

    /// Writes what the test itself failed with: after what its client was refused, which is often
    /// why, and before what it did not come to.
    fn panic(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(panic) = &self.failure.panic else {
            return Ok(());
        };
        let is_consequence = !self.failure.unexpected.is_empty();
        let then = if is_consequence { "then " } else { "" };
        let failed = self.colour.bad(&format!("{then}the test itself failed"));
        writeln!(f, "\n{failed}: {}", indented(panic))
    }

    fn unused(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Failure {
            interactions: all,
            never_requested,
            never_served,
            never_handled,
            ..
        } = self.failure;
        let unused = never_requested.len() + never_handled.len();
        if unused == 0 {
            return Ok(());
        }
        let used = all.saturating_sub(unused);
        let (noun, verb) = match (*all, used) {
            (1, _) => ("interaction", "was"),
            (_, 1) => ("interactions", "was"),
            _ => ("interactions", "were"),
        };
        let before = if self.failure.panic.is_some() {
            " until then"
        } else {
            ""
        };
        write!(f, "\n{used} of {all} {noun} {verb} used{before}; ")?;
        if !never_requested.is_empty() {
            writeln!(f, "never requested:")?;
        }
        let near = self.nearest();
        // A test that failed before it started any server was not at fault in that.
        let has_begun = self.failure.panic.is_none() || never_served.len() < *all;
        for (description, method, path) in never_requested {
            let named = self.colour.bad(&format!("`{description}`"));
            let why = if has_begun && never_served.contains(description) {
                ", for which no mock server was started: `pact.start()` comes after it"
            } else if near.contains(description.as_str()) {
                ", which a request above came near"
            } else {
                ""
            };
            writeln!(f, "  {named} ({method} {path}){why}")?;
        }
        self.unvisited(f)?;
        if !never_handled.is_empty() {
            writeln!(f, "messages never handled:")?;
        }
        for description in never_handled {
            writeln!(f, "  {}", self.colour.bad(&format!("`{description}`")))?;
        }
        Ok(())
    }

    /// Says what may be wrong with a server that ended before a client connected. A test that failed
    /// for another reason may not have come to that.
    fn unvisited(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_refused = |panic: &String| panic.to_lowercase().contains("refused");
        if !self.failure.panic.as_ref().is_none_or(is_refused) {
            return Ok(());
        }
        let server = match self.failure.unvisited {
            0 => return Ok(()),
            1 => "their mock server before it",
            _ => "their mock servers before they",
        };
        writeln!(
            f,
            "no client connected to {server} ended: let the client ask `mock.url()`, and keep what \
             `pact.start()` returns in a variable until it has"
        )
    }

    /// Returns the interactions together with which an unexpected request was told.
    fn nearest(&self) -> HashSet<&'f str> {
        let nearest = |request: &'f RecordedRequest| match &request.verdict {
            Verdict::Unexpected {
                nearest: Some((nearest, mismatches)),
            } if !request::is_elsewhere(mismatches) => Some(nearest.as_str()),
            Verdict::Matched { .. }
            | Verdict::OutsideBasePath { .. }
            | Verdict::Preflight
            | Verdict::Unanswered { .. }
            | Verdict::Unexpected { .. }
            | Verdict::Unreadable { .. } => None,
        };
        self.failure.unexpected.iter().filter_map(nearest).collect()
    }

    fn miscounts(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for miscount in &self.failure.miscounted {
            let named = self.colour.bad(&format!("`{}`", miscount.interaction));
            let times = match miscount.actual {
                1 => "once".to_owned(),
                count => format!("{count} times"),
            };
            writeln!(
                f,
                "\n{named} was used {times}, expected {}",
                miscount.expected
            )?;
        }
        Ok(())
    }

    fn noise(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut told = HashSet::new();
        for noise in &self.failure.noise {
            if !told.insert(noise) {
                continue;
            }
            let times = self.failure.noise.iter().filter(|other| *other == noise);
            match times.count() {
                1 => writeln!(f, "\nbesides, {noise}")?,
                count => writeln!(f, "\nbesides, {noise} ({count} times)")?,
            }
        }
        Ok(())
    }

    fn ending(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\nthe contract was not written")?;
        let Some(test) = &self.failure.test else {
            return Ok(());
        };
        write!(f, "; {}", again(test))
    }
}

/// Says how a test is run again.
pub(crate) fn again(test: &str) -> String {
    let package = std::env::var("CARGO_PKG_NAME");
    let package = package.map_or_else(|_| String::new(), |name| format!("-p {name} "));
    let test = in_shell(test);
    format!(
        "run this test again with\n  cargo test {package}{test}\nor\n  cargo nextest run {package}{test}"
    )
}

fn indented(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("\n  ")
}

/// Returns the word as a shell takes it for one.
fn in_shell(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "_:-./=,".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::in_shell;

    #[test]
    fn a_name_of_several_words_is_one_word_of_the_command() {
        assert_eq!(in_shell("orders::shows_42"), "orders::shows_42");
        assert_eq!(in_shell("shows an order"), "'shows an order'");
        assert_eq!(in_shell("it's $42"), r"'it'\''s $42'");
        assert_eq!(in_shell(""), "''");
    }
}
