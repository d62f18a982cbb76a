import { batchRows } from '../../../oracle/batch.ts';
import { parseMicros } from '../../../oracle/time.ts';
import { readBatchRows } from '../../expectations/batch-rows.ts';
import { simulatedReference } from '../../projects/simulated-reference.ts';
import { type Life, expectedOf, untilDone } from '../life.ts';
import type { LivedStep } from './step.ts';

export const BATCH_TABLES = ['user_profile_features', 'transaction_features'];

/** Computes the batch tables as of every logical time. */
export const batchStep: LivedStep = {
  async live(life) {
    const { asof } = life.project;
    const [from, to] = life.shop.midnights;
    await Promise.all(
      BATCH_TABLES.map((table) => untilDone(life, () => asof.batch(table).run({ from, to }))),
    );
  },
  async check(life) {
    const found: string[] = [];
    for (const time of life.shop.midnights) found.push(...(await differencesAt(life, time)));
    return found;
  },
};

async function differencesAt(life: Life, time: string): Promise<string[]> {
  const { raw } = await expectedOf(life);
  const { users, products } = simulatedReference(life.shop.options);
  const counted = raw.filter(({ duplicate }) => !duplicate);
  const expected = batchRows(counted, users, products, parseMicros(time)!);
  const rows = await readBatchRows(life.project.pool, time);
  return [...new Set([...expected.keys(), ...rows.keys()])].flatMap((user) => {
    const [wanted, got] = [show(expected.get(user)), show(rows.get(user))];
    return wanted === got ? [] : [`batch of ${time}: expected ${wanted}\n     got ${got}`];
  });
}

function show(row: object | undefined): string {
  return row ? JSON.stringify(Object.entries(row).sort()) : 'no row';
}
