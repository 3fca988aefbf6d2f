//! Environments, applications with their labels, and versions.

use crate::domain::environment::EnvironmentAttributes;
use crate::domain::text::{LabelName, PacticipantName};
use crate::domain::time::Timestamp;
use crate::import::error::ImportError;
use crate::import::gather::Gather;
use crate::import::history::Rank;
use crate::import::item::{Item, after};
use crate::store::import::{
    EnvironmentRecord, LabelRecord, PacticipantRecord, Record, Times, VersionRecord,
};

impl Gather<'_> {
    pub(super) async fn environments(&mut self) -> Result<(), ImportError> {
        let path = self.source.urls.environments();
        let answer = self.source.get("reading the environments", &path).await?;
        let items = answer.item().list("/_embedded/environments")?;
        for item in &items {
            let Some(record) = self.keep(environment(*item))? else {
                continue;
            };
            let created = record.times.created.clone();
            let name = record.attributes.name.clone();
            self.environments.push((record.uuid.clone(), name.clone()));
            self.history.environment_came(&name, &created);
            let record = Record::Environment(record);
            self.history.add_record(&created, Rank::Environment, record);
        }
        self.tell("reading environments", items.len(), items.len());
        Ok(())
    }

    pub(super) async fn pacticipants(&mut self) -> Result<(), ImportError> {
        let path = self.source.urls.pacticipants();
        let answer = self
            .source
            .list("reading the pacticipants", &path, "pacticipants")
            .await?;
        let items = answer.item().list("")?;
        for (done, item) in items.iter().enumerate() {
            if let Some(record) = self.keep(pacticipant(*item))? {
                let (name, created) = (record.name.clone(), record.times.created.clone());
                self.history.pacticipant_came(&name, &created);
                let record = Record::Pacticipant(record);
                self.history.add_record(&created, Rank::Pacticipant, record);
                if !item.links("pb:branches").is_empty() {
                    self.branching.insert(name.clone());
                }
                self.labels(&name, *item).await?;
                self.pacticipants.push(name);
            }
            self.tell("reading pacticipants", done + 1, items.len());
        }
        Ok(())
    }

    async fn labels(&mut self, name: &PacticipantName, item: Item<'_>) -> Result<(), ImportError> {
        let items = item.list("/_embedded/labels")?;
        if items.is_empty() {
            return Ok(());
        }
        let known = self.store.known_labels(name).await?;
        for item in items {
            let Some(label) = self.keep(item.name::<LabelName>("/name"))? else {
                continue;
            };
            if known.contains(&label) {
                self.report.count("labels").known += 1;
                continue;
            }
            let action = format!("reading label {label} of {name}");
            let path = self.source.urls.label(name.as_str(), label.as_str());
            let times = self.source.get(action, &path).await?.item().times()?;
            let at = self.history.with_pacticipant(&times.created, name);
            let record = Record::Label(LabelRecord {
                pacticipant: name.clone(),
                name: label,
                times,
            });
            self.history.add_record(&at, Rank::Label, record);
        }
        Ok(())
    }

    /// Reads the versions of every pacticipant, and what marks them.
    pub(super) async fn versions(&mut self) -> Result<(), ImportError> {
        let all = self.pacticipants.clone();
        for (done, name) in all.iter().enumerate() {
            let action = format!("reading the versions of {name}");
            let path = self.source.urls.versions(name.as_str());
            let answer = self.source.list(&action, &path, "versions").await?;
            // They come newest first.
            let mut items = answer.item().list("")?;
            items.reverse();
            self.versions_of(name, &items)?;
            self.marks(name, &items).await?;
            self.tell("reading versions of pacticipants", done + 1, all.len());
        }
        Ok(())
    }

    fn versions_of(
        &mut self,
        name: &PacticipantName,
        items: &[Item<'_>],
    ) -> Result<(), ImportError> {
        let mut at: Option<Timestamp> = None;
        for item in items {
            let Some(record) = self.keep(version(name, *item))? else {
                continue;
            };
            self.count_revisions(&record, *item);
            // A version never came before the one that stands before it in the list.
            let created = self.history.with_pacticipant(&record.times.created, name);
            let came = at.map_or(created.clone(), |at| at.max(created));
            self.history.version_came(name, &record.number, &came);
            self.history
                .add_record(&came, Rank::Version, Record::Version(record));
            at = Some(came);
        }
        Ok(())
    }

    /// Every revision of a pact is shown as one more link.
    fn count_revisions(&mut self, record: &VersionRecord, item: Item<'_>) {
        let links = item.links("pb:pact-versions");
        for (at, href) in links.iter().enumerate() {
            if !links[..at].contains(href) {
                continue;
            }
            let provider =
                after(href, "provider").and_then(|name| PacticipantName::parse(name).ok());
            if let Some(provider) = provider {
                let key = (record.pacticipant.clone(), record.number.clone(), provider);
                *self.revisions.entry(key).or_insert(1) += 1;
            }
        }
    }
}

fn environment(item: Item<'_>) -> Result<EnvironmentRecord, ImportError> {
    let contacts = item.list("/contacts")?;
    let contacts: Vec<_> = contacts.iter().map(|contact| contact.json).collect();
    Ok(EnvironmentRecord {
        uuid: item.name("/uuid")?,
        attributes: EnvironmentAttributes {
            name: item.name("/name")?,
            display_name: item.owned("/displayName")?,
            production: item.flag("/production")?.unwrap_or(false),
            contacts: serde_json::json!(contacts).to_string(),
        },
        times: item.times()?,
    })
}

fn pacticipant(item: Item<'_>) -> Result<PacticipantRecord, ImportError> {
    Ok(PacticipantRecord {
        name: item.name("/name")?,
        display_name: item.owned("/displayName")?,
        repository_url: item.owned("/repositoryUrl")?,
        repository_name: item.owned("/repositoryName")?,
        repository_namespace: item.owned("/repositoryNamespace")?,
        main_branch: item.optional_name("/mainBranch")?,
        times: item.times()?,
    })
}

fn version(pacticipant: &PacticipantName, item: Item<'_>) -> Result<VersionRecord, ImportError> {
    let times: Times = item.times()?;
    Ok(VersionRecord {
        pacticipant: pacticipant.clone(),
        number: item.name("/number")?,
        build_url: item.owned("/buildUrl")?,
        times,
    })
}
