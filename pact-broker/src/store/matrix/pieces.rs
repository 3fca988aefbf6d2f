//! Who and which versions a question is about, with everything that marks them: several kinds of
//! facts in one answer, because each answer is a way to the database and back.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::environment::EnvironmentRef;
use crate::domain::matrix::Facts;
use crate::domain::matrix::facts::{ContractFact, PacticipantFact, VersionFact};
use crate::domain::text::{
    BranchName, EnvironmentName, PacticipantId, PacticipantName, TagName, Uuid, VersionId,
    VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::version::{BranchVersion, Tag};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

/// One fact. What its columns mean depends on what it is.
#[derive(sqlx::FromRow)]
pub(super) struct Piece {
    what: String,
    /// A pacticipant; of a contract the consumer; of everything else the version.
    id: i64,
    /// The pacticipant of a version; where a branch or tag stands among those of the version; the
    /// provider of a contract.
    place: i64,
    /// The version that has a contract, or 0 where none is meant.
    version: i64,
    /// Whether the version heads the branch or is the newest with the tag, or the environment is
    /// production.
    flag: bool,
    name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    uuid: Uuid,
    /// Of an environment; of a pacticipant its main branch.
    display_name: String,
    contacts: String,
}

/// Selects the pacticipants of these names. Statements begin with this, which tells the databases of
/// which type each column is.
pub(super) const NAMED_PACTICIPANTS: &str = "SELECT 'pacticipant' AS what, p.id AS id, \
    CAST(0 AS BIGINT) AS place, CAST(0 AS BIGINT) AS version, FALSE AS flag, p.name AS name, \
    '' AS created_at, '' AS updated_at, '' AS uuid, COALESCE(p.main_branch, '') AS display_name, \
    '' AS contacts FROM pacticipants p WHERE p.name IN_LIST($1) ";

/// Adds the pacticipants that `parties` lists.
pub(super) const PARTIES: &str = "UNION ALL SELECT 'pacticipant', p.id, 0, 0, FALSE, p.name, '', \
    '', '', COALESCE(p.main_branch, ''), '' FROM pacticipants p WHERE p.id IN_ROWS(parties) ";

/// Adds the environments that are known among those named.
pub(super) const KNOWN_ENVIRONMENTS: &str = "UNION ALL SELECT 'known', e.id, 0, 0, FALSE, e.name, \
    '', '', '', '', '' FROM environments e WHERE e.name IN_LIST($1) ";

/// Adds the contracts that `consumed` lists.
pub(super) const CONTRACTS: &str = "UNION ALL SELECT 'contract', c.consumer_id, c.provider_id, \
    COALESCE(c.version_id, 0), FALSE, '', '', '', '', '', '' FROM consumed c ";

/// Adds the versions that `chosen` lists, with their marks.
pub(super) const VERSIONS: &str = "UNION ALL SELECT 'version', v.id, v.pacticipant_id, 0, FALSE, \
    v.number, '', '', '', '', '' FROM versions v WHERE v.id IN_ROWS(chosen) \
    UNION ALL SELECT 'branch', bv.version_id, bv.id, 0, \
    (b.head_version_id IS NOT NULL AND b.head_version_id = bv.version_id), b.name, bv.created_at, \
    bv.updated_at, '', '', '' FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
    WHERE bv.version_id IN_ROWS(chosen) \
    UNION ALL SELECT 'tag', t.version_id, t.id, 0, NOT EXISTS (SELECT 1 FROM tags n \
    WHERE n.pacticipant_id = t.pacticipant_id AND n.name = t.name \
    AND n.version_id > t.version_id), t.name, t.created_at, t.updated_at, '', '', '' \
    FROM tags t WHERE t.version_id IN_ROWS(chosen) \
    UNION ALL SELECT 'environment', placed.version_id, 0, 0, e.production, e.name, e.created_at, \
    e.updated_at, e.uuid, e.display_name, e.contacts FROM (\
    SELECT d.version_id, d.environment_id FROM current_deployments d \
    WHERE d.version_id IN_ROWS(chosen) UNION SELECT r.version_id, r.environment_id \
    FROM released_versions r WHERE r.version_id IN_ROWS(chosen) AND r.support_ended_at IS NULL\
    ) AS placed JOIN environments e ON e.id = placed.environment_id";

/// Selects pacticipants and versions by their keys.
pub(super) fn by_keys(pacticipants: Vec<PacticipantId>, versions: Vec<VersionId>) -> Statement {
    const GIVEN: &str = "WITH parties (id) AS (SELECT p.id FROM pacticipants p WHERE p.id IN_LIST($1)), \
        chosen (id) AS (SELECT v.id FROM versions v WHERE v.id IN_LIST($2)) ";
    Statement::of_parts([
        sql(GIVEN).ids(pacticipants).ids(versions),
        sql(NAMED_PACTICIPANTS).texts::<&str>([]),
        sql(PARTIES),
        sql(VERSIONS),
    ])
}

/// Loads what a statement selects, and returns the names of environments that are known.
pub(super) async fn load(
    tx: &mut Tx,
    statement: Statement,
    facts: &mut Facts,
) -> Result<Vec<EnvironmentName>, StoreError> {
    let mut found = Found::default();
    tx.each(statement, |piece| found.take(piece)).await?;
    Ok(found.put_into(facts))
}

/// What was found, before the marks of versions are put to them.
#[derive(Default)]
pub(super) struct Found {
    pacticipants: Vec<PacticipantFact>,
    known_environments: Vec<EnvironmentName>,
    contracts: Vec<Piece>,
    versions: HashMap<VersionId, VersionFact>,
    /// With its place among those of the version.
    branches: Vec<(i64, BranchVersion)>,
    /// With its place among those of the version.
    tags: Vec<(i64, Tag)>,
    environments: Vec<(VersionId, EnvironmentRef)>,
}

impl Found {
    /// Takes one fact. Names were read as such before they were stored.
    pub(super) fn take(&mut self, piece: Piece) {
        let place = piece.place;
        match piece.what.as_str() {
            "pacticipant" => self.pacticipants.extend(pacticipant(piece)),
            "known" => self
                .known_environments
                .extend(EnvironmentName::parse(piece.name)),
            "contract" => self.contracts.push(piece),
            "version" => self
                .versions
                .extend(version(piece).map(|fact| (fact.id, fact))),
            "branch" => self
                .branches
                .extend(branch(piece).map(|branch| (place, branch))),
            "tag" => self.tags.extend(tag(piece).map(|tag| (place, tag))),
            _ => {
                let version = VersionId(piece.id);
                let found = environment(piece);
                self.environments
                    .extend(found.map(|environment| (version, environment)));
            }
        }
    }

    /// Adds everything to the facts, and returns the names of environments that are known.
    pub(super) fn put_into(mut self, facts: &mut Facts) -> Vec<EnvironmentName> {
        let named = self.pacticipants.into_iter().map(|fact| (fact.id, fact));
        facts.pacticipants.extend(named);
        for piece in self.contracts {
            add_contract(&piece, facts);
        }
        self.branches.sort_unstable_by_key(|(place, _)| *place);
        for (_, branch) in self.branches {
            if let Some(fact) = self.versions.get_mut(&branch.version_id) {
                fact.branches.push(branch);
            }
        }
        self.tags.sort_unstable_by_key(|(place, _)| *place);
        for (_, tag) in self.tags {
            if let Some(fact) = self.versions.get_mut(&tag.version_id) {
                fact.tags.push(tag);
            }
        }
        self.environments
            .sort_by(|(_, left), (_, right)| left.name.cmp(&right.name));
        for (version, environment) in self.environments {
            if let Some(fact) = self.versions.get_mut(&version) {
                fact.environments.push(environment);
            }
        }
        let shared = self.versions.into_iter();
        facts
            .versions
            .extend(shared.map(|(id, fact)| (id, Arc::new(fact))));
        self.known_environments
    }
}

fn pacticipant(piece: Piece) -> Option<PacticipantFact> {
    Some(PacticipantFact {
        id: PacticipantId(piece.id),
        name: PacticipantName::parse(piece.name).ok()?,
        main_branch: BranchName::parse(piece.display_name).ok(),
    })
}

/// Adds who consumes whom, and the version that has a contract for it if one is meant.
fn add_contract(piece: &Piece, facts: &mut Facts) {
    let (consumer, provider) = (PacticipantId(piece.id), PacticipantId(piece.place));
    facts.integrations.push((consumer, provider));
    if piece.version > 0 {
        facts.contracts.push(ContractFact {
            consumer,
            consumer_version: VersionId(piece.version),
            provider,
        });
    }
}

fn version(piece: Piece) -> Option<VersionFact> {
    Some(VersionFact {
        id: VersionId(piece.id),
        pacticipant: PacticipantId(piece.place),
        number: VersionNumber::parse(piece.name).ok()?,
        branches: Vec::new(),
        tags: Vec::new(),
        environments: Vec::new(),
    })
}

fn branch(piece: Piece) -> Option<BranchVersion> {
    Some(BranchVersion {
        version_id: VersionId(piece.id),
        branch: BranchName::parse(piece.name).ok()?,
        head: piece.flag,
        created_at: piece.created_at,
        updated_at: piece.updated_at,
    })
}

fn tag(piece: Piece) -> Option<Tag> {
    Some(Tag {
        version_id: VersionId(piece.id),
        name: TagName::parse(piece.name).ok()?,
        latest: piece.flag,
        created_at: piece.created_at,
        updated_at: piece.updated_at,
    })
}

fn environment(piece: Piece) -> Option<EnvironmentRef> {
    Some(EnvironmentRef {
        uuid: piece.uuid,
        name: EnvironmentName::parse(piece.name).ok()?,
        display_name: piece.display_name,
        production: piece.flag,
        contacts: piece.contacts,
        created_at: piece.created_at,
        updated_at: piece.updated_at,
    })
}
