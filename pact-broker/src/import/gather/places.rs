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
            deployments.add(self.currently_deployed(uuid, name).await?);
            releases.add(self.currently_supported(uuid, name).await?);
        }
        let stays = self.stays(&environments).await?;
        let source = self.source;
        let mut done = 0;
        for some in stays.chunks(STAYS) {
            let read = some.iter().map(async |stay| {
                let deployed = deployments_of(source, stay).await?;
                Ok((deployed, releases_of(source, stay).await?))
            });
            let answers = source.together(read).await?;
            for (stay, (deployed, released)) in some.iter().zip(answers) {
                deployments.add(self.deployments(stay, deployed.item())?);
                releases.add(self.releases(stay, released.item())?);
            }
            done += some.len();
            self.tell("reading deployments and releases", done, stays.len());
        }
        self.add_deployments(deployments);
        self.add_releases(releases);
        Ok(())
    }

    fn add_deployments(&mut self, line: Line<DeploymentRecord>) {
        let mut at: Option<Timestamp> = None;
        for record in line.in_order(|record| &record.created) {
            let came =
                self.history
                    .with_version(&record.created, &record.pacticipant, &record.version);
            let came = self.history.with_environment(&came, &record.environment);
            let came = at.map_or(came.clone(), |at| at.max(came));
            self.history
                .add_record(&came, Rank::Deployment, Record::Deployment(record));
            at = Some(came);
        }
    }

    fn add_releases(&mut self, line: Line<ReleaseRecord>) {
        let mut at: Option<Timestamp> = None;
        for record in line.in_order(|record| &record.created) {
            let came =
                self.history
                    .with_version(&record.created, &record.pacticipant, &record.version);
            let came = self.history.with_environment(&came, &record.environment);
            let came = at.map_or(came.clone(), |at| at.max(came));
            self.history
                .add_record(&came, Rank::Release, Record::Release(record));
            at = Some(came);
        }
    }

    async fn currently_deployed(
        &mut self,
        uuid: &Uuid,
        name: &EnvironmentName,
    ) -> Result<Vec<(Uuid, DeploymentRecord)>, ImportError> {
        let environment = self.source.urls.environment(uuid.as_str());
        let path = format!("{environment}/deployed-versions/currently-deployed");
        let action = format!("reading what is deployed to {name}");
        let answer = self.source.get(action, &path).await?;
        let mut found = Vec::new();
        for item in answer.item().list("/_embedded/deployedVersions")? {
            let read = party(item).and_then(|party| deployment(item, party, name));
            found.extend(self.keep(read)?);
        }
        Ok(found)
    }

    async fn currently_supported(
        &mut self,
        uuid: &Uuid,
        name: &EnvironmentName,
    ) -> Result<Vec<(Uuid, ReleaseRecord)>, ImportError> {
        let environment = self.source.urls.environment(uuid.as_str());
        let path = format!("{environment}/released-versions/currently-supported");
        let action = format!("reading what is supported in {name}");
        let answer = self.source.get(action, &path).await?;
        let mut found = Vec::new();
        for item in answer.item().list("/_embedded/releasedVersions")? {
            let read = party(item).and_then(|party| release(item, party, name));
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

    fn deployments(
        &mut self,
        (pacticipant, number, _, environment): &Stay,
        answer: Item<'_>,
    ) -> Result<Vec<(Uuid, DeploymentRecord)>, ImportError> {
        let mut found = Vec::new();
        for item in answer.list("/_embedded/deployedVersions")? {
            let party = (pacticipant.clone(), number.clone());
            found.extend(self.keep(deployment(item, party, environment))?);
        }
        Ok(found)
    }

    fn releases(
        &mut self,
        (pacticipant, number, _, environment): &Stay,
        answer: Item<'_>,
    ) -> Result<Vec<(Uuid, ReleaseRecord)>, ImportError> {
        let mut found = Vec::new();
        for item in answer.list("/_embedded/releasedVersions")? {
            let party = (pacticipant.clone(), number.clone());
            found.extend(self.keep(release(item, party, environment))?);
        }
        Ok(found)
    }
}

/// Reads how often and where a version was deployed to an environment.
async fn deployments_of(
    source: &Source,
    (pacticipant, number, uuid, environment): &Stay,
) -> Result<Answer, ImportError> {
    let names = (pacticipant.as_str(), number.as_str(), uuid.as_str());
    let path = source.urls.record_deployment(names.0, names.1, names.2);
    let action = format!("reading the deployments of {pacticipant} {number} to {environment}");
    source.get(action, &path).await
}

/// Reads whether a version was released to an environment.
async fn releases_of(
    source: &Source,
    (pacticipant, number, uuid, environment): &Stay,
) -> Result<Answer, ImportError> {
    let names = (pacticipant.as_str(), number.as_str(), uuid.as_str());
    let path = source.urls.record_release(names.0, names.1, names.2);
    let action = format!("reading the releases of {pacticipant} {number} to {environment}");
    source.get(action, &path).await
}

/// The application and the version that a deployment or release embeds.
fn party(item: Item<'_>) -> Result<(PacticipantName, VersionNumber), ImportError> {
    let name = item.name("/_embedded/pacticipant/name")?;
    Ok((name, item.name("/_embedded/version/number")?))
}

fn deployment(
    item: Item<'_>,
    (pacticipant, version): (PacticipantName, VersionNumber),
    environment: &EnvironmentName,
) -> Result<(Uuid, DeploymentRecord), ImportError> {
    let uuid: Uuid = item.name("/uuid")?;
    let instance = match item.owned("/applicationInstance")? {
        Some(instance) => Some(instance),
        None => item.owned("/target")?,
    };
    let record = DeploymentRecord {
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

fn release(
    item: Item<'_>,
    (pacticipant, version): (PacticipantName, VersionNumber),
    environment: &EnvironmentName,
) -> Result<(Uuid, ReleaseRecord), ImportError> {
    let uuid: Uuid = item.name("/uuid")?;
    let record = ReleaseRecord {
        uuid: uuid.clone(),
        pacticipant,
        version,
        environment: environment.clone(),
        ended: item.moment("/supportEndedAt")?,
        created: item.created()?,
    };
    Ok((uuid, record))
}
