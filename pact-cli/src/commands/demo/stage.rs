//! Where the story is told: numbered scenes, and commands that are shown and run.

use std::fmt::Display;

use crate::cli;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{BAD, Console, DIM, STRONG};

/// How far everything below a scene's title is set in.
const INDENT: usize = 3;

/// The console, and how far the story has come.
pub(super) struct Stage<'a> {
    console: &'a mut Console,
    broker: &'a str,
    scenes: usize,
    /// Whether the scene has shown a command already.
    shown: bool,
}

impl<'a> Stage<'a> {
    pub(super) fn new(console: &'a mut Console, broker: &'a str) -> Self {
        Self {
            console,
            broker,
            scenes: 0,
            shown: false,
        }
    }

    /// Begins the next scene.
    pub(super) fn scene(&mut self, title: &str) -> Result<(), CliError> {
        self.scenes += 1;
        self.shown = false;
        self.line("")?;
        let number = self.scenes;
        self.console.indent(0);
        self.line(format_args!("{STRONG}{number}  {title}{STRONG:#}"))?;
        self.console.indent(INDENT);
        Ok(())
    }

    /// Prints a line.
    pub(super) fn line(&mut self, text: impl Display) -> Result<(), CliError> {
        self.console.say(text)
    }

    /// Shows a command, runs it, and stops the story unless it answers as expected.
    pub(super) async fn command(
        &mut self,
        words: &[&str],
        expected: Verdict,
    ) -> Result<(), CliError> {
        if self.shown {
            self.line("")?;
        }
        self.shown = true;
        self.line(format_args!("{DIM}$ pact {}{DIM:#}", words.join(" ")))?;
        let all = [words, &["-b", self.broker]].concat();
        let command = cli::parse_words(&all).map_err(|error| CliError::Story {
            what: "a command cannot be read",
            source: Box::new(error),
        })?;
        let verdict = Box::pin(command.run(self.console)).await?;
        if verdict != expected {
            return Err(CliError::Story {
                what: "a command answered otherwise than it must",
                source: words.join(" ").into(),
            });
        }
        match verdict {
            Verdict::Yes => Ok(()),
            Verdict::No => self.line(format_args!("{BAD}exit code 1{BAD:#}")),
            Verdict::Other(code) => self.line(format_args!("{BAD}exit code {code}{BAD:#}")),
            Verdict::CouldNotAsk => self.line(format_args!("{BAD}exit code 3{BAD:#}")),
        }
    }
}
