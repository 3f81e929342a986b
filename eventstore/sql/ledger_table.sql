-- The ledger. Three indexes and no other, ever: a query that wants one is a projection's job.
CREATE TABLE {schema}.{ledger} (
    position       bigint      NOT NULL,
    event_id       uuid        NOT NULL,
    aggregate_id   text        NOT NULL,
    aggregate_type text        NOT NULL,
    event_type     text        NOT NULL,
    schema_version smallint    NOT NULL,
    version        integer     NOT NULL,
    event_data     jsonb       NOT NULL,
    metadata       jsonb       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    hash           bytea       NOT NULL,
    CONSTRAINT {ledger}_pkey PRIMARY KEY (event_id),
    CONSTRAINT {ledger}_aggregate_id_version_key UNIQUE (aggregate_id, version),
    CONSTRAINT {ledger}_position_key UNIQUE (position)
);
