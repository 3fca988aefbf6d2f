//! One statement for each kind of selector.
//!
//! Each starts from the provider's integrations and reaches a version of each consumer by a key,
//! so its cost is the number of consumers, not the length of their history.

use crate::domain::pact::PactPublication;
use crate::domain::selector::{Hit, InEnvironment, ResolvedKind, SelectorKind};
use crate::domain::text::{BranchName, EnvironmentName, PacticipantId, TagName};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{FROM_CURRENT, PUBLICATION};
use crate::store::statement::Statement;

/// The consumers whose pacts with a provider are looked for.
#[derive(Clone, Copy)]
pub(super) struct Among<'a> {
    pub(super) provider: PacticipantId,
    pub(super) consumers: &'a [PacticipantId],
}

/// A publication with the branch, tag or environment it was found by.
#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    publication: PactPublication,
    mark: String,
    production: bool,
    instance: Option<String>,
}

const CONSUMERS: &str = "FROM integrations i JOIN pacticipants con ON con.id = i.consumer_id ";

/// Follows the joins that reach a version of each consumer, and is followed by that version.
///
/// What is reached is the current publication `cur` of that version for the provider. The cross
/// join keeps SQLite from starting at the publications, of which there are many.
const PACTS: &str = "CROSS JOIN current_publications cur \
    JOIN publications pub ON pub.id = cur.publication_id JOIN contents c ON c.id = cur.content_id \
    JOIN versions v ON v.id = cur.consumer_version_id \
    JOIN pacticipants pro ON pro.id = cur.provider_id \
    WHERE i.provider_id = $1 AND i.consumer_id IN_LIST($2) \
    AND cur.provider_id = i.provider_id AND cur.consumer_version_id = ";

/// The publications that a selector chooses among the consumers.
pub(super) async fn of(
    tx: &mut Tx,
    among: Among<'_>,
    kind: &SelectorKind,
) -> Result<Vec<Hit>, StoreError> {
    if among.consumers.is_empty() {
        return Ok(Vec::new());
    }
    match kind {
        SelectorKind::AllTagged(tag) => all_tagged(tx, among, tag).await,
        SelectorKind::AnyBranch => {
            let on = "JOIN branches b ON b.pacticipant_id = i.consumer_id ";
            let rows = tx.all(branch_heads(among, on, "")).await?;
            Ok(hits(rows, |row| branch_kind(row, None)))
        }
        SelectorKind::Branch { branch, fallback } => {
            on_branch(tx, among, branch, fallback.as_ref()).await
        }
        SelectorKind::Deployed(environment) => deployed(tx, among, environment.as_ref()).await,
        SelectorKind::DeployedOrReleased(environment) => {
            both(tx, among, environment.as_ref()).await
        }
        SelectorKind::Environment(environment) => both(tx, among, Some(environment)).await,
        SelectorKind::Latest => {
            let parts = [
                PUBLICATION,
                ", '' AS mark, FALSE AS production, NULL AS instance ",
                CONSUMERS,
                PACTS,
                "(SELECT MAX(n.consumer_version_id) FROM current_publications n \
                 WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id)",
            ];
            let statement = Statement::joined(&parts)
                .bind(among.provider)
                .ids(among.consumers);
            Ok(hits(tx.all(statement).await?, |_| {
                Some(ResolvedKind::Latest)
            }))
        }
        SelectorKind::LatestTagged { tag, fallback } => {
            latest_tagged(tx, among, tag, fallback.as_ref()).await
        }
        SelectorKind::MainBranch => {
            let on =
                "JOIN branches b ON b.pacticipant_id = i.consumer_id AND b.name = con.main_branch ";
            let rows = tx.all(branch_heads(among, on, "")).await?;
            Ok(hits(rows, |row: &Row| {
                Some(ResolvedKind::MainBranch {
                    branch: BranchName::parse(&*row.mark).ok()?,
                })
            }))
        }
        SelectorKind::MatchingBranch => Ok(Vec::new()),
        SelectorKind::Released(environment) => released(tx, among, environment.as_ref()).await,
    }
}

fn hits(rows: Vec<Row>, kind: impl Fn(&Row) -> Option<ResolvedKind>) -> Vec<Hit> {
    rows.into_iter()
        .filter_map(|row| {
            let kind = kind(&row)?;
            Some(Hit {
                publication: row.publication,
                kind,
                consumer: None,
            })
        })
        .collect()
}

fn branch_kind(row: &Row, fallback_for: Option<&BranchName>) -> Option<ResolvedKind> {
    let branch = BranchName::parse(&*row.mark).ok()?;
    Some(ResolvedKind::Branch {
        branch,
        fallback_for: fallback_for.cloned(),
    })
}

fn place_of(row: &Row) -> Option<InEnvironment> {
    Some(InEnvironment {
        production: row.production,
        environment: EnvironmentName::parse(&*row.mark).ok()?,
        application_instance: row.instance.clone(),
    })
}

/// Selects the pacts of the heads of the branches that a join reaches.
fn branch_heads(among: Among<'_>, on: &'static str, condition: &'static str) -> Statement {
    let parts = [
        PUBLICATION,
        ", b.name AS mark, FALSE AS production, NULL AS instance ",
        CONSUMERS,
        on,
        PACTS,
        "b.head_version_id ",
        condition,
    ];
    Statement::joined(&parts)
        .bind(among.provider)
        .ids(among.consumers)
}

/// The heads of a branch, and of the fallback for the consumers that do not have the branch.
async fn on_branch(
    tx: &mut Tx,
    among: Among<'_>,
    branch: &BranchName,
    fallback: Option<&BranchName>,
) -> Result<Vec<Hit>, StoreError> {
    let named = "JOIN branches b ON b.pacticipant_id = i.consumer_id AND b.name = $3 ";
    let rows = tx.all(branch_heads(among, named, "").bind(branch)).await?;
    let mut found = hits(rows, |row| branch_kind(row, None));
    if let Some(fallback) = fallback {
        let lacking = "AND NOT EXISTS (SELECT 1 FROM branches own \
            WHERE own.pacticipant_id = i.consumer_id AND own.name = $4)";
        let statement = branch_heads(among, named, lacking)
            .bind(fallback)
            .bind(branch);
        found.extend(hits(tx.all(statement).await?, |row| {
            branch_kind(row, Some(branch))
        }));
    }
    Ok(found)
}

async fn all_tagged(tx: &mut Tx, among: Among<'_>, tag: &TagName) -> Result<Vec<Hit>, StoreError> {
    let parts = [
        PUBLICATION,
        ", t.name AS mark, FALSE AS production, NULL AS instance ",
        CONSUMERS,
        "JOIN tags t ON t.pacticipant_id = i.consumer_id AND t.name = $3 ",
        PACTS,
        "t.version_id",
    ];
    let statement = Statement::joined(&parts)
        .bind(among.provider)
        .ids(among.consumers);
    let rows = tx.all(statement.bind(tag)).await?;
    Ok(hits(rows, |_| {
        Some(ResolvedKind::Tagged { tag: tag.clone() })
    }))
}

/// The newest versions with a tag; with the fallback tag when no consumer has a pact for it.
async fn latest_tagged(
    tx: &mut Tx,
    among: Among<'_>,
    tag: &TagName,
    fallback: Option<&TagName>,
) -> Result<Vec<Hit>, StoreError> {
    let mut found = Vec::new();
    for (name, fallback_for) in [(Some(tag), None), (fallback, Some(tag))] {
        let Some(name) = name.filter(|_| found.is_empty()) else {
            continue;
        };
        let parts = [
            PUBLICATION,
            ", '' AS mark, FALSE AS production, NULL AS instance ",
            CONSUMERS,
            PACTS,
            "(SELECT MAX(t.version_id) FROM tags t \
             WHERE t.pacticipant_id = i.consumer_id AND t.name = $3)",
        ];
        let statement = Statement::joined(&parts)
            .bind(among.provider)
            .ids(among.consumers);
        let rows = tx.all(statement.bind(name)).await?;
        let fallback_for = fallback_for.cloned();
        found = hits(rows, |_| {
            let (tag, fallback_for) = (name.clone(), fallback_for.clone());
            Some(ResolvedKind::LatestTagged { tag, fallback_for })
        });
    }
    Ok(found)
}

async fn both(
    tx: &mut Tx,
    among: Among<'_>,
    environment: Option<&EnvironmentName>,
) -> Result<Vec<Hit>, StoreError> {
    let mut found = deployed(tx, among, environment).await?;
    found.extend(released(tx, among, environment).await?);
    Ok(found)
}

async fn deployed(
    tx: &mut Tx,
    among: Among<'_>,
    environment: Option<&EnvironmentName>,
) -> Result<Vec<Hit>, StoreError> {
    let parts = [
        PUBLICATION,
        ", e.name AS mark, e.production, nullif(d.instance, '') AS instance ",
        CONSUMERS,
        "JOIN current_deployments d ON d.pacticipant_id = i.consumer_id \
         JOIN environments e ON e.id = d.environment_id ",
        PACTS,
        "d.version_id AND ($3 IS NULL OR e.name = $3)",
    ];
    let statement = Statement::joined(&parts)
        .bind(among.provider)
        .ids(among.consumers);
    let rows = tx.all(statement.bind(environment)).await?;
    Ok(hits(rows, |row| place_of(row).map(ResolvedKind::Deployed)))
}

async fn released(
    tx: &mut Tx,
    among: Among<'_>,
    environment: Option<&EnvironmentName>,
) -> Result<Vec<Hit>, StoreError> {
    let parts = [
        PUBLICATION,
        ", e.name AS mark, e.production, NULL AS instance ",
        CONSUMERS,
        "JOIN released_versions r ON r.pacticipant_id = i.consumer_id \
         AND r.support_ended_at IS NULL JOIN environments e ON e.id = r.environment_id ",
        PACTS,
        "r.version_id AND ($3 IS NULL OR e.name = $3)",
    ];
    let statement = Statement::joined(&parts)
        .bind(among.provider)
        .ids(among.consumers);
    let rows = tx.all(statement.bind(environment)).await?;
    Ok(hits(rows, |row| place_of(row).map(ResolvedKind::Released)))
}

/// The pacts published since a moment that belong to the head of a branch or to the newest
/// version with a tag.
pub(super) async fn heads_since(
    tx: &mut Tx,
    provider: PacticipantId,
    since: &Timestamp,
) -> Result<Vec<Hit>, StoreError> {
    const SINCE: &str = "WHERE cur.provider_id = $1 AND cur.created_at > $2";
    let on_branches = Statement::joined(&[
        PUBLICATION,
        ", b.name AS mark, FALSE AS production, NULL AS instance ",
        FROM_CURRENT,
        "JOIN branches b ON b.head_version_id = cur.consumer_version_id ",
        SINCE,
    ]);
    let rows = tx.all(on_branches.bind(provider).bind(since)).await?;
    let mut found = hits(rows, |row| branch_kind(row, None));
    let tagged = Statement::joined(&[
        PUBLICATION,
        ", t.name AS mark, FALSE AS production, NULL AS instance ",
        FROM_CURRENT,
        "JOIN tags t ON t.version_id = cur.consumer_version_id AND NOT EXISTS (\
         SELECT 1 FROM tags n WHERE n.pacticipant_id = t.pacticipant_id AND n.name = t.name \
         AND n.version_id > t.version_id) ",
        SINCE,
    ]);
    let rows = tx.all(tagged.bind(provider).bind(since)).await?;
    found.extend(hits(rows, |row: &Row| {
        let tag = TagName::parse(&*row.mark).ok()?;
        Some(ResolvedKind::LatestTagged {
            tag,
            fallback_for: None,
        })
    }));
    Ok(found)
}
