//! What a publication names, looked up in one statement.

use std::collections::{BTreeSet, HashMap};

use crate::domain::pact::{PublishRequest, PutPact};
use crate::domain::text::{
    BranchId, BranchName, ContentId, PactSha, PacticipantId, PacticipantName, VersionId,
    VersionNumber,
};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::Statement;

/// What is looked up for a publication.
pub(super) struct Wanted<'a> {
    pub(super) consumer: &'a PacticipantName,
    pub(super) version: &'a VersionNumber,
    branch: Option<&'a BranchName>,
    /// The consumer and the providers, sorted.
    pub(super) names: BTreeSet<&'a PacticipantName>,
    shas: Vec<&'a PactSha>,
    /// How many keys the publication is going to draw.
    keys: usize,
}

/// What was found.
#[derive(Default)]
pub(super) struct Seen {
    /// The keys of the pacticipants that exist.
    pub(super) ids: HashMap<PacticipantName, PacticipantId>,
    /// The key of the consumer's version.
    pub(super) version: Option<VersionId>,
    /// The key of the consumer's branch.
    pub(super) branch: Option<BranchId>,
    /// Whether the consumer has a main branch.
    pub(super) has_main_branch: bool,
    contents: HashMap<(PacticipantId, PactSha), ContentId>,
}

/// One pacticipant and what belongs to it, or, without a name, a key that was drawn.
#[derive(sqlx::FromRow)]
struct Found {
    name: String,
    id: i64,
    version: Option<VersionId>,
    branch: Option<BranchId>,
    has_main_branch: bool,
    sha: Option<PactSha>,
    content: Option<ContentId>,
}

const FOUND: &str = "SELECT p.name, p.id, v.id AS version, b.id AS branch, \
    p.main_branch IS NOT NULL AS has_main_branch, c.sha, c.id AS content FROM pacticipants p \
    LEFT JOIN versions v ON v.pacticipant_id = p.id AND v.number = $3 \
    LEFT JOIN branches b ON b.pacticipant_id = p.id AND b.name = $4 \
    LEFT JOIN contents c ON c.provider_id = p.id AND c.sha IN_LIST($5) \
    AND c.consumer_id = (SELECT o.id FROM pacticipants o WHERE o.name = $2) \
    WHERE p.name IN_LIST($1)";

const KEYS: &str = " UNION ALL SELECT '', nextval('row_sequence'), NULL, NULL, FALSE, NULL, NULL \
    FROM generate_series(1, $6)";

impl<'a> Wanted<'a> {
    /// What a version's contracts name.
    pub(super) fn by_publication(request: &'a PublishRequest) -> Self {
        let contracts = request.contracts.iter();
        let providers = contracts.clone().map(|one| &one.provider);
        Self {
            consumer: &request.pacticipant,
            version: &request.version,
            branch: request.branch.as_ref(),
            names: [&request.pacticipant]
                .into_iter()
                .chain(providers)
                .collect(),
            shas: contracts.map(|one| one.content.sha()).collect(),
            // The version, its branch, its place there, its tags, the place of the integrations,
            // and a content and a publication for each contract.
            keys: 4 + request.tags.len() + 2 * request.contracts.len(),
        }
    }

    /// What one pact names.
    pub(super) fn by_pact(request: &'a PutPact) -> Self {
        Self {
            consumer: &request.consumer,
            version: &request.version,
            branch: None,
            names: BTreeSet::from([&request.consumer, &request.provider]),
            shas: Vec::new(),
            keys: 4,
        }
    }

    /// Looks it up.
    pub(super) async fn look_up(&self, tx: &mut Tx) -> Result<Seen, StoreError> {
        tx.expect_keys(self.keys);
        let parts = if tx.is_postgres() {
            &[FOUND, KEYS][..]
        } else {
            &[FOUND]
        };
        let mut select = Statement::joined(parts)
            .texts(&self.names)
            .bind(self.consumer)
            .bind(self.version)
            .bind(self.branch)
            .texts(&self.shas);
        if tx.is_postgres() {
            select = select.bind(self.keys as i64);
        }
        let mut seen = Seen::default();
        let mut keys = Vec::new();
        for found in tx.all::<Found>(select).await? {
            match PacticipantName::parse(&*found.name) {
                Ok(name) => seen.take(name, found, self.consumer),
                Err(_) => keys.push(found.id),
            }
        }
        tx.stock_keys(keys);
        Ok(seen)
    }
}

impl Seen {
    fn take(&mut self, name: PacticipantName, found: Found, consumer: &PacticipantName) {
        let id = PacticipantId(found.id);
        if name == *consumer {
            self.version = found.version;
            self.branch = found.branch;
            self.has_main_branch = found.has_main_branch;
        }
        if let Some(content) = found.sha.zip(found.content) {
            self.contents.insert((id, content.0), content.1);
        }
        self.ids.insert(name, id);
    }

    /// The key of a content between the consumer and a provider.
    pub(super) fn content(&self, provider: PacticipantId, sha: &PactSha) -> Option<ContentId> {
        self.contents.get(&(provider, sha.clone())).copied()
    }
}
