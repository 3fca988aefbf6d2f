//! The world as the facts that the domain decides from: all of it, unnarrowed.

use std::sync::Arc;

use pact_broker::domain::environment::EnvironmentRef;
use pact_broker::domain::matrix::Facts;
use pact_broker::domain::matrix::facts::{
    ContractFact, PacticipantFact, PublicationFact, VerificationFact, VersionFact,
};
use pact_broker::domain::text::{
    ContentId, PactSha, PacticipantId, PublicationId, Uuid, VerificationId, VersionId,
};
use pact_broker::domain::time::Timestamp;
use pact_broker::domain::version::{BranchVersion, Tag};

use super::history::{branch_name, pacticipant_name, place_name, tag_name};
use super::world::{Version, World};
use crate::support::scenario::{branch, environment, name, tag, version};

fn moment() -> Timestamp {
    Timestamp::parse("2026-01-01").unwrap()
}

fn pacticipant(number: u8) -> PacticipantId {
    PacticipantId(i64::from(number) + 1)
}

fn content(consumer: u8, provider: u8, content: u8) -> ContentId {
    ContentId((i64::from(consumer) << 16) | (i64::from(provider) << 8) | i64::from(content))
}

/// Makes the facts of a world.
pub(super) fn of(world: &World) -> Facts {
    let mut facts = Facts::default();
    for &number in &world.known {
        let fact = PacticipantFact {
            id: pacticipant(number),
            name: name(&pacticipant_name(number)),
            main_branch: world
                .with_main
                .contains(&number)
                .then(|| branch(&branch_name(0))),
        };
        facts.pacticipants.insert(fact.id, fact);
    }
    for one in &world.versions {
        facts
            .versions
            .insert(VersionId(one.order), Arc::new(version_fact(world, one)));
    }
    facts.integrations = world
        .pairs
        .iter()
        .map(|pair| (pacticipant(pair.0), pacticipant(pair.1)))
        .collect();
    facts.contracts = world
        .publications
        .iter()
        .map(|one| ContractFact {
            consumer: pacticipant(one.consumer),
            consumer_version: VersionId(one.version),
            provider: pacticipant(one.provider),
        })
        .collect();
    facts.publications = world
        .publications
        .iter()
        .map(|one| PublicationFact {
            id: PublicationId(one.order),
            consumer: pacticipant(one.consumer),
            provider: pacticipant(one.provider),
            consumer_version: VersionId(one.version),
            content: content(one.consumer, one.provider, one.content),
            sha: PactSha::parse(one.content.to_string()).unwrap(),
            revision: 1,
            current: true,
            created_at: moment(),
        })
        .collect();
    facts.verifications = verifications(world);
    facts
}

fn verifications(world: &World) -> Vec<VerificationFact> {
    let key = |one: &super::world::Outcome| {
        (
            one.version,
            content(one.consumer, one.provider, one.content),
        )
    };
    let fact = |one: &super::world::Outcome| VerificationFact {
        id: VerificationId(one.order),
        content: key(one).1,
        provider_version: VersionId(one.version),
        success: one.success,
        latest: world
            .results
            .iter()
            .all(|other| key(other) != key(one) || other.order <= one.order),
        executed_at: moment(),
    };
    world.results.iter().map(fact).collect()
}

fn version_fact(world: &World, one: &Version) -> VersionFact {
    let id = VersionId(one.order);
    let memberships = world
        .memberships
        .iter()
        .filter(|membership| membership.version == one.order);
    let tags = world
        .tags
        .iter()
        .filter(|(version, _)| *version == one.order);
    let deployed = world
        .deployed
        .iter()
        .filter(|row| row.3 == one.order)
        .map(|row| row.0);
    let released = world
        .released
        .iter()
        .filter(|row| row.1 == one.order)
        .map(|row| row.0);
    VersionFact {
        id,
        pacticipant: pacticipant(one.pacticipant),
        number: version(&one.number.to_string()),
        branches: memberships
            .map(|membership| BranchVersion {
                version_id: id,
                branch: branch(&branch_name(membership.branch)),
                head: world
                    .heads
                    .contains(&(one.pacticipant, membership.branch, one.order)),
                created_at: moment(),
                updated_at: moment(),
            })
            .collect(),
        tags: tags
            .map(|(_, number)| Tag {
                version_id: id,
                name: tag(&tag_name(*number)),
                latest: false,
                created_at: moment(),
                updated_at: moment(),
            })
            .collect(),
        environments: deployed.chain(released).map(place).collect(),
    }
}

fn place(number: u8) -> EnvironmentRef {
    EnvironmentRef {
        uuid: Uuid::parse(place_name(number)).unwrap(),
        name: environment(&place_name(number)),
        display_name: place_name(number),
        production: false,
        contacts: "[]".to_owned(),
        created_at: moment(),
        updated_at: moment(),
    }
}
