import type { DuckDBConnection } from '@duckdb/node-api';
import {
  SPLITS,
  type SampleDefinition,
  type SpineDefinition,
} from '../../../domain/registry/spine-definition.ts';
import { parseIsoTime } from '../../../domain/time/iso-time.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { invalidSpine } from '../../files/read-spine.ts';
import { spineField } from '../spine-table.ts';
import { literal } from '../sql-text.ts';

/** The first 13 hexadecimal digits of a hash are a number below this. */
const HASH_RANGE = 2 ** 52;

/**
 * Takes the sample of the spine's rows, and adds the columns that Asof makes: the split, then the weight. The
 * rows keep their order and are numbered anew.
 *
 * @returns the columns of the spine.
 */
export async function arrangeSpine(
  connection: DuckDBConnection,
  definition: SpineDefinition,
  columns: readonly SpineColumn[],
): Promise<readonly SpineColumn[]> {
  const { split, sample } = definition;
  const isSplit = split !== null && typeof split !== 'string';
  if (!isSplit && !sample) return columns;
  const fields = fieldsOf(definition, columns);
  const added = [
    ...(isSplit ? [{ column: { name: split.as, role: 'split' } as const, sql: splitOf(split, fields) }] : []),
    ...(sample
      ? [{ column: { name: sample.as, role: 'weight' } as const, sql: weightOf(sample, fields) }]
      : []),
  ];
  const selected = [
    ...columns.map((_, at) => spineField(at)),
    ...added.map(({ sql }, at) => `${sql} AS ${spineField(columns.length + at)}`),
  ];
  const number = sample ? 'row_number() OVER (ORDER BY n) - 1' : 'n';
  await connection.run('ALTER TABLE spine RENAME TO given_spine');
  await connection.run(`
    CREATE TEMP TABLE spine AS SELECT ${number} AS n, ${selected.join(', ')}
    FROM given_spine ${sample ? `WHERE ${isTaken(sample, fields)}` : ''} ORDER BY n`);
  await connection.run('DROP TABLE given_spine');
  return [...columns, ...added.map(({ column }) => column)];
}

/** The fields of the spine table that rules read. */
interface RuleFields {
  readonly of: (name: string) => string;
  readonly keys: readonly string[];
  readonly moment: string;
  readonly label: string | undefined;
}

function fieldsOf({ keys, timestamp, label }: SpineDefinition, columns: readonly SpineColumn[]): RuleFields {
  const of = (name: string): string => spineField(columns.findIndex((column) => column.name === name));
  return { of, keys: keys.map(of), moment: of(timestamp), label: label && of(label) };
}

function splitOf(split: Exclude<SpineDefinition['split'], string | null>, fields: RuleFields): string {
  if (split.by === 'time') {
    const [val, test] = [split.valFrom, split.testFrom].map((text) => parseIsoTime(text)!);
    return `CASE WHEN ${fields.moment} < ${val} THEN 'train' WHEN ${fields.moment} < ${test} THEN 'val' ELSE 'test' END`;
  }
  const { train, val } = split.shares;
  const number = hashNumber('split', split.seed, [fields.of(split.key)]);
  return `CASE WHEN ${number} < ${part(train)} THEN 'train' WHEN ${number} < ${part(train + val)} THEN 'val' ELSE 'test' END`;
}

function isTaken({ share, seed, by, keepLabels }: SampleDefinition, fields: RuleFields): string {
  const of = by === undefined ? [...fields.keys, fields.moment] : [fields.of(by)];
  return `${isKept(keepLabels, fields)} OR ${hashNumber('sample', seed, of)} < ${part(share)}`;
}

function weightOf({ share, keepLabels }: SampleDefinition, fields: RuleFields): string {
  return `CASE WHEN ${isKept(keepLabels, fields)} THEN 1 ELSE '${1 / share}'::DOUBLE END`;
}

function isKept(labels: SampleDefinition['keepLabels'], { label }: RuleFields): string {
  return labels && label ? `${label} IN (${labels.join(', ')})` : 'false';
}

/** The number of a hash, from 0 up to {@link HASH_RANGE}. The purpose keeps a sample apart from a split by the same seed. */
function hashNumber(purpose: string, seed: number, fields: readonly string[]): string {
  const text = fields.map((field) => ` || '/' || ${field}`).join('');
  return `('0x' || left(sha256(${literal(`${purpose}/${seed}`)}${text}), 13))::BIGINT`;
}

function part(share: number): number {
  return Math.round(share * HASH_RANGE);
}

/** What a spine is, once it is arranged. */
export interface ArrangedSpine {
  readonly rows: number;
  /** `bigint` if every label is a whole number that doubles tell from its neighbours. */
  readonly labelType: 'bigint' | 'double';
  /** The number of rows of each split. Null without a split column. */
  readonly splitRows: Readonly<Record<string, number>> | null;
}

/** @throws AsofError `ASOF_SPINE_INVALID` for a sample without rows of a spine with `given` rows. */
export function requireSample({ rows }: ArrangedSpine, given: number): void {
  if (rows === 0) throw invalidSpine([`the sample has none of its ${given} rows; take a larger share`]);
}

export async function countSpine(
  connection: DuckDBConnection,
  columns: readonly SpineColumn[],
): Promise<ArrangedSpine> {
  const [label, split] = (['label', 'split'] as const).map((wanted) => {
    const at = columns.findIndex(({ role }) => role === wanted);
    return at === -1 ? undefined : spineField(at);
  });
  const isWhole = label
    ? `coalesce(bool_and(${label} = trunc(${label}) AND abs(${label}) <= ${Number.MAX_SAFE_INTEGER}), true)`
    : 'true';
  const counts = SPLITS.map((name) =>
    split ? `(count(*) FILTER (WHERE ${split} = '${name}'))::DOUBLE` : '0::DOUBLE',
  );
  const reader = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, ${isWhole}, ${counts.join(', ')} FROM spine`,
  );
  const [rows, whole, ...splits] = reader.getRows()[0] as [number, boolean, ...number[]];
  return {
    rows,
    labelType: whole ? 'bigint' : 'double',
    splitRows: split ? Object.fromEntries(SPLITS.map((name, at) => [name, splits[at]!])) : null,
  };
}
