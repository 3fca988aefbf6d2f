//! The command that verifies one interaction again: what was typed, with a filter for this one, and
//! without anything secret.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory};
use pact_provider::{InteractionReport, PactReport};

use crate::cli::Cli;

/// What was typed after `pact verifier`, fit to be shown and typed again.
pub(super) struct Typed(Vec<String>);

/// Options that choose interactions, and those that say what becomes of the results.
const LEFT_OUT: [&str; 27] = [
    "build_url",
    "compact_log",
    "enable_otel",
    "enable_otel_logs",
    "enable_otel_traces",
    "exit_on_first_error",
    "filter_consumers",
    "filter_description",
    "filter_interactions",
    "filter_no_state",
    "filter_state",
    "full_log",
    "help",
    "html",
    "json",
    "junit",
    "last_failed",
    "level",
    "otel_exporter",
    "otel_exporter_endpoint",
    "otel_exporter_protocol",
    "pretty_log",
    "publish",
    "sarif",
    "version",
    "watch",
    "xslt",
];

impl Typed {
    /// Returns what was typed to start this program.
    pub(super) fn here() -> Self {
        let command = Cli::command();
        let matches = command.clone().try_get_matches_from(std::env::args_os());
        let words = matches.ok().and_then(|matches| {
            let command = command.find_subcommand("verifier")?;
            Some(words(command, matches.subcommand_matches("verifier")?))
        });
        Self(words.unwrap_or_default())
    }

    /// Returns the command for the one interaction.
    pub(super) fn again(&self, pact: &PactReport, interaction: &InteractionReport) -> String {
        let mut words = vec!["pact verifier".to_owned()];
        words.extend(self.0.iter().cloned());
        if let Some(reference) = &interaction.reference {
            words.push(format!("--filter-interaction {reference}"));
            return words.join(" ");
        }
        let consumer = quoted(&pact.consumer);
        let description = quoted(&exactly(&interaction.description));
        words.push(format!("--filter-consumer {consumer}"));
        words.push(format!("--filter-description {description}"));
        words.push(match interaction.states.first() {
            Some(state) => format!("--filter-state {}", quoted(&exactly(&state.name))),
            None => "--filter-no-state".to_owned(),
        });
        words.join(" ")
    }
}

fn words(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let typed = |arg: &&Arg| {
        let id = arg.get_id().as_str();
        !LEFT_OUT.contains(&id) && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    { command.get_arguments().filter(typed) }
        .flat_map(|arg| option(arg, matches))
        .collect()
}

/// Returns the option as often as it was typed.
fn option(arg: &Arg, matches: &ArgMatches) -> Vec<String> {
    let Some(long) = arg.get_long() else {
        return Vec::new();
    };
    if !arg.get_action().takes_values() {
        return vec![format!("--{long}")];
    }
    let values = matches.get_raw(arg.get_id().as_str()).unwrap_or_default();
    values
        .map(|value| {
            let value = value.to_string_lossy();
            format!("--{long} {}", shown(arg.get_id().as_str(), &value))
        })
        .collect()
}

/// Returns the value as it may be shown: the shell is left to fill in what is secret.
fn shown(id: &str, value: &str) -> String {
    match id {
        "headers" => {
            let name = value.split('=').next().unwrap_or_default();
            format!("{}=\"${}\"", quoted(name), variable(name))
        }
        "hostname" => match value.rsplit_once('@') {
            Some((_, host)) => format!("\"$CREDENTIALS\"{}", quoted(&format!("@{host}"))),
            None => quoted(value),
        },
        "password" => "\"$PACT_BROKER_PASSWORD\"".to_owned(),
        "token" => "\"$PACT_BROKER_TOKEN\"".to_owned(),
        "user" => "\"$PACT_BROKER_USERNAME\"".to_owned(),
        "broker_url" | "state_change_url" | "urls" | "webhook_callback_url" => url(value),
        _ => quoted(value),
    }
}

/// Returns the address with names for what may be secret in it: credentials and query.
fn url(text: &str) -> String {
    let (address, query) = match text.split_once('?') {
        Some((address, _)) => (address, "?\"$QUERY\""),
        None => (text, ""),
    };
    let Some((scheme, rest)) = address.split_once("://") else {
        return format!("{}{query}", quoted(address));
    };
    match rest.rsplit_once('@') {
        Some((_, host)) => {
            let (scheme, host) = (quoted(&format!("{scheme}://")), quoted(&format!("@{host}")));
            format!("{scheme}\"$CREDENTIALS\"{host}{query}")
        }
        None => format!("{}{query}", quoted(address)),
    }
}

/// Returns the name of a variable for the header.
fn variable(name: &str) -> String {
    let fit = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(fit).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) || name.is_empty() {
        format!("_{name}")
    } else {
        name
    }
}

/// Returns a regular expression that matches the text alone.
fn exactly(text: &str) -> String {
    let mut regex = String::with_capacity(text.len() + 2);
    regex.push('^');
    for character in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(character) {
            regex.push('\\');
        }
        regex.push(character);
    }
    regex.push('$');
    regex
}

/// Quotes for a POSIX shell, where that is needed.
fn quoted(text: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_./:=@%+,-".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &[&str]) -> String {
        let command = Cli::command();
        let matches = command.clone().try_get_matches_from(line).unwrap();
        let verifier = command.find_subcommand("verifier").unwrap();
        words(verifier, matches.subcommand_matches("verifier").unwrap()).join(" ")
    }

    #[test]
    fn what_was_typed_is_typed_again_without_filters_and_results() {
        insta::assert_snapshot!(typed(&[
            "pact", "verifier", "-f", "a b.json", "-fc.json", "--port=80", "--publish",
            "--provider-version", "1", "--json", "r.json", "--filter-description", "x",
            "--provider-tags", "a,b", "--state-change-teardown",
        ]), @"--file 'a b.json' --file c.json --port 80 --state-change-teardown --provider-version 1 --provider-tags a --provider-tags b");
    }

    #[test]
    fn the_shell_fills_in_what_is_secret() {
        let line = typed(&[
            "pact",
            "verifier",
            "-b",
            "https://me:canary@broker/x",
            "-n",
            "api",
            "-u",
            "http://host/pact?token=canary",
            "--token",
            "canary",
            "-H",
            "X-Api-Key=canary",
        ]);
        assert!(!line.contains("canary"), "{line}");
        insta::assert_snapshot!(line, @r#"--url http://host/pact?"$QUERY" --broker-url https://"$CREDENTIALS"@broker/x --token "$PACT_BROKER_TOKEN" --provider-name api --header X-Api-Key="$X_API_KEY""#);
    }

    #[test]
    fn every_option_that_is_left_out_is_one() {
        let command = Cli::command();
        let verifier = command.find_subcommand("verifier").unwrap();
        for name in LEFT_OUT {
            assert!(
                verifier.get_arguments().any(|arg| arg.get_id() == name),
                "{name}"
            );
        }
    }
}
