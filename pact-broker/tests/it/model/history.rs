//! What may happen, and what may be asked.

use pact_broker::domain::matrix::{
    Destination, IgnoreSelector, LatestBy, MatrixQuery, MatrixSelector, VersionChoice,
};

use crate::support::scenario::{environment, name, tag, version};

pub(super) const PACTICIPANTS: u8 = 4;
const VERSIONS: u8 = 4;
const CONTENTS: u8 = 3;
const PLACES: u8 = 2;

/// Something that happens. Pacticipants, versions, contents and marks are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Branch {
        pacticipant: u8,
        version: u8,
        branch: u8,
    },
    DeleteBranch {
        pacticipant: u8,
        branch: u8,
    },
    DeletePact {
        consumer: u8,
        version: u8,
        provider: u8,
    },
    DeleteVersion {
        pacticipant: u8,
        version: u8,
    },
    Deploy {
        pacticipant: u8,
        version: u8,
        place: u8,
        instance: bool,
    },
    EndSupport {
        pacticipant: u8,
        version: u8,
        place: u8,
    },
    Publish {
        consumer: u8,
        version: u8,
        provider: u8,
        content: u8,
    },
    Release {
        pacticipant: u8,
        version: u8,
        place: u8,
    },
    Tag {
        pacticipant: u8,
        version: u8,
        tag: u8,
    },
    Undeploy {
        pacticipant: u8,
        place: u8,
        instance: bool,
    },
    Untag {
        pacticipant: u8,
        version: u8,
        tag: u8,
    },
    Verify {
        consumer: u8,
        content: u8,
        provider: u8,
        version: u8,
        success: bool,
    },
}

/// Where a version may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Environment(u8),
    Latest,
    MainBranch,
    Tag(u8),
}

/// A pacticipant and its version.
pub(super) type Named = (u8, u8);

/// Can this version go there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) asked: Named,
    /// A version of another pacticipant that shall go there with it.
    pub(super) beside: Option<Named>,
    pub(super) to: To,
    /// Results to set aside: those of a pacticipant, or of one version of it.
    pub(super) ignore: Option<(u8, Option<u8>)>,
    /// How many rows shall be shown.
    pub(super) limit: Option<u32>,
}

impl Question {
    /// The versions it names.
    pub(super) fn named(&self) -> impl Iterator<Item = Named> {
        std::iter::once(self.asked).chain(self.beside)
    }

    /// The question as the product takes it.
    pub(super) fn query(&self) -> MatrixQuery {
        let (destination, latest_by) = match self.to {
            To::Environment(place) => (
                Destination::Environment(environment(&place_name(place))),
                LatestBy::ConsumerVersionAndProviderVersion,
            ),
            To::Latest => (Destination::Latest, LatestBy::ConsumerVersion),
            To::MainBranch => (Destination::MainBranchHead, LatestBy::ConsumerVersion),
            To::Tag(number) => (
                Destination::LatestTagged(tag(&tag_name(number))),
                LatestBy::ConsumerVersion,
            ),
        };
        let selector = |(pacticipant, number): Named| MatrixSelector {
            pacticipant: name(&pacticipant_name(pacticipant)),
            versions: VersionChoice::Number(version(&number.to_string())),
        };
        let ignore = |(pacticipant, number): (u8, Option<u8>)| IgnoreSelector {
            pacticipant: name(&pacticipant_name(pacticipant)),
            version: number.map(|number| version(&number.to_string())),
        };
        MatrixQuery {
            selectors: self.named().map(selector).collect(),
            destination: Some(destination),
            ignore: self.ignore.map(ignore).into_iter().collect(),
            latest_by: Some(latest_by),
            success: Vec::new(),
            limit: self.limit,
        }
    }
}

pub(super) fn pacticipant_name(number: u8) -> String {
    format!("p{number}")
}

pub(super) fn place_name(number: u8) -> String {
    format!("place{number}")
}

pub(super) fn tag_name(number: u8) -> String {
    format!("tag{number}")
}

/// Branch 0 is one that becomes the main branch.
pub(super) fn branch_name(number: u8) -> String {
    if number == 0 {
        "main".to_owned()
    } else {
        format!("feat/{number}")
    }
}

/// Every question there is about one version, with nothing set aside and every row shown.
pub(super) fn questions() -> Vec<Question> {
    let mut questions = Vec::new();
    for pacticipant in 0..PACTICIPANTS {
        for version in 0..VERSIONS {
            let places = (0..PLACES).map(To::Environment);
            for to in places.chain([To::Latest, To::MainBranch, To::Tag(0)]) {
                questions.push(Question {
                    asked: (pacticipant, version),
                    beside: None,
                    to,
                    ignore: None,
                    limit: None,
                });
            }
        }
    }
    questions
}

/// A small generator of numbers that are the same everywhere for the same seed (`SplitMix64`).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Some questions of many, each with a second version, with something to ignore and with a
    /// limit as it may be.
    pub(super) fn some(&mut self, of: &[Question], count: usize) -> Vec<Question> {
        (0..count)
            .map(|_| {
                let question = of[(self.next() % of.len() as u64) as usize];
                self.vary(question)
            })
            .collect()
    }

    fn vary(&mut self, mut question: Question) -> Question {
        let version = self.below(VERSIONS);
        if self.below(3) == 0 {
            let step = 1 + self.below(PACTICIPANTS - 1);
            let other = (question.asked.0 + step) % PACTICIPANTS;
            question.beside = Some((other, version));
        }
        if self.below(3) == 0 {
            let of_one = self.below(2) == 0;
            let number = self.below(VERSIONS);
            question.ignore = Some((self.below(PACTICIPANTS), of_one.then_some(number)));
        }
        question.limit = (self.below(2) == 0).then(|| 1 + u32::from(self.below(2)));
        question
    }

    fn below(&mut self, limit: u8) -> u8 {
        (self.next() % u64::from(limit)) as u8
    }
}

/// A history of some dozens of events, most of them publications, results and deployments.
pub(super) fn history(random: &mut Random) -> Vec<Event> {
    let length = 8 + random.below(40);
    (0..length).map(|_| event(random)).collect()
}

#[expect(clippy::too_many_lines, reason = "one arm for each event")]
fn event(random: &mut Random) -> Event {
    let pacticipant = random.below(PACTICIPANTS);
    let other = (pacticipant + 1 + random.below(PACTICIPANTS - 1)) % PACTICIPANTS;
    let (version, place, mark) = (
        random.below(VERSIONS),
        random.below(PLACES),
        random.below(2),
    );
    let (content, chance) = (random.below(CONTENTS), random.below(4) == 0);
    match random.below(24) {
        0..=5 => Event::Publish {
            consumer: pacticipant,
            version,
            provider: other,
            content,
        },
        6..=12 => Event::Verify {
            consumer: pacticipant,
            content,
            provider: other,
            version,
            success: !chance,
        },
        13..=15 => Event::Deploy {
            pacticipant,
            version,
            place,
            instance: chance,
        },
        16 => Event::Release {
            pacticipant,
            version,
            place,
        },
        17 => Event::Branch {
            pacticipant,
            version,
            branch: mark,
        },
        18 => Event::Tag {
            pacticipant,
            version,
            tag: mark,
        },
        19 => Event::Undeploy {
            pacticipant,
            place,
            instance: chance,
        },
        20 => Event::EndSupport {
            pacticipant,
            version,
            place,
        },
        21 => Event::Untag {
            pacticipant,
            version,
            tag: mark,
        },
        22 if chance => Event::DeleteVersion {
            pacticipant,
            version,
        },
        22 => Event::DeletePact {
            consumer: pacticipant,
            version,
            provider: other,
        },
        _ if chance => Event::DeleteBranch {
            pacticipant,
            branch: mark,
        },
        _ => Event::Branch {
            pacticipant,
            version,
            branch: 0,
        },
    }
}
