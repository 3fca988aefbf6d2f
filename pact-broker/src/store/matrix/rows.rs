//! Publications and results between the versions of a question.

use std::collections::HashSet;

use crate::domain::matrix::facts::{PacticipantFact, PublicationFact, VerificationFact};
use crate::domain::matrix::resolve::{Entry, Versions};
use crate::domain::matrix::{self, Facts, MatrixQuery};
use crate::domain::text::{ContentId, PacticipantId, VersionId};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, Value, sql};

const PUBLICATION: &str = "SELECT pub.id, pub.consumer_id AS consumer, \
    pub.provider_id AS provider, pub.consumer_version_id AS consumer_version, \
    pub.content_id AS content, c.sha, pub.revision, \
    (cur.publication_id IS NOT NULL) AS current, pub.created_at ";

/// The last revisions: their rows are found by the narrow table of current publications.
const CURRENT: &str = "FROM current_publications cur \
    JOIN publications pub ON pub.id = cur.publication_id JOIN contents c ON c.id = cur.content_id ";

/// Every revision.
const EVERY: &str = "FROM publications pub JOIN contents c ON c.id = pub.content_id \
    LEFT JOIN current_publications cur ON cur.publication_id = pub.id ";

/// The results that count; conditions are put on the narrow table `k`.
const LATEST_RESULT: &str = "SELECT r.id, r.content_id AS content, \
    r.provider_version_id AS provider_version, r.success, TRUE AS latest, r.executed_at \
    FROM latest_verifications k JOIN verifications r ON r.id = k.verification_id ";

/// Every result, with `k` for the same conditions.
const EVERY_RESULT: &str = "SELECT r.id, r.content_id AS content, \
    r.provider_version_id AS provider_version, r.success, (l.verification_id IS NOT NULL) AS latest, \
    r.executed_at FROM verifications k JOIN verifications r ON r.id = k.id \
    LEFT JOIN latest_verifications l ON l.verification_id = r.id ";

/// What the entries of a question name, apart.
struct Wanted {
    /// The versions that were found.
    versions: Vec<VersionId>,
    /// The pacticipants of which any version will do.
    any: Vec<PacticipantId>,
    /// All pacticipants.
    pacticipants: Vec<PacticipantId>,
    /// Those that the question names.
    specified: Vec<PacticipantId>,
}

impl Wanted {
    fn of(entries: &[Entry]) -> Self {
        let mut wanted = Self {
            versions: Vec::new(),
            any: Vec::new(),
            pacticipants: Vec::new(),
            specified: Vec::new(),
        };
        for entry in entries {
            wanted.pacticipants.push(entry.pacticipant);
            if entry.specified {
                wanted.specified.push(entry.pacticipant);
            }
            match &entry.versions {
                Versions::Any => wanted.any.push(entry.pacticipant),
                Versions::These(found) => wanted.versions.extend(found.keys()),
            }
        }
        wanted
    }
}

/// Loads what tells which pairs a question is about: what the specified versions publish, one
/// publication for each pair of a pacticipant of which any version will do, and who consumes them.
pub(super) async fn load_dependencies(
    tx: &mut Tx,
    specified: &[Entry],
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let wanted = Wanted::of(specified);
    let published = Statement::joined(&[
        PUBLICATION,
        CURRENT,
        "WHERE cur.consumer_version_id IN_LIST($1)",
    ]);
    facts.publications = tx.all(published.ids(&wanted.versions)).await?;
    if !wanted.any.is_empty() {
        let newest = Statement::joined(&[
            PUBLICATION,
            CURRENT,
            "JOIN integrations i ON i.consumer_id = cur.consumer_id AND i.provider_id = cur.provider_id \
             AND cur.consumer_version_id = (SELECT MAX(n.consumer_version_id) \
             FROM current_publications n WHERE n.provider_id = i.provider_id \
             AND n.consumer_id = i.consumer_id) WHERE i.consumer_id IN_LIST($1)",
        ]);
        let newest: Vec<PublicationFact> = tx.all(newest.ids(&wanted.any)).await?;
        add_publications(newest, facts);
    }
    load_partners(tx, &wanted, facts).await
}

/// A pacticipant, and whom it consumes, where that is of interest.
#[derive(sqlx::FromRow)]
struct Partner {
    consumer: Option<PacticipantId>,
    provider: Option<PacticipantId>,
    #[sqlx(flatten)]
    fact: PacticipantFact,
}

/// Loads who consumes the pacticipants, and whom these and their versions consume.
async fn load_partners(tx: &mut Tx, wanted: &Wanted, facts: &mut Facts) -> Result<(), StoreError> {
    let partners = sql(
        "SELECT i.consumer_id AS consumer, i.provider_id AS provider, p.id, p.name, p.main_branch \
         FROM integrations i JOIN pacticipants p ON p.id = i.consumer_id \
         WHERE i.provider_id IN_LIST($1) \
         UNION ALL SELECT NULL, NULL, p.id, p.name, p.main_branch FROM integrations i \
         JOIN pacticipants p ON p.id = i.provider_id WHERE i.consumer_id IN_LIST($2) \
         UNION ALL SELECT NULL, NULL, p.id, p.name, p.main_branch FROM current_publications cur \
         JOIN pacticipants p ON p.id = cur.provider_id WHERE cur.consumer_version_id IN_LIST($3)",
    );
    let partners = partners.ids(&wanted.pacticipants).ids(&wanted.any);
    for partner in tx.all::<Partner>(partners.ids(&wanted.versions)).await? {
        facts
            .integrations
            .extend(partner.consumer.zip(partner.provider));
        facts.pacticipants.insert(partner.fact.id, partner.fact);
    }
    Ok(())
}

fn add_publications(more: Vec<PublicationFact>, facts: &mut Facts) {
    let known: HashSet<_> = facts.publications.iter().map(|fact| fact.id).collect();
    facts
        .publications
        .extend(more.into_iter().filter(|fact| !known.contains(&fact.id)));
}

/// Loads the publications and results between the entries.
pub(super) async fn load(
    tx: &mut Tx,
    query: &MatrixQuery,
    entries: &[Entry],
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let wanted = Wanted::of(entries);
    let latest_only = query.latest_by.is_some();
    let (publications, results) = if latest_only {
        (CURRENT, LATEST_RESULT)
    } else {
        (EVERY, EVERY_RESULT)
    };
    let tables = (publications, results);
    let [_] = entries else {
        return load_between(tx, &wanted, tables, facts).await;
    };
    let newest = query
        .limit
        .filter(|_| !query.decides() && !wanted.any.is_empty());
    if let Some(limit) = newest {
        // Some of the newest make no row, so a few more are looked at.
        let count = i64::from(limit) * 2;
        let whole_since = load_newest(tx, &wanted, tables, count, facts).await?;
        let rows = |since| matrix::rows::acted_since(query, entries, facts, since);
        if whole_since.is_none_or(|since| rows(since) >= limit as usize) {
            return Ok(());
        }
    }
    load_alone(tx, &wanted, tables, facts).await
}

/// For several entries: what the versions published for the pacticipants, and the results of the
/// versions for that.
async fn load_between(
    tx: &mut Tx,
    wanted: &Wanted,
    (publications, results): (&'static str, &'static str),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    const TOUCHING: &str = "AND (pub.consumer_id IN_LIST($3) OR pub.provider_id IN_LIST($3))";
    for (condition, ids) in [
        (
            "WHERE pub.consumer_version_id IN_LIST($1) ",
            ids_of(&wanted.versions),
        ),
        ("WHERE pub.consumer_id IN_LIST($1) ", ids_of(&wanted.any)),
    ] {
        if ids.is_empty() {
            continue;
        }
        let select = Statement::joined(&[
            PUBLICATION,
            publications,
            condition,
            "AND pub.provider_id IN_LIST($2) ",
            TOUCHING,
        ]);
        let select = select
            .ids(ids)
            .ids(&wanted.pacticipants)
            .ids(&wanted.specified);
        add_publications(tx.all(select).await?, facts);
    }
    let contents = contents_of(facts);
    let of_versions = "WHERE k.content_id IN_LIST($1) AND k.provider_version_id IN_LIST($2)";
    let select = Statement::joined(&[results, of_versions])
        .ids(&contents)
        .ids(&wanted.versions);
    let mut found: Vec<VerificationFact> = tx.all(select).await?;
    if !wanted.any.is_empty() {
        let of_any = "WHERE k.content_id IN_LIST($1) AND r.provider_id IN_LIST($2)";
        let select = Statement::joined(&[results, of_any])
            .ids(&contents)
            .ids(&wanted.any);
        found.extend(tx.all::<VerificationFact>(select).await?);
    }
    add_verifications(found, facts);
    Ok(())
}

/// For a single entry of which any version will do: the newest publications and results, as many as
/// are asked for of each kind, with what belongs to them. Returns the place in the sequence since
/// which nothing is missing, if anything is.
async fn load_newest(
    tx: &mut Tx,
    wanted: &Wanted,
    (publications, results): (&'static str, &'static str),
    count: i64,
    facts: &mut Facts,
) -> Result<Option<i64>, StoreError> {
    let mut oldest = Vec::new();
    let mut note = |last: Option<i64>, found: usize| {
        oldest.extend(last.filter(|_| found as i64 >= count));
    };
    let mut found = Vec::new();
    for whose in [
        "WHERE r.provider_id IN_LIST($1)",
        "WHERE r.consumer_id IN_LIST($1)",
    ] {
        let select = Statement::joined(&[results, whose, " ORDER BY r.id DESC LIMIT $2"])
            .ids(&wanted.any)
            .bind(Value::Id(count));
        let some: Vec<VerificationFact> = tx.all(select).await?;
        note(some.last().map(|fact| fact.id.0), some.len());
        found.extend(some);
    }
    let select = Statement::joined(&[
        PUBLICATION,
        publications,
        "WHERE pub.consumer_id IN_LIST($1) ORDER BY pub.id DESC LIMIT $2",
    ]);
    let select = select.ids(&wanted.any).bind(Value::Id(count));
    let published: Vec<PublicationFact> = tx.all(select).await?;
    note(published.last().map(|fact| fact.id.0), published.len());
    add_counterparts(tx, (publications, results), (found, published), facts).await?;
    Ok(oldest.into_iter().max())
}

/// For a single entry: what it published beside every result, and every result of it.
async fn load_alone(
    tx: &mut Tx,
    wanted: &Wanted,
    (publications, results): (&'static str, &'static str),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let (run, published, own) = if wanted.any.is_empty() {
        (
            "WHERE k.provider_version_id IN_LIST($1)",
            "WHERE pub.consumer_version_id IN_LIST($1)",
            ids_of(&wanted.versions),
        )
    } else {
        (
            "WHERE r.provider_id IN_LIST($1)",
            "WHERE pub.consumer_id IN_LIST($1)",
            ids_of(&wanted.any),
        )
    };
    let found = Statement::joined(&[results, run]).ids(own.clone());
    let found = tx.all(found).await?;
    let published = Statement::joined(&[PUBLICATION, publications, published]).ids(own);
    let published = tx.all(published).await?;
    add_counterparts(tx, (publications, results), (found, published), facts).await
}

/// Adds results and publications to the facts, with the publications of the former and the results of
/// the latter.
async fn add_counterparts(
    tx: &mut Tx,
    (publications, results): (&'static str, &'static str),
    (mut found, published): (Vec<VerificationFact>, Vec<PublicationFact>),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let verified: Vec<_> = found.iter().map(|fact| fact.content).collect();
    let contents: Vec<_> = published.iter().map(|fact| fact.content).collect();
    let select = Statement::joined(&[results, "WHERE k.content_id IN_LIST($1)"]).ids(contents);
    found.extend(tx.all::<VerificationFact>(select).await?);
    add_publications(published, facts);
    let select = Statement::joined(&[
        PUBLICATION,
        publications,
        "WHERE pub.content_id IN_LIST($1)",
    ]);
    add_publications(tx.all(select.ids(verified)).await?, facts);
    add_verifications(found, facts);
    Ok(())
}

fn add_verifications(found: Vec<VerificationFact>, facts: &mut Facts) {
    let mut known = HashSet::new();
    facts.verifications = found
        .into_iter()
        .filter(|fact| known.insert(fact.id))
        .collect();
}

fn contents_of(facts: &Facts) -> Vec<ContentId> {
    let contents: HashSet<_> = facts.publications.iter().map(|fact| fact.content).collect();
    contents.into_iter().collect()
}

fn ids_of<T: Copy + Into<Value>>(ids: &[T]) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}
