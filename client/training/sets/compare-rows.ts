import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SetRowCounts, compareSets } from '../../../adapters/duckdb/compare-sets.ts';
import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import { readVersions } from '../../../db/registry/definition-versions.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';
import type { Connections } from '../../shared/connections.ts';
import { type FileState, findFile } from './find-file.ts';

/**
 * A value of a training set, as JSON: moments are RFC 3339 texts. What JSON has no number for is a text: NaN, the
 * infinities, and integers beyond ±9007199254740991.
 */
export type ShownValue = string | number | boolean | null;

/** A row that both sets have, with other values. */
export interface ShownChange {
  /** The keys and the observation timestamp, by column. */
  readonly row: Readonly<Record<string, ShownValue>>;
  /** By column: the values of both. */
  readonly values: Readonly<Record<string, { readonly a: ShownValue; readonly b: ShownValue }>>;
}

/** How the rows of two training sets differ: rows with the same keys and moment are the same row. */
export type ComparedRows =
  | {
      readonly onlyA: number;
      readonly onlyB: number;
      readonly both: number;
      /** Of those that both have: the rows with other values. */
      readonly changed: number;
      /** By column that both have: the rows in which it differs. Those without any are left out. */
      readonly columns: Readonly<Record<string, number>>;
      /** The first ten changed rows. */
      readonly examples: readonly ShownChange[];
    }
  | {
      /** Why the rows are not compared. */
      readonly unknown: string;
    };

const EXAMPLES = 10;

export async function compareRows(
  connections: Connections,
  a: StoredTrainingSet,
  b: StoredTrainingSet,
): Promise<ComparedRows> {
  const files = [await findFile(connections, a), await findFile(connections, b)] as const;
  const missing = files.findIndex(({ readable }) => readable === null);
  if (missing !== -1) return { unknown: whyNot([a, b][missing]!, files[missing]!, connections.host) };
  const keys = await keysOf(connections, a, b);
  if (keys.length === 0) return { unknown: 'the two sets have no keys and moment in common' };
  const isKey = ({ name }: TrainingSetColumn) => keys.some((key) => key.name === name);
  const values = shared(a, b).filter((column) => !isKey(column));
  const folder = await mkdtemp(join(tmpdir(), 'asof-diff-'));
  try {
    const [{ readable: pathA }, { readable: pathB }] = files;
    const compared = { a: pathA!, b: pathB!, keys, values };
    const counts = await withDuckDb(folder, (connection) => compareSets(connection, compared, EXAMPLES));
    return shown(counts, keys, values);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The columns that both sets have, with the same type. */
function shared(a: StoredTrainingSet, b: StoredTrainingSet): TrainingSetColumn[] {
  return a.manifest.schema.filter(({ name, type }) =>
    b.manifest.schema.some((column) => column.name === name && column.type === type),
  );
}

/** The keys and the observation timestamp, of the version of the definition that the first set was built from. */
async function keysOf(
  connections: Connections,
  a: StoredTrainingSet,
  b: StoredTrainingSet,
): Promise<TrainingSetColumn[]> {
  const own = a.manifest.definitions.find(({ kind }) => kind === 'training_set');
  const versions = await readVersions(await connections.pool(), 'training_set');
  const found = versions.find(
    ({ definition, version }) => definition.name === a.name && version === own?.version,
  );
  if (!found) return [];
  const { keys, timestamp } = found.definition.spine;
  const wanted = [...keys, timestamp];
  const columns = shared(a, b).filter(({ name }) => wanted.includes(name));
  return columns.length === new Set(wanted).size ? columns : [];
}

function whyNot({ id }: StoredTrainingSet, { path, host, state }: FileState, own: string): string {
  if (state === 'elsewhere')
    return `the rows of ${id} are in '${path}' on the host '${host}', and this program runs on '${own}'`;
  if (state === 'changed') return `'${path}' does not hold the rows of ${id} any more`;
  return `there is no file '${path}' with the rows of ${id}, or this user may not read it`;
}

function shown(
  { onlyA, onlyB, both, changed, columns, examples }: SetRowCounts,
  keys: readonly TrainingSetColumn[],
  values: readonly TrainingSetColumn[],
): ComparedRows {
  const typeOf = (name: string) => values.find((column) => column.name === name)?.type;
  return {
    onlyA,
    onlyB,
    both,
    changed,
    columns: Object.fromEntries([...columns].filter(([, rows]) => rows > 0)),
    examples: examples.map((example) => ({
      row: Object.fromEntries(keys.map(({ name, type }, at) => [name, asJson(example.key[at]!, type)])),
      values: Object.fromEntries(
        example.values.map(({ column, a, b }) => {
          const type = typeOf(column);
          return [column, { a: asJson(a, type), b: asJson(b, type) }];
        }),
      ),
    })),
  };
}

function asJson(value: CanonicalValue, type: TrainingSetColumn['type'] | undefined): ShownValue {
  if (typeof value === 'bigint' && type === 'timestamp') return formatInstant(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
