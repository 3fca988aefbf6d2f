//! The model: what is known after a history as plain lists, and the decision by looking at all of
//! it. It shares no code with the product.

use pact_broker::domain::matrix::Decision;

use super::history::{Event, Question, To};

/// A version that exists; `order` tells when it was first mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) order: i64,
    pub(super) pacticipant: u8,
    pub(super) number: u8,
}

/// A contract that a version published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Publication {
    pub(super) order: i64,
    pub(super) version: i64,
    pub(super) consumer: u8,
    pub(super) provider: u8,
    pub(super) content: u8,
}

/// A result of a provider version for a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) order: i64,
    pub(super) version: i64,
    pub(super) consumer: u8,
    pub(super) provider: u8,
    pub(super) content: u8,
    pub(super) success: bool,
}

/// A version added to a branch; `order` tells when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) order: i64,
    pub(super) pacticipant: u8,
    pub(super) branch: u8,
    pub(super) version: i64,
}

/// What is known.
#[derive(Debug, Default)]
pub(super) struct World {
    clock: i64,
    /// The pacticipants that were ever mentioned.
    pub(super) known: Vec<u8>,
    pub(super) versions: Vec<Version>,
    pub(super) publications: Vec<Publication>,
    pub(super) results: Vec<Outcome>,
    pub(super) pairs: Vec<(u8, u8)>,
    pub(super) memberships: Vec<Membership>,
    /// The head of each branch.
    pub(super) heads: Vec<(u8, u8, i64)>,
    /// Who has a main branch, which is branch 0.
    pub(super) with_main: Vec<u8>,
    pub(super) tags: Vec<(i64, u8)>,
    /// Place, pacticipant, instance, version.
    pub(super) deployed: Vec<(u8, u8, bool, i64)>,
    pub(super) released: Vec<(u8, i64)>,
}

impl World {
    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    pub(super) fn apply(&mut self, event: &Event) {
        match *event {
            Event::Branch {
                pacticipant,
                version,
                branch,
            } => self.branch(pacticipant, version, branch),
            Event::DeleteBranch {
                pacticipant,
                branch,
            } => {
                self.memberships
                    .retain(|one| (one.pacticipant, one.branch) != (pacticipant, branch));
                self.heads
                    .retain(|(owner, name, _)| (*owner, *name) != (pacticipant, branch));
            }
            Event::DeletePact {
                consumer,
                version,
                provider,
            } => {
                if let Some(version) = self.find(consumer, version) {
                    self.publications
                        .retain(|one| (one.version, one.provider) != (version, provider));
                }
            }
            Event::DeleteVersion {
                pacticipant,
                version,
            } => self.delete(pacticipant, version),
            Event::Deploy {
                pacticipant,
                version,
                place,
                instance,
            } => {
                if let Some(version) = self.find(pacticipant, version) {
                    self.deployed.retain(|(at, who, slot, _)| {
                        (*at, *who, *slot) != (place, pacticipant, instance)
                    });
                    self.deployed.push((place, pacticipant, instance, version));
                }
            }
            Event::EndSupport {
                pacticipant,
                version,
                place,
            } => {
                if let Some(version) = self.find(pacticipant, version) {
                    self.released.retain(|one| *one != (place, version));
                }
            }
            Event::Publish {
                consumer,
                version,
                provider,
                content,
            } => {
                self.publish(consumer, version, provider, content);
            }
            Event::Release {
                pacticipant,
                version,
                place,
            } => {
                if let Some(version) = self.find(pacticipant, version) {
                    self.released.retain(|one| *one != (place, version));
                    self.released.push((place, version));
                }
            }
            Event::Tag {
                pacticipant,
                version,
                tag,
            } => {
                let version = self.mention(pacticipant, version);
                if !self.tags.contains(&(version, tag)) {
                    self.tags.push((version, tag));
                }
            }
            Event::Undeploy {
                pacticipant,
                place,
                instance,
            } => {
                self.deployed.retain(|(at, who, slot, _)| {
                    (*at, *who, *slot) != (place, pacticipant, instance)
                });
            }
            Event::Untag {
                pacticipant,
                version,
                tag,
            } => {
                if let Some(version) = self.find(pacticipant, version) {
                    self.tags.retain(|one| *one != (version, tag));
                }
            }
            Event::Verify {
                consumer,
                content,
                provider,
                version,
                success,
            } => {
                let known = self.publications.iter().any(|one| {
                    (one.consumer, one.provider, one.content) == (consumer, provider, content)
                });
                if known {
                    let version = self.mention(provider, version);
                    let order = self.tick();
                    self.results.push(Outcome {
                        order,
                        version,
                        consumer,
                        provider,
                        content,
                        success,
                    });
                }
            }
        }
    }

    fn tick(&mut self) -> i64 {
        self.clock += 1;
        self.clock
    }

    pub(super) fn find(&self, pacticipant: u8, number: u8) -> Option<i64> {
        let found = self
            .versions
            .iter()
            .find(|one| (one.pacticipant, one.number) == (pacticipant, number));
        found.map(|version| version.order)
    }

    fn know(&mut self, pacticipant: u8) {
        if !self.known.contains(&pacticipant) {
            self.known.push(pacticipant);
        }
    }

    fn mention(&mut self, pacticipant: u8, number: u8) -> i64 {
        self.know(pacticipant);
        self.find(pacticipant, number).unwrap_or_else(|| {
            let order = self.tick();
            self.versions.push(Version {
                order,
                pacticipant,
                number,
            });
            order
        })
    }

    fn branch(&mut self, pacticipant: u8, number: u8, branch: u8) {
        let version = self.mention(pacticipant, number);
        let known = self.memberships.iter().any(|one| {
            (one.pacticipant, one.branch, one.version) == (pacticipant, branch, version)
        });
        if !known {
            let order = self.tick();
            self.memberships.push(Membership {
                order,
                pacticipant,
                branch,
                version,
            });
            self.heads
                .retain(|(owner, name, _)| (*owner, *name) != (pacticipant, branch));
            self.heads.push((pacticipant, branch, version));
        }
        if branch == 0 && !self.with_main.contains(&pacticipant) {
            self.with_main.push(pacticipant);
        }
    }

    fn publish(&mut self, consumer: u8, number: u8, provider: u8, content: u8) {
        if let Some(version) = self.find(consumer, number) {
            let taken = self
                .publications
                .iter()
                .any(|one| (one.version, one.provider) == (version, provider));
            if taken {
                return;
            }
        }
        self.know(provider);
        let version = self.mention(consumer, number);
        let order = self.tick();
        self.publications.push(Publication {
            order,
            version,
            consumer,
            provider,
            content,
        });
        if !self.pairs.contains(&(consumer, provider)) {
            self.pairs.push((consumer, provider));
        }
    }

    fn delete(&mut self, pacticipant: u8, number: u8) {
        let Some(gone) = self.find(pacticipant, number) else {
            return;
        };
        self.versions.retain(|one| one.order != gone);
        self.publications.retain(|one| one.version != gone);
        self.results.retain(|one| one.version != gone);
        self.memberships.retain(|one| one.version != gone);
        self.tags.retain(|(version, _)| *version != gone);
        self.deployed.retain(|(_, _, _, version)| *version != gone);
        self.released.retain(|(_, version)| *version != gone);
        let headless: Vec<_> = self
            .heads
            .iter()
            .filter(|(_, _, head)| *head == gone)
            .copied()
            .collect();
        self.heads.retain(|(_, _, head)| *head != gone);
        for (owner, branch, _) in headless {
            let on = self
                .memberships
                .iter()
                .filter(|one| (one.pacticipant, one.branch) == (owner, branch));
            if let Some(newest) = on.map(|one| one.version).max() {
                self.heads.push((owner, branch, newest));
            }
        }
    }

    /// The versions of a pacticipant at a destination.
    fn at(&self, pacticipant: u8, to: To) -> Vec<i64> {
        let own = self
            .versions
            .iter()
            .filter(|one| one.pacticipant == pacticipant)
            .map(|one| one.order);
        match to {
            To::Environment(place) => own
                .filter(|version| {
                    self.released.contains(&(place, *version))
                        || self
                            .deployed
                            .iter()
                            .any(|one| (one.0, one.3) == (place, *version))
                })
                .collect(),
            To::Latest => own.max().into_iter().collect(),
            To::MainBranch => own
                .filter(|version| {
                    self.with_main.contains(&pacticipant)
                        && self.heads.contains(&(pacticipant, 0, *version))
                })
                .collect(),
            To::Tag(tag) => own
                .filter(|version| self.tags.contains(&(*version, tag)))
                .max()
                .into_iter()
                .collect(),
        }
    }

    /// The last result of each of these versions for a contract, with the version's key.
    fn last_results(&self, publication: &Publication, versions: &[i64]) -> Vec<(i64, bool)> {
        let mut last = Vec::new();
        for version in versions {
            let results = self.results.iter().filter(|one| {
                one.version == *version
                    && (one.consumer, one.provider, one.content)
                        == (
                            publication.consumer,
                            publication.provider,
                            publication.content,
                        )
            });
            let newest = results.max_by_key(|one| one.order);
            last.extend(newest.map(|one| (*version, one.success)));
        }
        last
    }

    /// The versions of a pacticipant that a question is about: the one it names, or else those at
    /// the destination.
    fn meant(&self, pacticipant: u8, question: &Question) -> Vec<i64> {
        let named = question.named().find(|(name, _)| *name == pacticipant);
        match named {
            Some((name, number)) => self.find(name, number).into_iter().collect(),
            None => self.at(pacticipant, question.to),
        }
    }

    /// Whether a question sets aside what a version, or none, of a pacticipant has to do with.
    fn set_aside(&self, question: &Question, pacticipant: u8, version: Option<i64>) -> bool {
        question.ignore.is_some_and(|(who, number)| {
            who == pacticipant
                && number.is_none_or(|number| {
                    version.is_some() && version == self.find(pacticipant, number)
                })
        })
    }

    /// Can the versions go there? No if one of them does not exist, unless it is to be ignored and
    /// its pacticipant does.
    /// Unknown if one of their contracts has no result by any version there, or they have none for
    /// a contract of a version there. No if one of these results is a failure. What is to be
    /// ignored changes nothing, and neither does how many rows are to be shown.
    pub(super) fn decide(&self, question: &Question) -> Decision {
        let ignored = |(who, number): (u8, u8)| {
            let to_ignore = question.ignore;
            to_ignore == Some((who, None)) || to_ignore == Some((who, Some(number)))
        };
        let is_missing = |(who, number)| {
            let may_be = self.known.contains(&who) && ignored((who, number));
            self.find(who, number).is_none() && !may_be
        };
        if question.named().any(is_missing) {
            return Decision::No;
        }
        let names = |pacticipant| question.named().any(|(name, _)| name == pacticipant);
        let (mut unknown, mut failed) = (false, false);
        for contract in &self.publications {
            let (consumer, provider) = (contract.consumer, contract.provider);
            let is_meant = self.meant(consumer, question).contains(&contract.version);
            if !is_meant || !(names(consumer) || names(provider)) {
                continue;
            }
            if self.set_aside(question, consumer, Some(contract.version)) {
                continue;
            }
            let results = self.last_results(contract, &self.meant(provider, question));
            unknown |= results.is_empty() && !self.set_aside(question, provider, None);
            failed |= results.iter().any(|(version, success)| {
                !success && !self.set_aside(question, provider, Some(*version))
            });
        }
        match (unknown, failed) {
            (true, _) => Decision::Unknown,
            (false, true) => Decision::No,
            (false, false) => Decision::Yes,
        }
    }
}
