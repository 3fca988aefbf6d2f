//! Whether the report is coloured.

use std::ffi::OsString;
use std::io::{IsTerminal, stderr, stdout};

/// How the words that matter most are set off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Colour {
    /// By escape sequences of terminals.
    Red,
    /// Not at all.
    Plain,
}

impl Colour {
    /// Returns what the environment of this process asks for.
    pub(crate) fn of_environment() -> Self {
        // The test runner keeps what a test says and repeats it on standard output; told to keep
        // nothing, it leaves it on standard error. Where either is a file, there is no colour.
        let is_terminal = || stdout().is_terminal() && stderr().is_terminal();
        Self::of(&|name| std::env::var_os(name), is_terminal)
    }

    /// Returns what the variables ask for: `NO_COLOR` before `CLICOLOR_FORCE` before
    /// `CARGO_TERM_COLOR`; where none of them decides, whether somebody looks at a terminal does.
    fn of(variable: &dyn Fn(&str) -> Option<OsString>, is_terminal: impl FnOnce() -> bool) -> Self {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_red = if variable("NO_COLOR").is_some() {
            false
        } else if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
            true
        } else {
            match variable("CARGO_TERM_COLOR") {
                Some(value) if value == "always" => true,
                Some(value) if value == "never" => false,
                Some(_) | None => {
                    variable("TERM").is_none_or(|term| term != "dumb") && is_terminal()
                }
            }
        };
        if is_red { Self::Red } else { Self::Plain }
    }

    /// Sets the words off.
    pub(super) fn bad(self, text: &str) -> String {
        match self {
            Self::Red => format!("\u{1b}[31;1m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks with variables, once before a terminal and once without.
    #[track_caller]
    fn check(variables: &[(&str, &str)], before_a_terminal: Colour, elsewhere: Colour) {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        assert_eq!(Colour::of(&variable, || true), before_a_terminal);
        assert_eq!(Colour::of(&variable, || false), elsewhere);
    }

    #[test]
    fn without_a_word_of_the_environment_a_terminal_decides() {
        check(&[], Colour::Red, Colour::Plain);
        check(&[("TERM", "xterm")], Colour::Red, Colour::Plain);
        check(&[("TERM", "dumb")], Colour::Plain, Colour::Plain);
    }

    #[test]
    fn no_color_wins_over_all_unless_it_is_empty() {
        let all = [("CLICOLOR_FORCE", "1"), ("CARGO_TERM_COLOR", "always")];
        for value in ["1", "0", "false"] {
            let variables = [("NO_COLOR", value), all[0], all[1]];
            check(&variables, Colour::Plain, Colour::Plain);
        }
        let variables = [("NO_COLOR", ""), all[0], all[1]];
        check(&variables, Colour::Red, Colour::Red);
        check(&[("NO_COLOR", "")], Colour::Red, Colour::Plain);
    }

    #[test]
    fn clicolor_force_wins_over_cargo_unless_it_is_zero() {
        let never = ("CARGO_TERM_COLOR", "never");
        check(&[("CLICOLOR_FORCE", "1"), never], Colour::Red, Colour::Red);
        check(&[("CLICOLOR_FORCE", "yes")], Colour::Red, Colour::Red);
        check(
            &[("CLICOLOR_FORCE", "0"), never],
            Colour::Plain,
            Colour::Plain,
        );
        check(&[("CLICOLOR_FORCE", "0")], Colour::Red, Colour::Plain);
        check(&[("CLICOLOR_FORCE", "")], Colour::Red, Colour::Plain);
    }

    #[test]
    fn what_cargo_is_told_counts_for_the_report() {
        check(&[("CARGO_TERM_COLOR", "always")], Colour::Red, Colour::Red);
        check(
            &[("CARGO_TERM_COLOR", "never")],
            Colour::Plain,
            Colour::Plain,
        );
        check(&[("CARGO_TERM_COLOR", "auto")], Colour::Red, Colour::Plain);
        check(&[("CARGO_TERM_COLOR", "")], Colour::Red, Colour::Plain);
    }
}
