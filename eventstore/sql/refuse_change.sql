-- Guard of {ledger}: whoever asks, rows are never changed or removed.
CREATE FUNCTION {schema}.{ledger}_refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
    RAISE EXCEPTION '{ledger} is append-only: % refused', TG_OP
        USING ERRCODE = 'AN010', HINT = 'Record a correcting event instead.';
END
$body$;
