//! Publications and results between the versions of a question.

use std::collections::HashSet;

use crate::domain::matrix::facts::{PublicationFact, VerificationFact};
use crate::domain::matrix::resolve::{Entry, Versions};
use crate::domain::matrix::{self, Facts, MatrixQuery};
use crate::domain::text::{
    ContentId, PactSha, PacticipantId, PublicationId, VerificationId, VersionId,
};
use crate::domain::time::Timestamp;
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

fn add_publications(more: Vec<PublicationFact>, facts: &mut Facts) {
    let mut known: HashSet<_> = facts.publications.iter().map(|fact| fact.id).collect();
    facts
        .publications
        .extend(more.into_iter().filter(|fact| known.insert(fact.id)));
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

/// A publication or a result, of which the columns that the other has are empty.
#[derive(sqlx::FromRow)]
struct Line {
    is_result: bool,
    id: i64,
    content: ContentId,
    /// The version that published, or the one that was run.
    version: VersionId,
    consumer: PacticipantId,
    provider: PacticipantId,
    sha: String,
    revision: i64,
    success: bool,
    /// Whether it is the current publication, or the latest result.
    last: bool,
    moment: Timestamp,
}

/// Of what is `published`, and the results of its contents that count.
const PUBLISHED: &str = "SELECT FALSE AS is_result, pub.id AS id, pub.content AS content, \
    pub.consumer_version AS version, pub.consumer AS consumer, pub.provider AS provider, \
    pub.sha AS sha, pub.revision AS revision, FALSE AS success, pub.current AS last, \
    pub.created_at AS moment FROM published pub ";

/// Adds results as lines.
const RESULTS: &str = "UNION ALL SELECT TRUE, found.id, found.content, found.provider_version, \
    0, 0, '', 0, found.success, found.latest, found.executed_at FROM (";

/// For several entries: what the versions published for the pacticipants, and the results of the
/// versions for that.
async fn load_between(
    tx: &mut Tx,
    wanted: &Wanted,
    (publications, results): (&'static str, &'static str),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    const TOUCHING: &str = "AND pub.provider_id IN_LIST($2) \
        AND (pub.consumer_id IN_LIST($3) OR pub.provider_id IN_LIST($3)) ";
    let published = |of| Statement::joined(&[PUBLICATION, publications, of, TOUCHING]);
    let results = |of| Statement::joined(&[RESULTS, results, of, ") AS found "]);
    let mut parts = vec![sql("WITH published AS (")];
    if !wanted.versions.is_empty() || wanted.any.is_empty() {
        let select = published("WHERE pub.consumer_version_id IN_LIST($1) ");
        let select = select.ids(&wanted.versions).ids(&wanted.pacticipants);
        parts.push(select.ids(&wanted.specified));
    }
    if !wanted.any.is_empty() {
        if parts.len() > 1 {
            parts.push(sql("UNION ALL "));
        }
        let select = published("WHERE pub.consumer_id IN_LIST($1) ");
        let select = select.ids(&wanted.any).ids(&wanted.pacticipants);
        parts.push(select.ids(&wanted.specified));
    }
    parts.push(sql(
        "), texts (id) AS (SELECT DISTINCT content FROM published) ",
    ));
    parts.push(sql(PUBLISHED));
    let of_versions = "WHERE k.content_id IN_ROWS(texts) AND k.provider_version_id IN_LIST($1)";
    parts.push(results(of_versions).ids(&wanted.versions));
    if !wanted.any.is_empty() {
        let of_any = "WHERE k.content_id IN_ROWS(texts) AND r.provider_id IN_LIST($1)";
        parts.push(results(of_any).ids(&wanted.any));
    }
    let (mut found, mut published) = (Vec::new(), Vec::new());
    let select = Statement::of_parts(parts);
    tx.each(select, |line: Line| match line.is_result {
        true => found.push(result(line)),
        false => published.extend(publication(line)),
    })
    .await?;
    add_publications(published, facts);
    add_verifications(found, facts);
    Ok(())
}

fn publication(line: Line) -> Option<PublicationFact> {
    Some(PublicationFact {
        id: PublicationId(line.id),
        consumer: line.consumer,
        provider: line.provider,
        consumer_version: line.version,
        content: line.content,
        sha: PactSha::parse(line.sha).ok()?,
        revision: line.revision,
        current: line.last,
        created_at: line.moment,
    })
}

fn result(line: Line) -> VerificationFact {
    VerificationFact {
        id: VerificationId(line.id),
        content: line.content,
        provider_version: line.version,
        success: line.success,
        latest: line.last,
        executed_at: line.moment,
    }
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
    let counterparts: Vec<PublicationFact> = tx.all(select.ids(verified)).await?;
    add_publications(counterparts, facts);
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

fn ids_of<T: Copy + Into<Value>>(ids: &[T]) -> Vec<Value> {
    ids.iter().map(|id| (*id).into()).collect()
}
