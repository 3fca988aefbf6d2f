//! Reading and deleting pacts.

use crate::domain::pact::{Pact, PactAddress, PactPublication, PairScope, ProviderScope};
use crate::domain::text::{PacticipantName, PublicationId, VersionNumber};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Store, pacticipants};

/// The columns of a publication, as a literal.
macro_rules! publication {
    () => {
        "SELECT pub.id, con.name AS consumer, v.number AS consumer_version, \
         pub.consumer_version_id, pro.name AS provider, pub.content_id, c.sha, pub.revision, \
         pub.created_at "
    };
}

/// The columns of a publication.
pub(super) const PUBLICATION: &str = publication!();

/// The columns of a pact: a publication and its text.
pub(super) const PACT: &str = concat!(publication!(), ", c.text AS content ");

/// Every revision, with all that its columns need.
pub(super) const FROM_ALL: &str = "FROM publications pub JOIN contents c ON c.id = pub.content_id \
    JOIN versions v ON v.id = pub.consumer_version_id \
    JOIN pacticipants con ON con.id = pub.consumer_id \
    JOIN pacticipants pro ON pro.id = pub.provider_id ";

/// The last revision for each version and provider, with all that its columns need.
pub(super) const FROM_CURRENT: &str = "FROM current_publications cur \
    JOIN publications pub ON pub.id = cur.publication_id JOIN contents c ON c.id = cur.content_id \
    JOIN versions v ON v.id = cur.consumer_version_id \
    JOIN pacticipants con ON con.id = cur.consumer_id \
    JOIN pacticipants pro ON pro.id = cur.provider_id ";

/// The newest pact of every integration, with all that its columns need. The cross join keeps
/// SQLite from starting at the publications.
pub(super) const FROM_NEWEST: &str = "FROM integrations i CROSS JOIN current_publications cur \
    JOIN publications pub ON pub.id = cur.publication_id \
    JOIN contents c ON c.id = cur.content_id \
    JOIN versions v ON v.id = cur.consumer_version_id \
    JOIN pacticipants con ON con.id = cur.consumer_id \
    JOIN pacticipants pro ON pro.id = cur.provider_id \
    WHERE cur.provider_id = i.provider_id AND cur.consumer_id = i.consumer_id \
    AND cur.consumer_version_id = (SELECT MAX(n.consumer_version_id) \
    FROM current_publications n WHERE n.provider_id = i.provider_id \
    AND n.consumer_id = i.consumer_id) ";

const PAIR: &str = "WHERE cur.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
    AND cur.provider_id = (SELECT id FROM pacticipants WHERE name = $2) ";

const PAIR_OF_ALL: &str = "WHERE pub.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
    AND pub.provider_id = (SELECT id FROM pacticipants WHERE name = $2) ";

const NEWEST: &str = "ORDER BY cur.consumer_version_id DESC LIMIT 1";

impl Store {
    /// The pact at an address.
    pub async fn pact(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        address: &PactAddress,
    ) -> Result<Option<Pact>, StoreError> {
        let found = self.all(at(PACT, (consumer, provider), address)).await?;
        Ok(found.into_iter().next())
    }

    /// The pacts of a consumer with a provider in a scope, newest first.
    pub async fn pair_pacts(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        scope: &PairScope,
    ) -> Result<Vec<PactPublication>, StoreError> {
        let mut tx = self.reading().await?;
        tx.all(of_pair((consumer, provider), scope)).await
    }

    /// The pacts of a provider in a scope, by consumer and newest first; nothing when the
    /// provider does not exist.
    pub async fn provider_pacts(
        &self,
        provider: &PacticipantName,
        scope: &ProviderScope,
    ) -> Result<Option<Vec<PactPublication>>, StoreError> {
        let mut tx = self.reading().await?;
        if pacticipants::find(&mut tx, provider).await?.is_none() {
            return Ok(None);
        }
        tx.all(of_provider(PUBLICATION, provider, scope))
            .await
            .map(Some)
    }

    /// The pacts of a provider in a scope with their text, by consumer and newest first.
    pub async fn provider_contents(
        &self,
        provider: &PacticipantName,
        scope: &ProviderScope,
    ) -> Result<Vec<Pact>, StoreError> {
        let mut tx = self.reading().await?;
        tx.all(of_provider(PACT, provider, scope)).await
    }

    /// The newest pact of every consumer with every provider.
    pub async fn latest_pacts(&self) -> Result<Vec<PactPublication>, StoreError> {
        let mut tx = self.reading().await?;
        let select = Statement::joined(&[PUBLICATION, FROM_NEWEST]);
        let mut pacts: Vec<PactPublication> = tx.all(select).await?;
        pacts.sort_by_cached_key(|pact| (pact.consumer.clone(), pact.provider.clone()));
        Ok(pacts)
    }

    /// Deletes what a version published for a provider, all revisions; tells whether it had.
    pub async fn delete_pact(
        &self,
        consumer: &PacticipantName,
        version: &VersionNumber,
        provider: &PacticipantName,
    ) -> Result<bool, StoreError> {
        let input = (consumer.clone(), version.clone(), provider.clone());
        self.change(input, |tx, (consumer, version, provider)| {
            Box::pin(async move {
                let select = Statement::joined(&[
                    "SELECT pub.id ",
                    FROM_ALL,
                    PAIR_OF_ALL,
                    "AND v.number = $3",
                ]);
                let select = select.bind(consumer).bind(provider).bind(version);
                let ids: Vec<(PublicationId,)> = tx.all(select).await?;
                delete(tx, ids.iter().map(|(id,)| *id).collect()).await
            })
        })
        .await
    }

    /// Deletes the pacts of a consumer with a provider in a scope, all revisions; tells whether
    /// there were any.
    pub async fn delete_pair_pacts(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        scope: &PairScope,
    ) -> Result<bool, StoreError> {
        let input = (consumer.clone(), provider.clone(), scope.clone());
        self.change(input, |tx, (consumer, provider, scope)| {
            Box::pin(async move {
                let pacts: Vec<PactPublication> =
                    tx.all(of_pair((consumer, provider), scope)).await?;
                let select = Statement::joined(&[
                    "SELECT pub.id ",
                    FROM_ALL,
                    PAIR_OF_ALL,
                    "AND pub.consumer_version_id IN_LIST($3)",
                ]);
                let versions = pacts.iter().map(|pact| pact.consumer_version_id);
                let select = select.bind(consumer).bind(provider).ids(versions);
                let ids: Vec<(PublicationId,)> = tx.all(select).await?;
                delete(tx, ids.iter().map(|(id,)| *id).collect()).await
            })
        })
        .await
    }
}

async fn delete(tx: &mut Tx, publications: Vec<PublicationId>) -> Result<bool, StoreError> {
    let existed = !publications.is_empty();
    tx.run(sql("DELETE FROM publications WHERE id IN_LIST($1)").ids(publications))
        .await?;
    Ok(existed)
}

/// Selects the pact at an address.
pub(super) fn at(
    columns: &'static str,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    address: &PactAddress,
) -> Statement {
    let pair = |rest| {
        Statement::joined(&[columns, FROM_CURRENT, PAIR, rest, NEWEST])
            .bind(consumer)
            .bind(provider)
    };
    let of_all = |rest| {
        let parts = [
            columns,
            FROM_ALL,
            PAIR_OF_ALL,
            rest,
            "ORDER BY pub.id DESC LIMIT 1",
        ];
        Statement::joined(&parts).bind(consumer).bind(provider)
    };
    match address {
        PactAddress::Content(sha) => of_all("AND c.sha = $3 ").bind(sha),
        PactAddress::ContentOfVersion(sha, version) => of_all("AND c.sha = $3 AND v.number = $4 ")
            .bind(sha)
            .bind(version),
        PactAddress::Latest => pair(""),
        PactAddress::LatestOnBranch(branch) => pair(
            "AND EXISTS (SELECT 1 FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE bv.version_id = cur.consumer_version_id AND b.name = $3) ",
        )
        .bind(branch),
        PactAddress::LatestTagged(tag) => pair(
            "AND EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id \
             AND t.name = $3) ",
        )
        .bind(tag),
        PactAddress::LatestUntagged => pair(
            "AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id) ",
        ),
        PactAddress::PreviousDistinct(version) => pair(
            "AND EXISTS (SELECT 1 FROM current_publications this JOIN versions tv \
             ON tv.id = this.consumer_version_id WHERE tv.number = $3 \
             AND tv.pacticipant_id = cur.consumer_id AND this.provider_id = cur.provider_id \
             AND this.consumer_version_id > cur.consumer_version_id \
             AND this.content_id <> cur.content_id) ",
        )
        .bind(version),
        PactAddress::Version(version) => pair("AND v.number = $3 ").bind(version),
    }
}

fn of_pair(
    (consumer, provider): (&PacticipantName, &PacticipantName),
    scope: &PairScope,
) -> Statement {
    const ORDER: &str = "ORDER BY cur.consumer_version_id DESC";
    let pair = |rest| {
        Statement::joined(&[PUBLICATION, FROM_CURRENT, PAIR, rest, ORDER])
            .bind(consumer)
            .bind(provider)
    };
    match scope {
        PairScope::All => pair(""),
        PairScope::Branch(branch) => pair(
            "AND EXISTS (SELECT 1 FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE bv.version_id = cur.consumer_version_id AND b.name = $3) ",
        )
        .bind(branch),
        PairScope::BranchHead(branch) => pair(
            "AND EXISTS (SELECT 1 FROM branches b \
             WHERE b.head_version_id = cur.consumer_version_id AND b.name = $3) ",
        )
        .bind(branch),
        PairScope::MainBranch => pair(
            "AND EXISTS (SELECT 1 FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE bv.version_id = cur.consumer_version_id AND b.name = con.main_branch) ",
        ),
        PairScope::MainBranchHead => pair(
            "AND EXISTS (SELECT 1 FROM branches b \
             WHERE b.head_version_id = cur.consumer_version_id AND b.name = con.main_branch) ",
        ),
        PairScope::Tag(tag) => pair(
            "AND EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id \
             AND t.name = $3) ",
        )
        .bind(tag),
    }
}

fn of_provider(
    columns: &'static str,
    provider: &PacticipantName,
    scope: &ProviderScope,
) -> Statement {
    const PROVIDER: &str = "WHERE cur.provider_id = (SELECT id FROM pacticipants WHERE name = $1) ";
    const ORDER: &str = "ORDER BY con.name, cur.consumer_version_id DESC";
    let all =
        |rest| Statement::joined(&[columns, FROM_CURRENT, PROVIDER, rest, ORDER]).bind(provider);
    match scope {
        ProviderScope::All => all(""),
        ProviderScope::Branch(branch) => all(
            "AND EXISTS (SELECT 1 FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE bv.version_id = cur.consumer_version_id AND b.name = $2) ",
        )
        .bind(branch),
        ProviderScope::BranchHead(branch) => all("AND EXISTS (SELECT 1 FROM branches b \
             WHERE b.head_version_id = cur.consumer_version_id AND b.name = $2) ")
        .bind(branch),
        ProviderScope::Environment(environment) => all(
            "AND cur.consumer_version_id IN (SELECT d.version_id FROM current_deployments d \
             JOIN environments e ON e.id = d.environment_id WHERE e.uuid = $2 \
             UNION SELECT r.version_id FROM released_versions r \
             JOIN environments e ON e.id = r.environment_id \
             WHERE e.uuid = $2 AND r.support_ended_at IS NULL) ",
        )
        .bind(environment),
        ProviderScope::Latest => all(
            "AND cur.consumer_version_id = (SELECT MAX(n.consumer_version_id) \
             FROM current_publications n WHERE n.provider_id = cur.provider_id \
             AND n.consumer_id = cur.consumer_id) ",
        ),
        ProviderScope::LatestTagged(tag) => all(
            "AND cur.consumer_version_id = (SELECT MAX(n.consumer_version_id) \
             FROM current_publications n JOIN tags t ON t.version_id = n.consumer_version_id \
             WHERE n.provider_id = cur.provider_id AND n.consumer_id = cur.consumer_id \
             AND t.name = $2) ",
        )
        .bind(tag),
        ProviderScope::MainBranch => all(
            "AND EXISTS (SELECT 1 FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE bv.version_id = cur.consumer_version_id AND b.name = con.main_branch) ",
        ),
        ProviderScope::MainBranchHead => all("AND EXISTS (SELECT 1 FROM branches b \
             WHERE b.head_version_id = cur.consumer_version_id AND b.name = con.main_branch) "),
        ProviderScope::Tag(tag) => all(
            "AND EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id \
             AND t.name = $2) ",
        )
        .bind(tag),
    }
}
