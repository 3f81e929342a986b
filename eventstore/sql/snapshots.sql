-- A folded state to start from instead of version 0; may be thrown away at any time.
CREATE TABLE {schema}.snapshots (
    aggregate_id     text        PRIMARY KEY,
    version          integer     NOT NULL,
    state            jsonb       NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    fold_fingerprint text        NOT NULL
);
REVOKE ALL ON {schema}.snapshots FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.snapshots TO anamnesis_web;
