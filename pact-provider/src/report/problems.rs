//! What keeps a run from passing besides interactions that do not hold.

use super::result::{PactReport, Publication, Report};
use super::summary;

/// What could not be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ProblemKind {
    /// A pact could not be loaded.
    Loading,
    /// A hook of the run failed.
    Hook,
    /// There was nothing to verify.
    Nothing,
    /// Results could not be published.
    Publishing,
}

/// One thing that could not be done.
pub(super) struct Problem {
    pub(super) kind: ProblemKind,
    pub(super) title: String,
    pub(super) reason: String,
    pub(super) hint: Option<String>,
    /// The file, the address or the pact that it is about, where it is about one.
    pub(super) origin: Option<String>,
}

impl ProblemKind {
    pub(super) const ALL: [Self; 4] = [Self::Loading, Self::Hook, Self::Nothing, Self::Publishing];

    /// Returns what was being done.
    pub(super) const fn doing(self) -> &'static str {
        match self {
            Self::Loading => "loading pacts",
            Self::Hook => "hooks",
            Self::Nothing => "verifying something",
            Self::Publishing => "publishing results",
        }
    }
}

impl Problem {
    fn new(kind: ProblemKind, title: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            reason: reason.into(),
            hint: None,
            origin: None,
        }
    }

    fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    fn about(self, origin: Option<String>) -> Self {
        Self { origin, ..self }
    }

    /// Returns title and reason in one line, without saying a thing twice.
    pub(super) fn line(&self) -> String {
        match self.kind {
            ProblemKind::Loading | ProblemKind::Hook => self.reason.clone(),
            ProblemKind::Nothing | ProblemKind::Publishing => {
                format!("{}: {}", self.title, self.reason)
            }
        }
    }
}

/// Returns all problems of the run, in the order of their kinds.
pub(super) fn problems(report: &Report) -> Vec<Problem> {
    let loading = { report.load_failures.iter() }.map(|failure| {
        Problem::new(ProblemKind::Loading, failure.to_string(), failure.chain())
            .with_hint(failure.hint())
            .about(failure.origin())
    });
    let hooks = { report.hook_failures.iter() }
        .map(|failure| Problem::new(ProblemKind::Hook, "a hook failed", failure.to_string()));
    let publishing = report.pacts.iter().filter_map(unpublished);
    loading
        .chain(hooks)
        .chain(nothing(report))
        .chain(publishing)
        .collect()
}

fn nothing(report: &Report) -> Vec<Problem> {
    let title = "nothing was verified";
    let empty = { report.pacts.iter() }.filter(|pact| pact.holds_nothing() && !pact.pending);
    let mut problems: Vec<Problem> = empty
        .map(|pact| {
            let reason = format!("the pact of `{}` has no interactions", pact.consumer);
            let problem = Problem::new(ProblemKind::Nothing, title, reason);
            problem.about(Some(pact.origin.clone()))
        })
        .collect();
    if !report.pacts.is_empty() && !report.no_pacts_allowed {
        problems.extend({ report.unknown_consumers.iter() }.map(|name| {
            let reason = format!("no pact of `{name}` was found");
            Problem::new(ProblemKind::Nothing, title, reason)
        }));
    }
    if problems.is_empty() && report.count(|_| true) == 0 && !report.passed() {
        let reason = summary::why_nothing(report);
        problems.push(Problem::new(ProblemKind::Nothing, title, reason));
    }
    problems
}

fn unpublished(pact: &PactReport) -> Option<Problem> {
    match &pact.publication {
        Publication::Failed { reason, hint } => {
            let title = format!("the results for {} are not published", pact.consumer);
            let problem = Problem::new(ProblemKind::Publishing, title, reason);
            let origin = Some(pact.origin.clone());
            Some(problem.with_hint(hint.clone()).about(origin))
        }
        Publication::NoBroker | Publication::NotAsked | Publication::Published => None,
    }
}
