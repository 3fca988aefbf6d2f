//! Writing what another broker holds as it stood there: keys, moments and order are kept.
//!
//! Everything is found by what it is called, so that writing it again changes nothing. What exists
//! already is left as it is; only ends that came since (of a deployment, of support) are added.

mod contracts;
mod known;
mod parties;
mod places;
mod record;
mod webhooks;

use crate::domain::text::{PacticipantName, VersionNumber};
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;

pub(crate) use known::KnownPair;
pub(crate) use record::{
    BranchRecord, DeploymentRecord, EnvironmentRecord, IntegrationRecord, LabelRecord,
    MembershipRecord, NewContent, PactRecord, PacticipantRecord, Record, ReleaseRecord,
    ResultRecord, TagRecord, Times, VersionRecord, WebhookRecord,
};

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is written.
    New,
    /// It was there already.
    Known,
    /// It was there, and its end was added.
    Ended,
    /// It cannot stand here.
    Refused(Refusal),
}

/// Why a record cannot stand here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The version has other content for the provider here.
    OtherContent,
    /// What it belongs to is not here: it came to be while the import ran, or was deleted here.
    Homeless,
}

impl Store {
    /// Writes records in their order, in one transaction.
    pub(crate) async fn import(&self, records: Vec<Record>) -> Result<Vec<Outcome>, StoreError> {
        self.change(records, |tx, records| {
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(records.len());
                for record in records {
                    outcomes.push(write(tx, record).await?);
                }
                Ok(outcomes)
            })
        })
        .await
    }
}

async fn write(tx: &mut Tx, record: &Record) -> Result<Outcome, StoreError> {
    match record {
        Record::Branch(record) => parties::branch(tx, record).await,
        Record::Deployment(record) => places::deployment(tx, record).await,
        Record::Environment(record) => parties::environment(tx, record).await,
        Record::Integration(record) => contracts::integration(tx, record).await,
        Record::Label(record) => parties::label(tx, record).await,
        Record::Membership(record) => parties::membership(tx, record).await,
        Record::Pact(record) => contracts::pact(tx, record).await,
        Record::Pacticipant(record) => parties::pacticipant(tx, record).await,
        Record::Release(record) => places::release(tx, record).await,
        Record::Result(record) => contracts::result(tx, record).await,
        Record::Tag(record) => parties::tag(tx, record).await,
        Record::Version(record) => parties::version(tx, record).await,
        Record::Webhook(record) => webhooks::webhook(tx, record).await,
    }
}

/// A version by the name of its application and its number.
type VersionKey<'a> = (&'a PacticipantName, &'a VersionNumber);
