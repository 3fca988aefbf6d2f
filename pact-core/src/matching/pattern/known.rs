//! Patterns that were compiled before. Contracts use few of them, and each in many interactions;
//! compiling one takes longer than all else that is done for a small interaction.
//!
//! What is kept changes no result: a pattern is the same however often it is compiled.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::Pattern;

type Known = HashMap<Box<str>, Pattern>;

static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// Returns the pattern of this source when it was compiled not long ago.
pub(super) fn find(source: &str) -> Option<Pattern> {
    known().get(source).cloned()
}

/// Keeps a pattern that takes little memory.
pub(super) fn keep(source: &str, pattern: &Pattern) {
    let mut known = known();
    if known.len() == MOST {
        known.clear();
    }
    known.insert(source.into(), pattern.clone());
}

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many patterns are kept.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn no_more_patterns_are_kept_than_are_allowed_and_each_stays_itself() {
        for number in 0..3 * MOST {
            let source = format!("a{number}");
            let pattern = Pattern::compile(&source).unwrap();
            assert_eq!(pattern.try_on(&source), Verdict::Match);
            assert_eq!(
                Pattern::compile(&source).unwrap().try_on("a"),
                Verdict::NoMatch
            );
            assert!(known().len() <= MOST);
        }
    }

    #[test]
    fn what_takes_much_memory_or_backtracks_is_not_kept() {
        for source in [r"\w{200}", "(?!x)y"] {
            Pattern::compile(source).unwrap();
            assert!(find(source).is_none(), "{source}");
        }
    }
}
