//! Pacts, the results for them, and between whom they are.

use crate::domain::text::{ContentId, PactSha, PacticipantId, VersionId};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::import::record::NewContent;
use crate::store::import::{IntegrationRecord, Outcome, PactRecord, Refusal, ResultRecord};
use crate::store::statement::sql;
use crate::store::{pacticipants, versions};

/// A consumer and a provider, by key.
type Pair = (PacticipantId, PacticipantId);

/// Writes that a version published a content. A version that has content for the provider keeps it.
pub(super) async fn pact(tx: &mut Tx, record: &PactRecord) -> Result<Outcome, StoreError> {
    let version = versions::find(tx, &record.consumer, &record.version).await?;
    let provider = pacticipants::find(tx, &record.provider).await?;
    let Some(((consumer, version), provider)) = version.zip(provider) else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let pair = (consumer, provider);
    let standing = sql(
        "SELECT c.sha FROM current_publications cur JOIN contents c ON c.id = cur.content_id \
         WHERE cur.consumer_version_id = $1 AND cur.provider_id = $2",
    );
    let standing: Option<(PactSha,)> = tx.optional(standing.bind(version).bind(provider)).await?;
    if let Some((sha,)) = standing {
        return Ok(match sha == record.sha {
            true => Outcome::Known,
            false => Outcome::Refused(Refusal::OtherContent),
        });
    }
    let content = match (find_content(tx, pair, &record.sha).await?, &record.content) {
        (Some(content), _) => content,
        (None, Some(new)) => insert_content(tx, pair, record, new).await?,
        (None, None) => return Ok(Outcome::Refused(Refusal::Homeless)),
    };
    publish(tx, pair, (version, content), record).await?;
    touch(tx, pair, &record.created).await?;
    Ok(Outcome::New)
}

async fn publish(
    tx: &mut Tx,
    (consumer, provider): Pair,
    (version, content): (VersionId, ContentId),
    record: &PactRecord,
) -> Result<(), StoreError> {
    let id = tx.next_id().await?;
    let publication = sql(
        "INSERT INTO publications (id, consumer_id, provider_id, consumer_version_id, content_id, \
         revision, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let publication = publication.bind(id).bind(consumer).bind(provider);
    let publication = publication
        .bind(version)
        .bind(content)
        .bind(record.revision);
    tx.run(publication.bind(&record.created)).await?;
    let current = sql(
        "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, \
         publication_id, content_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let current = current.bind(version).bind(provider).bind(consumer);
    tx.run(current.bind(id).bind(content).bind(&record.created))
        .await?;
    let remember = sql("INSERT INTO imported_publications (publication_id) VALUES ($1)");
    tx.run(remember.bind(id)).await
}

async fn insert_content(
    tx: &mut Tx,
    (consumer, provider): Pair,
    record: &PactRecord,
    new: &NewContent,
) -> Result<ContentId, StoreError> {
    let id = tx.next_id().await?;
    let insert = sql(
        "INSERT INTO contents (id, consumer_id, provider_id, sha, text, interactions, messages, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let insert = insert
        .bind(id)
        .bind(consumer)
        .bind(provider)
        .bind(&record.sha);
    let insert = insert
        .bind(&new.text)
        .bind(new.interactions)
        .bind(new.messages);
    tx.run(insert.bind(&record.created)).await?;
    Ok(ContentId(id))
}

async fn find_content(
    tx: &mut Tx,
    (consumer, provider): Pair,
    sha: &PactSha,
) -> Result<Option<ContentId>, StoreError> {
    let select =
        sql("SELECT id FROM contents WHERE consumer_id = $1 AND provider_id = $2 AND sha = $3");
    let found: Option<(ContentId,)> = tx
        .optional(select.bind(consumer).bind(provider).bind(sha))
        .await?;
    Ok(found.map(|(id,)| id))
}

/// Writes a result, and remembers the number it had, by which it is known again.
pub(super) async fn result(tx: &mut Tx, record: &ResultRecord) -> Result<Outcome, StoreError> {
    let consumer = pacticipants::find(tx, &record.consumer).await?;
    let version = versions::find(tx, &record.provider, &record.provider_version).await?;
    let Some((consumer, (provider, version))) = consumer.zip(version) else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let pair = (consumer, provider);
    let Some(content) = find_content(tx, pair, &record.sha).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    if is_own(tx, (content, version), record).await? {
        return Ok(Outcome::Known);
    }
    let remember = sql(
        "INSERT INTO imported_results (content_id, number) VALUES ($1, $2) \
         ON CONFLICT DO NOTHING RETURNING number",
    );
    if !tx
        .changed(remember.bind(content).bind(record.number))
        .await?
    {
        return Ok(Outcome::Known);
    }
    insert_result(tx, pair, (content, version), record).await?;
    touch(tx, pair, &record.executed).await?;
    Ok(Outcome::New)
}

/// Whether the result is one of this broker, which is imported into its own database.
async fn is_own(
    tx: &mut Tx,
    (content, version): (ContentId, VersionId),
    record: &ResultRecord,
) -> Result<bool, StoreError> {
    let same = sql(
        "SELECT r.id FROM verifications r WHERE r.id = $1 AND r.content_id = $2 \
         AND r.provider_version_id = $3 AND r.success = $4 \
         AND substr(r.executed_at, 1, 19) = $5 \
         AND NOT EXISTS (SELECT 1 FROM imported_results i WHERE i.content_id = $2)",
    );
    let same = same.bind(record.number).bind(content).bind(version);
    // The other broker tells moments to the second.
    let second = record.executed.as_str().get(..19).unwrap_or_default();
    tx.changed(same.bind(record.success).bind(second)).await
}

async fn insert_result(
    tx: &mut Tx,
    (consumer, provider): Pair,
    (content, version): (ContentId, VersionId),
    record: &ResultRecord,
) -> Result<(), StoreError> {
    let id = tx.next_id().await?;
    let insert = sql(
        "INSERT INTO verifications (id, content_id, consumer_id, provider_id, \
         provider_version_id, success, wip, build_url, verified_by_implementation, \
         verified_by_version, verified_by_client, verified_by_client_version, \
         verified_by_test_framework, executed_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, \
         FALSE, $7, $8, $9, $10, $11, $12, $13, $13)",
    );
    let by = &record.verified_by;
    let insert = insert.bind(id).bind(content).bind(consumer).bind(provider);
    let insert = insert.bind(version).bind(record.success);
    let insert = insert
        .bind(record.build_url.as_ref())
        .bind(by.implementation.as_ref())
        .bind(by.version.as_ref());
    let insert = insert
        .bind(by.client_name.as_ref())
        .bind(by.client_version.as_ref())
        .bind(by.client_test_framework.as_ref());
    tx.run(insert.bind(&record.executed)).await?;
    if let Some(results) = &record.test_results {
        let insert = sql("INSERT INTO test_results (verification_id, text) VALUES ($1, $2)");
        tx.run(insert.bind(id).bind(results)).await?;
    }
    let latest = sql(
        "INSERT INTO latest_verifications (content_id, provider_version_id, verification_id) \
         VALUES ($1, $2, $3) ON CONFLICT (content_id, provider_version_id) DO UPDATE \
         SET verification_id = excluded.verification_id \
         WHERE excluded.verification_id > latest_verifications.verification_id",
    );
    tx.run(latest.bind(content).bind(version).bind(id)).await
}

/// Writes that two had a contract once, of which nothing may be left.
pub(super) async fn integration(
    tx: &mut Tx,
    record: &IntegrationRecord,
) -> Result<Outcome, StoreError> {
    let consumer = pacticipants::find(tx, &record.consumer).await?;
    let provider = pacticipants::find(tx, &record.provider).await?;
    let Some((consumer, provider)) = consumer.zip(provider) else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let insert = sql("INSERT INTO integrations \
         (consumer_id, provider_id, created_at, contract_data_updated_at, touched) \
         VALUES ($1, $2, $3, $3, 0) ON CONFLICT DO NOTHING RETURNING consumer_id");
    let insert = insert.bind(consumer).bind(provider);
    let new = tx.changed(insert.bind(&record.created)).await?;
    Ok(if new { Outcome::New } else { Outcome::Known })
}

/// Notes when something was last published between two.
async fn touch(
    tx: &mut Tx,
    (consumer, provider): Pair,
    moment: &Timestamp,
) -> Result<(), StoreError> {
    let place = tx.next_id().await?;
    let upsert = sql("INSERT INTO integrations \
         (consumer_id, provider_id, created_at, contract_data_updated_at, touched) \
         VALUES ($1, $2, $3, $3, $4) ON CONFLICT (consumer_id, provider_id) DO UPDATE \
         SET contract_data_updated_at = excluded.contract_data_updated_at, \
         touched = excluded.touched");
    let upsert = upsert.bind(consumer).bind(provider);
    tx.run(upsert.bind(moment).bind(place)).await
}
