//! What holds of the crate as its users see it.

#![expect(
    clippy::disallowed_methods,
    reason = "seeds are files; only the crate itself does no I/O"
)]

mod doors;
mod hostile;
