-- The one place where rows of {ledger} come from. Nobody may call it but its owner's two doors.
--   streams:    [{{"aggregate_id", "expected_version"}}], in order; null: any version ({any_version} here)
--   new_events: [{{"event_id", "aggregate_id", "aggregate_type", "event_type", "schema_version",
--                 "event_data", "metadata", "occurred_at", "created_at" (seeding only)}}]
--   the first event's id is the command's; metadata.command of the first event is
--   {{"digest": keyed digest of the command, "count": number of events}}
-- Errors: AN001 wrong expected version (DETAIL is JSON), AN002 command id reused,
--   AN003 isolation level, AN004 malformed, AN005 occurred_at in the future.
CREATE FUNCTION {schema}.{ledger}_write(
    IN command_id uuid, IN command_digest text, IN streams jsonb, IN new_events jsonb,
    IN times_given boolean,
    OUT first_position bigint, OUT last_position bigint, OUT duplicate boolean
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    stream_ids   text[];
    expected     integer[];
    current      integer[];
    ids          uuid[];
    aggregates   text[];
    kinds        text[];
    types        text[];
    schemas      smallint[];
    payloads     jsonb[];
    metas        jsonb[];
    occurred     timestamptz[];
    given        timestamptz[];
    stream_no    integer[];
    ordinals     integer[];
    digests      bytea[];
    versions     integer[];
    times        timestamptz[];
    hashes       bytea[];
    known        record;
    previous     record;
    clock        timestamptz;
    link         bytea;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION '{ledger} is appended to under READ COMMITTED only' USING ERRCODE = 'AN003';
    END IF;

    -- Before the lock: parse, and digest what does not depend on the order of others.
    SELECT array_agg(s.aggregate_id ORDER BY s.n), array_agg(s.expected_version ORDER BY s.n)
      INTO stream_ids, expected
      FROM ROWS FROM (jsonb_to_recordset(streams) AS (aggregate_id text, expected_version integer))
           WITH ORDINALITY AS s(aggregate_id, expected_version, n);

    SELECT array_agg(e.event_id ORDER BY e.n), array_agg(e.aggregate_id ORDER BY e.n),
           array_agg(e.aggregate_type ORDER BY e.n), array_agg(e.event_type ORDER BY e.n),
           array_agg(e.schema_version ORDER BY e.n), array_agg(e.event_data ORDER BY e.n),
           array_agg(e.metadata ORDER BY e.n), array_agg(e.occurred_at ORDER BY e.n),
           array_agg(e.created_at ORDER BY e.n), array_agg(e.stream_no ORDER BY e.n),
           array_agg(e.ordinal ORDER BY e.n), array_agg(e.digest ORDER BY e.n)
      INTO ids, aggregates, kinds, types, schemas, payloads, metas, occurred, given, stream_no,
           ordinals, digests
      FROM (
        SELECT r.*,
               array_position(stream_ids, r.aggregate_id) AS stream_no,
               row_number() OVER (PARTITION BY r.aggregate_id ORDER BY r.n)::integer AS ordinal,
               sha256(uuid_send(r.event_id) || int2send(r.schema_version)
                      || int8send((extract(epoch FROM r.occurred_at) * 1000000)::bigint)
                      || int4send(octet_length(convert_to(r.aggregate_id, 'UTF8')))
                      || convert_to(r.aggregate_id, 'UTF8')
                      || int4send(octet_length(convert_to(r.aggregate_type, 'UTF8')))
                      || convert_to(r.aggregate_type, 'UTF8')
                      || int4send(octet_length(convert_to(r.event_type, 'UTF8')))
                      || convert_to(r.event_type, 'UTF8')
                      || int4send(octet_length(convert_to(r.event_data::text, 'UTF8')))
                      || convert_to(r.event_data::text, 'UTF8')
                      || int4send(octet_length(convert_to(r.metadata::text, 'UTF8')))
                      || convert_to(r.metadata::text, 'UTF8')) AS digest
          FROM ROWS FROM (jsonb_to_recordset(new_events) AS (
                   event_id uuid, aggregate_id text, aggregate_type text, event_type text,
                   schema_version smallint, event_data jsonb, metadata jsonb,
                   occurred_at timestamptz, created_at timestamptz))
               WITH ORDINALITY AS r(event_id, aggregate_id, aggregate_type, event_type,
                   schema_version, event_data, metadata, occurred_at, created_at, n)
      ) AS e;

    IF ids IS NULL OR ids[1] IS DISTINCT FROM command_id
       OR array_position(stream_no, NULL) IS NOT NULL OR array_position(digests, NULL) IS NOT NULL
       OR (SELECT count(DISTINCT s) <> cardinality(stream_ids) FROM unnest(stream_ids) AS s)
       OR (metas[1] #>> '{{command,digest}}') IS DISTINCT FROM command_digest
       OR (metas[1] #>> '{{command,count}}') IS DISTINCT FROM cardinality(ids)::text
       OR (NOT times_given AND array_remove(given, NULL) <> '{{}}')
       OR (times_given AND array_position(given, NULL) IS NOT NULL) THEN
        RAISE EXCEPTION 'malformed batch for {ledger}' USING ERRCODE = 'AN004';
    END IF;

    PERFORM pg_advisory_xact_lock(hashtextextended('{schema}.{ledger}', 0));

    -- After the lock each statement sees the newest commit: command id, then versions, then insert.
    SELECT e.position, e.metadata #>> '{{command,digest}}' AS digest,
           (e.metadata #>> '{{command,count}}')::integer AS events
      INTO known FROM {schema}.{ledger} AS e WHERE e.event_id = command_id;
    IF FOUND THEN
        IF known.digest IS DISTINCT FROM command_digest THEN
            RAISE EXCEPTION 'command % was used before, for something else', command_id
                USING ERRCODE = 'AN002';
        END IF;
        first_position := known.position;
        last_position := known.position + known.events - 1;
        duplicate := true;
        RETURN;
    END IF;

    FOR i IN 1 .. cardinality(stream_ids) LOOP
        current[i] := coalesce((SELECT e.version FROM {schema}.{ledger} AS e
                                 WHERE e.aggregate_id = stream_ids[i]
                                 ORDER BY e.version DESC LIMIT 1), 0);
        IF expected[i] IS NULL AND NOT {any_version} THEN
            RAISE EXCEPTION 'an expected version is required for %', stream_ids[i]
                USING ERRCODE = 'AN004';
        ELSIF expected[i] <> current[i] THEN
            RAISE EXCEPTION '% is at version %, not %', stream_ids[i], current[i], expected[i]
                USING ERRCODE = 'AN001',
                      DETAIL = json_build_object('aggregate_id', stream_ids[i],
                                                 'expected', expected[i], 'actual', current[i])::text;
        END IF;
    END LOOP;

    SELECT e.position, e.hash, e.created_at INTO previous
      FROM {schema}.{ledger} AS e ORDER BY e.position DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT 0::bigint AS position, decode(repeat('00', 32), 'hex') AS hash,
               '-infinity'::timestamptz AS created_at INTO previous;
    END IF;

    clock := clock_timestamp();
    link := previous.hash;
    FOR i IN 1 .. cardinality(ids) LOOP
        IF times_given THEN
            times[i] := given[i];
            IF times[i] > clock OR times[i] < greatest(previous.created_at, times[i - 1]) THEN
                RAISE EXCEPTION 'seeded times lie in the past and never decrease' USING ERRCODE = 'AN004';
            END IF;
        ELSE
            times[i] := greatest(clock, previous.created_at);
        END IF;
        IF occurred[i] > times[i] + interval '5 minutes' THEN
            RAISE EXCEPTION 'occurred_at lies in the future' USING ERRCODE = 'AN005';
        END IF;
        versions[i] := current[stream_no[i]] + ordinals[i];
        link := sha256(link || int8send(previous.position + i)
                       || int8send((extract(epoch FROM times[i]) * 1000000)::bigint)
                       || int4send(versions[i]) || digests[i]);
        hashes[i] := link;
    END LOOP;

    INSERT INTO {schema}.{ledger} (position, event_id, aggregate_id, aggregate_type, event_type,
           schema_version, version, event_data, metadata, occurred_at, created_at, hash)
    SELECT previous.position + n.n, n.event_id, n.aggregate_id, n.aggregate_type, n.event_type,
           n.schema_version, n.version, n.event_data, n.metadata, n.occurred_at, n.created_at, n.hash
      FROM unnest(ids, aggregates, kinds, types, schemas, versions, payloads, metas, occurred, times,
                  hashes)
           WITH ORDINALITY AS n(event_id, aggregate_id, aggregate_type, event_type, schema_version,
                  version, event_data, metadata, occurred_at, created_at, hash, n)
     ORDER BY n.n;

    first_position := previous.position + 1;
    last_position := previous.position + cardinality(ids);
    duplicate := false;
END
$body$;
