import { expect, test } from 'vitest';
import { register } from '../../../db/registry/registry.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import { churn } from '../../../examples/churn/definitions/churn-training-set.ts';
import { withProject } from '../../support/projects/project.ts';

const said = { description: 'What it is.', owner: 'growth', tags: ['pii'] };

test('apply takes what people say at once: the version, its hash and the revision of the source stay', async () => {
  await withProject({}, async ({ asof, pool }) => {
    await inTransaction(pool, (client) => register(client, churn.definition));
    const before = await registered();
    const definitions = (await asof.definitions()).filter(({ kind }) =>
      ['event_source', 'stream_table'].includes(kind),
    );
    expect(definitions.length).toBeGreaterThan(1);
    const described = definitions.map((one): Definition => ({ ...one, ...said }));

    const { applied } = await asof.apply(described);
    expect(applied.map(({ action }) => action)).toEqual(described.map(() => 'describe'));
    expect(await registered()).toEqual(before);
    const now = await asof.definitions();
    for (const one of described) expect(now).toContainEqual(one);
    expect((await asof.apply(described)).applied).toEqual([]);
    expect((await asof.apply(definitions)).applied.map(({ action }) => action)).toEqual(
      described.map(() => 'describe'),
    );

    async function registered(): Promise<object[]> {
      const { rows } = await pool.query<object>(
        `SELECT kind, name, version, sha256, applied_at, revision FROM asof.definitions
         LEFT JOIN asof.source_revisions ON kind = 'event_source' AND source = name ORDER BY kind, name, version`,
      );
      return rows;
    }
  });
});
