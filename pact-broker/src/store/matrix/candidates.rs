//! The versions that a choice may mean, for several pacticipants at once.

use crate::domain::matrix::VersionChoice;
use crate::store::statement::{Statement, sql};

/// Selects the keys of the versions that a choice means, of the pacticipants that `owners` lists;
/// nothing when any version will do.
pub(super) fn of(choice: &VersionChoice) -> Option<Statement> {
    Some(match choice {
        VersionChoice::Any => return None,
        VersionChoice::Branch(branch) => sql("SELECT bv.version_id AS id FROM branches b \
             JOIN branch_versions bv ON bv.branch_id = b.id \
             WHERE b.pacticipant_id IN_ROWS(owners) AND b.name = $1")
        .bind(branch),
        VersionChoice::BranchHead(branch) => sql("SELECT head_version_id AS id FROM branches \
             WHERE pacticipant_id IN_ROWS(owners) AND name = $1")
        .bind(branch),
        VersionChoice::Environment(environment) => {
            sql("SELECT d.version_id AS id FROM current_deployments d \
             WHERE d.pacticipant_id IN_ROWS(owners) \
             AND d.environment_id = (SELECT id FROM environments WHERE name = $1) \
             UNION SELECT r.version_id FROM released_versions r \
             WHERE r.pacticipant_id IN_ROWS(owners) \
             AND r.environment_id = (SELECT id FROM environments WHERE name = $1) \
             AND r.support_ended_at IS NULL")
            .bind(environment)
        }
        VersionChoice::Latest => sql(
            "SELECT (SELECT MAX(v.id) FROM versions v WHERE v.pacticipant_id = p.id) AS id \
             FROM pacticipants p WHERE p.id IN_ROWS(owners)",
        ),
        VersionChoice::LatestTagged(tag) => sql(
            "SELECT (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = p.id \
             AND t.name = $1) AS id FROM pacticipants p WHERE p.id IN_ROWS(owners)",
        )
        .bind(tag),
        VersionChoice::MainBranch => sql("SELECT bv.version_id AS id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             JOIN branch_versions bv ON bv.branch_id = b.id WHERE p.id IN_ROWS(owners)"),
        VersionChoice::MainBranchHead => sql("SELECT b.head_version_id AS id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             WHERE p.id IN_ROWS(owners)"),
        VersionChoice::Number(number) => sql("SELECT id FROM versions \
             WHERE pacticipant_id IN_ROWS(owners) AND number = $1")
        .bind(number),
        VersionChoice::Tagged(tag) => sql("SELECT version_id AS id FROM tags \
             WHERE pacticipant_id IN_ROWS(owners) AND name = $1")
        .bind(tag),
    })
}
