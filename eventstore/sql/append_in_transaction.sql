-- The inner door of {ledger}: appends inside the caller's transaction, durable with its commit.
-- Only the procedure append_{ledger} calls it; product code never does (a lint holds that).
CREATE FUNCTION {schema}.append_{ledger}_in_transaction(
    IN command_id uuid, IN command_digest text, IN streams jsonb, IN new_events jsonb,
    OUT first_position bigint, OUT last_position bigint, OUT duplicate boolean
)
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $body$
    SELECT w.first_position, w.last_position, w.duplicate
      FROM {schema}.{ledger}_write(command_id, command_digest, streams, new_events, false) AS w
$body$;
