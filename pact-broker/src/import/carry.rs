//! Writing what happened in another broker, in its order, fetching what is long when it is its turn.

use futures_util::{StreamExt as _, stream};

use crate::domain::text::{EnvironmentName, PacticipantName, VersionNumber};
use crate::import::content::{as_published, shown};
use crate::import::error::ImportError;
use crate::import::gather::between;
use crate::import::history::{History, ResultAddress, What};
use crate::import::report::{ImportProgress, ImportReport};
use crate::import::result;
use crate::import::source::Source;
use crate::store::Store;
use crate::store::import::{Outcome, PactRecord, Record, Refusal};

/// With how many bytes of contracts and results the next transaction begins.
const BYTES: usize = 8 << 20;

/// Whom to tell: the report, and who watches.
type Told<'a> = (
    &'a mut ImportReport,
    &'a mut (dyn FnMut(ImportProgress) + Send),
);

/// A record that was fetched, or why it is none.
enum Fetched {
    Record(Box<Record>),
    /// It cannot be carried: the reason, and what it is.
    Lost(&'static str, String),
}

/// From where, and to where.
pub(super) struct Carrier<'a> {
    pub(super) source: &'a Source,
    pub(super) store: &'a Store,
    /// How many records are written in one transaction.
    pub(super) batch: usize,
}

impl Carrier<'_> {
    /// Writes everything that is not here yet.
    pub(super) async fn carry(
        &self,
        history: History,
        (report, watch): Told<'_>,
    ) -> Result<(), ImportError> {
        let events = history.into_events();
        let mut progress = ImportProgress {
            doing: "carrying over",
            done: 0,
            of: Some(events.len() as u64),
        };
        let fetches = events.into_iter().map(|what| fetch(self.source, what));
        let mut fetched = stream::iter(fetches).buffered(self.source.jobs);
        let mut batch = Batch::default();
        while let Some(next) = fetched.next().await {
            progress.done += 1;
            match next {
                Ok(Fetched::Record(record)) => batch.push(*record),
                Ok(Fetched::Lost(why, what)) => report.lose(why, what),
                Err(error) => {
                    // What came before it is whole, and stays.
                    batch.write(self.store, report).await?;
                    return Err(error);
                }
            }
            if batch.records.len() >= self.batch || batch.bytes >= BYTES {
                batch.write(self.store, report).await?;
                watch(progress);
            }
        }
        batch.write(self.store, report).await?;
        watch(progress);
        Ok(())
    }
}

/// Records that wait to be written together.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    bytes: usize,
}

impl Batch {
    fn push(&mut self, record: Record) {
        self.bytes += match &record {
            Record::Pact(pact) => pact.content.as_ref().map_or(0, |new| new.text.len()),
            Record::Result(result) => result.test_results.as_ref().map_or(0, String::len),
            Record::Branch(_)
            | Record::Deployment(_)
            | Record::Environment(_)
            | Record::Integration(_)
            | Record::Label(_)
            | Record::Membership(_)
            | Record::Pacticipant(_)
            | Record::Release(_)
            | Record::Tag(_)
            | Record::Version(_)
            | Record::Webhook(_) => 0,
        };
        self.records.push(record);
    }

    async fn write(&mut self, store: &Store, report: &mut ImportReport) -> Result<(), ImportError> {
        self.bytes = 0;
        if self.records.is_empty() {
            return Ok(());
        }
        let records = std::mem::take(&mut self.records);
        let told: Vec<_> = records.iter().map(told).collect();
        let outcomes = store.import(records).await?;
        for ((kind, what), outcome) in told.into_iter().zip(outcomes) {
            match outcome {
                Outcome::New => report.count(kind).new += 1,
                Outcome::Known => report.count(kind).known += 1,
                Outcome::Ended => report.count(kind).ended += 1,
                Outcome::Refused(Refusal::OtherContent) => {
                    report.lose("the version has other content here", what);
                }
                Outcome::Refused(Refusal::Homeless) => report.lose(
                    "what it belongs to is not here: it changed while it was read, or was deleted here",
                    what,
                ),
            }
        }
        Ok(())
    }
}

async fn fetch(source: &Source, what: What) -> Result<Fetched, ImportError> {
    match what {
        What::Whole(record) => Ok(Fetched::Record(record)),
        What::Pact {
            record,
            is_first: true,
        } => fetch_pact(source, *record).await,
        What::Pact { record, .. } => Ok(Fetched::Record(Box::new(Record::Pact(*record)))),
        What::Result(address) => fetch_result(source, &address).await,
    }
}

async fn fetch_pact(source: &Source, mut record: PactRecord) -> Result<Fetched, ImportError> {
    let named = format!(
        "pact between {} ({}) and {}",
        record.consumer, record.version, record.provider
    );
    let pair = crate::api::urls::Pair::of(&record.consumer, &record.provider);
    let path = source.urls.pact(pair, record.version.as_str());
    let action = format!("reading the {named}");
    let text = source.text(&action, &path).await?;
    if shown(&action, &text)?.sha != record.sha {
        return Ok(Fetched::Lost("it changed while it was read", named));
    }
    match as_published(&text) {
        Ok(content) => {
            record.content = Some(content);
            Ok(Fetched::Record(Box::new(Record::Pact(record))))
        }
        Err(_) => Ok(Fetched::Lost("it is nested too deeply", named)),
    }
}

async fn fetch_result(source: &Source, address: &ResultAddress) -> Result<Fetched, ImportError> {
    let ResultAddress { pair, number, .. } = address;
    let action = format!(
        "reading result {number} of {} for {}",
        pair.provider, pair.consumer
    );
    let path = source
        .urls
        .verification(between(pair), address.sha.as_str(), *number);
    let text = source.text(&action, &path).await?;
    let record = result::read(&action, address, &text)?;
    Ok(Fetched::Record(Box::new(Record::Result(record))))
}

fn stay(
    what: &str,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
    environment: &EnvironmentName,
) -> String {
    format!("{what} of {pacticipant} {version} to {environment}")
}

/// The kind of a record, and what it is called.
fn told(record: &Record) -> (&'static str, String) {
    match record {
        Record::Branch(one) => (
            "branches",
            format!("branch {} of {}", one.name, one.pacticipant),
        ),
        Record::Deployment(one) => (
            "deployments",
            stay(
                "deployment",
                &one.pacticipant,
                &one.version,
                &one.environment,
            ),
        ),
        Record::Environment(one) => (
            "environments",
            format!("environment {}", one.attributes.name),
        ),
        Record::Integration(one) => (
            "integrations",
            format!("integration of {} and {}", one.consumer, one.provider),
        ),
        Record::Label(one) => (
            "labels",
            format!("label {} of {}", one.name, one.pacticipant),
        ),
        Record::Membership(one) => (
            "versions on branches",
            format!(
                "{} {} on branch {}",
                one.pacticipant, one.version, one.branch
            ),
        ),
        Record::Pact(one) => (
            "pacts",
            format!(
                "pact between {} ({}) and {}",
                one.consumer, one.version, one.provider
            ),
        ),
        Record::Pacticipant(one) => ("pacticipants", format!("pacticipant {}", one.name)),
        Record::Release(one) => (
            "releases",
            stay("release", &one.pacticipant, &one.version, &one.environment),
        ),
        Record::Result(one) => (
            "results",
            format!(
                "result {} of {} for {}",
                one.number, one.provider, one.consumer
            ),
        ),
        Record::Tag(one) => (
            "tags",
            format!("tag {} of {} {}", one.name, one.pacticipant, one.version),
        ),
        Record::Version(one) => (
            "versions",
            format!("version {} of {}", one.number, one.pacticipant),
        ),
        Record::Webhook(one) => ("webhooks", format!("webhook {}", one.uuid)),
    }
}
