//! Who may do what.

use std::fmt;

use pact_broker_client::Secret;

/// Who may do what. Starts with everybody everything.
///
/// With [`Access::writer`] every request needs credentials but those that the other fields let in:
/// the writer's are good for everything, the reader's for reading and for asking which pacts to
/// verify.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Access {
    /// Who may read and write.
    pub writer: Option<Credentials>,
    /// Who may read. Of no use without a writer.
    pub reader: Option<Credentials>,
    /// Whether everybody may read. Off.
    pub public_read: bool,
    /// Whether everybody may ask whether the broker is alive. Off.
    pub public_heartbeat: bool,
    /// Whether everybody may see badges. Off.
    pub public_badges: bool,
}

/// A user name and a password.
#[derive(Clone)]
pub struct Credentials {
    username: Secret,
    password: Secret,
}

impl Credentials {
    /// Takes a user name and a password.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: Secret::new(username),
            password: Secret::new(password),
        }
    }

    /// Whether these are the user name and the password.
    pub(crate) fn are(&self, username: &str, password: &str) -> bool {
        // Both are looked at, and to their ends: how long it takes tells nothing of them.
        let username = is_same(self.username.expose(), username);
        let password = is_same(self.password.expose(), password);
        username & password
    }
}

/// Shows neither.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// Compares by hashes, in a time that does not depend on where two texts differ.
fn is_same(one: &str, other: &str) -> bool {
    use sha1::{Digest as _, Sha1};
    let (one, other) = (Sha1::digest(one), Sha1::digest(other));
    let differing = one.iter().zip(other.iter());
    differing.fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_known_by_both_parts_and_shown_by_none() {
        let credentials = Credentials::new("writer", "s3cret");
        assert!(credentials.are("writer", "s3cret"));
        assert!(!credentials.are("writer", "s3cre"));
        assert!(!credentials.are("write", "s3cret"));
        assert!(!credentials.are("", ""));
        let shown = format!("{credentials:?}");
        assert!(
            !shown.contains("writer") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
