//! The `pact` command: the broker and its clients, the verifier, and tools for pact files.

mod args;
mod cli;
mod commands;
mod error;
mod output;
mod pact_file;
mod serving;
mod table;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

use crate::output::Console;

fn main() -> ExitCode {
    let cli = cli::parse();
    cli.command.prepare();
    let mut console = Console::new();
    match run(cli, &mut console) {
        Ok(verdict) => verdict.exit_code(),
        Err(error) => {
            console.error(&error);
            error.exit_code()
        }
    }
}

fn run(cli: cli::Cli, console: &mut Console) -> Result<commands::Verdict, error::CliError> {
    let (level, layout) = cli.logging();
    output::log(level, layout);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(error::CliError::Runtime)?;
    let verdict = runtime.block_on(cli.command.run(console));
    // Who reads a pipe that nobody writes to cannot be made to stop.
    runtime.shutdown_timeout(LONGEST_END);
    verdict
}

/// How long work that was begun may take to end once the command has come to its end.
const LONGEST_END: Duration = Duration::from_secs(2);
