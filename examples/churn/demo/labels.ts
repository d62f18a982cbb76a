import { readFile, writeFile } from 'node:fs/promises';
import sql from 'sql-template-tag';
import type { Pool } from '../../../db/sql/client.ts';
import { rawEvents } from '../../../db/sql/relations.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';

/** Days before the end of history at which customers are looked at, and what each day's labels are for. */
const OBSERVATIONS = {
  train: [84, 77, 70, 63, 56],
  val: [49, 42],
  test: [35, 28],
};

/**
 * Writes the spine of the churn example as CSV: whoever did something in the 45 days before an observation, and
 * whether they did nothing in the 28 days after it.
 */
export async function writeLabels(
  pool: Pool,
  source: EventSourceDefinition,
  until: string,
  path: string,
): Promise<void> {
  const { rows } = await pool.query<{ line: string }>(sql`
    WITH observation AS (
      SELECT split, ${until}::timestamptz - days::int * INTERVAL '1 day' AS at
      FROM jsonb_each(${JSON.stringify(OBSERVATIONS)}::jsonb) AS splits (split, list),
           jsonb_array_elements_text(list) AS days
    ),
    customer AS (
      SELECT user_id, at, split,
             count(*) FILTER (WHERE event_ts < at) AS before,
             count(*) FILTER (WHERE event_ts >= at) AS after
      FROM observation
      JOIN ${rawEvents(source)} ON event_ts >= at - INTERVAL '45 days' AND event_ts < at + INTERVAL '28 days'
      GROUP BY user_id, at, split
    )
    SELECT concat_ws(',', user_id, (after = 0)::int, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), split) AS line
    FROM customer WHERE before > 0 ORDER BY at, user_id`);
  const header = 'user_id,churn_label,event_timestamp,experiment_split';
  await writeFile(path, `${[header, ...rows.map(({ line }) => line)].join('\n')}\n`);
}

/** The first and the last midnight, UTC, that a label of the file needs batch features of; RFC 3339. */
export async function labelDays(path: string): Promise<{ from: string; to: string }> {
  const days = [...(await readFile(path, 'utf8')).matchAll(/\d{4}-\d{2}-\d{2}(?=[T ]\d{2}:)/g)]
    .map(([day]) => day)
    .sort();
  if (days.length === 0) {
    throw new AsofError('ASOF_SPINE_INVALID', `'${path}' holds no times; expected a column event_timestamp`);
  }
  return { from: `${days[0]}T00:00:00Z`, to: `${days.at(-1)}T00:00:00Z` };
}
