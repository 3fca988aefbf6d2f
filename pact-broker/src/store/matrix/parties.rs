//! The first statement of every question: whom and which versions it is about.
//!
//! It follows [`crate::domain::matrix::resolve`] without deciding anything: whoever may be a
//! counterpart and whichever version may be meant is loaded, and the domain picks from them.

use crate::domain::matrix::{MatrixQuery, VersionChoice};
use crate::domain::text::{EnvironmentName, PacticipantName};
use crate::store::matrix::candidates;
use crate::store::matrix::pieces::{
    CONTRACTS, KNOWN_ENVIRONMENTS, NAMED_PACTICIPANTS, PARTIES, VERSIONS,
};
use crate::store::statement::{Statement, sql};

/// How many choices of versions one statement makes: more would make it long without measure.
const CHOICES: usize = 16;

/// Versions of a pacticipant that a question names.
struct Choice<'a> {
    name: &'a PacticipantName,
    versions: VersionChoice,
    /// Whether they are only to be ignored.
    ignored: bool,
}

/// The versions `selected`, of which others are counterparts; nothing else follows from those that
/// are only to be ignored.
const SELECTED: &str = "WITH selected (id) AS (SELECT CAST(0 AS BIGINT) AS id WHERE FALSE";

/// Who consumes whom: the versions `selected`, any version of those named in `$2`, and whoever
/// consumes one named in `$1`.
const CONSUMED: &str = "), named (id) AS (SELECT id FROM pacticipants WHERE name IN_LIST($1)), \
    of_any_version (id) AS (SELECT id FROM pacticipants WHERE name IN_LIST($2)), \
    consumed (consumer_id, provider_id, version_id) AS (\
    SELECT cur.consumer_id, cur.provider_id, cur.consumer_version_id FROM current_publications cur \
    WHERE cur.consumer_version_id IN_ROWS(selected) \
    UNION ALL SELECT i.consumer_id, i.provider_id, (SELECT MAX(n.consumer_version_id) \
    FROM current_publications n WHERE n.provider_id = i.provider_id \
    AND n.consumer_id = i.consumer_id) FROM integrations i \
    WHERE i.consumer_id IN_ROWS(of_any_version) \
    UNION ALL SELECT i.consumer_id, i.provider_id, NULL FROM integrations i \
    WHERE i.provider_id IN_ROWS(named)), \
    parties (id) AS (SELECT consumer_id FROM consumed UNION SELECT provider_id FROM consumed), \
    owners (id) AS (SELECT id FROM parties WHERE NOT (id IN_ROWS(named))), \
    chosen (id) AS (SELECT id FROM selected";

/// The statements for a question: one, unless it makes very many choices.
pub(super) fn statements(query: &MatrixQuery) -> Vec<Statement> {
    let selected = query.selectors.iter().map(|selector| Choice {
        name: &selector.pacticipant,
        versions: selector.versions.clone(),
        ignored: false,
    });
    let ignored = query.ignore.iter().filter_map(|ignore| {
        Some(Choice {
            name: &ignore.pacticipant,
            versions: VersionChoice::Number(ignore.version.clone()?),
            ignored: true,
        })
    });
    let choices: Vec<_> = selected.chain(ignored).collect();
    let parts = choices.chunks(CHOICES);
    parts.map(|some| statement(query, some)).collect()
}

fn statement(query: &MatrixQuery, choices: &[Choice<'_>]) -> Statement {
    let any = choices
        .iter()
        .filter(|choice| choice.versions == VersionChoice::Any)
        .map(|choice| choice.name);
    let destination = query.destination.as_ref().map(|place| place.choice());
    let mut parts = vec![sql(SELECTED)];
    parts.extend(of(choices, false));
    parts.push(sql(CONSUMED).texts(query.pacticipants()).texts(any));
    parts.extend(of(choices, true));
    let counterparts = destination.as_ref().and_then(candidates::of);
    parts.extend(counterparts.into_iter().flat_map(added));
    parts.push(sql(") "));
    let ignored = query.ignore.iter().map(|ignore| &ignore.pacticipant);
    let named = query.pacticipants().chain(ignored);
    parts.push(sql(NAMED_PACTICIPANTS).texts(named));
    parts.push(sql(KNOWN_ENVIRONMENTS).texts(query.environments()));
    parts.extend([sql(PARTIES), sql(CONTRACTS), sql(VERSIONS)]);
    Statement::of_parts(parts)
}

/// Adds the versions that choices mean.
fn of(choices: &[Choice<'_>], ignored: bool) -> Vec<Statement> {
    let same = choices.iter().filter(|choice| choice.ignored == ignored);
    let each = same.filter_map(|choice| {
        let owners = sql("WITH owners (id) AS (SELECT id FROM pacticipants WHERE name = $1) ");
        let versions = candidates::of(&choice.versions)?;
        Some(Statement::of_parts([owners.bind(choice.name), versions]))
    });
    each.flat_map(added).collect()
}

/// Adds versions to those before.
fn added(versions: Statement) -> [Statement; 3] {
    [
        sql(" UNION ALL SELECT id FROM ("),
        versions,
        sql(") AS one"),
    ]
}

/// Finds out which of these names are known.
pub(super) fn names<'a>(
    pacticipants: impl IntoIterator<Item = &'a PacticipantName>,
    environments: impl IntoIterator<Item = &'a EnvironmentName>,
) -> Statement {
    Statement::of_parts([
        sql(NAMED_PACTICIPANTS).texts(pacticipants),
        sql(KNOWN_ENVIRONMENTS).texts(environments),
    ])
}
