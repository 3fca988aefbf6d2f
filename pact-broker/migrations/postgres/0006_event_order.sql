-- The events of a webhook are told in the order they were given.
ALTER TABLE webhook_events ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
