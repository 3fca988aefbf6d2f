//! What holds of the crate as its users see it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod doors;
