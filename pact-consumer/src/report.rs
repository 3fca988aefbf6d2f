//! The text of a failing test: the whole story, made in one place.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use pact_core::matching::Mismatch;
use pact_core::model::{Interaction, InteractionKind};

use crate::builder::Handling;
use crate::server::{Miscount, RecordedRequest, ServerState, Verdict};

/// How many unexpected requests are told in full; a client that retries makes many alike.
const MOST_REQUESTS: usize = 10;

/// How many differences of one request are told.
const MOST_MISMATCHES: usize = 20;

/// What went wrong between a test's client and the contract. Its `Display` is the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The consumer.
    pub consumer: String,
    /// The provider.
    pub provider: String,
    /// How many interactions the contract has.
    pub interactions: usize,
    /// Description, method and path of each interaction nobody used.
    pub never_requested: Vec<(String, String, String)>,
    /// Description of each message nobody handled.
    pub never_handled: Vec<String>,
    /// Description of each message whose handling failed, and with what.
    pub mishandled: Vec<(String, String)>,
    /// Interactions that were used too often or too seldom.
    pub miscounted: Vec<Miscount>,
    /// Requests that are those of no interaction.
    pub unexpected: Vec<RecordedRequest>,
    /// What came on connections that brought no request; it fails no test by itself.
    pub noise: Vec<String>,
    /// What the test itself failed with, when it did.
    pub panic: Option<String>,
    /// The test's name, for running it again.
    pub test: Option<String>,
    /// The variant of the interactions the test was run with, when not with everything in place.
    pub variant: Option<String>,
}

impl Failure {
    /// Asks the servers what happened; `None` when all is well.
    pub(crate) fn collect(
        consumer: &str,
        provider: &str,
        servers: &[Arc<ServerState>],
        unserved: &[Interaction],
    ) -> Option<Self> {
        let mut never_requested: Vec<_> =
            servers.iter().flat_map(|server| server.unused()).collect();
        never_requested.extend(
            unserved
                .iter()
                .filter_map(|interaction| match &interaction.kind {
                    InteractionKind::Http(exchange) => {
                        let request = &exchange.request;
                        Some((
                            interaction.description.clone(),
                            request.method.clone(),
                            request.path.clone(),
                        ))
                    }
                    InteractionKind::AsyncMessage(_)
                    | InteractionKind::Other { .. }
                    | InteractionKind::SyncMessage(_) => None,
                }),
        );
        let unexpected: Vec<_> = { servers.iter() }
            .flat_map(|server| server.refused())
            .collect();
        let miscounted: Vec<_> = { servers.iter() }
            .flat_map(|server| server.miscounts())
            .collect();
        let interactions =
            servers.iter().map(|server| server.len()).sum::<usize>() + unserved.len();
        if never_requested.is_empty() && miscounted.is_empty() && unexpected.is_empty() {
            return None;
        }
        Some(Self {
            consumer: consumer.to_owned(),
            provider: provider.to_owned(),
            interactions,
            never_requested,
            never_handled: Vec::new(),
            mishandled: Vec::new(),
            miscounted,
            unexpected,
            noise: servers.iter().flat_map(|server| server.noise()).collect(),
            panic: None,
            test: None,
            variant: None,
        })
    }

    /// Adds what became of the messages; `served` counts the interactions of servers where all is
    /// well with them.
    pub(crate) fn with_messages(
        failure: Option<Self>,
        (consumer, provider): (&str, &str),
        messages: Vec<(String, Handling)>,
        served: impl FnOnce() -> usize,
    ) -> Option<Self> {
        let all_well = |(_, handling): &(String, Handling)| *handling == Handling::Handled;
        if failure.is_none() && messages.iter().all(all_well) {
            return None;
        }
        let mut failure = failure.unwrap_or_else(|| Self {
            consumer: consumer.to_owned(),
            provider: provider.to_owned(),
            interactions: served(),
            never_requested: Vec::new(),
            never_handled: Vec::new(),
            mishandled: Vec::new(),
            miscounted: Vec::new(),
            unexpected: Vec::new(),
            noise: Vec::new(),
            panic: None,
            test: None,
            variant: None,
        });
        failure.interactions += messages.len();
        for (description, handling) in messages {
            match handling {
                Handling::Failed(text) => failure.mishandled.push((description, text)),
                Handling::Handled => {}
                Handling::Unhandled => failure.never_handled.push(description),
            }
        }
        Some(failure)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paint = Paint::from_environment();
        writeln!(
            f,
            "contract of `{}` with `{}`: {}",
            self.consumer,
            self.provider,
            paint.bad("the test does not hold to it")
        )?;
        if let Some(variant) = &self.variant {
            writeln!(
                f,
                "\nin the variant `{variant}`, with which the test was run again"
            )?;
        }
        if let Some(panic) = &self.panic {
            writeln!(f, "\nthe test itself failed first: {}", indented(panic))?;
        }
        let mut told = 0;
        for (index, request) in self.unexpected.iter().enumerate() {
            let repeated = self.unexpected[..index]
                .iter()
                .any(|earlier| same(earlier, request));
            if repeated {
                continue;
            }
            if told == MOST_REQUESTS {
                writeln!(f, "\n… and more unexpected requests")?;
                break;
            }
            told += 1;
            let times = self
                .unexpected
                .iter()
                .filter(|other| same(other, request))
                .count();
            write_request(f, request, times, paint)?;
        }
        for (description, text) in &self.mishandled {
            let named = paint.bad(&format!("message `{description}` was not handled"));
            writeln!(f, "\n{named}: {}", indented(text))?;
        }
        self.write_unused(f, paint)?;
        self.write_counts(f, paint)?;
        write!(f, "\nthe contract was not written")?;
        match &self.test {
            Some(test) => {
                let package = std::env::var("CARGO_PKG_NAME");
                let package = package.map_or_else(|_| String::new(), |name| format!("-p {name} "));
                write!(
                    f,
                    "; run this test again with\n  cargo test {package}{test}"
                )?;
                write!(f, "\nor\n  cargo nextest run {package}{test}")
            }
            None => Ok(()),
        }
    }
}

impl Failure {
    /// Writes which interactions nobody used.
    /// Writes what was used too often or too seldom, and what was no request at all.
    fn write_counts(&self, f: &mut fmt::Formatter<'_>, paint: Paint) -> fmt::Result {
        for miscount in &self.miscounted {
            writeln!(
                f,
                "\n{} was used {} time{}, expected {}",
                paint.bad(&format!("`{}`", miscount.interaction)),
                miscount.actual,
                if miscount.actual == 1 { "" } else { "s" },
                miscount.expected
            )?;
        }
        for noise in &self.noise {
            writeln!(f, "\nbesides, {noise}")?;
        }
        Ok(())
    }

    fn write_unused(&self, f: &mut fmt::Formatter<'_>, paint: Paint) -> fmt::Result {
        let unused = self.never_requested.len() + self.never_handled.len();
        if unused == 0 {
            return Ok(());
        }
        let used = self.interactions - unused;
        let verb = if used == 1 { "was" } else { "were" };
        let all = self.interactions;
        write!(f, "\n{used} of {all} interactions {verb} used; ")?;
        if !self.never_requested.is_empty() {
            writeln!(f, "never requested:")?;
        }
        for (description, method, path) in &self.never_requested {
            let named = paint.bad(&format!("`{description}`"));
            writeln!(f, "  {named} ({method} {path})")?;
        }
        if !self.never_handled.is_empty() {
            writeln!(f, "messages never handled:")?;
        }
        for description in &self.never_handled {
            writeln!(f, "  {}", paint.bad(&format!("`{description}`")))?;
        }
        Ok(())
    }
}

impl Error for Failure {}

fn same(one: &RecordedRequest, other: &RecordedRequest) -> bool {
    one.method == other.method
        && one.path == other.path
        && one.query == other.query
        && one.verdict == other.verdict
}

fn write_request(
    f: &mut fmt::Formatter<'_>,
    request: &RecordedRequest,
    times: usize,
    paint: Paint,
) -> fmt::Result {
    let query = request
        .query
        .as_ref()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let target = format!("{} {}{query}", request.method, request.path);
    let count = if times > 1 {
        format!(" ({times} times)")
    } else {
        String::new()
    };
    match &request.verdict {
        Verdict::Matched { .. } | Verdict::Preflight => Ok(()),
        Verdict::OutsideBasePath { base_path } => {
            writeln!(
                f,
                "\n{}{count}; it is not below the base path `{base_path}` of the mock server",
                paint.bad(&format!("unexpected request {target}"))
            )
        }
        Verdict::Unreadable { reason } => {
            writeln!(
                f,
                "\n{}: {reason}{count}",
                paint.bad(&format!("unreadable request {target}"))
            )
        }
        Verdict::Unexpected { nearest: None } => {
            writeln!(
                f,
                "\n{}{count}; the test expects no request at all",
                paint.bad(&format!("unexpected request {target}"))
            )
        }
        Verdict::Unexpected {
            nearest: Some((description, mismatches)),
        } => {
            writeln!(
                f,
                "\n{}{count}",
                paint.bad(&format!("unexpected request {target}"))
            )?;
            writeln!(f, "  nearest interaction: `{description}`, but")?;
            write_mismatches(f, mismatches)
        }
    }
}

fn write_mismatches(f: &mut fmt::Formatter<'_>, mismatches: &[Mismatch]) -> fmt::Result {
    for mismatch in mismatches.iter().take(MOST_MISMATCHES) {
        writeln!(f, "    {mismatch}")?;
    }
    match mismatches.len().saturating_sub(MOST_MISMATCHES) {
        0 => Ok(()),
        more => writeln!(f, "    … and {more} more differences"),
    }
}

/// Joins an error with what caused it, a line each.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n  caused by: {cause}"));
        source = cause.source();
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join("\n  ")
}

/// Whether the report is coloured: the test runner captures it, so only the environment can tell.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn from_environment() -> Self {
        let set = |name: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
        };
        let cargo_always =
            std::env::var_os("CARGO_TERM_COLOR").is_some_and(|value| value == "always");
        Self(!set("NO_COLOR") && (set("CLICOLOR_FORCE") || cargo_always))
    }

    fn bad(self, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[31;1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
