import { readFile, writeFile } from 'node:fs/promises';
import { type Asof, AsofError } from 'asof/client';
import { formatInstant, parseInstant } from '../../../domain/time/instant.ts';
import { SOURCE } from './example.ts';

/** The observations of each split, in days before the end of the events. */
const OBSERVATIONS = {
  train: [84, 77, 70, 63, 56],
  val: [49, 42],
  test: [35, 28],
};
/** In microseconds. */
const DAY = 86_400_000_000n;

/**
 * Writes the spine of the churn example as CSV. An observation has a row for each user with an event in the
 * 45 days before it. The label is 1 (churned) if the user has no event in the 28 days after it.
 */
export async function writeLabels(asof: Asof, until: string, path: string): Promise<void> {
  const lines = ['user_id,churn_label,event_timestamp,experiment_split'];
  const end = parseInstant(until)!;
  for (const [split, days] of Object.entries(OBSERVATIONS)) {
    for (const day of days) lines.push(...(await observe(asof, end - BigInt(day) * DAY, split)));
  }
  await writeFile(path, `${lines.join('\n')}\n`);
}

async function observe(asof: Asof, moment: bigint, split: string): Promise<string[]> {
  const at = formatInstant(moment);
  const between = (from: bigint, to: bigint) =>
    asof.stream(SOURCE).countEvents({ from: formatInstant(from), to: formatInstant(to) });
  const before = await between(moment - 45n * DAY, moment);
  const after = new Set((await between(moment, moment + 28n * DAY)).map(({ entity }) => entity));
  return before.map(({ entity }) => [entity, after.has(entity) ? 0 : 1, at, split].join(','));
}

/**
 * The first and the last midnight (UTC, RFC 3339) for which the labels of a file need batch features.
 *
 * @throws AsofError `ASOF_SPINE_INVALID` if the file has no times.
 */
export async function labelDays(path: string): Promise<{ from: string; to: string }> {
  const days = [...(await readFile(path, 'utf8')).matchAll(/\d{4}-\d{2}-\d{2}(?=[T ]\d{2}:)/g)]
    .map(([day]) => day)
    .sort();
  if (days.length === 0) {
    throw new AsofError('ASOF_SPINE_INVALID', `'${path}' holds no times; expected a column event_timestamp`);
  }
  return { from: `${days[0]}T00:00:00Z`, to: `${days.at(-1)}T00:00:00Z` };
}
