-- What came from another broker, so that an import that is run again leaves it out: publications,
-- and results by the number each had there.
CREATE TABLE imported_publications (
    publication_id INTEGER PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE
);

CREATE TABLE imported_results (
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    PRIMARY KEY (content_id, number)
) WITHOUT ROWID;
