-- What is supported now, apart from all that ever was.
CREATE INDEX released_versions_supported ON released_versions (version_id)
    WHERE support_ended_at IS NULL;

-- The last call of a webhook for an event of a pair is found without reading those before it.
DROP INDEX triggered_webhooks_webhook;
CREATE INDEX triggered_webhooks_line
    ON triggered_webhooks (webhook_id, event, consumer_id, provider_id, id);
