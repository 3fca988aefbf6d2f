//! The versions that a choice may mean, for several pacticipants at once.

use crate::domain::matrix::VersionChoice;
use crate::store::statement::Value;

/// Selects the keys of the versions of the pacticipants `$1` that a choice means, with what is `$2`;
/// nothing when any version will do.
pub(super) fn of(choice: &VersionChoice) -> Option<(&'static str, Option<Value>)> {
    Some(match choice {
        VersionChoice::Any => return None,
        VersionChoice::Branch(branch) => (
            "SELECT bv.version_id FROM branches b JOIN branch_versions bv ON bv.branch_id = b.id \
             WHERE b.pacticipant_id IN_LIST($1) AND b.name = $2",
            Some(branch.into()),
        ),
        VersionChoice::BranchHead(branch) => (
            "SELECT head_version_id FROM branches WHERE pacticipant_id IN_LIST($1) AND name = $2",
            Some(branch.into()),
        ),
        VersionChoice::Environment(environment) => (
            "SELECT d.version_id FROM current_deployments d WHERE d.pacticipant_id IN_LIST($1) \
             AND d.environment_id = (SELECT id FROM environments WHERE name = $2) \
             UNION SELECT r.version_id FROM released_versions r WHERE r.pacticipant_id IN_LIST($1) \
             AND r.environment_id = (SELECT id FROM environments WHERE name = $2) \
             AND r.support_ended_at IS NULL",
            Some(environment.into()),
        ),
        VersionChoice::Latest => (
            "SELECT (SELECT MAX(v.id) FROM versions v WHERE v.pacticipant_id = p.id) \
             FROM pacticipants p WHERE p.id IN_LIST($1)",
            None,
        ),
        VersionChoice::LatestTagged(tag) => (
            "SELECT (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = p.id \
             AND t.name = $2) FROM pacticipants p WHERE p.id IN_LIST($1)",
            Some(tag.into()),
        ),
        VersionChoice::MainBranch => (
            "SELECT bv.version_id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             JOIN branch_versions bv ON bv.branch_id = b.id WHERE p.id IN_LIST($1)",
            None,
        ),
        VersionChoice::MainBranchHead => (
            "SELECT b.head_version_id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             WHERE p.id IN_LIST($1)",
            None,
        ),
        VersionChoice::Number(number) => (
            "SELECT id FROM versions WHERE pacticipant_id IN_LIST($1) AND number = $2",
            Some(number.into()),
        ),
        VersionChoice::Tagged(tag) => (
            "SELECT version_id FROM tags WHERE pacticipant_id IN_LIST($1) AND name = $2",
            Some(tag.into()),
        ),
    })
}
