-- Ledgers that may be seeded with a past. A row is made by the owner, on an empty ledger only.
CREATE TABLE {schema}.disposable_ledgers (
    ledger    text   PRIMARY KEY,
    seeded_to bigint NOT NULL DEFAULT 0
);
REVOKE ALL ON {schema}.disposable_ledgers FROM PUBLIC, anamnesis_web;
GRANT SELECT ON {schema}.disposable_ledgers TO anamnesis_web;
