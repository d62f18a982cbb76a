import { inspect } from 'node:util';
import pg from 'pg';
import { expect, test } from 'vitest';
import { batchTable, eventSource, required } from 'asof';
import { connect as connectAsof } from 'asof/client';
import { commitBatch } from '../../../db/batch/commit-batch.ts';
import { loadBatch } from '../../../db/batch/load-batch.ts';
import { ensureQueryLogin } from '../../../db/batch/queries/ensure-query-login.ts';
import { type Pool, type Queryable, connect, inTransaction } from '../../../db/sql/client.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { HABITS, cafe, withDeploymentIn } from '../../support/projects/deployment.ts';
import { withOwnedDatabase } from '../../support/projects/owned-database.ts';

const AT = parseInstant('2026-03-02T00:00:00Z')!;
const UNFIT = { code: 'ASOF_QUERY_ROLE_UNFIT', kind: 'input' };

test('apply makes the role with no right but to read what batch tables declare, and reset removes it', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      const role = `${name}_query`;
      await asof.apply(cafe());
      expect(await attributesOf(pool, role)).toEqual([
        {
          rolsuper: false,
          rolcreaterole: false,
          rolcreatedb: false,
          rolreplication: false,
          rolbypassrls: false,
          rolcanlogin: true,
          rolconfig: ['default_transaction_read_only=on'],
        },
      ]);
      expect(await readable(pool, role)).toEqual(['events.cafe_orders']);
      await pool.query(`GRANT SELECT, DELETE ON events.cafe_orders, events.dead_letters TO ${role}`);
      await asof.apply(cafe());
      expect(await readable(pool, role)).toEqual(['events.cafe_orders']);

      const own = new pg.Client(url.replace(`${name}:${name}@`, `${role}:${await passwordOf(pool)}@`));
      await own.connect();
      await own.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE');
      for (const statement of [
        'CREATE TABLE public.mine (x int)',
        'CREATE SCHEMA mine',
        'DELETE FROM events.cafe_orders',
        'SELECT lo_export(1, $$/tmp/asof-leak$$)',
        'COPY (SELECT 1) TO PROGRAM $$id$$',
        'SELECT password FROM asof.query_login',
        'SELECT rolpassword FROM pg_authid',
        `SET ROLE ${name}`,
        `SET SESSION AUTHORIZATION ${name}`,
        `ALTER ROLE ${role} CREATEROLE`,
      ])
        await expect(own.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      await own.end();

      await asof.reset({ force: true });
      expect(await attributesOf(pool, role)).toEqual([]);
    }),
  );
});

test('a role that may do more is refused, with each right and the statement that takes it', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url, administer }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      const role = `${name}_query`;
      await asof.apply(cafe());
      await pool.query(
        'CREATE TABLE public.theirs (x int); CREATE SCHEMA shop; CREATE TABLE shop.sums (x int)',
      );
      await pool.query(
        `CREATE FUNCTION public.as_owner() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM asof.made'`,
      );
      const rights: readonly (readonly [grant: string, problem: RegExp, revoke: string])[] = [
        [`ALTER ROLE ${role} CREATEDB`, /it is a CREATEDB/, `ALTER ROLE ${role} NOCREATEDB`],
        [
          `GRANT SELECT ON public.theirs TO PUBLIC`,
          /it may read theirs/,
          `REVOKE SELECT ON public.theirs FROM PUBLIC`,
        ],
        [
          `GRANT INSERT ON public.theirs TO ${role}`,
          /it may write theirs/,
          `REVOKE ALL ON public.theirs FROM ${role}`,
        ],
        [
          `GRANT CREATE ON SCHEMA shop TO ${role}; GRANT USAGE ON SCHEMA shop TO ${role}`,
          /make relations in the schema shop/,
          `REVOKE ALL ON SCHEMA shop FROM ${role}`,
        ],
        [
          'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC',
          /it has EXECUTE on function pg_read_file\(text\), which Postgres does not give to everybody/,
          'REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC',
        ],
        [
          `GRANT SELECT (rolpassword) ON pg_authid TO ${role}`,
          /it has SELECT \(rolpassword\) on column rolpassword of table pg_authid/,
          `REVOKE SELECT (rolpassword) ON pg_authid FROM ${role}`,
        ],
        [
          `CREATE FUNCTION public.reads(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'`,
          /it may call reads\(text\), which is written in internal/,
          'DROP FUNCTION public.reads(text)',
        ],
        [
          'CREATE EXTENSION tablefunc; ALTER FUNCTION normal_rand(int, float8, float8) SECURITY DEFINER',
          /it may call normal_rand\(.*\), which acts with the rights of/,
          'DROP EXTENSION tablefunc',
        ],
        [
          'GRANT CREATE ON SCHEMA shop TO PUBLIC; GRANT USAGE ON SCHEMA shop TO PUBLIC',
          /make relations in the schema shop/,
          'REVOKE ALL ON SCHEMA shop FROM PUBLIC',
        ],
      ];
      await expect(asof.apply(cafe())).rejects.toMatchObject({
        ...UNFIT,
        message: expect.stringMatching(
          /it may call as_owner\(\), which acts with the rights of owned_.*REVOKE EXECUTE ON FUNCTION as_owner\(\) FROM PUBLIC/s,
        ) as string,
      });
      await pool.query('DROP FUNCTION public.as_owner()');
      for (const [grant, problem, revoke] of rights) {
        await administer(grant);
        await expect(asof.apply(cafe()), grant).rejects.toMatchObject({
          ...UNFIT,
          message: expect.stringMatching(problem) as string,
        });
        await administer(revoke);
      }
      await administer(`GRANT pg_read_all_data TO ${role}`);
      await expect(asof.apply(cafe())).rejects.toMatchObject({
        ...UNFIT,
        message: expect.stringMatching(
          /it is a member of pg_read_all_data; .*REVOKE pg_read_all_data FROM owned_/s,
        ) as string,
      });
      await administer(`REVOKE pg_read_all_data FROM ${role}`);
      expect(await asof.apply(cafe())).toEqual({ applied: [] });
    }),
  );
});

test('where Asof may not make roles, apply says which statements to run, and the given role then works', async () => {
  await withOwnedDatabase('NOCREATEROLE', ({ name, url, urlFor, administer }) =>
    withDeploymentIn(url, async ({ asof, pool, settings }) => {
      const missing = await asof.apply(cafe()).catch((error: unknown) => error as Error);
      expect(missing).toMatchObject({
        code: 'ASOF_QUERY_ROLE_MISSING',
        message: expect.stringMatching(/set ASOF_QUERY_DATABASE_URL/) as string,
      });
      const { statements } = (missing as unknown as { details: { statements: readonly string[] } }).details;
      expect(statements).toHaveLength(3);

      const given = urlFor(`${name}_query`, 'given');
      const withGiven = async (
        run: (pool: Pool, apply: () => Promise<unknown>) => Promise<void>,
      ): Promise<void> => {
        await using other = await connectAsof({ ...settings, queries: { url: given } });
        const own = await connect(url, { queries: { url: given } });
        await run(own, () => other.apply(cafe())).finally(() => own.end());
      };
      await withGiven(async (_, apply) => {
        await expect(apply()).rejects.toMatchObject({ code: 'ASOF_QUERY_LOGIN_REFUSED' });
        await administer(statements[0]!.replace("'…'", "'given'"));
        await expect(apply()).rejects.toMatchObject({
          ...UNFIT,
          message: expect.stringMatching(new RegExp(`GRANT "${name}_query" TO "${name}"`)) as string,
        });
        for (const statement of statements.slice(1)) await administer(statement);
        await apply();
        await administer(`ALTER ROLE ${name}_query BYPASSRLS`);
        await expect(apply()).rejects.toMatchObject(UNFIT);
        await administer(`ALTER ROLE ${name}_query NOBYPASSRLS`);
        await apply();
      });
      const batch = await loadBatch(pool, HABITS);
      await withGiven(async (own) => {
        expect(await commitBatch(own, batch, AT)).toEqual({ rows: 0, changed: 0 });
      });
      await expect(commitBatch(pool, batch, AT)).rejects.toMatchObject({
        code: 'ASOF_QUERY_LOGIN_REFUSED',
        message: expect.stringMatching(/Set ASOF_QUERY_DATABASE_URL/) as string,
      });
      const asOwner = await connect(url, { queries: { url } });
      await expect(commitBatch(asOwner, batch, AT)).rejects.toMatchObject({
        ...UNFIT,
        message: expect.stringMatching(/logs in as 'owned_.*', and the last apply gave the rights/) as string,
      });
      await asOwner.end();
    }),
  );
});

test('workers never run a query as a role that apply refused', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url }) =>
    withDeploymentIn(url, async ({ asof, pool, settings }) => {
      await using withOwner = await connectAsof({ ...settings, queries: { url } });
      const asOwner = await connect(url, { queries: { url } });
      try {
        await expect(withOwner.apply(cafe())).rejects.toMatchObject(UNFIT);
        expect((await pool.query('SELECT role FROM asof.query_login')).rows).toEqual([]);
        await asof.apply(cafe());
        const password = await passwordOf(pool);
        await expect(withOwner.apply(cafe())).rejects.toMatchObject(UNFIT);
        const batch = await loadBatch(pool, HABITS);
        await expect(commitBatch(asOwner, batch, AT)).rejects.toMatchObject({
          ...UNFIT,
          message: expect.stringMatching(/the last apply gave the rights/) as string,
        });
        expect(await commitBatch(pool, batch, AT)).toEqual({ rows: 0, changed: 0 });
        expect(await passwordOf(pool)).toBe(password);
        expect(await everybodyMay(pool, name, 'TEMPORARY')).toBe(true);
      } finally {
        await asOwner.end();
      }
    }),
  );
});

test('no statement or parameter that makes the role has its password', async () => {
  await withOwnedDatabase('CREATEROLE', ({ url }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      const [orders] = cafe();
      await asof.apply([orders!]);
      const sent: string[] = [];
      const password = await inTransaction(pool, async (client) => {
        const recorded = new Proxy(client, {
          get(target, property) {
            const value: unknown = Reflect.get(target, property, target);
            if (typeof value !== 'function') return value;
            return (...args: unknown[]): unknown => {
              if (property === 'query') sent.push(inspect(args, { depth: 9 }));
              return Reflect.apply(value, target, args);
            };
          },
        });
        await ensureQueryLogin(recorded);
        return passwordOf(client);
      });
      expect(sent.join('\n')).toContain('CREATE ROLE');
      expect(sent.join('\n')).not.toContain(password);
    }),
  );
});

test('another role must be able to run the registered tables, or is not used', async () => {
  const source = eventSource({
    name: 'tea-orders',
    entity: 'guest',
    eventTime: 'at',
    fields: { guest: required('string'), at: required('timestamp') },
  });
  const habits = (name: string, from: string) => [
    source,
    batchTable({
      name,
      source,
      schedule: '0 0 * * *',
      reads: 'everything',
      features: { orders: 'bigint' },
      sql: `SELECT guest, count(*) AS orders FROM ${from} GROUP BY guest`,
    }),
  ];
  await withOwnedDatabase('CREATEROLE', ({ url }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      await asof.apply(habits('tea_habits', 'events'));
      // As an older version of Asof left it, which ran queries as the owner.
      await pool.query(
        `UPDATE asof.definitions SET definition = replace(definition::text, 'FROM events ', 'FROM asof.made, events ')::json
         WHERE name = 'tea_habits'`,
      );
      await pool.query('DELETE FROM asof.query_login');
      await expect(asof.apply(habits('tea_habits', 'asof.made, events'))).rejects.toMatchObject({
        code: 'ASOF_CHANGE_REFUSED',
        message: expect.stringMatching(
          /registered batch table 'tea_habits' cannot run .*permission denied.* a name of its own/s,
        ) as string,
      });
      expect((await pool.query('SELECT role FROM asof.query_login')).rows).toEqual([]);
      await asof.apply(habits('tea_customs', 'events'));
      expect((await pool.query('SELECT role FROM asof.query_login')).rows).toHaveLength(1);
    }),
  );
});

test('a copy of a database neither drops the roles of the original nor lets them read it', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url, administer }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      await asof.apply(cafe());
      const original = `${name}_original`;
      await administer(`CREATE ROLE ${original} LOGIN; GRANT ${original} TO ${name}`);
      try {
        await administer(`COMMENT ON ROLE ${original} IS 'Asof made this role for database ${original}'`);
        await administer(`GRANT USAGE ON SCHEMA events TO ${original}`);
        await administer(`GRANT SELECT ON events.cafe_orders TO ${original}`);
        await pool.query('UPDATE asof.query_login SET role = $1', [original]);
        await asof.apply(cafe());
        expect(await readable(pool, original)).toEqual([]);
        expect((await pool.query('SELECT role FROM asof.query_login')).rows).toEqual([
          { role: `${name}_query` },
        ]);
        await asof.reset({ force: true });
        expect(await attributesOf(pool, original)).toHaveLength(1);
        expect(await attributesOf(pool, `${name}_query`)).toEqual([]);
      } finally {
        await administer(`DROP OWNED BY ${original}; DROP ROLE ${original}`);
      }
    }),
  );
});

test('reset leaves a role that another database needs, and says so', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url }) =>
    withOwnedDatabase('CREATEROLE', (other) =>
      withDeploymentIn(url, async ({ asof, pool }) => {
        const role = `${name}_query`;
        await asof.apply(cafe());
        await other.administer(`CREATE SCHEMA theirs; GRANT USAGE ON SCHEMA theirs TO ${role}`);
        const { stays } = await asof.reset({ force: true });
        expect(stays).toContainEqual(expect.objectContaining({ what: `role ${role} of Postgres` }));
        expect(await attributesOf(pool, role)).toHaveLength(1);
        expect(await readable(pool, role)).toEqual([]);
        await asof.apply(cafe());
        expect(await readable(pool, role)).toEqual(['events.cafe_orders']);
        await other.administer(`DROP SCHEMA theirs`);
      }),
    ),
  );
});

async function everybodyMay(pool: Pool, database: string, right: string): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    `SELECT has_database_privilege('public', $1, $2) AS may`,
    [database, right],
  );
  return rows[0]!.may;
}

async function attributesOf(pool: Pool, role: string): Promise<object[]> {
  const { rows } = await pool.query<object>(
    `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin, rolconfig
     FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  return rows;
}

/** The relations, other than catalogues and what belongs to an extension, on which the role has any right. */
async function readable(pool: Pool, role: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT DISTINCT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace,
       unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS given
     WHERE nspname <> ALL('{pg_catalog,information_schema}') AND relkind IN ('r', 'v', 'm', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
       AND has_table_privilege($1, c.oid, given)`,
    [role],
  );
  return rows.map(({ name }) => name);
}

async function passwordOf(pool: Queryable): Promise<string> {
  const { rows } = await pool.query<{ password: string }>('SELECT password FROM asof.query_login');
  return rows[0]!.password;
}
