-- A past for demonstration and load data: events with given times. For the owner alone; works only
-- while {ledger} is marked disposable and holds nothing but seeded events.
CREATE FUNCTION {schema}.seed_{ledger}(
    IN command_id uuid, IN command_digest text, IN streams jsonb, IN new_events jsonb,
    OUT first_position bigint, OUT last_position bigint, OUT duplicate boolean
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
    marked bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{schema}.{ledger}', 0));
    SELECT d.seeded_to INTO marked FROM {schema}.disposable_ledgers AS d WHERE d.ledger = '{ledger}';
    IF NOT FOUND THEN
        RAISE EXCEPTION '{ledger} is not marked disposable' USING ERRCODE = 'AN006';
    END IF;
    IF marked <> coalesce((SELECT max(e.position) FROM {schema}.{ledger} AS e), 0) THEN
        RAISE EXCEPTION '{ledger} holds events that were not seeded' USING ERRCODE = 'AN006';
    END IF;
    SELECT w.first_position, w.last_position, w.duplicate
      INTO first_position, last_position, duplicate
      FROM {schema}.{ledger}_write(command_id, command_digest, streams, new_events, true) AS w;
    UPDATE {schema}.disposable_ledgers SET seeded_to = greatest(seeded_to, last_position)
     WHERE disposable_ledgers.ledger = '{ledger}';
END
$body$;
