//! Publishing contracts: one transaction, all rows or none.
//!
//! Rows are taken in one order (names sorted, the version's row first), so that publishers wait
//! for each other in a line, and unique keys decide who was first.

use std::collections::BTreeSet;

use crate::domain::content::Content;
use crate::domain::event::{self, InUse, Previous};
use crate::domain::merge::{DifferentRequests, MergeError, merge};
use crate::domain::pact::{
    ContentConflict, DuplicateName, NewContract, OnConflict, Pact, PublishKind, PublishRequest,
    Published, PublishedContract, PutPact,
};
use crate::domain::pacticipant::potential_duplicates;
use crate::domain::text::{
    ContentId, PactSha, PacticipantId, PacticipantName, PublicationId, TagName, VersionId,
    VersionNumber,
};
use crate::store::branches::{self, Membership};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{FROM_CURRENT, PACT};
use crate::store::statement::{Statement, sql};
use crate::store::webhooks::outbox;
use crate::store::{Store, Written, integrations, pacticipants, tags, versions};

/// The keys of those a pact is between.
#[derive(Debug, Clone, Copy)]
struct Parties {
    consumer: PacticipantId,
    version: VersionId,
    provider: PacticipantId,
}

/// What may happen to different content that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// It is merged, unless requests differ.
    Merge,
    /// It is merged, and different requests are replaced.
    MergeReplacing,
    /// It stays, and the new content is refused.
    Refuse,
    /// It is replaced.
    Replace,
}

impl Store {
    /// Publishes a version's contracts.
    ///
    /// # Errors
    /// [`StoreError::DuplicateNames`] and [`StoreError::ContentConflict`] when names or contents
    /// are refused; nothing is changed then.
    pub async fn publish(&self, request: PublishRequest) -> Result<Published, StoreError> {
        self.change(request, |tx, request| Box::pin(publish(tx, request)))
            .await
    }

    /// Puts one pact in its place, or merges it with what is there.
    ///
    /// # Errors
    /// [`StoreError::DuplicateNames`], [`StoreError::ContentConflict`] or
    /// [`StoreError::MergeConflict`] when names or content are refused; nothing is changed then.
    pub async fn put_pact(&self, request: PutPact) -> Result<Written<Pact>, StoreError> {
        self.change(request, |tx, request| Box::pin(put_pact(tx, request)))
            .await
    }
}

async fn publish(tx: &mut Tx, request: &PublishRequest) -> Result<Published, StoreError> {
    let providers: BTreeSet<_> = request.contracts.iter().map(|one| &one.provider).collect();
    if request.policy.check_duplicate_names {
        refuse_duplicates(tx, [&request.pacticipant].into_iter().chain(providers)).await?;
    }
    let owner = pacticipants::find_or_create(tx, &request.pacticipant)
        .await?
        .value;
    let version = versions::find_or_create(tx, owner, &request.version).await?;
    lock(tx, version.value).await?;
    if let Some(url) = &request.build_url {
        let moment = tx.now().clone();
        versions::set_build_url(tx, version.value, Some(url), &moment).await?;
    }
    let marking = &request.policy.marking;
    if let Some(branch) = &request.branch {
        let membership = Membership {
            pacticipant: owner,
            version: version.value,
            auto_created: false,
        };
        branches::add(tx, membership, branch, marking).await?;
    }
    for tag in &request.tags {
        tags::put(tx, (owner, version.value), tag, marking).await?;
    }
    let contracts = publish_contracts(tx, request, (owner, version.value)).await?;
    let on_branch = sql("SELECT id FROM branch_versions WHERE version_id = $1 LIMIT 1");
    let has_branch = request.branch.is_some() || tx.changed(on_branch.bind(version.value)).await?;
    Ok(Published {
        version_created: version.created,
        has_branch,
        contracts,
    })
}

/// Writes the contracts in the order of their providers and tells of them in that of the request.
async fn publish_contracts(
    tx: &mut Tx,
    request: &PublishRequest,
    (consumer, version): (PacticipantId, VersionId),
) -> Result<Vec<PublishedContract>, StoreError> {
    let mut in_order: Vec<(usize, &NewContract)> = request.contracts.iter().enumerate().collect();
    in_order.sort_by(|(_, left), (_, right)| left.provider.cmp(&right.provider));
    let mut published = Vec::new();
    let mut conflicts = Vec::new();
    let mut pairs = Vec::new();
    for (place, contract) in in_order {
        let provider = pacticipants::find_or_create(tx, &contract.provider)
            .await?
            .value;
        let parties = Parties {
            consumer,
            version,
            provider,
        };
        let rule = match (request.policy.allow_modification, contract.on_conflict) {
            (false, _) => Rule::Refuse,
            (true, OnConflict::Merge) => Rule::MergeReplacing,
            (true, OnConflict::Overwrite) => Rule::Replace,
        };
        match write(tx, parties, &contract.content, rule).await? {
            Ok((kind, publication)) => {
                pairs.push((consumer, provider));
                published.push((place, parties, kind, publication));
            }
            Err(standing) => {
                let names = (&request.pacticipant, &request.version, &contract.provider);
                conflicts.push(conflict(names, standing, &contract.content));
            }
        }
    }
    if !conflicts.is_empty() {
        return Err(StoreError::ContentConflict(conflicts));
    }
    let mut contracts = Vec::new();
    for (place, parties, kind, publication) in published {
        let build_url = request.build_url.as_ref();
        contracts.push((
            place,
            told(tx, parties, (kind, publication), build_url).await?,
        ));
    }
    integrations::touch(tx, pairs).await?;
    contracts.sort_by_key(|(place, _)| *place);
    Ok(contracts
        .into_iter()
        .map(|(_, contract)| contract)
        .collect())
}

async fn put_pact(tx: &mut Tx, request: &PutPact) -> Result<Written<Pact>, StoreError> {
    if request.policy.check_duplicate_names {
        refuse_duplicates(tx, [&request.consumer, &request.provider]).await?;
    }
    let mut names = [&request.consumer, &request.provider];
    names.sort();
    for name in names {
        pacticipants::find_or_create(tx, name).await?;
    }
    let consumer = pacticipants::find_or_create(tx, &request.consumer)
        .await?
        .value;
    let provider = pacticipants::find_or_create(tx, &request.provider)
        .await?
        .value;
    let version = versions::find_or_create(tx, consumer, &request.version)
        .await?
        .value;
    lock(tx, version).await?;
    versions::touch(tx, version).await?;
    let parties = Parties {
        consumer,
        version,
        provider,
    };
    let rule = match (request.on_conflict, request.policy.allow_modification) {
        (OnConflict::Merge, _) => Rule::Merge,
        (OnConflict::Overwrite, false) => Rule::Refuse,
        (OnConflict::Overwrite, true) => Rule::Replace,
    };
    let (kind, publication) = match write(tx, parties, &request.content, rule).await? {
        Ok(written) => written,
        Err(standing) => {
            let names = (&request.consumer, &request.version, &request.provider);
            let conflict = conflict(names, standing, &request.content);
            return Err(StoreError::ContentConflict(vec![conflict]));
        }
    };
    let contract = told(tx, parties, (kind, publication), None).await?;
    integrations::touch(tx, vec![(consumer, provider)]).await?;
    Ok(Written {
        value: contract.pact,
        created: kind == PublishKind::New,
    })
}

/// Refuses new names that look like existing ones.
async fn refuse_duplicates<'a>(
    tx: &mut Tx,
    names: impl IntoIterator<Item = &'a PacticipantName>,
) -> Result<(), StoreError> {
    let names: BTreeSet<_> = names.into_iter().collect();
    let known = sql("SELECT name FROM pacticipants WHERE name IN_LIST($1)").texts(&names);
    let known: Vec<(PacticipantName,)> = tx.all(known).await?;
    if known.len() == names.len() {
        return Ok(());
    }
    let existing: Vec<(PacticipantName,)> = tx
        .all(sql("SELECT name FROM pacticipants ORDER BY name"))
        .await?;
    let existing: Vec<_> = existing.into_iter().map(|(name,)| name).collect();
    let duplicates: Vec<_> = names
        .into_iter()
        .filter_map(|name| {
            let alike = potential_duplicates(name, &existing);
            (!alike.is_empty()).then(|| DuplicateName {
                name: name.clone(),
                existing: alike.into_iter().cloned().collect(),
            })
        })
        .collect();
    if duplicates.is_empty() {
        return Ok(());
    }
    Err(StoreError::DuplicateNames(duplicates))
}

/// Makes others who publish for the version wait; the one writer of SQLite needs no lock.
async fn lock(tx: &mut Tx, version: VersionId) -> Result<(), StoreError> {
    if tx.is_postgres() {
        tx.run(sql("SELECT id FROM versions WHERE id = $1 FOR NO KEY UPDATE").bind(version))
            .await?;
    }
    Ok(())
}

/// The content that stands for a version and a provider.
#[derive(sqlx::FromRow)]
struct Standing {
    publication: PublicationId,
    sha: PactSha,
    revision: i64,
    text: String,
}

fn conflict(
    (consumer, version, provider): (&PacticipantName, &VersionNumber, &PacticipantName),
    standing: Standing,
    refused: &Content,
) -> ContentConflict {
    ContentConflict {
        consumer: consumer.clone(),
        version: version.clone(),
        provider: provider.clone(),
        existing_sha: standing.sha,
        existing: standing.text,
        refused: refused.text().to_owned(),
    }
}

/// Puts a content in its place, or gives back what stands there and may not be changed.
async fn write(
    tx: &mut Tx,
    parties: Parties,
    content: &Content,
    rule: Rule,
) -> Result<Result<(PublishKind, PublicationId), Standing>, StoreError> {
    loop {
        let select = sql(
            "SELECT cur.publication_id AS publication, c.sha, pub.revision, c.text \
             FROM current_publications cur JOIN publications pub ON pub.id = cur.publication_id \
             JOIN contents c ON c.id = cur.content_id \
             WHERE cur.consumer_version_id = $1 AND cur.provider_id = $2",
        );
        let standing = tx
            .optional(select.bind(parties.version).bind(parties.provider))
            .await?;
        let Some(standing): Option<Standing> = standing else {
            match insert(tx, parties, content, 1).await? {
                Some(publication) => return Ok(Ok((PublishKind::New, publication))),
                // Someone else was first: now there is something that stands.
                None => continue,
            }
        };
        if standing.sha == *content.sha() {
            return Ok(Ok((PublishKind::Unchanged, standing.publication)));
        }
        let (kind, content) = match rule {
            Rule::Merge => (
                PublishKind::Merged,
                merged(&standing, content, DifferentRequests::Conflict)?,
            ),
            Rule::MergeReplacing => (
                PublishKind::Merged,
                merged(&standing, content, DifferentRequests::Replace)?,
            ),
            Rule::Refuse => return Ok(Err(standing)),
            Rule::Replace => (PublishKind::Changed, content.clone()),
        };
        if standing.sha == *content.sha() {
            return Ok(Ok((PublishKind::Unchanged, standing.publication)));
        }
        if let Some(publication) = insert(tx, parties, &content, standing.revision + 1).await? {
            return Ok(Ok((kind, publication)));
        }
    }
}

fn merged(
    standing: &Standing,
    added: &Content,
    different: DifferentRequests,
) -> Result<Content, StoreError> {
    let text = merge(&standing.text, added.text(), different).map_err(|error| match error {
        MergeError::Json(source) => StoreError::Stored(source),
        MergeError::NoInteractions => StoreError::MergeConflict {
            interaction: "interactions".to_owned(),
        },
        MergeError::RequestsDiffer { description } => StoreError::MergeConflict {
            interaction: description,
        },
    })?;
    Content::read(text).map_err(StoreError::Stored)
}

/// Adds a revision, unless someone else just did.
async fn insert(
    tx: &mut Tx,
    parties: Parties,
    content: &Content,
    revision: i64,
) -> Result<Option<PublicationId>, StoreError> {
    let Parties {
        consumer,
        version,
        provider,
    } = parties;
    let content_id = find_or_create_content(tx, parties, content).await?;
    let (id, now) = (tx.next_id().await?, tx.now().clone());
    let publication = sql(
        "INSERT INTO publications (id, consumer_id, provider_id, consumer_version_id, content_id, \
         revision, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
    );
    let publication = publication
        .bind(id)
        .bind(consumer)
        .bind(provider)
        .bind(version);
    if !tx
        .changed(publication.bind(content_id).bind(revision).bind(&now))
        .await?
    {
        return Ok(None);
    }
    let current = sql(
        "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, \
         publication_id, content_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (consumer_version_id, provider_id) DO UPDATE \
         SET publication_id = excluded.publication_id, content_id = excluded.content_id, \
         created_at = excluded.created_at",
    );
    let current = current.bind(version).bind(provider).bind(consumer);
    tx.run(current.bind(id).bind(content_id).bind(&now)).await?;
    Ok(Some(PublicationId(id)))
}

async fn find_or_create_content(
    tx: &mut Tx,
    parties: Parties,
    content: &Content,
) -> Result<ContentId, StoreError> {
    let Parties {
        consumer, provider, ..
    } = parties;
    let select = || {
        sql("SELECT id FROM contents WHERE consumer_id = $1 AND provider_id = $2 AND sha = $3")
            .bind(consumer)
            .bind(provider)
            .bind(content.sha())
    };
    if let Some((id,)) = tx.optional(select()).await? {
        return Ok(id);
    }
    let (id, now) = (tx.next_id().await?, tx.now().clone());
    let insert = sql(
        "INSERT INTO contents (id, consumer_id, provider_id, sha, text, interactions, messages, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    );
    let insert = insert
        .bind(id)
        .bind(consumer)
        .bind(provider)
        .bind(content.sha());
    let insert = insert
        .bind(content.text())
        .bind(content.interaction_count() as i64);
    tx.run(insert.bind(content.message_count() as i64).bind(&now))
        .await?;
    let (id,) = tx.one(select()).await?;
    Ok(id)
}

/// Finds out what a publication means, and what is worth telling about it.
async fn told(
    tx: &mut Tx,
    parties: Parties,
    (kind, publication): (PublishKind, PublicationId),
    build_url: Option<&String>,
) -> Result<PublishedContract, StoreError> {
    let Parties {
        consumer, provider, ..
    } = parties;
    let select = Statement::joined(&[PACT, FROM_CURRENT, "WHERE pub.id = $1"]);
    let pact: Pact = tx.one(select.bind(publication)).await?;
    let content = pact.publication.content_id;
    let previous = match kind {
        PublishKind::New => previous(tx, parties).await?,
        PublishKind::Changed | PublishKind::Merged | PublishKind::Unchanged => Vec::new(),
    };
    let required = event::required(unverified_in_use(tx, provider, content).await?);
    let events = event::of_publication(kind, content, &previous, required);
    let verified =
        sql("SELECT id FROM verifications WHERE provider_id = $1 AND consumer_id = $2 LIMIT 1");
    let ever_verified = tx.changed(verified.bind(provider).bind(consumer)).await?;
    let webhooks_exist = outbox::concerns(tx, (consumer, provider)).await?;
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

/// The newest earlier content for each tag of the version, or among versions without tags.
async fn previous(tx: &mut Tx, parties: Parties) -> Result<Vec<Previous>, StoreError> {
    let Parties {
        consumer,
        version,
        provider,
    } = parties;
    let of_tags = sql(
        "SELECT t.name, (SELECT cur.content_id FROM tags o JOIN current_publications cur \
         ON cur.consumer_version_id = o.version_id AND cur.provider_id = $2 \
         WHERE o.pacticipant_id = t.pacticipant_id AND o.name = t.name AND o.version_id < $1 \
         ORDER BY o.version_id DESC LIMIT 1) FROM tags t WHERE t.version_id = $1 ORDER BY t.id",
    );
    let lines: Vec<(TagName, Option<ContentId>)> =
        tx.all(of_tags.bind(version).bind(provider)).await?;
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
            _ => InUse::MainBranch(crate::domain::text::BranchName::parse(place).ok()?),
        };
        Some((version, why))
    };
    Ok(rows.into_iter().filter_map(in_use).collect())
}
