-- How far the read models have followed the ledger: one row for the projectors that share it.
CREATE TABLE {schema}.checkpoints (
    name       text        NOT NULL,
    partition  integer     NOT NULL DEFAULT 0,
    position   bigint      NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (name, partition)
);
-- Which projectors have followed from the first event on: one that is new waits for its rebuild.
CREATE TABLE {schema}.built_projectors (
    name     text        PRIMARY KEY,
    built_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
REVOKE ALL ON {schema}.checkpoints, {schema}.built_projectors FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.checkpoints, {schema}.built_projectors TO anamnesis_web;
INSERT INTO {schema}.checkpoints (name) VALUES ('projections');
