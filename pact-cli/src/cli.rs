//! What can be typed: the top of the command tree.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
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
    /// Prepares the process for what was typed, before it has any other thread.
    pub(crate) fn prepare(&self) {
        if let Self::Broker(command) = self {
            command.prepare();
        }
    }

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
    let mut command = command();
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let mut matches = matches.unwrap_or_else(|error| {
        let words: Vec<_> = { std::env::args_os() }
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        led_on(without_secret(error, &words), &command).exit()
    });
    Cli::from_arg_matches_mut(&mut matches)
        .unwrap_or_else(|error| error.format(&mut command).exit())
}

/// The options whose values may be secret, of all commands.
const SECRET: [&str; 13] = [
    "--broker-password",
    "--broker-token",
    "--broker-username",
    "--custom-header",
    "--header",
    "--password",
    "--token",
    "--user",
    "-H",
    "-k",
    "-p",
    "-t",
    "-u",
];

/// Hides a word nobody expected where it may be the rest of a secret, as in `-H Authorization=Bearer
/// TOKEN` without quotes, or an address with credentials.
fn without_secret(mut error: clap::Error, words: &[String]) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let before = { words.iter().rev() }
        .skip_while(|one| *one != word)
        .find(|one| one.starts_with('-'));
    let option = before.and_then(|typed| SECRET.iter().find(|name| typed.starts_with(**name)));
    let shown = match option {
        _ if error.kind() != ErrorKind::UnknownArgument || word.starts_with('-') => return error,
        Some(option) => format!("(a word after {option}, not shown)"),
        None if word.contains('@') => "(an address, not shown)".to_owned(),
        None => return error,
    };
    error.insert(ContextKind::InvalidArg, ContextValue::String(shown));
    if option.is_some() {
        let tip = "a value with spaces stands in quotes".into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Says where a command is that was looked for in the wrong place, such as `pact publish`.
fn led_on(mut error: clap::Error, command: &clap::Command) -> clap::Error {
    let Some(ContextValue::String(wanted)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let groups = command.get_subcommands();
    let found: Vec<_> = groups
        .filter(|group| group.find_subcommand(wanted).is_some())
        .map(|group| format!("there is `pact {} {wanted}`", group.get_name()).into())
        .collect();
    if !found.is_empty() {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(found));
    }
    error
}

/// Returns the command tree, in which variables that are set to nothing count as not set, and whose
/// help names variables without what they hold.
pub(crate) fn command() -> clap::Command {
    let command = without_empty_variables(Cli::command(), &|name| std::env::var_os(name));
    without_values(command)
}

/// Help is pasted into logs and questions, and addresses have passwords in them.
fn without_values(command: clap::Command) -> clap::Command {
    command
        .mut_args(|arg| arg.hide_env_values(true))
        .mut_subcommands(without_values)
}

fn without_empty_variables(
    command: clap::Command,
    variable: &dyn Fn(&OsStr) -> Option<OsString>,
) -> clap::Command {
    let says_nothing = |arg: &Arg| {
        let Some(value) = arg.get_env().and_then(variable) else {
            return false;
        };
        let value = value.to_string_lossy().to_ascii_lowercase();
        // A switch that is off is not set either, so it is in nobody's way.
        value.is_empty() || !arg.get_action().takes_values() && OFF.contains(&value.as_str())
    };
    command
        .mut_args(|arg| {
            if says_nothing(&arg) {
                arg.env(None::<&'static str>)
            } else {
                arg
            }
        })
        .mut_subcommands(|command| without_empty_variables(command, variable))
}

/// What turns a switch off, as clap's `FalseyValueParser` has it.
const OFF: [&str; 6] = ["0", "f", "false", "n", "no", "off"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_a_group_is_found_without_it() {
        let told = |words: &[&str]| {
            let mut command = Cli::command();
            let error = command.try_get_matches_from_mut(words).unwrap_err();
            let told = led_on(error, &command).render().to_string();
            let tips = told.lines().filter(|line| line.contains("tip: "));
            tips.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            told(&["pact", "publish"]),
            "  tip: there is `pact broker publish`"
        );
        assert_eq!(
            told(&["pact", "start"]),
            "  tip: there is `pact broker start`\n  tip: there is `pact mock start`"
        );
        assert_eq!(
            told(&["pact", "verifer"]),
            "  tip: a similar subcommand exists: 'verifier'"
        );
        assert_eq!(told(&["pact", "nonsense"]), "");
    }

    #[test]
    fn a_word_too_many_is_not_shown_where_it_may_be_secret() {
        let told = |line: &str| {
            let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            let error = Cli::command().try_get_matches_from(&words).unwrap_err();
            without_secret(error, &words).render().to_string()
        };
        for line in [
            "pact verifier -H Authorization=Bearer canary",
            "pact verifier --token x canary -n api",
            "pact verifier https://me:canary@host/pact",
            "pact broker list-environments --custom-header Authorization: Bearer canary",
        ] {
            let told = told(line);
            assert!(!told.contains("canary"), "{line}\n{told}");
            assert!(told.contains("not shown"), "{line}\n{told}");
        }
        let told = told("pact verifier -n api a.json");
        assert!(
            told.contains("unexpected argument 'a.json' found"),
            "{told}"
        );
    }

    #[test]
    fn the_command_tree_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn variables_that_say_nothing_are_not_asked() {
        let asked = |value: &'static str| {
            let command = without_empty_variables(Cli::command(), &|_| Some(value.into()));
            let verifier = command.find_subcommand("verifier").unwrap();
            { verifier.get_arguments() }
                .filter_map(|arg| arg.get_env()?.to_str().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(asked(""), [""; 0]);
        let (off, on) = (asked("False"), asked("true"));
        let switch = "PACT_PROVIDER_NO_STATE".to_owned();
        let other = "PACT_PROVIDER_PORT".to_owned();
        assert!(on.contains(&switch) && on.contains(&other), "{on:?}");
        assert!(!off.contains(&switch) && off.contains(&other), "{off:?}");
    }
}
