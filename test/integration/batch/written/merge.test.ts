import fc from 'fast-check';
import { expect, test } from 'vitest';
import { externalTable } from 'asof';
import type { Pool } from '../../../../db/sql/client.ts';
import {
  type Cell,
  type GivenOracleRow,
  type OracleVersion,
  changedByLast,
  knownAfter,
  versionsAfter,
} from '../../../oracle/written-table.ts';
import { forAllSlow } from '../../../property/support/for-all.ts';
import { withDeployment } from '../../../support/projects/deployment.ts';

const CASES = 25;

const cell = <Value extends Cell>(...values: Value[]) => fc.constantFrom<Value | null>(null, ...values);

/** Few keys and moments, far apart and also of before 1970, so that writes meet. */
const row: fc.Arbitrary<GivenOracleRow> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'Ä"\\'),
    fc.constantFrom('2026-03-01T00:00:00.000001Z', '2026-03-01T00:00:00.000002Z', '1969-12-31T23:59:59Z'),
    fc.tuple(cell(0.1, -0.5, 1e15), cell(0, 7, -(10 ** 15)), cell('x', '')),
  )
  .map(([key, at, values]) => ({ key, at, values }));

/** The rows of a write: of one key and moment all are equal, and some stand there twice. */
const write = fc
  .tuple(
    fc.uniqueArray(row, { selector: ({ key, at }) => `${key} ${at}`, maxLength: 9 }),
    fc.array(fc.nat(8)),
  )
  .map(([rows, again]) => [...rows, ...again.flatMap((index) => rows[index] ?? [])])
  .filter((rows) => rows.length > 0);

const scores = externalTable({
  name: 'scores',
  primaryKeys: ['customer'],
  timestamp: 'scored_at',
  features: { score: 'double', orders: 'bigint', segment: 'string' },
});

test('a table holds what the naive oracle remembers, version by version and as of every knowledge cut', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply([scores]);
    await forAllSlow(fc.array(write, { minLength: 1, maxLength: 5 }), CASES, async (writes) => {
      await pool.query('TRUNCATE features.scores, history.scores');
      await pool.query('TRUNCATE asof.writes, asof.table_writes');
      for (const [index, rows] of writes.entries()) {
        const { changed, rows: given } = await asof.writeTable('scores', rows.map(toGiven));
        const sofar = writes.slice(0, index + 1);
        expect({ given, changed }).toEqual({ given: rows.length, changed: changedByLast(sofar) });
      }
      const stored = await storedVersions(pool);
      expect(stored).toEqual(inOrder(versionsAfter(writes)));
      for (let cut = 0; cut <= writes.length; cut += 1) {
        const known = stored.filter(
          ({ made, superseded }) => made <= cut && (superseded === null || superseded > cut),
        );
        expect(known.map(withoutWrites)).toEqual(inOrder(knownAfter(writes, cut)).map(withoutWrites));
      }
    });
  });
});

function toGiven({ key, at, values: [score, orders, segment] }: GivenOracleRow): object {
  return { customer: key, scored_at: at, score, orders, segment };
}

function withoutWrites({ key, at, values }: GivenOracleRow): GivenOracleRow {
  return { key, at, values };
}

async function storedVersions(pool: Pool): Promise<OracleVersion[]> {
  const { rows } = await pool.query<OracleVersion>(`
    SELECT customer AS key, regexp_replace(to_char(feature_ts, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '\\.000000Z', 'Z') AS at,
           json_build_array(score, orders, segment) AS values,
           made.sequence::int AS made, superseding.sequence::int AS superseded
    FROM (
      SELECT customer, feature_ts, score, orders, segment, write_id, NULL AS superseded_by FROM features.scores
      UNION ALL
      SELECT customer, feature_ts, score, orders, segment, write_id, superseded_by FROM history.scores
    ) AS version
    JOIN asof.writes AS made USING (write_id)
    LEFT JOIN asof.writes AS superseding ON superseding.write_id = superseded_by`);
  return inOrder(rows);
}

function inOrder<Row extends GivenOracleRow>(rows: readonly Row[]): Row[] {
  const text = (one: Row): string => JSON.stringify([one.key, one.at, (one as Partial<OracleVersion>).made]);
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
