//! Where the suites are.

use std::path::PathBuf;

/// Returns the folder of a suite below `PACT_CONFORMANCE_DIR`.
///
/// Without the variable nothing is run, and standard error says what was left out.
#[expect(
    clippy::print_stderr,
    reason = "what is left out is never left out in silence"
)]
pub(crate) fn suite(name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("PACT_CONFORMANCE_DIR") else {
        eprintln!("PACT_CONFORMANCE_DIR is not set: `{name}` was NOT run");
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    assert!(folder.is_dir(), "there is no folder {}", folder.display());
    Some(folder)
}
