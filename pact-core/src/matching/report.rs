//! Where differences are gathered while a comparison runs.

use super::{Mismatch, MismatchKind, Part};

/// The differences found so far, or only the fact that there is one.
///
/// A comparison probes when it must only know whether something matches: nothing is written then,
/// and the comparison stops at the first difference.
#[derive(Debug, Default)]
pub(crate) struct Report {
    mismatches: Vec<Mismatch>,
    omitted: usize,
    probing: usize,
    failed: bool,
    steps: usize,
}

impl Report {
    /// Returns a report that only probes.
    pub(crate) fn probe() -> Self {
        Self {
            probing: 1,
            ..Self::default()
        }
    }

    /// Notes a difference; `mismatch` is made only when it is kept.
    pub(crate) fn fail(&mut self, mismatch: impl FnOnce() -> Mismatch) {
        if self.is_kept() {
            self.mismatches.push(mismatch());
        }
    }

    /// Notes a difference, and returns whether it is to be told; not generic, because a build has
    /// dozens of what is.
    fn is_kept(&mut self) -> bool {
        self.failed = true;
        if self.probing > 0 {
            return false;
        }
        let is_kept = self.mismatches.len() < LIMIT;
        self.omitted += usize::from(!is_kept);
        is_kept
    }

    /// Returns whether nothing that follows can change the outcome.
    pub(crate) fn is_decided(&self) -> bool {
        self.probing > 0 && self.failed
    }

    /// Returns whether a difference was noted.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Begins a comparison that must not leave a trace; ends with [`Report::end_probe`].
    pub(crate) fn begin_probe(&mut self) -> Probe {
        self.probing += 1;
        Probe(std::mem::take(&mut self.failed))
    }

    /// Returns whether what was compared since the beginning matched.
    pub(crate) fn end_probe(&mut self, probe: Probe) -> bool {
        self.probing -= 1;
        !std::mem::replace(&mut self.failed, probe.0)
    }

    /// Counts a step of a comparison that is tried many times; `false` when there were too many.
    pub(crate) fn take_step(&mut self) -> bool {
        if self.probing > 0 {
            self.steps += 1;
        }
        self.steps <= MAX_STEPS
    }

    /// Returns the differences, in order.
    pub(crate) fn into_mismatches(mut self) -> Vec<Mismatch> {
        if self.omitted > 0 {
            let text = format!("and {} differences more", self.omitted);
            self.mismatches.push(Mismatch {
                part: Part::Body,
                path: String::new(),
                kind: MismatchKind {
                    description: text,
                    ..MismatchKind::default()
                },
            });
        }
        self.mismatches
    }
}

/// What stood in a report before a probe began.
#[derive(Clone, Copy)]
#[must_use]
pub(crate) struct Probe(bool);

/// Differences that are kept.
const LIMIT: usize = 1000;

/// Values that may be looked at while trying which element fits which.
const MAX_STEPS: usize = 20_000_000;
