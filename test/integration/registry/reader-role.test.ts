import pg from 'pg';
import { expect, test } from 'vitest';
import { HABITS, VISITS, cafe, withDeploymentIn } from '../../support/projects/deployment.ts';
import { withOwnedDatabase } from '../../support/projects/owned-database.ts';

test('a member of the reader group reads what Asof makes, also what it makes later, and nothing else', async () => {
  await withOwnedDatabase('CREATEROLE', ({ name, url, urlFor, administer }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      const [orders, ...tables] = cafe();
      await asof.apply([orders!]);
      await administer(`CREATE ROLE ${name}_person LOGIN PASSWORD 'person' IN ROLE ${name}_reader`);
      const person = new pg.Client(urlFor(`${name}_person`, 'person'));
      await person.connect();
      try {
        await person.query('SELECT * FROM events.cafe_orders, events.dead_letters');
        await asof.apply([orders!, ...tables]);
        await person.query(`SELECT * FROM features.${HABITS}, history.${HABITS}, features.${VISITS}`);
        for (const statement of [
          'SELECT * FROM asof.query_login',
          'SELECT * FROM asof.definitions',
          'DELETE FROM events.cafe_orders',
          `UPDATE features.${HABITS} SET orders = 0`,
          'CREATE TABLE features.mine (x int)',
          `SET ROLE ${name}`,
        ])
          await expect(person.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      } finally {
        await person.end();
        await administer(`DROP ROLE ${name}_person`);
      }
      await asof.reset({ force: true });
      const { rows } = await pool.query('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [
        `${name}\\_%`,
      ]);
      expect(rows).toEqual([]);
    }),
  );
});

test('where Asof may not make roles, it works without readers', async () => {
  await withOwnedDatabase('NOCREATEROLE', ({ name, url }) =>
    withDeploymentIn(url, async ({ asof, pool }) => {
      const [orders] = cafe();
      await asof.apply([orders!]);
      const { rows } = await pool.query('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [
        `${name}\\_%`,
      ]);
      expect(rows).toEqual([]);
    }),
  );
});
