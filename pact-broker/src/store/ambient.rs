//! The clock and the source of keys, in one place so that tests can fix both.

use std::fmt;
use std::sync::Arc;

use crate::domain::text::Uuid;
use crate::domain::time::Timestamp;

/// Where the store takes the time and the keys that clients see.
#[derive(Clone)]
pub struct Ambient {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    uuid: Arc<dyn Fn() -> Uuid + Send + Sync>,
}

impl Ambient {
    /// The clock of this machine, and random keys.
    pub fn system() -> Self {
        Self {
            now: Arc::new(Timestamp::now),
            uuid: Arc::new(random_uuid),
        }
    }

    /// The same with another clock.
    pub fn with_clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// The same with another source of keys.
    pub fn with_uuids(mut self, uuid: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        self.uuid = Arc::new(uuid);
        self
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// A key that no row has yet.
    pub fn uuid(&self) -> Uuid {
        (self.uuid)()
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ambient").finish_non_exhaustive()
    }
}

/// A version 4 UUID.
fn random_uuid() -> Uuid {
    let bits = (rand::random::<u128>() & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let text = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-");
    Uuid::parse(text).expect("hexadecimal digits and hyphens are one line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_uuids_are_of_version_four() {
        for _ in 0..100 {
            let uuid = random_uuid().to_string();
            assert_eq!(uuid.len(), 36, "{uuid}");
            assert_eq!(uuid.as_bytes()[14], b'4', "{uuid}");
            assert!(
                matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'),
                "{uuid}"
            );
        }
    }
}
