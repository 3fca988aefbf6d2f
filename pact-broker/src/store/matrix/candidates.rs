//! The versions that a choice may mean, for several pacticipants at once.

use crate::domain::matrix::VersionChoice;
use crate::domain::text::{PacticipantId, VersionId};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

/// The keys of the versions of these pacticipants that the choice means.
pub(super) async fn of(
    tx: &mut Tx,
    choice: &VersionChoice,
    pacticipants: &[PacticipantId],
) -> Result<Vec<VersionId>, StoreError> {
    if pacticipants.is_empty() {
        return Ok(Vec::new());
    }
    let Some(statement) = statement(choice, pacticipants) else {
        return Ok(Vec::new());
    };
    let rows: Vec<(Option<VersionId>,)> = tx.all(statement).await?;
    Ok(rows.into_iter().filter_map(|(id,)| id).collect())
}

fn statement(choice: &VersionChoice, pacticipants: &[PacticipantId]) -> Option<Statement> {
    let of = |text| sql(text).ids(pacticipants);
    Some(match choice {
        VersionChoice::Any => return None,
        VersionChoice::Branch(branch) => of(
            "SELECT bv.version_id FROM branches b JOIN branch_versions bv ON bv.branch_id = b.id \
             WHERE b.pacticipant_id IN_LIST($1) AND b.name = $2",
        )
        .bind(branch),
        VersionChoice::BranchHead(branch) => of(
            "SELECT head_version_id FROM branches WHERE pacticipant_id IN_LIST($1) AND name = $2",
        )
        .bind(branch),
        VersionChoice::Environment(environment) => of(
            "SELECT d.version_id FROM current_deployments d WHERE d.pacticipant_id IN_LIST($1) \
             AND d.environment_id = (SELECT id FROM environments WHERE name = $2) \
             UNION SELECT r.version_id FROM released_versions r WHERE r.pacticipant_id IN_LIST($1) \
             AND r.environment_id = (SELECT id FROM environments WHERE name = $2) \
             AND r.support_ended_at IS NULL",
        )
        .bind(environment),
        VersionChoice::Latest => of(
            "SELECT (SELECT MAX(v.id) FROM versions v WHERE v.pacticipant_id = p.id) \
             FROM pacticipants p WHERE p.id IN_LIST($1)",
        ),
        VersionChoice::LatestTagged(tag) => of(
            "SELECT (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = p.id \
             AND t.name = $2) FROM pacticipants p WHERE p.id IN_LIST($1)",
        )
        .bind(tag),
        VersionChoice::MainBranch => of("SELECT bv.version_id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             JOIN branch_versions bv ON bv.branch_id = b.id WHERE p.id IN_LIST($1)"),
        VersionChoice::MainBranchHead => of("SELECT b.head_version_id FROM pacticipants p \
             JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
             WHERE p.id IN_LIST($1)"),
        VersionChoice::Number(number) => {
            of("SELECT id FROM versions WHERE pacticipant_id IN_LIST($1) AND number = $2")
                .bind(number)
        }
        VersionChoice::Tagged(tag) => {
            of("SELECT version_id FROM tags WHERE pacticipant_id IN_LIST($1) AND name = $2")
                .bind(tag)
        }
    })
}
