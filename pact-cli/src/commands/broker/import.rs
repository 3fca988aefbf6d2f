//! `pact broker import`: taking over what another broker holds.

use std::time::{Duration, Instant};

use clap::Args;
use pact_broker::store::shown_address;
use pact_broker::{Import as Importing, ImportProgress};

use super::asked_to_stop;
use super::database::Database;
use crate::args::{Connection, Format};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, DIM, STRONG};

/// How often it is told how far it is.
const PACE: Duration = Duration::from_secs(1);

/// Which broker to read, and where to write.
#[derive(Args)]
pub(crate) struct Import {
    /// The base URL of the broker to take over; else that of `--broker-base-url`
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    #[command(flatten)]
    database: Database,
    /// How many requests are open at a time
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// How to report
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

impl Import {
    /// Carries over until all is here, or it is told to stop.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let source = self.connection.client_of(self.from.as_ref())?;
        let url = self.database.url()?;
        let database = shown_address(&url);
        let mut import = Importing::open(source, &url).await?.jobs(self.jobs.into());
        console.note(format_args!(
            "{DIM}writing to {database}; stop with Ctrl-C, run it again to go on{DIM:#}"
        ));
        let mut pace = Pace::default();
        let mut watch = |progress| pace.tell(console, progress);
        let end = tokio::select! {
            // Being told to stop is listened for before anything is asked.
            biased;
            asked = asked_to_stop() => {
                asked?;
                None
            }
            end = import.run(&mut watch) => Some(end),
        };
        let report = import.report();
        match self.output {
            Format::Text => console.say(report)?,
            Format::Json => {
                let json = serde_json::to_value(report).expect("a report has a JSON form");
                console.json(&json)?;
            }
        }
        import.close().await;
        match end {
            Some(end) => end.map(|()| Verdict::Yes).map_err(CliError::from),
            None => {
                console.note(format_args!(
                    "{STRONG}stopped{STRONG:#}; what was written stays"
                ));
                Ok(Verdict::CouldNotAsk)
            }
        }
    }
}

/// Tells how far it is, not too often.
#[derive(Default)]
struct Pace {
    told: Option<(&'static str, Instant)>,
}

impl Pace {
    fn tell(&mut self, console: &mut Console, progress: ImportProgress) {
        let ImportProgress { doing, done, of } = progress;
        let last = Some(done) == of;
        let soon = self
            .told
            .is_some_and(|(before, at)| before == doing && at.elapsed() < PACE);
        if soon && !last {
            return;
        }
        self.told = Some((doing, Instant::now()));
        match of {
            Some(of) => console.note(format_args!("{doing}: {done} of {of}")),
            None => console.note(format_args!("{doing}: {done}")),
        }
    }
}
