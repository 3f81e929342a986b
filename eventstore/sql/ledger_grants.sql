-- The web role reads the ledger and calls the door; nothing else, and nobody else anything.
REVOKE ALL ON {schema}.{ledger} FROM PUBLIC, anamnesis_web;
GRANT SELECT ON {schema}.{ledger} TO anamnesis_web;
REVOKE ALL ON FUNCTION {schema}.{ledger}_refuse_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.{ledger}_write(uuid, text, jsonb, jsonb, boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.seed_{ledger}(uuid, text, jsonb, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.append_{ledger}_in_transaction(uuid, text, jsonb, jsonb) FROM PUBLIC;
REVOKE ALL ON PROCEDURE {schema}.append_{ledger}(uuid, text, jsonb, jsonb, bigint, bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {schema}.append_{ledger}_in_transaction(uuid, text, jsonb, jsonb) TO anamnesis_web;
GRANT EXECUTE ON PROCEDURE {schema}.append_{ledger}(uuid, text, jsonb, jsonb, bigint, bigint, boolean) TO anamnesis_web;
