-- What `prm migrate` makes on your server, for those who want to read it or to make it themselves first.
-- Run as a superuser, or as an owner of the database who may create roles. Passwords derive from PRM_SECRET_KEY;
-- `prm migrate` sets them. Backups need a superuser or a role with BYPASSRLS: row-level security is forced on owners too.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS citext;

DO $$
DECLARE service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['gateway', 'partners', 'deals', 'leads', 'incentives'] LOOP
    EXECUTE format('CREATE ROLE prm_%s_owner LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE', service);
    EXECUTE format('CREATE ROLE prm_%s_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE', service);
    EXECUTE format('CREATE ROLE prm_%s_engine NOLOGIN NOINHERIT', service);
    EXECUTE format('CREATE ROLE prm_%s_worker NOLOGIN NOINHERIT', service);
    EXECUTE format('GRANT prm_%1$s_engine, prm_%1$s_worker TO prm_%1$s_app', service);
    EXECUTE format('GRANT prm_%s_owner TO CURRENT_USER', service);
    EXECUTE format('CREATE SCHEMA %1$s AUTHORIZATION prm_%1$s_owner', service);
    EXECUTE format('GRANT USAGE ON SCHEMA %1$s TO prm_%1$s_app, prm_%1$s_engine, prm_%1$s_worker', service);
  END LOOP;
END $$;
