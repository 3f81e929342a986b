-- The door of {ledger}: CALLed in autocommit, one round trip, two transactions. The first appends
-- under the lock and commits without waiting for the disk, so the lock is never held over a flush;
-- the second, synchronous, flushes both before the caller hears that it is done. Inside an outer
-- transaction COMMIT is refused by the database itself (2D000).
CREATE PROCEDURE {schema}.append_{ledger}(
    IN command_id uuid, IN command_digest text, IN streams jsonb, IN new_events jsonb,
    INOUT first_position bigint, INOUT last_position bigint, INOUT duplicate boolean
)
LANGUAGE plpgsql
AS $body$
BEGIN
    PERFORM pg_catalog.set_config('synchronous_commit', 'off', true);
    SELECT a.first_position, a.last_position, a.duplicate
      INTO first_position, last_position, duplicate
      FROM {schema}.append_{ledger}_in_transaction(command_id, command_digest, streams, new_events) AS a;
    COMMIT;
    -- A role's own default of "off" must not defeat the flush; stronger settings stay.
    IF pg_catalog.current_setting('synchronous_commit') = 'off' THEN
        PERFORM pg_catalog.set_config('synchronous_commit', 'on', true);
    END IF;
    PERFORM pg_catalog.pg_logical_emit_message(true, '', '');
END
$body$;
