//! Taking over what another broker holds: whatever its HTTP API shows is read, put in the order in
//! which it happened, and written here as it stood there.
//!
//! Nothing is remembered of a run but what it wrote. One that was stopped goes on where it was: it
//! reads the lists again, and fetches and writes only what is not here yet.

mod carry;
mod content;
mod error;
mod gather;
mod history;
mod item;
mod order;
mod report;
mod result;
mod source;

use pact_broker_client::BrokerClient;

use crate::import::carry::Carrier;
use crate::import::gather::Gather;
use crate::import::source::Source;
use crate::store::{Ambient, Store};

pub use self::error::ImportError;
pub use self::report::{Counted, ImportProgress, ImportReport, NotCarried};

/// How many requests are open at a time unless it is told.
const JOBS: usize = 4;

/// How many records are written in one transaction unless it is told.
const BATCH: usize = 200;

/// An import from another broker into a database.
///
/// ```no_run
/// use pact_broker::Import;
/// use pact_broker_client::{BrokerClient, BrokerOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let source = BrokerClient::new(BrokerOptions::new("https://broker.example"))?;
/// let mut import = Import::open(source, "sqlite://broker.sqlite").await?;
/// import.run(&mut |_| {}).await?;
/// println!("{}", import.report());
/// import.close().await;
/// # Ok(())
/// # }
/// ```
pub struct Import {
    source: Source,
    store: Store,
    batch: usize,
    report: ImportReport,
}

impl Import {
    /// Opens the database, which is created if it is an SQLite file that does not exist, and brings
    /// its schema up to date. Nothing is asked of the other broker yet.
    ///
    /// # Errors
    /// When the database cannot be opened or brought up to date.
    pub async fn open(source: BrokerClient, database_url: &str) -> Result<Self, ImportError> {
        let store = Store::open(database_url, Ambient::system())
            .await
            .map_err(ImportError::Open)?;
        let report = ImportReport::of(source.base_url());
        let source = Source::new(source, JOBS);
        Ok(Self {
            source,
            store,
            batch: BATCH,
            report,
        })
    }

    /// Sets how many requests are open at a time: 4 unless it is told.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.source.jobs = jobs.max(1);
        self
    }

    /// Sets how many records are written in one transaction, and are to be fetched again when the
    /// import is stopped: 200 unless it is told.
    #[must_use]
    pub fn batch(mut self, records: usize) -> Self {
        self.batch = records.max(1);
        self
    }

    /// Carries everything over, telling `watch` how far it is. It may be dropped at any moment, and
    /// run again.
    ///
    /// # Errors
    /// When the other broker cannot be asked or does not answer like a broker, or the database
    /// fails. What was written until then stays, and [`Self::report`] tells of it.
    pub async fn run(
        &mut self,
        watch: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<(), ImportError> {
        self.report = ImportReport::of(self.report.source.clone());
        let mut gather = Gather::new(&self.source, &self.store, &mut self.report, watch);
        gather.everything().await?;
        let history = gather.into_history();
        let carrier = Carrier {
            source: &self.source,
            store: &self.store,
            batch: self.batch,
        };
        carrier.carry(history, (&mut self.report, watch)).await?;
        self.report.complete = true;
        Ok(())
    }

    /// What the last run carried, and what it could not.
    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Closes the database.
    pub async fn close(self) {
        self.store.close().await;
    }
}
