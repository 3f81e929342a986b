-- One wrapped data key for each stream that holds personal fields. Written once, never changed.
CREATE TABLE {schema}.stream_keys (
    stream      text        PRIMARY KEY,
    wrapped_key bytea       NOT NULL,
    key_id      text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
REVOKE ALL ON {schema}.stream_keys FROM PUBLIC, anamnesis_web;
GRANT SELECT, INSERT ON {schema}.stream_keys TO anamnesis_web;
