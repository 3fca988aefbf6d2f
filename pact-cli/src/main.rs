//! The `pact` command.

fn main() {}
