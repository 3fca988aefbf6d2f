//! Hosts that swallow connections: each attempt at them takes a whole deadline, and a run may have
//! thousands of interactions.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many attempts in a row are made at a host that swallows them.
const MOST_ATTEMPTS: u8 = 3;

/// How many attempts at a host timed out since it was last heard of.
#[derive(Default)]
pub(super) struct Silence(Mutex<HashMap<String, u8>>);

impl Silence {
    /// Takes note of an attempt to connect that timed out.
    pub(super) fn timed_out(&self, address: &str) {
        let mut attempts = self.attempts();
        let count = attempts.entry(address.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    /// Takes note of a sign of life.
    pub(super) fn heard_of(&self, address: &str) {
        self.attempts().remove(address);
    }

    /// Returns whether no more attempts are made.
    pub(super) fn is_given_up(&self, address: &str) -> bool {
        let count = self.attempts().get(address).copied();
        count.is_some_and(|count| count >= MOST_ATTEMPTS)
    }

    fn attempts(&self) -> MutexGuard<'_, HashMap<String, u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_given_up_after_three_attempts_in_a_row() {
        let silence = Silence::default();
        for host in ["a", "a", "b", "b"] {
            silence.timed_out(host);
        }
        silence.heard_of("b");
        silence.timed_out("b");
        assert!(!silence.is_given_up("a") && !silence.is_given_up("b"));
        silence.timed_out("a");
        assert!(silence.is_given_up("a") && !silence.is_given_up("b"));
    }
}
