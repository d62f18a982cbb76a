import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { readRowsAt } from '../../../adapters/duckdb/training-set-file.ts';
import { keptSet } from '../../../adapters/files/kept-files.ts';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import { isFileOf } from '../../../db/training/training-set-files.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { changingWrite } from '../../../db/training/verify/changing-write.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';
import type {
  ChangingWrite,
  DifferingFeature,
  DifferingRow,
  VerifiedValue,
} from '../../../schemas/workflows/verify-training-set.ts';
import { reportAlive } from '../../shared/progress.ts';
import type { BuildContext } from '../training-set/build-context.ts';
import type { Joined } from '../training-set/join-spine.ts';
import type { ComparedHashes } from './compare-hashes.ts';

/** A set that was built again and differs. */
export interface DifferingSet extends ComparedHashes {
  readonly stored: StoredTrainingSet;
  readonly joined: Joined;
  /** The file that was built again. */
  readonly path: string;
}

interface Systems {
  readonly connection: DuckDb;
  readonly context: BuildContext;
}

/**
 * The values of the first rows that differ: those of now, and those of before where the set's file is still there, as the
 * build wrote it.
 */
export async function showDifferences(
  { connection, context }: Systems,
  { stored, joined, path, differingRows, differingColumns }: DifferingSet,
): Promise<{ features: string[]; first: DifferingRow[] }> {
  const { schema } = stored.manifest;
  const before = await fileOfBefore(stored, context);
  const is = await readRowsAt(connection, schema, path, differingRows);
  const was = before === undefined ? undefined : await readRowsAt(connection, schema, before, differingRows);
  const first: DifferingRow[] = [];
  for (const [at, row] of differingRows.entries()) {
    const values = { is: is[at]!, was: was?.[at] };
    const differing = schema.flatMap((column, place) =>
      isDifferent(values, place, differingColumns?.includes(column.name)) ? [place] : [],
    );
    const features: DifferingFeature[] = [];
    for (const place of differing) {
      const { table, write } = await behind(context, { stored, joined, row: values.is }, schema[place]!);
      features.push({
        feature: schema[place]!.name,
        table,
        ...(values.was && { was: shown(values.was[place]!, schema[place]!) }),
        is: shown(values.is[place]!, schema[place]!),
        write,
      });
    }
    first.push({ row, features });
  }
  const named = new Set(
    differingColumns ?? first.flatMap(({ features }) => features.map(({ feature }) => feature)),
  );
  return { features: [...named], first };
}

/** The set's file. Undefined if it is gone, or is not as the build wrote it. */
async function fileOfBefore(
  { id, path, host }: StoredTrainingSet,
  context: BuildContext,
): Promise<string | undefined> {
  const paths = [...(host === null || host === context.host ? [path] : []), keptSet(context.kept, id)];
  for (const candidate of paths) {
    const sha256 = await sha256OfFile(candidate, reportAlive).catch(() => undefined);
    if (sha256 !== undefined && (await isFileOf(context.pool, sha256, id))) return candidate;
  }
  return undefined;
}

/** Without the values of before, a column differs that differs somewhere in its block. */
function isDifferent(
  {
    is,
    was,
  }: { readonly is: readonly CanonicalValue[]; readonly was: readonly CanonicalValue[] | undefined },
  place: number,
  isSuspect: boolean | undefined,
): boolean {
  return was ? !Object.is(is[place], was[place]) : isSuspect === true;
}

/** The table that a column is looked up in, and the write that changed its value. */
async function behind(
  { pool }: BuildContext,
  {
    stored,
    joined,
    row,
  }: { readonly stored: StoredTrainingSet; readonly joined: Joined; readonly row: CanonicalValue[] },
  { name }: TrainingSetColumn,
): Promise<{ table: string | null; write: ChangingWrite | null }> {
  const { schema, knowledge } = stored.manifest;
  const isGiven = joined.spine.columns.some((column) => column.name === name);
  const plan = joined.plan.lookups.find(({ features }) => features.some(({ as }) => as === name));
  if (isGiven || !plan) return { table: null, write: null };
  const valueOf = (column: string): CanonicalValue => row[schema.findIndex((one) => one.name === column)]!;
  const { timestamp } = joined.plan.definition.spine;
  const lookedUp = {
    key: plan.lookupKeys.map((key) => String(valueOf(key))),
    moment: valueOf(timestamp) as bigint,
  };
  return { table: plan.table, write: await changingWrite(pool, plan, lookedUp, knowledge.sequence) };
}

function shown(value: CanonicalValue, { type }: TrainingSetColumn): VerifiedValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'bigint') return value;
  if (type === 'timestamp') return formatInstant(value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
