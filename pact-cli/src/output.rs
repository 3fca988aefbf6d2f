//! Everything that is printed: answers to standard output, the rest to standard error.

use std::fmt::Display;
use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use pact_broker_client::Notice;
use serde_json::Value;
use tracing_subscriber::EnvFilter;

use crate::cli::LogLevel;
use crate::error::CliError;

/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What did not.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is not known yet, or needs a look.
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
/// What can be left unread.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What is to be read first.
pub(crate) const STRONG: Style = Style::new().bold();

/// Where a command writes. Colour is dropped where nobody would see it.
pub(crate) struct Console {
    stdout: AutoStream<io::Stdout>,
    stderr: AutoStream<io::Stderr>,
    /// How many spaces stand before each line of an answer.
    indent: usize,
}

impl Console {
    /// Returns the console of this process.
    pub(crate) fn new() -> Self {
        Self {
            stdout: anstream::stdout(),
            stderr: anstream::stderr(),
            indent: 0,
        }
    }

    /// Sets how many spaces stand before each line of an answer.
    pub(crate) fn indent(&mut self, spaces: usize) {
        self.indent = spaces;
    }

    /// Prints a part of the answer, with a line end.
    pub(crate) fn say(&mut self, text: impl Display) -> Result<(), CliError> {
        if self.indent == 0 {
            return writeln!(self.stdout, "{text}").map_err(CliError::Output);
        }
        let text = text.to_string();
        for line in text.split('\n') {
            let width = if line.is_empty() { 0 } else { self.indent };
            writeln!(self.stdout, "{:width$}{line}", "").map_err(CliError::Output)?;
        }
        Ok(())
    }

    /// Prints the answer as JSON.
    pub(crate) fn json(&mut self, value: &Value) -> Result<(), CliError> {
        self.say(format_args!("{value:#}"))
    }

    /// Prints the broker's notices, coloured by kind.
    pub(crate) fn notices(&mut self, notices: &[Notice]) -> Result<(), CliError> {
        for notice in notices {
            let style = match notice.kind.as_str() {
                "success" => GOOD,
                "error" | "danger" => BAD,
                "warning" | "prompt" => CAUTION,
                _ => Style::new(),
            };
            self.say(format_args!("{style}{}{style:#}", notice.text))?;
        }
        Ok(())
    }

    /// Tells the user something that is no part of the answer. A reader who left is no reason to
    /// stop.
    pub(crate) fn note(&mut self, text: impl Display) {
        let _ = writeln!(self.stderr, "{text}");
    }

    /// Prints an error, what caused it and what can be done.
    pub(crate) fn error(&mut self, error: &CliError) {
        if error.is_broken_pipe() {
            return;
        }
        self.note(format_args!("{BAD}error:{BAD:#} {error}"));
        for cause in error.causes() {
            self.note(format_args!("{DIM}caused by:{DIM:#} {cause}"));
        }
        if let Some(hint) = error.hint() {
            self.note(format_args!("{STRONG}hint:{STRONG:#} {hint}"));
        }
    }
}

/// How a log event is laid out.
#[derive(Clone, Copy)]
pub(crate) enum LogLayout {
    /// As short as can be.
    Compact,
    /// In one line.
    Full,
    /// In several lines.
    Pretty,
}

/// Sends log events to standard error. Without a level only waiting is told: that a broker did not
/// answer and is asked again.
pub(crate) fn log(level: LogLevel, layout: LogLayout) {
    let (quiet, filter) = match level {
        LogLevel::Off => (true, "off,pact_broker_client::http=debug"),
        LogLevel::Error => (false, "error"),
        LogLevel::Warn => (false, "warn"),
        LogLevel::Info => (false, "info"),
        LogLevel::Debug => (false, "debug"),
        LogLevel::Trace => (false, "trace"),
    };
    let filter = EnvFilter::try_from_env("PACT_LOG").unwrap_or_else(|_| EnvFilter::new(filter));
    let subscriber = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never)
        .with_env_filter(filter);
    if quiet {
        subscriber
            .without_time()
            .with_level(false)
            .with_target(false)
            .init();
        return;
    }
    match layout {
        LogLayout::Compact => subscriber.compact().init(),
        LogLayout::Full => subscriber.init(),
        LogLayout::Pretty => subscriber.pretty().init(),
    }
}
