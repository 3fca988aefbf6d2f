//! What a publication means, and what is worth telling about it.

use crate::domain::event::{self, InUse, Previous};
use crate::domain::pact::{PublishKind, PublishedContract};
use crate::domain::text::{BranchName, ContentId, PacticipantId, TagName, VersionNumber};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::publish::Parties;
use crate::store::publish::revision::Placed;
use crate::store::statement::{Statement, sql};
use crate::store::webhooks::outbox;

/// Finds out what a publication means, and what is worth telling about it.
pub(super) async fn told(
    tx: &mut Tx,
    parties: Parties<'_>,
    Placed { kind, pact }: Placed,
    build_url: Option<&String>,
) -> Result<PublishedContract, StoreError> {
    let Parties {
        consumer, provider, ..
    } = parties;
    let (publication, content) = (pact.publication.id, pact.publication.content_id);
    let previous = match kind {
        PublishKind::New => previous(tx, parties).await?,
        PublishKind::Changed | PublishKind::Merged | PublishKind::Unchanged => Vec::new(),
    };
    let required = event::required(unverified_in_use(tx, provider, content).await?);
    let events = event::of_publication(kind, content, &previous, required);
    let (webhooks_exist, ever_verified) = standing(tx, parties).await?;
    let mut triggered = Vec::new();
    if webhooks_exist {
        let owed = outbox::Event {
            pair: (consumer, provider),
            publication,
            verification: None,
        };
        let number = &pact.publication.consumer_version;
        let mut context = outbox::context(tx, parties.version, number).await?;
        context.build_url = build_url.cloned();
        triggered = outbox::owe(tx, owed, &events, &context).await?;
    }

    Ok(PublishedContract {
        pact,
        kind,
        events,
        ever_verified,
        triggered,
        webhooks_exist,
    })
}

/// Whether any webhook concerns the pair, and whether it ever had a result.
async fn standing(tx: &mut Tx, parties: Parties<'_>) -> Result<(bool, bool), StoreError> {
    let select = Statement::joined(&[
        "SELECT EXISTS (SELECT 1 ",
        outbox::CONCERNING,
        "), EXISTS (SELECT 1 FROM contents c WHERE c.consumer_id = $1 AND c.provider_id = $2 \
         AND (SELECT MAX(r.id) FROM verifications r WHERE r.content_id = c.id) IS NOT NULL)",
    ]);
    tx.one(select.bind(parties.consumer).bind(parties.provider))
        .await
}

/// The newest earlier content for each tag of the version, or among versions without tags.
async fn previous(tx: &mut Tx, parties: Parties<'_>) -> Result<Vec<Previous>, StoreError> {
    let Parties {
        consumer,
        version,
        provider,
        is_bare,
        ..
    } = parties;
    let of_tags = sql(
        "SELECT t.name, (SELECT cur.content_id FROM tags o JOIN current_publications cur \
         ON cur.consumer_version_id = o.version_id AND cur.provider_id = $2 \
         WHERE o.pacticipant_id = t.pacticipant_id AND o.name = t.name AND o.version_id < $1 \
         ORDER BY o.version_id DESC LIMIT 1) FROM tags t WHERE t.version_id = $1 ORDER BY t.id",
    );
    let lines: Vec<(TagName, Option<ContentId>)> = if is_bare {
        Vec::new()
    } else {
        tx.all(of_tags.bind(version).bind(provider)).await?
    };
    if !lines.is_empty() {
        let line = |(tag, content)| Previous {
            tag: Some(tag),
            content,
        };
        return Ok(lines.into_iter().map(line).collect());
    }
    let untagged = sql(
        "SELECT cur.content_id FROM current_publications cur WHERE cur.provider_id = $1 \
         AND cur.consumer_id = $2 AND cur.consumer_version_id < $3 \
         AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id) \
         ORDER BY cur.consumer_version_id DESC LIMIT 1",
    );
    let untagged = untagged.bind(provider).bind(consumer).bind(version);
    let content = tx.optional(untagged).await?.map(|(content,)| content);
    Ok(vec![Previous { tag: None, content }])
}

/// The provider versions in use that have no result for the content, each with why it is in use.
async fn unverified_in_use(
    tx: &mut Tx,
    provider: PacticipantId,
    content: ContentId,
) -> Result<Vec<(VersionNumber, InUse)>, StoreError> {
    let select = sql("SELECT v.number, used.why, used.place FROM (\
         SELECT b.head_version_id AS version_id, 'main branch' AS why, b.name AS place \
         FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
         WHERE p.id = $1 \
         UNION ALL SELECT (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = p.id \
         AND t.name = p.main_branch), 'main branch', p.main_branch FROM pacticipants p \
         WHERE p.id = $1 AND NOT EXISTS (SELECT 1 FROM branches b WHERE b.pacticipant_id = p.id \
         AND b.name = p.main_branch) \
         UNION ALL SELECT d.version_id, 'deployed', e.name FROM current_deployments d \
         JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id = $1 \
         UNION ALL SELECT r.version_id, 'released', e.name FROM released_versions r \
         JOIN environments e ON e.id = r.environment_id \
         WHERE r.pacticipant_id = $1 AND r.support_ended_at IS NULL) AS used \
         JOIN versions v ON v.id = used.version_id WHERE NOT EXISTS (\
         SELECT 1 FROM latest_verifications l \
         WHERE l.content_id = $2 AND l.provider_version_id = v.id)");
    let rows: Vec<(VersionNumber, String, String)> =
        tx.all(select.bind(provider).bind(content)).await?;
    let in_use = |(version, why, place): (_, String, String)| {
        let why = match why.as_str() {
            "deployed" => InUse::Deployed(place),
            "released" => InUse::Released(place),
            _ => InUse::MainBranch(BranchName::parse(place).ok()?),
        };
        Some((version, why))
    };
    Ok(rows.into_iter().filter_map(in_use).collect())
}
