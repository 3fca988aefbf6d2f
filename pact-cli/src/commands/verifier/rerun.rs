//! The command that verifies one interaction again: what was typed, with a filter for this one, and
//! without anything secret.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use pact_broker_client::user_information;
use pact_provider::rerun::{exactly, shell_word};
use pact_provider::{InteractionReport, PactReport};

use crate::cli;

/// What was typed after `pact verifier`, fit to be shown and typed again.
pub(super) struct Typed(Vec<String>);

/// Groups of options that choose interactions, say how many of them are run and when, say what becomes
/// of the results, or say nothing.
const GROUPS_LEFT_OUT: [&str; 5] = [
    "Filtering interactions",
    "Logging",
    "Output",
    "Running",
    "Taken without effect",
];

/// Options of other groups that have no place in the command.
const LEFT_OUT: [&str; 4] = ["build_url", "help", "publish", "version"];

/// Options that stay, whatever their group.
const KEPT: [&str; 1] = ["no_colour"];

impl Typed {
    /// Returns what was typed to start this program.
    pub(super) fn here() -> Self {
        let command = cli::command();
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
        let consumer = shell_word(&pact.consumer);
        let description = shell_word(&exactly(&interaction.description));
        words.push(format!("--filter-consumer {consumer}"));
        words.push(format!("--filter-description {description}"));
        words.push(match interaction.states.first() {
            Some(state) => format!("--filter-state {}", shell_word(&exactly(&state.name))),
            None => "--filter-no-state".to_owned(),
        });
        words.join(" ")
    }
}

fn words(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let typed = |arg: &&Arg| {
        let id = arg.get_id().as_str();
        let group = arg.get_help_heading().unwrap_or_default();
        let left_out = LEFT_OUT.contains(&id) || GROUPS_LEFT_OUT.contains(&group);
        (KEPT.contains(&id) || !left_out)
            && matches.value_source(id) == Some(ValueSource::CommandLine)
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
            format!("{}=\"${}\"", shell_word(name), variable(name))
        }
        "hostname" => match value.rsplit_once('@') {
            Some((_, host)) => format!("\"$CREDENTIALS\"{}", shell_word(&format!("@{host}"))),
            None => shell_word(value),
        },
        "password" => "\"$PACT_BROKER_PASSWORD\"".to_owned(),
        "token" => "\"$PACT_BROKER_TOKEN\"".to_owned(),
        "user" => "\"$PACT_BROKER_USERNAME\"".to_owned(),
        "broker_url" | "state_change_url" | "urls" | "webhook_callback_url" => url(value),
        _ => shell_word(value),
    }
}

/// Returns the address with names for what may be secret in it: credentials and query.
fn url(text: &str) -> String {
    let secret = user_information(text);
    let (scheme, rest) = text.split_at(secret.as_ref().map_or(0, |secret| secret.start));
    let rest = secret.map_or(rest, |secret| &text[secret.end - 1..]);
    let (place, query) = match rest.split_once('?') {
        Some((place, _)) => (place, "?\"$QUERY\""),
        None => (rest, ""),
    };
    if place.starts_with('@') {
        format!(
            "{}\"$CREDENTIALS\"{}{query}",
            shell_word(scheme),
            shell_word(place)
        )
    } else {
        format!("{}{query}", shell_word(place))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &[&str]) -> String {
        let command = cli::command();
        let matches = command.clone().try_get_matches_from(line).unwrap();
        let verifier = command.find_subcommand("verifier").unwrap();
        words(verifier, matches.subcommand_matches("verifier").unwrap()).join(" ")
    }

    #[test]
    fn what_was_typed_is_typed_again_without_filters_and_results() {
        insta::assert_snapshot!(typed(&[
            "pact", "verifier", "-f", "a b.json", "-fc.json", "--port=80", "--publish",
            "--provider-version", "1", "--json", "r.json", "--filter-description", "x",
            "--provider-tags", "a,b", "--state-change-teardown", "--jobs", "4",
            "--run-identical-once",
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
        let command = cli::command();
        let verifier = command.find_subcommand("verifier").unwrap();
        for name in LEFT_OUT.iter().chain(&KEPT) {
            let mut options = verifier.get_arguments();
            assert!(options.any(|arg| arg.get_id() == *name), "{name}");
        }
        for name in GROUPS_LEFT_OUT {
            let mut groups = verifier.get_arguments().map(Arg::get_help_heading);
            assert!(groups.any(|group| group == Some(name)), "{name}");
        }
    }
}
