import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { keyInWords } from '../../domain/errors/quoted.ts';
import { FIT_NUMBER } from '../../domain/features/fit-number.ts';
import type { OnlineRow } from '../../domain/online/online-row.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import type { RegisteredOnlineTable } from './online-tables.ts';

const ROWS_PER_PAGE = 2_000;
const BIGINT_OID = 20;

/** A value as the driver returns it. A bigint is a text, a vector a list. */
type StoredValue = string | number | readonly number[] | null;

/**
 * A key whose rows have changed, with all rows that the online store is to hold of it, newest first. Empty if
 * all of its rows are gone.
 */
export interface ChangedKey {
  readonly key: EntityKey;
  readonly rows: readonly OnlineRow[];
}

/** The sequence of the last write that the transaction can see. `0` if there is none. */
export async function lastSequence(client: Client): Promise<string> {
  const { rows } = await client.query<{ sequence: string }>(
    'SELECT coalesce(max(sequence), 0) AS sequence FROM asof.writes',
  );
  return rows[0]!.sequence;
}

/**
 * The keys with rows that were written or removed after a sequence, in pages. Each key comes with its last
 * row that was visible as of `asOf` and all rows that become visible later. Must run in a snapshot.
 *
 * @param after a sequence; `0` gives every key.
 * @throws AsofError `ASOF_NUMBER_UNFIT` for a number that the online store cannot hold exactly.
 */
export async function* changedKeys(
  client: Client,
  table: RegisteredOnlineTable,
  after: string,
  asOf: Instant,
): AsyncGenerator<ChangedKey[]> {
  await client.query('SET LOCAL cursor_tuple_fraction = 1');
  const rows = onlineRows(table, after, asOf);
  await client.query(sql`DECLARE online_rows NO SCROLL CURSOR FOR ${rows}`);
  const width = table.primaryKeys.length;
  let open: { key: string[]; rows: OnlineRow[] } | undefined;
  for (;;) {
    const page = await client.query<StoredValue[]>({
      text: `FETCH ${ROWS_PER_PAGE} FROM online_rows`,
      rowMode: 'array',
    });
    const isBigint = page.fields.map(({ dataTypeID }) => dataTypeID === BIGINT_OID);
    const complete: ChangedKey[] = [];
    for (const record of page.rows) {
      const key = record.slice(0, width) as string[];
      if (!open || key.some((part, index) => part !== open!.key[index])) {
        if (open) complete.push(open);
        open = { key, rows: [] };
      }
      if (record[width] !== null) open.rows.push(onlineRow(table, record, isBigint));
    }
    if (page.rows.length === 0) {
      if (open) yield [open];
      break;
    }
    if (complete.length > 0) yield complete;
  }
  await client.query('CLOSE online_rows');
}

function onlineRow(
  { table, primaryKeys: { length: width }, features }: RegisteredOnlineTable,
  record: readonly StoredValue[],
  isBigint: readonly boolean[],
): OnlineRow {
  const [featureTs, version] = record.slice(width, width + 2) as [string, string];
  const values = record.slice(width + 2).map((value, index): FeatureValue => {
    const isWhole = isBigint[width + 2 + index]! && value !== null;
    const number = isWhole ? Number(value) : value;
    if (isWhole ? Number.isSafeInteger(number) : isFit(number)) return number;
    throw new AsofError(
      'ASOF_NUMBER_UNFIT',
      `feature '${features[index]}' of table '${table}' is ${String(value)} in a row of ${keyInWords(record.slice(0, width))}, which an earlier version stored; ` +
        `${FIT_NUMBER}. Correct the sql of the table, and compute its times again: npx asof batch run ${table} --from … --to … --again`,
      { details: { table, feature: features[index] } },
    );
  });
  return { featureTs: BigInt(featureTs), version, values };
}

/** Texts and truth values always fit. */
function isFit(value: FeatureValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return !Array.isArray(value) || value.every((one) => Number.isFinite(one));
}

function onlineRows(
  { table, primaryKeys, features, availableAfter }: RegisteredOnlineTable,
  after: string,
  asOf: Instant,
): Sql {
  const keys = join(primaryKeys.map((key) => ident(key)));
  const sameKey = join(
    primaryKeys.map((key) => sql`stored.${ident(key)} = changed.${ident(key)}`),
    ' AND ',
  );
  return sql`
    WITH changed AS MATERIALIZED (
      SELECT ${keys} FROM ${featuresOf(table)} AS stored ${writtenAfter('stored', 'write_id', after)}
      UNION
      SELECT ${keys} FROM ${historyOf(table)} AS gone ${writtenAfter('gone', 'superseded_by', after)}
    ),
    closed AS (
      SELECT ${keys}, max(stored.feature_ts) AS feature_ts
      FROM changed JOIN ${featuresOf(table)} AS stored USING (${keys})
      WHERE stored.feature_ts <= ${toTimestamptz(asOf - availableAfter)}
      GROUP BY ${keys}
    )
    SELECT ${join(primaryKeys.map((key) => ident('changed', key)))},
           ${raw(microsExpression('stored.feature_ts'))}, stored.write_id,
           ${join(features.map((feature) => ident('stored', feature)))}
    FROM changed
    LEFT JOIN closed USING (${keys})
    LEFT JOIN ${featuresOf(table)} AS stored
      ON ${sameKey} AND stored.feature_ts >= coalesce(closed.feature_ts, '-infinity')
    ORDER BY ${keys}, stored.feature_ts DESC`;
}

/**
 * A clause that takes only rows that were written after a sequence. The join is exact; the bound on the write
 * ids lets an index on them be used.
 */
function writtenAfter(rows: string, column: 'write_id' | 'superseded_by', sequence: string): Sql {
  if (sequence === '0') return sql``;
  return sql`
    JOIN asof.writes AS write ON write.write_id = ${ident(rows, column)} AND write.sequence > ${sequence}
    WHERE ${ident(rows, column)} >= (SELECT min(write_id) FROM asof.writes WHERE sequence > ${sequence})`;
}
