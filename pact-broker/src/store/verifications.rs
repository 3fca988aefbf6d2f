//! Verification results.

use std::collections::HashMap;

use crate::domain::event::PactEvent;
use crate::domain::pact::{PactAddress, PactPublication};
use crate::domain::text::{
    ContentId, PactSha, PacticipantId, PacticipantName, PublicationId, VerificationId, VersionId,
    VersionNumber,
};
use crate::domain::verification::{
    NewVerification, Verification, VerificationDetail, VerificationSummary,
};
use crate::domain::webhook::EventKind;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{self, FROM_ALL, FROM_CURRENT, PUBLICATION};
use crate::store::statement::{Statement, sql};
use crate::store::webhooks::outbox;
use crate::store::{Store, integrations, tags, versions};

const SELECT: &str = "SELECT r.id, r.content_id, c.sha, con.name AS consumer, \
    pro.name AS provider, v.number AS provider_version, r.provider_version_id, r.success, r.wip, \
    r.pending, r.build_url, r.verified_by_implementation, r.verified_by_version, \
    r.verified_by_client, r.verified_by_client_version, r.verified_by_test_framework, \
    r.executed_at, r.created_at FROM verifications r JOIN contents c ON c.id = r.content_id \
    JOIN versions v ON v.id = r.provider_version_id \
    JOIN pacticipants con ON con.id = r.consumer_id \
    JOIN pacticipants pro ON pro.id = r.provider_id ";

/// A content that is published for a pair.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
struct PublishedContent {
    id: ContentId,
    consumer: PacticipantId,
    provider: PacticipantId,
}

impl Store {
    /// Records a result for a content, creating the provider version if need be. Nothing when the
    /// pair never published that content.
    pub async fn record_verification(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        sha: &PactSha,
        verification: NewVerification,
    ) -> Result<Option<VerificationDetail>, StoreError> {
        let address = (consumer.clone(), provider.clone(), sha.clone());
        self.change((address, verification), |tx, (address, new)| {
            Box::pin(async move {
                let Some(content) = find_content(tx, address).await? else {
                    return Ok(None);
                };
                let id = record(tx, content, new).await?;
                let pair = (content.consumer, content.provider);
                integrations::touch(tx, vec![pair]).await?;
                if outbox::concerns(tx, pair).await? {
                    owe(tx, content, id, new).await?;
                }
                detail(tx, Statement::joined(&[SELECT, "WHERE r.id = $1"]).bind(id)).await
            })
        })
        .await
    }

    /// The result with this number for a content.
    pub async fn verification(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        sha: &PactSha,
        number: VerificationId,
    ) -> Result<Option<VerificationDetail>, StoreError> {
        let mut tx = self.reading().await?;
        let rest = "WHERE r.id = $1 AND con.name = $2 AND pro.name = $3 AND c.sha = $4";
        let select = Statement::joined(&[SELECT, rest])
            .bind(number)
            .bind(consumer);
        detail(&mut tx, select.bind(provider).bind(sha)).await
    }

    /// The newest result for the content at an address, whichever provider version it is of.
    pub async fn latest_verification(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        address: &PactAddress,
    ) -> Result<Option<VerificationDetail>, StoreError> {
        let mut tx = self.reading().await?;
        let publication = pacts::at(PUBLICATION, (consumer, provider), address);
        let Some(publication): Option<PactPublication> = tx.optional(publication).await? else {
            return Ok(None);
        };
        let rest = "WHERE r.content_id = $1 ORDER BY r.id DESC LIMIT 1";
        detail(
            &mut tx,
            Statement::joined(&[SELECT, rest]).bind(publication.content_id),
        )
        .await
    }

    /// Deletes a result; the newest remaining one of its content and provider version counts
    /// then. Tells whether it existed.
    pub async fn delete_verification(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        sha: &PactSha,
        number: VerificationId,
    ) -> Result<bool, StoreError> {
        let address = (consumer.clone(), provider.clone(), sha.clone());
        self.change((address, number), |tx, (address, number)| {
            Box::pin(async move {
                let Some(content) = find_content(tx, address).await? else {
                    return Ok(false);
                };
                let delete = sql(
                    "DELETE FROM verifications WHERE id = $1 AND content_id = $2 \
                     RETURNING provider_version_id",
                );
                let deleted = tx.optional(delete.bind(*number).bind(content.id)).await?;
                let Some((version,)): Option<(VersionId,)> = deleted else {
                    return Ok(false);
                };
                let latest = sql(
                    "INSERT INTO latest_verifications (content_id, provider_version_id, \
                     verification_id) SELECT content_id, provider_version_id, MAX(id) \
                     FROM verifications WHERE content_id = $1 AND provider_version_id = $2 \
                     GROUP BY content_id, provider_version_id ON CONFLICT DO NOTHING",
                );
                tx.run(latest.bind(content.id).bind(version)).await?;
                Ok(true)
            })
        })
        .await
    }

    /// The newest result for each pact of a consumer version; nothing when it does not exist.
    pub async fn verification_summary(
        &self,
        consumer: &PacticipantName,
        number: &VersionNumber,
    ) -> Result<Option<VerificationSummary>, StoreError> {
        let mut tx = self.reading().await?;
        let Some((_, version)) = versions::find(&mut tx, consumer, number).await? else {
            return Ok(None);
        };
        let rest = "WHERE cur.consumer_version_id = $1 ORDER BY pro.name";
        let select = Statement::joined(&[PUBLICATION, FROM_CURRENT, rest]).bind(version);
        let pacts: Vec<PactPublication> = tx.all(select).await?;
        let contents = pacts.iter().map(|pact| pact.content_id);
        let mut latest = latest_of(&mut tx, contents).await?;
        let with_result = |pact: PactPublication| {
            let result = latest.remove(&pact.content_id);
            (pact, result)
        };
        Ok(Some(VerificationSummary {
            pacts: pacts.into_iter().map(with_result).collect(),
        }))
    }
}

/// The newest result of each content.
pub(super) async fn latest_of(
    tx: &mut Tx,
    contents: impl IntoIterator<Item = ContentId>,
) -> Result<HashMap<ContentId, Verification>, StoreError> {
    let rest = "WHERE r.id IN (SELECT (SELECT MAX(n.id) FROM verifications n \
        WHERE n.content_id = k.id) FROM contents k WHERE k.id IN_LIST($1))";
    let rows: Vec<Verification> = tx
        .all(Statement::joined(&[SELECT, rest]).ids(contents))
        .await?;
    Ok(rows.into_iter().map(|row| (row.content_id, row)).collect())
}

/// The newest result for the pair of each publication, whichever content it was for.
async fn latest_of_pairs(
    tx: &mut Tx,
    publications: impl IntoIterator<Item = PublicationId>,
) -> Result<HashMap<PublicationId, Verification>, StoreError> {
    let latest = sql("SELECT pub.id, (SELECT MAX(r.id) FROM verifications r \
         WHERE r.provider_id = pub.provider_id AND r.consumer_id = pub.consumer_id) \
         FROM publications pub WHERE pub.id IN_LIST($1)");
    let latest: Vec<(PublicationId, Option<VerificationId>)> =
        tx.all(latest.ids(publications)).await?;
    let ids = latest.iter().filter_map(|(_, id)| *id);
    let rows: Vec<Verification> = tx
        .all(Statement::joined(&[SELECT, "WHERE r.id IN_LIST($1)"]).ids(ids))
        .await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let of_pair = |(publication, id): (_, Option<_>)| Some((publication, rows.get(&id?)?.clone()));
    Ok(latest.into_iter().filter_map(of_pair).collect())
}

/// The result that tells how each publication stands: the newest one for its content, or else the
/// newest one for its pair, which was for another content.
pub(super) async fn standing(
    tx: &mut Tx,
    publications: &[(PublicationId, ContentId)],
) -> Result<HashMap<PublicationId, Verification>, StoreError> {
    let contents = publications.iter().map(|(_, content)| *content);
    let of_contents = latest_of(tx, contents).await?;
    let (mut standing, mut others) = (HashMap::new(), Vec::new());
    for (publication, content) in publications {
        match of_contents.get(content) {
            Some(result) => {
                standing.insert(*publication, result.clone());
            }
            None => others.push(*publication),
        }
    }
    if !others.is_empty() {
        standing.extend(latest_of_pairs(tx, others).await?);
    }
    Ok(standing)
}

async fn find_content(
    tx: &mut Tx,
    (consumer, provider, sha): &(PacticipantName, PacticipantName, PactSha),
) -> Result<Option<PublishedContent>, StoreError> {
    let select = sql(
        "SELECT c.id, c.consumer_id AS consumer, c.provider_id AS provider FROM contents c \
         WHERE c.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
         AND c.provider_id = (SELECT id FROM pacticipants WHERE name = $2) AND c.sha = $3 \
         AND EXISTS (SELECT 1 FROM publications p WHERE p.content_id = c.id)",
    );
    tx.optional(select.bind(consumer).bind(provider).bind(sha))
        .await
}

async fn record(
    tx: &mut Tx,
    content: PublishedContent,
    new: &NewVerification,
) -> Result<VerificationId, StoreError> {
    let version = versions::find_or_create(tx, content.provider, &new.provider_version)
        .await?
        .value;
    versions::touch(tx, version).await?;
    let (id, now) = (tx.next_id().await?, tx.now().clone());
    let insert = sql(
        "INSERT INTO verifications (id, content_id, consumer_id, provider_id, \
         provider_version_id, success, wip, pending, build_url, verified_by_implementation, \
         verified_by_version, verified_by_client, verified_by_client_version, \
         verified_by_test_framework, selectors, executed_at, created_at) VALUES ($1, $2, $3, $4, \
         $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)",
    );
    let by = &new.verified_by;
    let insert = insert
        .bind(id)
        .bind(content.id)
        .bind(content.consumer)
        .bind(content.provider);
    let insert = insert
        .bind(version)
        .bind(new.success)
        .bind(new.wip)
        .bind(new.pending);
    let insert = insert
        .bind(new.build_url.as_ref())
        .bind(by.implementation.as_ref());
    let insert = insert
        .bind(by.version.as_ref())
        .bind(by.client_name.as_ref());
    let insert = insert
        .bind(by.client_version.as_ref())
        .bind(by.client_test_framework.as_ref());
    tx.run(insert.bind(new.selectors.as_ref()).bind(&now))
        .await?;
    if let Some(results) = &new.test_results {
        let insert = sql("INSERT INTO test_results (verification_id, text) VALUES ($1, $2)");
        tx.run(insert.bind(id).bind(results)).await?;
    }
    let latest = sql(
        "INSERT INTO latest_verifications (content_id, provider_version_id, verification_id) \
         VALUES ($1, $2, $3) ON CONFLICT (content_id, provider_version_id) DO UPDATE \
         SET verification_id = excluded.verification_id \
         WHERE excluded.verification_id > latest_verifications.verification_id",
    );
    tx.run(latest.bind(content.id).bind(version).bind(id))
        .await?;
    Ok(VerificationId(id))
}

/// Writes down the calls owed for a result: one for each consumer version that the pact was
/// fetched for, or for the newest one that published it.
async fn owe(
    tx: &mut Tx,
    content: PublishedContent,
    verification: VerificationId,
    new: &NewVerification,
) -> Result<(), StoreError> {
    let publications = sql(
        "SELECT pub.id, pub.consumer_version_id, v.number FROM publications pub \
         JOIN versions v ON v.id = pub.consumer_version_id \
         WHERE pub.content_id = $1 ORDER BY pub.id DESC",
    );
    let mut publications: Vec<(PublicationId, VersionId, VersionNumber)> =
        tx.all(publications.bind(content.id)).await?;
    let fetched_for = |number: &VersionNumber| new.consumer_versions.contains(number);
    if publications
        .iter()
        .any(|(_, _, number)| fetched_for(number))
    {
        publications.retain(|(_, _, number)| fetched_for(number));
    } else {
        publications.truncate(1);
    }
    let outcome = match new.success {
        true => EventKind::ProviderVerificationSucceeded,
        false => EventKind::ProviderVerificationFailed,
    };
    let happened = [EventKind::ProviderVerificationPublished, outcome].map(PactEvent::plain);
    for (publication, version, number) in publications {
        let pair = (content.consumer, content.provider);
        let event = outbox::Event {
            pair,
            publication,
            verification: Some(verification),
        };
        let mut context = outbox::context(tx, version, &number).await?;
        context.provider_version_number = Some(new.provider_version.to_string());
        context.build_url.clone_from(&new.build_url);
        outbox::owe(tx, event, &happened, &context).await?;
    }
    Ok(())
}

async fn detail(
    tx: &mut Tx,
    statement: Statement,
) -> Result<Option<VerificationDetail>, StoreError> {
    let Some(verification): Option<Verification> = tx.optional(statement).await? else {
        return Ok(None);
    };
    let results = sql("SELECT text FROM test_results WHERE verification_id = $1");
    let results: Option<(String,)> = tx.optional(results.bind(verification.id)).await?;
    let rest = "WHERE pub.content_id = $1 ORDER BY pub.id DESC LIMIT 1";
    let publication = Statement::joined(&[PUBLICATION, FROM_ALL, rest]);
    let publication = tx
        .optional(publication.bind(verification.content_id))
        .await?;
    let version = verification.provider_version_id;
    let heads = tags::heads(tx, version).await?;
    Ok(Some(VerificationDetail {
        verification,
        test_results: results.map(|(text,)| text),
        publication,
        provider_head_tags: heads,
    }))
}
