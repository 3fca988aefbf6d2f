//! What marks versions: branches and tags.

use crate::domain::text::{BranchName, PacticipantName, TagName, VersionNumber};
use crate::domain::time::Timestamp;
use crate::import::error::ImportError;
use crate::import::gather::Gather;
use crate::import::history::Rank;
use crate::import::item::Item;
use crate::store::import::{BranchRecord, MembershipRecord, Record, TagRecord, Times};

/// A branch as the list of branches shows it.
struct Listed {
    name: BranchName,
    times: Times,
}

impl Gather<'_> {
    /// Reads what marks the versions of a pacticipant, which come oldest first.
    pub(super) async fn marks(
        &mut self,
        name: &PacticipantName,
        versions: &[Item<'_>],
    ) -> Result<(), ImportError> {
        let listed = match self.branching.contains(name) {
            true => self.branches(name).await?,
            false => Vec::new(),
        };
        self.memberships(name, versions, &listed)?;
        self.tags(name, versions).await
    }

    /// Reads the branches, the one used last coming last.
    async fn branches(&mut self, name: &PacticipantName) -> Result<Vec<Listed>, ImportError> {
        let action = format!("reading the branches of {name}");
        let path = self.source.urls.branches(name.as_str());
        let answer = self.source.list(&action, &path, "branches").await?;
        let mut branches = Vec::new();
        for item in answer.item().list("")? {
            let read = item.name("/name").and_then(|name| {
                let times = item.times()?;
                Ok(Listed { name, times })
            });
            branches.extend(self.keep(read)?);
        }
        branches.reverse();
        for branch in &branches {
            self.branch(name, &branch.name, &branch.times);
        }
        Ok(branches)
    }

    fn branch(&mut self, pacticipant: &PacticipantName, name: &BranchName, times: &Times) {
        let at = self.history.with_pacticipant(&times.created, pacticipant);
        self.history.branch_came(pacticipant, name, &at);
        let record = Record::Branch(BranchRecord {
            pacticipant: pacticipant.clone(),
            name: name.clone(),
            times: times.clone(),
        });
        self.history.add_record(&at, Rank::Branch, record);
    }

    /// Puts the versions on their branches. That a version became the head is what the branch was
    /// last changed by.
    fn memberships(
        &mut self,
        pacticipant: &PacticipantName,
        versions: &[Item<'_>],
        listed: &[Listed],
    ) -> Result<(), ImportError> {
        let mut heads: Vec<(usize, MembershipRecord)> = Vec::new();
        for item in versions {
            let Ok(number) = item.name::<VersionNumber>("/number") else {
                continue;
            };
            let created = item.created()?;
            for branch in branches_of(*item)? {
                let Some(name) = self.keep(branch.name::<BranchName>("/name"))? else {
                    continue;
                };
                if !self.history.has_branch(pacticipant, &name) {
                    let times = Times {
                        created: created.clone(),
                        updated: created.clone(),
                    };
                    self.branch(pacticipant, &name, &times);
                }
                let head = branch.flag("/latest")?.unwrap_or(false);
                let record = MembershipRecord {
                    pacticipant: pacticipant.clone(),
                    branch: name.clone(),
                    version: number.clone(),
                    head,
                    created: created.clone(),
                };
                match listed
                    .iter()
                    .position(|one| one.name == name)
                    .filter(|_| head)
                {
                    Some(place) => heads.push((place, record)),
                    None => {
                        self.membership(record, &created);
                    }
                }
            }
        }
        self.heads(heads, listed);
        Ok(())
    }

    /// Makes heads in the order in which the list of branches shows that they became it.
    fn heads(&mut self, mut heads: Vec<(usize, MembershipRecord)>, listed: &[Listed]) {
        heads.sort_by_key(|(place, _)| *place);
        let mut last: Option<Timestamp> = None;
        for (place, record) in heads {
            let updated = &listed[place].times.updated;
            let at = last.map_or_else(|| updated.clone(), |last| last.max(updated.clone()));
            last = Some(self.membership(record, &at));
        }
    }

    /// Puts a version on a branch at a moment or once both are there, and returns when that was.
    fn membership(&mut self, record: MembershipRecord, at: &Timestamp) -> Timestamp {
        let at = self
            .history
            .with_version(at, &record.pacticipant, &record.version);
        let at = self
            .history
            .with_branch(&at, &record.pacticipant, &record.branch);
        self.history
            .add_record(&at, Rank::Membership, Record::Membership(record));
        at
    }

    /// Reads when each tag was put on that is not here yet.
    async fn tags(
        &mut self,
        pacticipant: &PacticipantName,
        versions: &[Item<'_>],
    ) -> Result<(), ImportError> {
        let mut wanted = Vec::new();
        let known = self.store.known_tags(pacticipant).await?;
        for item in versions {
            let Ok(number) = item.name::<VersionNumber>("/number") else {
                continue;
            };
            for tag in item.list("/_embedded/tags")? {
                let Some(tag) = self.keep(tag.name::<TagName>("/name"))? else {
                    continue;
                };
                let one = (number.clone(), tag);
                if known.contains(&one) {
                    self.report.count("tags").known += 1;
                } else {
                    wanted.push(one);
                }
            }
        }
        let source = self.source;
        let read = wanted.into_iter().map(async |(version, name)| {
            let action = format!("reading tag {name} of {pacticipant} {version}");
            let place = (pacticipant.as_str(), version.as_str(), name.as_str());
            let path = source.urls.tag(place.0, place.1, place.2);
            let times = source.get(action, &path).await?.item().times()?;
            Ok(TagRecord {
                pacticipant: pacticipant.clone(),
                version,
                name,
                times,
            })
        });
        for record in source.together(read).await? {
            let at = self.history.with_version(
                &record.times.created,
                &record.pacticipant,
                &record.version,
            );
            self.history.add_record(&at, Rank::Tag, Record::Tag(record));
        }
        Ok(())
    }
}

/// The branches a version is on; the older of two names for them is no longer shown by new brokers.
fn branches_of(item: Item<'_>) -> Result<Vec<Item<'_>>, ImportError> {
    let branches = item.list("/_embedded/branchVersions")?;
    if branches.is_empty() {
        return item.list("/_embedded/branches");
    }
    Ok(branches)
}
