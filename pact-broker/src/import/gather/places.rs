//! What was deployed and released where.

use std::collections::HashMap;

use crate::domain::text::{EnvironmentName, PacticipantName, Uuid, VersionNumber};
use crate::domain::time::Timestamp;
use crate::import::error::ImportError;
use crate::import::gather::Gather;
use crate::import::history::Rank;
use crate::import::item::Item;
use crate::import::order::in_order;
use crate::import::source::{Answer, Source};
use crate::store::import::{DeploymentRecord, Record, ReleaseRecord};

/// The deployments, or the releases, of all applications, and in which order lists show them.
struct Line<T> {
    records: Vec<T>,
    places: HashMap<Uuid, usize>,
    chains: Vec<Vec<usize>>,
}

impl<T> Line<T> {
    fn new() -> Self {
        Self {
            records: Vec::new(),
            places: HashMap::new(),
            chains: Vec::new(),
        }
    }

    /// Adds a list, which shows the newest first.
    fn add(&mut self, list: Vec<(Uuid, T)>) {
        let mut chain = Vec::new();
        for (uuid, record) in list.into_iter().rev() {
            let place = *self.places.entry(uuid).or_insert(self.records.len());
            if place == self.records.len() {
                self.records.push(record);
            }
            chain.push(place);
        }
        self.chains.push(chain);
    }

    /// Everything in the order in which it happened, over all applications.
    fn in_order(self, created: impl Fn(&T) -> &Timestamp) -> Vec<T> {
        let moments: Vec<_> = self
            .records
            .iter()
            .map(|one| created(one).clone())
            .collect();
        let order = in_order(&moments, &self.chains);
        let mut records: Vec<_> = self.records.into_iter().map(Some).collect();
        let in_turn = order.into_iter().filter_map(|place| records[place].take());
        in_turn.collect()
    }
}

/// How many stays are read before it is told how far it is.
const STAYS: usize = 50;

/// A version that was in an environment at some time.
type Stay = (PacticipantName, VersionNumber, Uuid, EnvironmentName);

impl Gather<'_> {
    /// Reads what was deployed and released.
    pub(super) async fn places(&mut self) -> Result<(), ImportError> {
        let (mut deployments, mut releases) = (Line::new(), Line::new());
        let environments = self.environments.clone();
        for (uuid, name) in &environments {
            deployments.add(self.current::<DeploymentRecord>(uuid, name).await?);
            releases.add(self.current::<ReleaseRecord>(uuid, name).await?);
        }
        let stays = self.stays(&environments).await?;
        let source = self.source;
        let mut done = 0;
        for some in stays.chunks(STAYS) {
            let read = some.iter().map(async |stay| {
                let deployed = ask::<DeploymentRecord>(source, stay).await?;
                Ok((deployed, ask::<ReleaseRecord>(source, stay).await?))
            });
            let answers = source.together(read).await?;
            for (stay, (deployed, released)) in some.iter().zip(answers) {
                deployments.add(self.of_stay(stay, deployed.item())?);
                releases.add(self.of_stay(stay, released.item())?);
            }
            done += some.len();
            self.tell("reading deployments and releases", done, stays.len());
        }
        self.add_places(deployments);
        self.add_places(releases);
        Ok(())
    }

    fn add_places<T: Placed>(&mut self, line: Line<T>) {
        let mut at: Option<Timestamp> = None;
        for record in line.in_order(T::created) {
            let (pacticipant, version, environment) = record.names();
            let came = self
                .history
                .with_version(record.created(), pacticipant, version);
            let came = self.history.with_environment(&came, environment);
            let came = at.map_or(came.clone(), |at| at.max(came));
            self.history
                .add_record(&came, T::RANK, record.into_record());
            at = Some(came);
        }
    }

    /// Reads what is in an environment now.
    async fn current<T: Placed>(
        &mut self,
        uuid: &Uuid,
        name: &EnvironmentName,
    ) -> Result<Vec<(Uuid, T)>, ImportError> {
        let environment = self.source.urls.environment(uuid.as_str());
        let action = format!("reading what is {} {name}", T::IN);
        let path = format!("{environment}{}", T::NOW);
        let answer = self.source.get(action, &path).await?;
        let mut found = Vec::new();
        for item in answer.item().list(T::LIST)? {
            let read = party(item).and_then(|party| T::read(item, party, name));
            found.extend(self.keep(read)?);
        }
        Ok(found)
    }

    /// Reads which versions were ever in which environment. Old brokers have no list of these: what
    /// ended stays behind then.
    async fn stays(
        &mut self,
        environments: &[(Uuid, EnvironmentName)],
    ) -> Result<Vec<Stay>, ImportError> {
        let source = self.source;
        let (mut stays, mut unlisted, mut listed) = (Vec::new(), None, false);
        let all = self.pacticipants.clone();
        for (done, pacticipant) in all.iter().enumerate() {
            let read = environments.iter().map(async |(uuid, name)| {
                let action = format!("reading the versions of {pacticipant} that were in {name}");
                let own = source.urls.pacticipant(pacticipant.as_str());
                let path = format!("{own}/environments/{uuid}/versions");
                match source.list(&action, &path, "versions").await {
                    Err(error) if error.is_not_found() => Ok(Err(error)),
                    answer => answer.map(Ok),
                }
            });
            let answers = source.together(read).await?;
            for ((uuid, name), answer) in environments.iter().zip(answers) {
                let answer = match answer {
                    Ok(answer) => answer,
                    Err(error) => {
                        unlisted = unlisted.or(Some(error));
                        continue;
                    }
                };
                listed = true;
                for item in answer.item().list("")? {
                    if let Some(number) = self.keep(item.name::<VersionNumber>("/number"))? {
                        stays.push((pacticipant.clone(), number, uuid.clone(), name.clone()));
                    }
                }
            }
            self.tell("reading environments of pacticipants", done + 1, all.len());
        }
        match unlisted {
            // A list that one pacticipant has and another has not is a fault.
            Some(error) if listed => Err(error),
            Some(_) => {
                let why = "the other broker does not list which versions were in an environment";
                self.report.lose(why, "deployments and releases that ended");
                Ok(stays)
            }
            None => Ok(stays),
        }
    }

    /// Reads how often a version was placed in an environment.
    fn of_stay<T: Placed>(
        &mut self,
        (pacticipant, number, _, environment): &Stay,
        answer: Item<'_>,
    ) -> Result<Vec<(Uuid, T)>, ImportError> {
        let mut found = Vec::new();
        for item in answer.list(T::LIST)? {
            let party = (pacticipant.clone(), number.clone());
            found.extend(self.keep(T::read(item, party, environment))?);
        }
        Ok(found)
    }
}

/// Asks how often and where a version was placed in an environment.
async fn ask<T: Placed>(source: &Source, stay: &Stay) -> Result<Answer, ImportError> {
    let (pacticipant, number, uuid, environment) = stay;
    let names = (pacticipant.as_str(), number.as_str(), uuid.as_str());
    let what = T::CALLED;
    let action = format!("reading the {what} of {pacticipant} {number} to {environment}");
    source.get(action, &T::address(source, names)).await
}

/// The application and the version that a deployment or release embeds.
fn party(item: Item<'_>) -> Result<(PacticipantName, VersionNumber), ImportError> {
    let name = item.name("/_embedded/pacticipant/name")?;
    Ok((name, item.name("/_embedded/version/number")?))
}

/// That a version came to an environment: a deployment or a release.
trait Placed: Sized {
    const RANK: Rank;
    /// What several are called.
    const CALLED: &'static str;
    /// How it is told that something is there now.
    const IN: &'static str;
    /// The address of those that are there now, behind that of the environment.
    const NOW: &'static str;
    /// Where a document lists them.
    const LIST: &'static str;

    /// The address of those of a version in an environment.
    fn address(source: &Source, names: (&str, &str, &str)) -> String;

    fn read(
        item: Item<'_>,
        party: (PacticipantName, VersionNumber),
        environment: &EnvironmentName,
    ) -> Result<(Uuid, Self), ImportError>;

    fn created(&self) -> &Timestamp;

    fn names(&self) -> (&PacticipantName, &VersionNumber, &EnvironmentName);

    fn into_record(self) -> Record;
}

impl Placed for DeploymentRecord {
    const RANK: Rank = Rank::Deployment;
    const CALLED: &'static str = "deployments";
    const IN: &'static str = "deployed to";
    const NOW: &'static str = "/deployed-versions/currently-deployed";
    const LIST: &'static str = "/_embedded/deployedVersions";

    fn address(source: &Source, (name, number, environment): (&str, &str, &str)) -> String {
        source.urls.record_deployment(name, number, environment)
    }

    fn read(
        item: Item<'_>,
        (pacticipant, version): (PacticipantName, VersionNumber),
        environment: &EnvironmentName,
    ) -> Result<(Uuid, Self), ImportError> {
        let uuid: Uuid = item.name("/uuid")?;
        let instance = match item.owned("/applicationInstance")? {
            Some(instance) => Some(instance),
            None => item.owned("/target")?,
        };
        let record = Self {
            uuid: uuid.clone(),
            pacticipant,
            version,
            environment: environment.clone(),
            instance: instance.filter(|instance| !instance.is_empty()),
            current: item.flag("/currentlyDeployed")?.unwrap_or(false),
            ended: item.moment("/undeployedAt")?,
            created: item.created()?,
        };
        Ok((uuid, record))
    }

    fn created(&self) -> &Timestamp {
        &self.created
    }

    fn names(&self) -> (&PacticipantName, &VersionNumber, &EnvironmentName) {
        (&self.pacticipant, &self.version, &self.environment)
    }

    fn into_record(self) -> Record {
        Record::Deployment(self)
    }
}

impl Placed for ReleaseRecord {
    const RANK: Rank = Rank::Release;
    const CALLED: &'static str = "releases";
    const IN: &'static str = "supported in";
    const NOW: &'static str = "/released-versions/currently-supported";
    const LIST: &'static str = "/_embedded/releasedVersions";

    fn address(source: &Source, (name, number, environment): (&str, &str, &str)) -> String {
        source.urls.record_release(name, number, environment)
    }

    fn read(
        item: Item<'_>,
        (pacticipant, version): (PacticipantName, VersionNumber),
        environment: &EnvironmentName,
    ) -> Result<(Uuid, Self), ImportError> {
        let uuid: Uuid = item.name("/uuid")?;
        let record = Self {
            uuid: uuid.clone(),
            pacticipant,
            version,
            environment: environment.clone(),
            ended: item.moment("/supportEndedAt")?,
            created: item.created()?,
        };
        Ok((uuid, record))
    }

    fn created(&self) -> &Timestamp {
        &self.created
    }

    fn names(&self) -> (&PacticipantName, &VersionNumber, &EnvironmentName) {
        (&self.pacticipant, &self.version, &self.environment)
    }

    fn into_record(self) -> Record {
        Record::Release(self)
    }
}
