import sql from 'sql-template-tag';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Client } from '../../sql/client.ts';

/** What a role may do beyond reading what batch tables declare, and the statement that ends it. */
export interface Unfitness {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Checks that a role may read the declared relations, the catalogues that everybody reads, and nothing else.
 *
 * @param declared quoted names.
 * @throws AsofError `ASOF_QUERY_ROLE_UNFIT`, with all that it may do beyond, and the statements that end it.
 */
export async function expectFit(client: Client, role: string, declared: readonly string[]): Promise<void> {
  const { rows } = await client.query<Unfitness>(sql`
    WITH own AS (SELECT *, quote_ident(rolname) AS name FROM pg_roles WHERE rolname = ${role}),
    here AS (SELECT *, quote_ident(datname) AS name FROM pg_database WHERE datname = current_database()),
    room AS (
      -- The temporary schema of this session is nobody else's.
      SELECT n.oid, quote_ident(nspname) AS name FROM pg_namespace n, own
      WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND n.oid <> pg_my_temp_schema() AND has_schema_privilege(own.oid, n.oid, 'USAGE')
    ),
    extended AS (SELECT classid, objid, refobjid AS extension FROM pg_depend WHERE deptype = 'e'),
    relation AS (
      SELECT c.oid, c.oid::regclass::text AS name, relkind, room.name AS room,
        EXISTS (SELECT FROM extended WHERE classid = 'pg_class'::regclass AND objid = c.oid) AS is_extended
      FROM pg_class c JOIN room ON room.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    ),
    outgoing AS (${EXTENSIONS_THAT_REACH_OUT}),
    callable AS (${CALLABLE}),
    given AS (${GIVEN_IN_CATALOGUE})
    SELECT format('it is a %s', power) AS problem, format('ALTER ROLE %s NO%s', name, power) AS remedy
    FROM own, LATERAL (VALUES ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
      ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) AS powers (power, has) WHERE has
    UNION ALL
    SELECT format('it is a member of %s', roleid::regrole), format('REVOKE %s FROM %s', roleid::regrole, name)
    FROM own JOIN pg_auth_members ON member = own.oid
    UNION ALL
    SELECT format('it owns %s', pg_describe_object(classid, objid, 0)), format('REASSIGN OWNED BY %s TO %I', own.name, current_user)
    FROM own JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = own.oid AND deptype = 'o', here
    WHERE dbid IN (0, here.oid)
    UNION ALL
    SELECT 'it may make schemas in the database', format('REVOKE CREATE ON DATABASE %s FROM PUBLIC, %s', here.name, own.name)
    FROM own, here WHERE has_database_privilege(own.oid, here.oid, 'CREATE')
    UNION ALL
    SELECT format('it may make relations in the schema %s', room.name), format('REVOKE CREATE ON SCHEMA %s FROM PUBLIC, %s', room.name, own.name)
    FROM own, room WHERE has_schema_privilege(own.oid, room.oid, 'CREATE')
    UNION ALL
    SELECT format('it may write %s', relation.name), format('REVOKE ALL ON %s FROM PUBLIC, %s', relation.name, own.name)
    FROM own, relation WHERE CASE relkind
      WHEN 'S' THEN has_sequence_privilege(own.oid, relation.oid, 'USAGE, UPDATE')
      ELSE has_table_privilege(own.oid, relation.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        OR has_any_column_privilege(own.oid, relation.oid, 'INSERT, UPDATE, REFERENCES') END
    UNION ALL
    SELECT format('it may read %s', relation.name), format('REVOKE SELECT ON %s FROM PUBLIC, %s', relation.name, own.name)
    FROM own, relation
    WHERE relkind <> 'S' AND NOT is_extended AND room <> '_timescaledb_internal'
      AND relation.oid <> ALL(${[...declared]}::regclass[]::oid[]) AND has_any_column_privilege(own.oid, relation.oid, 'SELECT')
    UNION ALL
    SELECT format('it may call %s, %s', callable.name, reach), format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, %s', callable.name, own.name)
    FROM own, callable, LATERAL (SELECT CASE
      WHEN prosecdef AND extname IS DISTINCT FROM 'timescaledb' THEN format('which acts with the rights of %s', owner)
      WHEN is_outgoing AND provolatile = 'v' AND NOT lanpltrusted THEN format('of the extension %s, which administrators alone may install', extname)
      WHEN extname IS NULL AND NOT lanpltrusted THEN format('which is written in %s and so has the rights of the server', lanname)
    END AS reach) AS reaching WHERE reach IS NOT NULL
    UNION ALL
    SELECT format('it has %s on %s, which Postgres does not give to everybody', power, thing), format('REVOKE %s ON %s FROM PUBLIC, %s', power, target, own.name)
    FROM own, given WHERE grantee IN (0, own.oid)
    ORDER BY 1`);
  if (rows.length > 0) throw unfitRole(role, rows);
}

/**
 * The extensions whose functions may reach files, networks or other sessions: those that Postgres does not let the
 * owner of a database install. The statistics of statements show everybody their own alone.
 */
const EXTENSIONS_THAT_REACH_OUT = sql`
  SELECT e.oid FROM pg_extension e JOIN pg_available_extension_versions v ON v.name = extname AND v.version = extversion
  WHERE superuser AND NOT trusted AND extname NOT IN ('timescaledb', 'pg_stat_statements')`;

/** The functions outside the catalogues that the role may call. */
const CALLABLE = sql`
  SELECT p.oid::regprocedure AS name, proowner::regrole AS owner, prosecdef, provolatile, lanname, lanpltrusted, e.extname, outgoing.oid IS NOT NULL AS is_outgoing
  FROM own, pg_proc p JOIN room ON room.oid = pronamespace JOIN pg_language l ON l.oid = prolang
  LEFT JOIN extended ON classid = 'pg_proc'::regclass AND objid = p.oid
  LEFT JOIN pg_extension e ON e.oid = extension LEFT JOIN outgoing ON outgoing.oid = extension
  WHERE has_function_privilege(own.oid, p.oid, 'EXECUTE')`;

/** What is granted in `pg_catalog` beyond what Postgres itself grants to everybody. */
const GIVEN_IN_CATALOGUE = sql`
  SELECT entry.grantee, entry.privilege_type || part AS power, target, pg_describe_object(classoid, objoid, objsubid) AS thing
  FROM (
    SELECT 'pg_namespace'::regclass AS classoid, oid AS objoid, 0 AS objsubid, nspacl AS acl, NULL::aclitem[] AS standard, '' AS part, 'SCHEMA pg_catalog' AS target
    FROM pg_namespace WHERE nspname = 'pg_catalog'
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, 0, proacl, acldefault('f', proowner), '', 'FUNCTION ' || oid::regprocedure
    FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    UNION ALL
    SELECT 'pg_class'::regclass, oid, 0, relacl, NULL, '', oid::regclass::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace
    UNION ALL
    SELECT 'pg_class'::regclass, c.oid, attnum, attacl, NULL, format(' (%I)', attname), c.oid::regclass::text
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'pg_catalog'::regnamespace
  ) AS granted LEFT JOIN pg_init_privs USING (classoid, objoid, objsubid), aclexplode(acl) AS entry
  WHERE acl IS DISTINCT FROM initprivs AND NOT EXISTS (
    SELECT FROM aclexplode(coalesce(initprivs, standard)) AS initial
    WHERE initial.grantee = 0 AND initial.privilege_type = entry.privilege_type)`;

const LISTED = 10;

/** The error for a role that may do more than it should, or less than it must. */
export function unfitRole(role: string, found: readonly Unfitness[], cause?: unknown): AsofError {
  const listed = found.slice(0, LISTED);
  const more = found.length > LISTED ? ` (and ${found.length - LISTED} more)` : '';
  const remedies = [...new Set(listed.map(({ remedy }) => `  ${remedy};`))];
  return new AsofError(
    'ASOF_QUERY_ROLE_UNFIT',
    `batch queries cannot run as '${role}': ${listed.map(({ problem }) => problem).join('; ')}${more}. Nothing was applied. ` +
      `Run, as the owner of the database or an administrator, and then apply again:\n${remedies.join('\n')}`,
    { details: { role, problems: found.length }, cause },
  );
}
