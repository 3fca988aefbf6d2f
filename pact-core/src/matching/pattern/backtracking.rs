//! Patterns with look-around or back-references.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{SIZE_LIMIT, Verdict, one_line};

/// A pattern on the engine that backtracks.
///
/// One value may cost so many steps; a body may hold very many values. What has been too costly
/// often enough is not tried again on texts as long as those it failed on.
#[derive(Debug)]
pub(super) struct Backtracking {
    regex: fancy_regex::Regex,
    /// How often the engine gave up.
    exhausted: AtomicUsize,
    /// Length of the shortest text it gave up on.
    shortest: AtomicUsize,
}

impl Backtracking {
    /// Compiles a pattern; the error is the engine's text on one line.
    pub(super) fn compile(pattern: &str) -> Result<Self, String> {
        let regex = fancy_regex::RegexBuilder::new(pattern)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .build()
            .map_err(|error| one_line(&error.to_string()))?;
        Ok(Self {
            regex,
            exhausted: AtomicUsize::new(0),
            shortest: AtomicUsize::new(usize::MAX),
        })
    }

    pub(super) fn try_on(&self, text: &str) -> Verdict {
        let hopeless = self.exhausted.load(Ordering::Relaxed) >= PATIENCE
            && text.len() >= self.shortest.load(Ordering::Relaxed);
        if hopeless {
            return Verdict::TooCostly;
        }
        match self.regex.is_match(text) {
            Ok(found) => Verdict::of(found),
            Err(_) => {
                self.exhausted.fetch_add(1, Ordering::Relaxed);
                self.shortest.fetch_min(text.len(), Ordering::Relaxed);
                Verdict::TooCostly
            }
        }
    }
}

/// Times the backtracking engine may give up before it is spared.
const PATIENCE: usize = 8;

/// Steps the backtracking engine may take for one value.
const BACKTRACK_LIMIT: usize = 1_000_000;
