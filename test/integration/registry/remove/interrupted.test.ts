import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadRegistry } from '../../../../db/registry/registry.ts';
import { difference, readCatalogues } from '../../../support/expectations/catalogues.ts';
import { bistro } from '../../../support/projects/bistro.ts';
import { type TestDeployment, cafe, withDeployment } from '../../../support/projects/deployment.ts';

const bin = fileURLToPath(new URL('../../../../bin/asof.mjs', import.meta.url));
const DAYS = { kind: 'table', name: 'bistro_days' } as const;

test('a removal that is interrupted after any step has removed the definition, and the next removal or apply finishes it', async () => {
  await withDeployment(async (deployment) => {
    const { asof } = deployment;
    const { days, orders, menu } = bistro();
    const base = [...cafe(), orders, menu];
    await asof.apply(base);
    const before = await readCatalogues(deployment);
    let version = 0;
    for (let step = 1, isWhole = false; !isWhole; step += 1) {
      await asof.apply([...base, days]);
      version += 1;
      expect(await versionOf(deployment)).toBe(version);
      isWhole = await isRemovedUpTo(deployment, step);
      expect(await versionOf(deployment)).toBeUndefined();
      if (step % 2 === 0) await asof.apply(base);
      else if (!isWhole) await asof.remove(DAYS);
      const after = await readCatalogues(deployment);
      for (const part of ['relations', 'rights', 'rows', 'schedules', 'workflows'] as const)
        expect({ step, part, ...difference(before[part], after[part]) }).toEqual({
          step,
          part,
          gone: [],
          come: [],
        });
    }
    expect(version).toBeGreaterThan(6);
  });
});

test('kill -9 of a removal leaves the definition removed, and the next apply finishes it', async () => {
  await withDeployment(async (deployment) => {
    const { asof, pool } = deployment;
    const { orders, drinks } = bistro();
    await asof.apply([...cafe(), orders, drinks]);
    await killedRemoval(deployment, ['remove', 'table', 'bistro_drinks', '--yes']);
    expect((await loadRegistry(pool)).find('stream_table', 'bistro_drinks')).toBeUndefined();
    await asof.apply([...cafe(), orders]);
    const { relations } = await readCatalogues(deployment);
    expect(relations.filter((name) => name.includes('bistro_drinks'))).toEqual([]);
    expect((await pool.query('SELECT FROM asof.removals WHERE done_at IS NULL')).rowCount).toBe(0);
  });
});

/** Removes the table until a step is done. @returns whether that was the whole removal. */
async function isRemovedUpTo({ asof }: TestDeployment, last: number): Promise<boolean> {
  let done = 0;
  const onStep = (): void => {
    done += 1;
    if (done === last) throw new Error('interrupted');
  };
  return asof.remove(DAYS, { onStep }).then(
    () => true,
    (error: Error) => {
      expect(error.message).toBe('interrupted');
      return false;
    },
  );
}

async function versionOf({ pool }: TestDeployment): Promise<number | undefined> {
  const registry = await loadRegistry(pool);
  const found = registry.find('batch_table', DAYS.name);
  return found && registry.registered(found).version;
}

/** Kills the command as soon as it says that the definition has left the registry. */
async function killedRemoval(
  { settings, namespace }: TestDeployment,
  args: readonly string[],
): Promise<void> {
  const env = {
    ...process.env,
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ASOF_NAMESPACE: namespace,
  };
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr }))
    if (line.includes('left the registry')) child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
}
