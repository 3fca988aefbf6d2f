//! `pact verifier`: replays contracts against a running provider.

mod options;
mod progress;
mod reports;
mod rerun;
mod setup;
mod stop;

pub(crate) use options::VerifierCommand;

use std::sync::Arc;

use pact_provider::Report;

use self::options::Reports;
use self::progress::Progress;
use self::reports::GitHub;
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
        if !self.running.watch {
            return { self.once(console, &stops).await }.map(|(verdict, _)| verdict);
        }
        let watched = Watched::new(&self.loading.files, &self.loading.dirs, "json")?;
        loop {
            let seen = watched.look();
            let (verdict, heard) = self.clone().once(console, &stops).await?;
            if !heard {
                return Ok(verdict);
            }
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

    /// Verifies once. Returns also whether anybody reads what is printed.
    async fn once(self, console: &mut Console, stops: &Stops) -> Result<(Verdict, bool), CliError> {
        let reports = self.reports.clone();
        let mut again = Vec::new();
        if self.running.last_failed {
            match reports.last_failed()? {
                Ok(failed) => again = failed,
                Err(reason) => console.note(format_args!("{reason}: everything is verified")),
            }
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
            return Ok((Verdict::CouldNotAsk, true));
        };
        Ok(shown(&report?, &reports, console))
    }
}

/// Gives the report to everybody who wants it, whoever of them cannot be reached. A run that held has
/// no verdict when somebody was not told; one that did not hold still did not.
fn shown(report: &Report, reports: &Reports, console: &mut Console) -> (Verdict, bool) {
    let github = GitHub::of(|name| std::env::var(name).ok());
    // Files come first: who reads what is printed may go away.
    let written = [
        reports.write(report),
        github.summarise(report),
        github.print(report, reports.style(), console),
    ];
    let (mut verdict, mut heard) = (verdict(report), true);
    for error in written.into_iter().filter_map(Result::err) {
        console.error(&error);
        if error.is_broken_pipe() {
            heard = false;
        } else if matches!(verdict, Verdict::Yes) {
            verdict = Verdict::CouldNotAsk;
        }
    }
    (verdict, heard)
}

fn verdict(report: &Report) -> Verdict {
    match report.exit_code() {
        0 => Verdict::Yes,
        1 => Verdict::No,
        _ => Verdict::CouldNotAsk,
    }
}
