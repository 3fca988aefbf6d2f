-- Which integration was used last is told by the sequence of all rows, never by a clock.
ALTER TABLE integrations ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;

UPDATE integrations SET touched = GREATEST(
    COALESCE((SELECT MAX(p.id) FROM publications p
        WHERE p.provider_id = integrations.provider_id AND p.consumer_id = integrations.consumer_id), 0),
    COALESCE((SELECT MAX(r.id) FROM verifications r
        WHERE r.provider_id = integrations.provider_id AND r.consumer_id = integrations.consumer_id), 0)
);
