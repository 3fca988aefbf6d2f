//! `pact verifier`: replays contracts against a running provider.

mod options;
mod progress;
mod reports;
mod rerun;
mod setup;
mod stop;

pub(crate) use options::VerifierCommand;

use std::sync::Arc;

use pact_provider::{Report, Style};

use self::options::Reports;
use self::progress::Progress;
use self::stop::Stops;
use super::Verdict;
use crate::error::CliError;
use crate::output::Console;
use crate::watch::Watched;

impl VerifierCommand {
    /// Verifies, prints the report, and with `--watch` does so again whenever a pact changes.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        for (option, reason) in self.without_effect.given() {
            console.note(format_args!("{option} has no effect: {reason}"));
        }
        let stops = Stops::listen();
        if !self.watch {
            return self.once(console, &stops).await;
        }
        let watched = Watched::new(&self.loading.files, &self.loading.dirs, "json")?;
        loop {
            let seen = watched.look();
            let verdict = self.clone().once(console, &stops).await?;
            console.note(format_args!(
                "watching {}; end with Ctrl-C",
                watched.what(&seen)
            ));
            tokio::select! {
                () = stops.reach(1) => return Ok(verdict),
                () = watched.change(&seen) => console.note("verifying again"),
            }
        }
    }

    async fn once(self, console: &mut Console, stops: &Stops) -> Result<Verdict, CliError> {
        let reports = self.reports.clone();
        let again = if self.last_failed {
            reports.last_failed()?
        } else {
            Vec::new()
        };
        if self.last_failed && again.is_empty() {
            console.note("the last results name no failure: everything is verified");
        }
        let progress = Arc::new(Progress::on_stderr());
        let observer = Arc::clone(&progress);
        let run = self
            .verifier()?
            .filter_interactions(again)
            .observe(move |event| observer.tell(event))
            .cancel_on(stops.reach(1))
            .run();
        let report = tokio::select! {
            report = run => Some(report),
            () = stops.reach(2) => None,
        };
        progress.clear();
        let Some(report) = report else {
            console.note("stopped before provider states were torn down");
            return Ok(Verdict::CouldNotAsk);
        };
        let report = report?;
        let style = if reports.no_colour {
            Style::Plain
        } else {
            Style::Ansi
        };
        console.say(report.to_text(style).trim_end())?;
        reports.write(&report)?;
        Reports::tell_github(&report, console, |name| std::env::var(name).ok())?;
        Ok(verdict(&report))
    }
}

fn verdict(report: &Report) -> Verdict {
    match report.exit_code() {
        0 => Verdict::Yes,
        1 => Verdict::No,
        _ => Verdict::CouldNotAsk,
    }
}
