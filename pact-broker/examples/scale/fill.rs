//! A database with a long history, written by a few statements that both databases understand.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

/// How many versions each pacticipant has.
pub(crate) const VERSIONS: u32 = 200;

/// How long the history is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// How many pacticipants there are. Each has 200 versions, and 2,000 results are published for
    /// it on average.
    pub(crate) pacticipants: u32,
}

/// Fills an empty database whose schema is there.
///
/// Odd pacticipants consume four even ones each. A pact changes every 50 versions, and each content
/// is verified 250 times by the 200 versions of its provider. Three of four versions are on `main`,
/// the others on a branch of their own; those on `main` are tagged so, every tenth with `prod`. The
/// last version but one is deployed, and every twentieth released. A tenth of the consumers have a
/// webhook, which was called for each of their publications.
///
/// # Errors
/// When the database refuses a statement.
pub(crate) async fn fill(url: &str, size: Size) -> Result<(), sqlx::Error> {
    let text = statements(size).join(";\n");
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await?;
        let text = format!("BEGIN;\n{text};\nUPDATE sequence SET value = 9000000;\nCOMMIT");
        let statements = sqlx::raw_sql(AssertSqlSafe(text));
        statements.execute(&mut connection).await?;
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(url).await?;
        let text = format!("{text};\nSELECT setval('row_sequence', 9000000);\nANALYZE");
        let statements = sqlx::raw_sql(AssertSqlSafe(text));
        statements.execute(&mut connection).await?;
        connection.close().await
    }
}

/// The statements; `series` holds numbers from 0 upwards.
fn statements(size: Size) -> Vec<String> {
    const THEN: &str = "'2026-01-01T00:00:00.000000Z'";
    let consumers = size.pacticipants / 2;
    let numbers = [
        ("{pacticipants}", size.pacticipants),
        ("{consumers}", consumers),
        ("{pairs}", consumers * 4),
        ("{contents}", consumers * 16),
        ("{versions}", size.pacticipants * VERSIONS),
        ("{publications}", consumers * 4 * VERSIONS),
        ("{results}", consumers * 16 * 250),
        ("{last}", 1001 + (VERSIONS - 1) * size.pacticipants),
        ("{deployed}", 1001 + (VERSIONS - 2) * size.pacticipants),
    ];
    let told = |text: &&str| {
        let text = text.replace("{then}", THEN);
        let put =
            |text: String, (name, number): &(&str, u32)| text.replace(name, &number.to_string());
        numbers.iter().fold(text, put)
    };
    FILL.iter().chain(&MARK).map(told).collect()
}

const FILL: [&str; 10] = [
    "CREATE TABLE series (i BIGINT PRIMARY KEY)",
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {results}) \
     INSERT INTO series SELECT i FROM n",
    "INSERT INTO pacticipants (id, name, display_name, main_branch, created_at, updated_at) \
     SELECT i + 1, 'p' || (i + 1), 'P ' || (i + 1), 'main', {then}, {then} FROM series WHERE i < {pacticipants}",
    "INSERT INTO versions (id, pacticipant_id, number, created_at, updated_at) \
     SELECT 1001 + i, i % {pacticipants} + 1, '' || (i / {pacticipants}), {then}, {then} FROM series WHERE i < {versions}",
    "INSERT INTO contents (id, consumer_id, provider_id, created_at, sha, text, interactions, \
     messages) SELECT 200001 + i, 2 * (i / 16) + 1, \
     2 * (((i / 16) * 7 + ((i / 4) % 4) * 31) % {consumers}) + 2, {then}, \
     'sha' || i, '{\"interactions\":[]}', 0, 0 FROM series WHERE i < {contents}",
    "INSERT INTO publications (id, consumer_id, provider_id, consumer_version_id, content_id, \
     revision, created_at) SELECT 300001 + i, c.consumer_id, c.provider_id, \
     1001 + (i / {pairs}) * {pacticipants} + c.consumer_id - 1, c.id, 1, \
     CASE WHEN i / {pairs} > 190 THEN '2026-06-01T00:00:00.000000Z' \
     ELSE {then} END FROM series \
     JOIN contents c ON c.id = 200001 + (i % {pairs}) * 4 + i / ({pairs} * 50) \
     WHERE i < {publications}",
    "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, \
     publication_id, content_id, created_at) SELECT consumer_version_id, provider_id, consumer_id, \
     id, content_id, created_at FROM publications",
    "INSERT INTO verifications (id, content_id, consumer_id, provider_id, provider_version_id, \
     success, wip, executed_at, created_at) SELECT 1000001 + i, c.id, c.consumer_id, c.provider_id, \
     1001 + ((i / {contents}) % 200) * {pacticipants} + c.provider_id - 1, (i / {contents}) % 7 <> 0, FALSE, \
     {then}, {then} FROM series JOIN contents c ON c.id = 200001 + i % {contents} \
     WHERE i < {results}",
    "INSERT INTO latest_verifications (content_id, provider_version_id, verification_id) \
     SELECT content_id, provider_version_id, MAX(id) FROM verifications \
     GROUP BY content_id, provider_version_id",
    "INSERT INTO integrations (consumer_id, provider_id, created_at, contract_data_updated_at) \
     SELECT DISTINCT consumer_id, provider_id, {then}, {then} FROM contents",
];

const MARK: [&str; 13] = [
    "INSERT INTO branches (id, pacticipant_id, name, head_version_id, created_at, updated_at) \
     SELECT 600001 + i, i + 1, 'main', {last} + i, {then}, {then} FROM series WHERE i < {pacticipants}",
    "INSERT INTO branches (id, pacticipant_id, name, head_version_id, created_at, updated_at) \
     SELECT 700001 + i, i % {pacticipants} + 1, 'feat/' || (i / {pacticipants}), 1001 + i, {then}, {then} FROM series \
     WHERE i < {versions} AND (i / {pacticipants}) % 4 = 0",
    "INSERT INTO branch_versions (branch_id, version_id, id, auto_created, created_at, updated_at) \
     SELECT CASE WHEN (i / {pacticipants}) % 4 = 0 THEN 700001 + i ELSE 600001 + i % {pacticipants} END, 1001 + i, \
     800001 + i, FALSE, {then}, {then} FROM series WHERE i < {versions}",
    "INSERT INTO tags (pacticipant_id, name, version_id, id, created_at, updated_at) \
     SELECT i % {pacticipants} + 1, 'main', 1001 + i, 2000001 + i, {then}, {then} FROM series \
     WHERE i < {versions} AND (i / {pacticipants}) % 4 <> 0",
    "INSERT INTO tags (pacticipant_id, name, version_id, id, created_at, updated_at) \
     SELECT i % {pacticipants} + 1, 'prod', 1001 + i, 2200001 + i, {then}, {then} FROM series \
     WHERE i < {versions} AND (i / {pacticipants}) % 10 = 0",
    "INSERT INTO environments (id, uuid, name, display_name, production, contacts, created_at, \
     updated_at) VALUES (901, 'e1', 'production', 'Production', TRUE, '[]', {then}, {then})",
    "INSERT INTO deployed_versions (id, uuid, version_id, pacticipant_id, environment_id, \
     auto_created, created_at, updated_at) SELECT 950001 + i, 'd' || i, {deployed} + i, i + 1, \
     901, FALSE, {then}, {then} FROM series WHERE i < {pacticipants}",
    "INSERT INTO current_deployments (environment_id, pacticipant_id, instance, version_id, \
     deployed_version_id) SELECT environment_id, pacticipant_id, '', version_id, id \
     FROM deployed_versions",
    "INSERT INTO released_versions (id, uuid, version_id, pacticipant_id, environment_id, \
     support_ended_at, created_at, updated_at) SELECT 2400001 + i, 'r' || i, 1001 + i, i % {pacticipants} + 1, \
     901, CASE WHEN i / {pacticipants} < 180 THEN '2026-02-01T00:00:00.000000Z' END, {then}, {then} FROM series \
     WHERE i < {versions} AND (i / {pacticipants}) % 20 = 0",
    "INSERT INTO webhooks (id, uuid, consumer_id, enabled, method, url, headers, body_is_json, \
     created_at, updated_at) SELECT 2600001 + i, 'w' || i, 20 * i + 1, TRUE, 'POST', \
     'https://ci.example/', '[]', FALSE, {then}, {then} FROM series \
     WHERE 20 * i < {pacticipants}",
    "INSERT INTO triggered_webhooks (id, uuid, webhook_id, description, event, context, consumer_id, \
     provider_id, publication_id, status, attempts, created_at, updated_at) \
     SELECT 2700001 + pub.id, 't' || pub.id, w.id, '', 'contract_published', '{}', pub.consumer_id, \
     pub.provider_id, pub.id, 'success', 1, {then}, {then} FROM publications pub \
     JOIN webhooks w ON w.consumer_id = pub.consumer_id",
    "INSERT INTO webhook_executions (id, triggered_webhook_id, success, logs, created_at) \
     SELECT 3700001 + id, id, TRUE, 'delivered', {then} FROM triggered_webhooks",
    "DROP TABLE series",
];
