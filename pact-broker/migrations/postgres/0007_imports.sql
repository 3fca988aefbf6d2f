-- What came from another broker, so that an import that is run again leaves it out: publications,
-- and results by the number each had there.
CREATE TABLE imported_publications (
    publication_id BIGINT PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE
);

CREATE TABLE imported_results (
    content_id BIGINT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    PRIMARY KEY (content_id, number)
);
