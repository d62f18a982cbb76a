import { expect, test } from 'vitest';
import { connect as connectAsof } from '../../../../client/index.ts';
import { readVersion, readVersions } from '../../../../db/registry/definition-versions.ts';
import { dropAll } from '../../../../db/registry/drop-all.ts';
import { migrate } from '../../../../db/registry/migrate.ts';
import { definitionHash, loadRegistry } from '../../../../db/registry/registry.ts';
import { connect } from '../../../../db/sql/client.ts';
import { withExtra } from '../../../support/projects/extra-field.ts';
import { withProject } from '../../../support/projects/project.ts';

test('the registry has the current versions, and earlier versions can be read', async () => {
  await withProject({}, async (project) => {
    const { pool, source } = project;
    const before = await loadRegistry(pool);
    const first = before.source(source);
    await withExtra(project, 'double');
    const after = await loadRegistry(pool);
    const second = after.source(source);

    expect(second.fields).toHaveLength(first.fields.length + 1);
    expect(before.registered(first)).toEqual({
      definition: first,
      version: 1,
      sha256: definitionHash(first),
    });
    expect(after.registered(second)).toMatchObject({ version: 2, sha256: definitionHash(second) });
    expect([before.revisionOf(source), after.revisionOf(source)]).toEqual(['1', '2']);

    expect(await readVersion(pool, 'event_source', source, 1)).toEqual(first);
    expect((await readVersions(pool, 'event_source')).map(({ version }) => version)).toEqual([1, 2]);
    await expect(readVersion(pool, 'event_source', source, 3)).rejects.toMatchObject({
      code: 'ASOF_SOURCE_UNKNOWN',
      message: `there is no event source '${source}' of version 3; known: '${source}'. Check the name, or run: npx asof apply`,
    });
  });
});

test('the registry is empty where apply has never run', async () => {
  await withProject({}, async ({ pool }) => {
    await dropAll(pool);
    expect((await loadRegistry(pool)).definitions).toEqual([]);
  });
});

test('stream tables that were applied before rows had approximate features get the column', async () => {
  await withProject({}, async ({ asof, pool, source }) => {
    for (const room of ['features', 'history'])
      await pool.query(`ALTER TABLE ${room}.user_activity_features DROP COLUMN approximate_features`);
    await asof.apply(await asof.definitions());
    for (const room of ['features', 'history'])
      await pool.query(`SELECT approximate_features FROM ${room}.user_activity_features`);
    expect((await asof.definitions()).map(({ name }) => name)).toContain(source);
  });
});

test.each([1, 4, 7])('apply migrates a database that has only the first %i migrations', async (count) => {
  await withProject({}, async ({ asof, pool, settings, source }) => {
    const url = new URL(settings.databaseUrl);
    url.pathname += '_old';
    const database = url.pathname.slice(1);
    await pool.query(`CREATE DATABASE ${database}`);
    try {
      const old = await connect(url.href);
      await migrate(old, { count });
      await old.end();
      await using program = await connectAsof({ ...settings, databaseUrl: url.href });
      const { applied } = await program.apply(await asof.definitions());
      expect(applied.map(({ what }) => what)).toContain(`event source ${source}`);
      expect((await program.definitions()).map(({ name }) => name)).toContain(source);
    } finally {
      await pool.query(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  });
});
