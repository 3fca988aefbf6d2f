//! Versions with everything that marks them, loaded in one statement.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::environment::EnvironmentRef;
use crate::domain::matrix::facts::VersionFact;
use crate::domain::matrix::{Facts, VersionChoice};
use crate::domain::text::{
    BranchName, EnvironmentName, PacticipantId, TagName, Uuid, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::version::{BranchVersion, Tag};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::matrix::candidates;
use crate::store::statement::Statement;

/// A version itself, or a branch it is on, a tag it carries, an environment it is in now.
#[derive(sqlx::FromRow)]
struct Mark {
    what: String,
    version_id: VersionId,
    /// The pacticipant of a version; where a branch or tag stands among those of the version.
    place: i64,
    /// Whether it heads the branch, is the newest with the tag, or the environment is production.
    flag: bool,
    name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    uuid: Uuid,
    display_name: String,
    contacts: String,
}

/// The marks of the versions that `chosen` lists.
const MARKS: &str = "SELECT 'version' AS what, v.id AS version_id, v.pacticipant_id AS place, \
    FALSE AS flag, v.number AS name, '' AS created_at, '' AS updated_at, '' AS uuid, \
    '' AS display_name, '' AS contacts FROM versions v WHERE v.id IN_ROWS(chosen) \
    UNION ALL SELECT 'branch', bv.version_id, bv.id, \
    (b.head_version_id IS NOT NULL AND b.head_version_id = bv.version_id), b.name, bv.created_at, \
    bv.updated_at, '', '', '' FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
    WHERE bv.version_id IN_ROWS(chosen) \
    UNION ALL SELECT 'tag', t.version_id, t.id, NOT EXISTS (SELECT 1 FROM tags n \
    WHERE n.pacticipant_id = t.pacticipant_id AND n.name = t.name \
    AND n.version_id > t.version_id), t.name, t.created_at, t.updated_at, '', '', '' \
    FROM tags t WHERE t.version_id IN_ROWS(chosen) \
    UNION ALL SELECT 'environment', placed.version_id, 0, e.production, e.name, e.created_at, \
    e.updated_at, e.uuid, e.display_name, e.contacts FROM (\
    SELECT d.version_id, d.environment_id FROM current_deployments d \
    WHERE d.version_id IN_ROWS(chosen) UNION SELECT r.version_id, r.environment_id \
    FROM released_versions r WHERE r.version_id IN_ROWS(chosen) AND r.support_ended_at IS NULL\
    ) AS placed JOIN environments e ON e.id = placed.environment_id";

/// The chosen versions are those whose keys are bound.
const GIVEN: &str = "WITH chosen (id) AS (SELECT v.id FROM versions v WHERE v.id IN_LIST($1)) ";

/// Loads the versions of these pacticipants that a choice means.
pub(super) async fn choose(
    tx: &mut Tx,
    choice: &VersionChoice,
    pacticipants: &[PacticipantId],
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let Some((select, mark)) = candidates::of(choice).filter(|_| !pacticipants.is_empty()) else {
        return Ok(());
    };
    let marks = Statement::joined(&["WITH chosen (id) AS (", select, ") ", MARKS]);
    let mut marks = marks.ids(pacticipants);
    if let Some(mark) = mark {
        marks = marks.bind(mark);
    }
    add(tx.all(marks).await?, facts);
    Ok(())
}

/// Loads the versions that are not among the facts yet.
pub(super) async fn load(
    tx: &mut Tx,
    versions: impl IntoIterator<Item = VersionId>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let missing: HashSet<_> = versions
        .into_iter()
        .filter(|id| !facts.versions.contains_key(id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let marks = Statement::joined(&[GIVEN, MARKS]).ids(missing);
    add(tx.all(marks).await?, facts);
    Ok(())
}

/// Puts versions together with what marks them.
fn add(mut marks: Vec<Mark>, facts: &mut Facts) {
    marks.sort_by(|left, right| (left.place, &left.name).cmp(&(right.place, &right.name)));
    let (versions, marks): (Vec<_>, Vec<_>) =
        marks.into_iter().partition(|mark| mark.what == "version");
    let bare = |mark: Mark| {
        let fact = VersionFact {
            id: mark.version_id,
            pacticipant: PacticipantId(mark.place),
            number: VersionNumber::parse(mark.name).ok()?,
            branches: Vec::new(),
            tags: Vec::new(),
            environments: Vec::new(),
        };
        Some((fact.id, fact))
    };
    let mut loaded: HashMap<_, _> = versions.into_iter().filter_map(bare).collect();
    for mark in marks {
        if let Some(fact) = loaded.get_mut(&mark.version_id) {
            put(mark, fact);
        }
    }
    let shared = loaded.into_iter().map(|(id, fact)| (id, Arc::new(fact)));
    facts.versions.extend(shared);
}

/// Adds what marks a version to it. Names were read as such before they were stored.
fn put(mark: Mark, fact: &mut VersionFact) {
    let (version_id, created_at, updated_at) = (mark.version_id, mark.created_at, mark.updated_at);
    match mark.what.as_str() {
        "branch" => fact
            .branches
            .extend(BranchName::parse(mark.name).map(|branch| BranchVersion {
                version_id,
                branch,
                head: mark.flag,
                created_at,
                updated_at,
            })),
        "tag" => fact.tags.extend(TagName::parse(mark.name).map(|name| Tag {
            version_id,
            name,
            latest: mark.flag,
            created_at,
            updated_at,
        })),
        _ => {
            fact.environments
                .extend(
                    EnvironmentName::parse(mark.name).map(|name| EnvironmentRef {
                        uuid: mark.uuid,
                        name,
                        display_name: mark.display_name,
                        production: mark.flag,
                        contacts: mark.contacts,
                        created_at,
                        updated_at,
                    }),
                );
        }
    }
}
