-- Ids of all tables come from this one counter, so they tell which row came first.
CREATE TABLE sequence (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
);

INSERT INTO sequence (id, value) VALUES (1, 0);

CREATE TABLE pacticipants (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    repository_url TEXT,
    repository_name TEXT,
    repository_namespace TEXT,
    main_branch TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT pacticipants_name_key UNIQUE (name)
);

CREATE TABLE labels (
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (pacticipant_id, name)
);

CREATE INDEX labels_name ON labels (name);

-- The id of a version is its place in the order of versions.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    build_url TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT versions_number_key UNIQUE (pacticipant_id, number)
);

CREATE INDEX versions_order ON versions (pacticipant_id, id);

CREATE TABLE branches (
    id INTEGER PRIMARY KEY,
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    head_version_id INTEGER REFERENCES versions (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT branches_name_key UNIQUE (pacticipant_id, name)
);

CREATE INDEX branches_head ON branches (head_version_id);
CREATE INDEX branches_by_name ON branches (name);

CREATE TABLE branch_versions (
    branch_id INTEGER NOT NULL REFERENCES branches (id) ON DELETE CASCADE,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    auto_created BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (branch_id, version_id)
);

CREATE INDEX branch_versions_version ON branch_versions (version_id);

CREATE TABLE tags (
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (pacticipant_id, name, version_id)
);

CREATE INDEX tags_version ON tags (version_id);

-- The content of contracts, once for each consumer, provider and SHA.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    sha TEXT NOT NULL,
    text TEXT NOT NULL,
    interactions INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT contents_sha_key UNIQUE (consumer_id, provider_id, sha)
);

CREATE INDEX contents_provider ON contents (provider_id);

-- Every revision of what a version published.
CREATE TABLE publications (
    id INTEGER PRIMARY KEY,
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT publications_revision_key UNIQUE (consumer_version_id, provider_id, revision)
);

CREATE INDEX publications_pair ON publications (provider_id, consumer_id, id);
CREATE INDEX publications_consumer ON publications (consumer_id);
CREATE INDEX publications_content ON publications (content_id, id);

-- The last revision of what a version published. Its key decides between publishers who race.
CREATE TABLE current_publications (
    consumer_version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    PRIMARY KEY (consumer_version_id, provider_id)
);

CREATE INDEX current_publications_pair
    ON current_publications (provider_id, consumer_id, consumer_version_id);
CREATE INDEX current_publications_consumer ON current_publications (consumer_id, provider_id);
CREATE INDEX current_publications_content ON current_publications (content_id);
CREATE INDEX current_publications_publication ON current_publications (publication_id);
CREATE INDEX current_publications_created ON current_publications (provider_id, created_at);

CREATE TABLE verifications (
    id INTEGER PRIMARY KEY,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    success BOOLEAN NOT NULL,
    wip BOOLEAN NOT NULL,
    pending BOOLEAN,
    build_url TEXT,
    verified_by_implementation TEXT,
    verified_by_version TEXT,
    verified_by_client TEXT,
    verified_by_client_version TEXT,
    verified_by_test_framework TEXT,
    selectors TEXT,
    executed_at TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX verifications_success ON verifications (content_id, success, id);
CREATE INDEX verifications_content ON verifications (content_id, id);
CREATE INDEX verifications_version ON verifications (provider_version_id, content_id);
CREATE INDEX verifications_pair ON verifications (provider_id, consumer_id, id);
CREATE INDEX verifications_consumer ON verifications (consumer_id);

-- Apart from the verifications, which stay narrow for it.
CREATE TABLE test_results (
    verification_id INTEGER PRIMARY KEY REFERENCES verifications (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);

-- The last verification of a content by a provider version.
CREATE TABLE latest_verifications (
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    provider_version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    verification_id INTEGER NOT NULL REFERENCES verifications (id) ON DELETE CASCADE,
    PRIMARY KEY (content_id, provider_version_id)
);

CREATE INDEX latest_verifications_version ON latest_verifications (provider_version_id);
CREATE INDEX latest_verifications_verification ON latest_verifications (verification_id);

CREATE TABLE environments (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    production BOOLEAN NOT NULL,
    contacts TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT environments_uuid_key UNIQUE (uuid),
    CONSTRAINT environments_name_key UNIQUE (name)
);

CREATE TABLE deployed_versions (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    environment_id INTEGER NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    application_instance TEXT,
    undeployed_at TEXT,
    auto_created BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT deployed_versions_uuid_key UNIQUE (uuid)
);

CREATE INDEX deployed_versions_version ON deployed_versions (version_id, environment_id);
CREATE INDEX deployed_versions_environment ON deployed_versions (environment_id, pacticipant_id);
CREATE INDEX deployed_versions_pacticipant ON deployed_versions (pacticipant_id);

-- What runs in each slot; the empty instance is that of an application without instances.
CREATE TABLE current_deployments (
    environment_id INTEGER NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    deployed_version_id INTEGER NOT NULL REFERENCES deployed_versions (id) ON DELETE CASCADE,
    PRIMARY KEY (environment_id, pacticipant_id, instance)
);

CREATE INDEX current_deployments_pacticipant ON current_deployments (pacticipant_id);
CREATE INDEX current_deployments_version ON current_deployments (version_id);
CREATE INDEX current_deployments_row ON current_deployments (deployed_version_id);

CREATE TABLE released_versions (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    pacticipant_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    environment_id INTEGER NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    support_ended_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT released_versions_uuid_key UNIQUE (uuid),
    CONSTRAINT released_versions_version_key UNIQUE (version_id, environment_id)
);

CREATE INDEX released_versions_environment ON released_versions (environment_id, pacticipant_id);
CREATE INDEX released_versions_pacticipant ON released_versions (pacticipant_id);

-- Which consumer ever had a contract with which provider.
CREATE TABLE integrations (
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    contract_data_updated_at TEXT NOT NULL,
    PRIMARY KEY (consumer_id, provider_id)
);

CREATE INDEX integrations_provider ON integrations (provider_id);

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    description TEXT,
    consumer_id INTEGER REFERENCES pacticipants (id) ON DELETE CASCADE,
    consumer_label TEXT,
    provider_id INTEGER REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_label TEXT,
    enabled BOOLEAN NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT,
    body_is_json BOOLEAN NOT NULL,
    username TEXT,
    password TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT webhooks_uuid_key UNIQUE (uuid)
);

CREATE INDEX webhooks_consumer ON webhooks (consumer_id);
CREATE INDEX webhooks_provider ON webhooks (provider_id);

CREATE TABLE webhook_events (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (webhook_id, name)
);

-- The outbox: one row for each call owed, written in the transaction that caused it.
CREATE TABLE triggered_webhooks (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    webhook_id INTEGER REFERENCES webhooks (id) ON DELETE SET NULL,
    description TEXT NOT NULL,
    event TEXT NOT NULL,
    context TEXT NOT NULL,
    consumer_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    provider_id INTEGER NOT NULL REFERENCES pacticipants (id) ON DELETE CASCADE,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    verification_id INTEGER REFERENCES verifications (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT triggered_webhooks_uuid_key UNIQUE (uuid)
);

CREATE INDEX triggered_webhooks_due ON triggered_webhooks (next_attempt_at);
CREATE INDEX triggered_webhooks_webhook ON triggered_webhooks (webhook_id);
CREATE INDEX triggered_webhooks_pair ON triggered_webhooks (provider_id, consumer_id);
CREATE INDEX triggered_webhooks_consumer ON triggered_webhooks (consumer_id);
CREATE INDEX triggered_webhooks_publication ON triggered_webhooks (publication_id);
CREATE INDEX triggered_webhooks_verification ON triggered_webhooks (verification_id);

CREATE TABLE webhook_executions (
    id INTEGER PRIMARY KEY,
    triggered_webhook_id INTEGER NOT NULL REFERENCES triggered_webhooks (id) ON DELETE CASCADE,
    success BOOLEAN NOT NULL,
    logs TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX webhook_executions_triggered ON webhook_executions (triggered_webhook_id);
