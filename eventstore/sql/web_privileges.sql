-- Django's own tables and the read models are the web role's to write; so are those made later.
GRANT USAGE ON SCHEMA {schema} TO anamnesis_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO anamnesis_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO anamnesis_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO anamnesis_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO anamnesis_web;
