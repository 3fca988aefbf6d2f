//! Reading the lists of another broker: what there is, and when it came to be.

mod contracts;
mod marks;
mod parties;
mod places;
mod webhooks;

use std::collections::{HashMap, HashSet};

use crate::domain::text::{EnvironmentName, PacticipantName, Uuid, VersionNumber};
use crate::import::error::ImportError;
use crate::import::history::History;
use crate::import::report::{ImportProgress, ImportReport};
use crate::import::source::Source;
use crate::store::Store;

pub(super) use self::contracts::between;

/// Collects what happened in another broker.
pub(super) struct Gather<'a> {
    source: &'a Source,
    store: &'a Store,
    report: &'a mut ImportReport,
    watch: &'a mut (dyn FnMut(ImportProgress) + Send),
    history: History,
    pacticipants: Vec<PacticipantName>,
    /// Those that have a list of branches; none has in old brokers.
    branching: HashSet<PacticipantName>,
    environments: Vec<(Uuid, EnvironmentName)>,
    /// How many revisions of a pact a version published, where there are several.
    revisions: HashMap<(PacticipantName, VersionNumber, PacticipantName), i64>,
}

impl<'a> Gather<'a> {
    pub(super) fn new(
        source: &'a Source,
        store: &'a Store,
        report: &'a mut ImportReport,
        watch: &'a mut (dyn FnMut(ImportProgress) + Send),
    ) -> Self {
        Self {
            source,
            store,
            report,
            watch,
            history: History::default(),
            pacticipants: Vec::new(),
            branching: HashSet::new(),
            environments: Vec::new(),
            revisions: HashMap::new(),
        }
    }

    /// Reads all there is.
    pub(super) async fn everything(&mut self) -> Result<(), ImportError> {
        let index = self.source.index().await?;
        let has = |relation: &str| !index.item().links(relation).is_empty();
        if has("pb:environments") {
            self.environments().await?;
        } else {
            self.report
                .note("the other broker has no environments, deployments and releases");
        }
        self.pacticipants().await?;
        self.versions().await?;
        self.contracts(has("pb:integrations")).await?;
        if !self.environments.is_empty() {
            self.places().await?;
        }
        if has("pb:webhooks") {
            self.webhooks().await?;
        }
        Ok(())
    }

    /// What happened, once everything is read.
    pub(super) fn into_history(self) -> History {
        self.history
    }

    fn tell(&mut self, doing: &'static str, done: usize, of: usize) {
        (self.watch)(ImportProgress {
            doing,
            done: done as u64,
            of: Some(of as u64),
        });
    }

    /// Leaves out what bears a name that cannot stand here, and says so.
    fn keep<T>(&mut self, read: Result<T, ImportError>) -> Result<Option<T>, ImportError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error @ ImportError::Name { .. }) => {
                self.report
                    .lose("it bears a name that cannot stand here", error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
