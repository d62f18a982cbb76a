-- The logins of a stack's Postgres: the administrator is the only superuser, and Asof is none. Statements end
-- at an empty line, for Postgres runs them in single-user mode, before it listens. Each can run again.

-- Before there were passwords, `asof` was the first superuser. The first superuser stays one for ever, so it
-- gets another name. Nobody can rename itself.
do $$
begin
  if (select rolname from pg_roles where oid = 10) = 'asof' then
    create role asof_renames_it superuser;
    set session authorization asof_renames_it;
    alter role asof rename to asof_administrator;
    set session authorization asof_administrator;
    drop role asof_renames_it;
  end if;
  if not exists (select from pg_roles where rolname = 'asof') then
    create role asof;
  end if;
end $$;

alter role asof_administrator login superuser password '${ASOF_POSTGRES_ADMINISTRATOR_PASSWORD}';

-- It may make databases, for other deployments, and the roles of its databases.
alter role asof login nosuperuser createdb createrole noreplication nobypassrls password '${ASOF_POSTGRES_PASSWORD}';

alter database asof owner to asof;
