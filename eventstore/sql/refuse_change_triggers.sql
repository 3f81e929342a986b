-- By statement (a row trigger is silent on no rows, and TRUNCATE has no rows) and by row.
-- ENABLE ALWAYS: session_replication_role does not switch them off.
CREATE TRIGGER {ledger}_refuse_statement
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.{ledger}
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.{ledger}_refuse_change();
CREATE TRIGGER {ledger}_refuse_row
    BEFORE UPDATE OR DELETE ON {schema}.{ledger}
    FOR EACH ROW EXECUTE FUNCTION {schema}.{ledger}_refuse_change();
ALTER TABLE {schema}.{ledger} ENABLE ALWAYS TRIGGER {ledger}_refuse_statement;
ALTER TABLE {schema}.{ledger} ENABLE ALWAYS TRIGGER {ledger}_refuse_row;
