//! Versions named one after the other: `-a web -e 1 -a api --latest --ignore mail`.
//!
//! Each application is followed by the options that say which of its versions is meant, so the
//! order on the command line matters, which derived options do not keep.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use pact_broker_client::{Latest, VersionSelector};

use crate::error::CliError;

/// The applications asked about, and those left out of the answer.
#[derive(Clone)]
pub(crate) struct Selectors {
    /// In the order given; never empty.
    pub(crate) asked: Vec<VersionSelector>,
    /// In the order given.
    pub(crate) ignored: Vec<VersionSelector>,
}

/// Returns whether the selector says anything about the version.
fn any_of(selector: &VersionSelector) -> bool {
    selector.version.is_some()
        || selector.latest.is_some()
        || selector.tag.is_some()
        || selector.branch.is_some()
        || selector.main_branch
}

impl Selectors {
    /// Checks that each application asked about has a version.
    pub(crate) fn each_with_version(&self) -> Result<(), CliError> {
        self.asked
            .iter()
            .find(|selector| !any_of(selector))
            .map_or(Ok(()), |selector| {
                Err(CliError::usage_with_hint(
                    format!("which version of `{}` is meant?", selector.pacticipant),
                    "write --version V, --latest [TAG], --branch B or --main-branch after its --pacticipant",
                ))
            })
    }
}

const NAMES: [&str; 7] = [
    "pacticipant",
    "ignore",
    "version",
    "latest",
    "tag",
    "branch",
    "main-branch",
];

impl Args for Selectors {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .help(help)
                .action(ArgAction::Append)
        };
        command
            .arg(
                option("pacticipant", "NAME", "Application to be checked; may be repeated. The options that name its version follow it")
                    .short('a')
                    .required(true),
            )
            .arg(option("version", "VERSION", "This version of the application named before").short('e'))
            .arg(
                option("latest", "TAG", "The latest version of the application named before, of all or with the tag")
                    .short('l')
                    .num_args(0..=1)
                    .default_missing_value(""),
            )
            .arg(option("tag", "TAG", "The versions of the application named before that have the tag"))
            .arg(option("branch", "BRANCH", "The latest version of the branch of the application named before"))
            .arg(
                Arg::new("main-branch")
                    .long("main-branch")
                    .help("The latest version of the main branch of the application named before")
                    .num_args(0)
                    .default_missing_value("")
                    .action(ArgAction::Append),
            )
            // Accepted for scripts: the main branch is taken only where --main-branch says so.
            .arg(Arg::new("no-main-branch").long("no-main-branch").num_args(0..=1).hide(true).action(ArgAction::Append))
            .arg(Arg::new("skip-main-branch").long("skip-main-branch").num_args(0..=1).hide(true).action(ArgAction::Append))
            .arg(option("ignore", "NAME", "Leave this application out of the answer, or the --version of it that follows; may be repeated"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Selectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut words: Vec<(usize, &str, &str)> = Vec::new();
        for name in NAMES {
            let indices = matches.indices_of(name).into_iter().flatten();
            let values = matches.get_many::<String>(name).into_iter().flatten();
            words.extend(
                indices
                    .zip(values)
                    .map(|(index, value)| (index, name, value.as_str())),
            );
        }
        words.sort_unstable_by_key(|(index, ..)| *index);
        Ok(Self::read(
            words.iter().map(|(_, name, value)| (*name, *value)),
        ))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Selectors {
    /// What stands before the first application belongs to it: with one application there is no
    /// doubt.
    fn read<'a>(words: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut selectors = Self {
            asked: Vec::new(),
            ignored: Vec::new(),
        };
        let mut early = VersionSelector::default();
        let mut ignoring = false;
        for (name, value) in words {
            let named = || VersionSelector {
                pacticipant: value.to_owned(),
                ..VersionSelector::default()
            };
            match name {
                "pacticipant" => {
                    ignoring = false;
                    let selector = VersionSelector {
                        pacticipant: value.to_owned(),
                        ..std::mem::take(&mut early)
                    };
                    selectors.asked.push(selector);
                }
                "ignore" => {
                    ignoring = true;
                    selectors.ignored.push(named());
                }
                _ => {
                    let list = if ignoring {
                        &mut selectors.ignored
                    } else {
                        &mut selectors.asked
                    };
                    refine(list.last_mut().unwrap_or(&mut early), name, value);
                }
            }
        }
        selectors
    }
}

fn refine(selector: &mut VersionSelector, name: &str, value: &str) {
    match name {
        "version" => selector.version = Some(value.to_owned()),
        "latest" if value.is_empty() => selector.latest = Some(Latest::Overall),
        "latest" => selector.latest = Some(Latest::WithTag(value.to_owned())),
        "tag" => selector.tag = Some(value.to_owned()),
        "branch" => selector.branch = Some(value.to_owned()),
        _ => selector.main_branch = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], expected: &[VersionSelector], ignored: &[VersionSelector]) {
        let command = Selectors::augment_args(Command::new("can-i-deploy").no_binary_name(true));
        let matches = command.try_get_matches_from(words).unwrap();
        let selectors = Selectors::from_arg_matches(&matches).unwrap();
        assert_eq!(selectors.asked, expected);
        assert_eq!(selectors.ignored, ignored);
    }

    fn named(name: &str) -> VersionSelector {
        VersionSelector {
            pacticipant: name.to_owned(),
            ..VersionSelector::default()
        }
    }

    #[test]
    fn options_belong_to_the_application_before_them() {
        let latest = |latest| VersionSelector {
            latest: Some(latest),
            ..named("api")
        };
        check(
            &["-a", "web", "-e", "1", "-a", "api", "--latest"],
            &[
                VersionSelector::version("web", "1"),
                latest(Latest::Overall),
            ],
            &[],
        );
        check(
            &["-a", "web", "-e", "1", "-a", "api", "-l", "prod"],
            &[
                VersionSelector::version("web", "1"),
                latest(Latest::WithTag("prod".to_owned())),
            ],
            &[],
        );
        let main = VersionSelector {
            main_branch: true,
            ..named("web")
        };
        check(
            &[
                "-a",
                "web",
                "--main-branch",
                "--ignore",
                "a",
                "--ignore",
                "b",
                "-e",
                "2",
            ],
            &[main],
            &[named("a"), VersionSelector::version("b", "2")],
        );
    }

    #[test]
    fn an_option_before_the_first_application_belongs_to_it() {
        check(
            &["-e", "1", "-a", "web"],
            &[VersionSelector::version("web", "1")],
            &[],
        );
    }
}
