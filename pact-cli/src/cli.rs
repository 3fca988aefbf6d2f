//! What can be typed: the top of the command tree.

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::commands::Verdict;
use crate::commands::broker::BrokerCommand;
use crate::commands::demo::Demo;
use crate::commands::files::{Diff, Explain, Lint, Merge};
use crate::commands::mock::MockCommand;
use crate::commands::stub::StubCommand;
use crate::commands::verifier::VerifierCommand;
use crate::error::CliError;
use crate::output::{Console, LogLayout};

/// Contract testing in one program: a broker, its clients, a verifier, and tools for pact files.
///
/// Exit codes: 0 yes, 1 the answer is no, 2 wrong usage, 3 could not ask.
#[derive(Parser)]
#[command(name = "pact", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Log to standard error from this level on
    #[arg(long, global = true, value_name = "LEVEL", default_value = "off")]
    pub(crate) log_level: LogLevel,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The nouns.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start a broker, or ask one: publish contracts, record deployments, can-i-deploy
    #[command(subcommand)]
    Broker(Box<BrokerCommand>),
    /// Verify that a running provider keeps its contracts
    Verifier(Box<VerifierCommand>),
    /// Run mock servers for tests in any language, and manage them over HTTP
    Mock(Box<MockCommand>),
    /// Serve what pact files say: a provider for the time being
    Stub(Box<StubCommand>),
    /// Show what changed from one pact file to another
    Diff(Diff),
    /// Say which rule decides each place of a contract, and why it and no other
    Explain(Explain),
    /// Say what is doubtful in pact files
    Lint(Lint),
    /// Merge pact files between the same two applications
    Merge(Merge),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        #[arg(short, long)]
        shell: Shell,
    },
    /// See the whole loop in a few seconds: consumer test, broker, verification, can-i-deploy
    Demo(Demo),
}

/// How much is logged.
#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing.
    #[value(alias = "none")]
    Off,
    /// Errors.
    Error,
    /// Also warnings.
    Warn,
    /// Also what is done.
    Info,
    /// Also how it is done.
    Debug,
    /// Everything.
    Trace,
}

impl Cli {
    /// Returns what is logged and how: as the command says, else as `--log-level` says.
    pub(crate) fn logging(&self) -> (LogLevel, LogLayout) {
        let command = match &self.command {
            Command::Verifier(command) => command,
            Command::Mock(command) => {
                let level = command.log_level().unwrap_or(self.log_level);
                return (level, LogLayout::Full);
            }
            Command::Stub(command) => {
                let level = command.log_level().unwrap_or(self.log_level);
                return (level, LogLayout::Full);
            }
            _ => return (self.log_level, LogLayout::Full),
        };
        let logging = command.logging;
        let layout = match (logging.pretty_log, logging.compact_log) {
            (true, _) => LogLayout::Pretty,
            (false, true) => LogLayout::Compact,
            (false, false) => LogLayout::Full,
        };
        (logging.level.unwrap_or(self.log_level), layout)
    }
}

impl Command {
    /// Does what was typed.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        match self {
            Self::Broker(command) => command.run(console).await,
            Self::Verifier(command) => command.run(console).await,
            Self::Mock(command) => command.run(console).await,
            Self::Stub(command) => command.run(console).await,
            Self::Diff(command) => command.run(console),
            Self::Explain(command) => command.run(console),
            Self::Lint(command) => command.run(console),
            Self::Merge(command) => command.run(console),
            Self::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "pact", &mut script);
                console.say(String::from_utf8_lossy(&script).trim_end())?;
                Ok(Verdict::Yes)
            }
            Self::Demo(command) => command.run(console).await,
        }
    }
}

/// Reads a command from words, for those who run other commands.
pub(crate) fn parse_words(words: &[&str]) -> Result<Command, clap::Error> {
    let all = ["pact"].iter().chain(words);
    Cli::try_parse_from(all).map(|cli| cli.command)
}

/// Reads the command line; help, version and wrong usage end the program here.
pub(crate) fn parse() -> Cli {
    Cli::parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_tree_is_consistent() {
        Cli::command().debug_assert();
    }
}
