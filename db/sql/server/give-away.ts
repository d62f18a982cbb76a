import pg from 'pg';
import { ident } from '../identifier.ts';

/**
 * Gives a role all that the first superuser has made on a server: each database except Postgres's own, and in
 * them the schemas, relations, functions and types beyond those of the system and of extensions. Gives nothing
 * where the superuser has only looked after the server. Each object has a transaction of its own, because those of
 * a large database would take more locks than Postgres has. Another call completes what a failed one began.
 *
 * @param url names the superuser.
 */
export async function giveAway(url: string, role: string): Promise<void> {
  const databases = await inDatabase(url, (client) => textsOf(client, DATABASES));
  for (const name of databases) {
    const database = new URL(url);
    database.pathname = `/${encodeURIComponent(name)}`;
    await inDatabase(database.href, async (client) => {
      const [isOwn] = await textsOf(client, IS_OWN_DATABASE);
      const to = ident(role).sql;
      const gifts = [...(isOwn ? [`DATABASE ${ident(name).sql}`] : []), ...(await textsOf(client, OBJECTS))];
      for (const what of gifts) await client.query(`ALTER ${what} OWNER TO ${to}`);
    });
  }
}

const FIRST_SUPERUSER = 10;
const FIRST_OF_USERS = 16_384;

const DATABASES = `
  SELECT datname AS text FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres'`;

const IS_OWN_DATABASE = `
  SELECT datname AS text FROM pg_database WHERE datname = current_database() AND datdba = ${FIRST_SUPERUSER}`;

/**
 * What `ALTER … OWNER TO` takes. Chunks go with their hypertable, the sequence of a column with its table, and
 * the type of rows with its relation.
 */
const OBJECTS = `
  WITH dependent AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
    UNION SELECT classid, objid FROM pg_depend
    WHERE deptype IN ('a', 'i') AND classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
  ), object AS (
    SELECT 1 AS place, 'pg_namespace'::regclass::oid AS class, oid, format('SCHEMA %I', nspname) AS text
    FROM pg_namespace WHERE nspowner = ${FIRST_SUPERUSER}
    UNION ALL
    SELECT 2, 'pg_class'::regclass::oid, oid, format('TABLE %s', oid::regclass) FROM pg_class AS relation
    WHERE relowner = ${FIRST_SUPERUSER} AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (
      SELECT FROM dependent WHERE classid = 'pg_namespace'::regclass AND objid = relnamespace)
    UNION ALL
    SELECT 3, 'pg_proc'::regclass::oid, oid, format('ROUTINE %s', oid::regprocedure)
    FROM pg_proc WHERE proowner = ${FIRST_SUPERUSER}
    UNION ALL
    SELECT 4, 'pg_type'::regclass::oid, type.oid, format('TYPE %s', type.oid::regtype)
    FROM pg_type AS type LEFT JOIN pg_class AS composite ON composite.oid = typrelid
    WHERE typowner = ${FIRST_SUPERUSER} AND (typtype IN ('d', 'e', 'r') OR composite.relkind = 'c')
  )
  SELECT text FROM object
  WHERE oid >= ${FIRST_OF_USERS}
    AND NOT EXISTS (SELECT FROM dependent WHERE classid = object.class AND objid = object.oid)
  ORDER BY place, text`;

async function textsOf(client: pg.Client, query: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(query);
  return rows.map(({ text }) => text);
}

async function inDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
