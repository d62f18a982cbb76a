import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { readSpineFile } from '../../../adapters/duckdb/parquet/read-spine-file.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { type TableKey, findKeys, someKeys } from '../../../db/training/example-keys.ts';
import { loadTrainingSet } from '../../../db/training/load-training-set.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { differenceText, keyDifference, plainerKeys } from '../../../domain/training/key-differences.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { MadeSpine } from '../../../domain/training/made-spine.ts';
import type { Connections } from '../../shared/connections.ts';

/** How many keys to look at together on each side, how many to compare with each other, and how many to show. */
const [LOOKED_AT, COMPARED, SHOWN] = [1_000, 100, 3];

/** A spine that a build has refused. */
type RefusedSpine = {
  /** The path of the kept file; or what the workflow has made it of, whose keys its maker knows. */
  readonly path: string | MadeSpine;
} & ({ readonly trainingSet: string } | { readonly model: string });

/**
 * Adds example keys of both sides to the error of a build that found no keys, and how they likely differ. The
 * worker's error has counts alone, since its history shows nothing of a file; this program has the file, and
 * reads the tables with its own connection. Returns any other error unchanged.
 */
export async function withExampleKeys(
  connections: Connections,
  spine: RefusedSpine,
  error: unknown,
): Promise<unknown> {
  const lookupKeys = missingKeysOf(error);
  const { path } = spine;
  if (!lookupKeys || !(error instanceof AsofError) || typeof path !== 'string') return error;
  const examples = await exampleKeys(await connections.pool(), { ...spine, path }, lookupKeys).catch(
    () => undefined,
  );
  if (examples === undefined) return error;
  const { code, message, details, cause } = error;
  return new AsofError(code, `${message}\n${examples}`, { details, cause });
}

/** The columns of the keys that a build has not found. Undefined for other errors. */
function missingKeysOf(error: unknown): readonly string[] | undefined {
  let cause: unknown = error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'ASOF_NOTHING_FOUND') return undefined;
  const [details] = (cause.details ?? []) as { readonly keys?: readonly string[] }[];
  return details?.keys;
}

async function exampleKeys(
  pool: Pool,
  spine: RefusedSpine & { readonly path: string },
  lookupKeys: readonly string[],
): Promise<string> {
  const { definition, lookups } = await loadTrainingSet(pool, await trainingSetOf(pool, spine));
  const plans = lookups.filter((plan) => JSON.stringify(plan.lookupKeys) === JSON.stringify(lookupKeys));
  const missing: TableKey[] = [];
  for await (const given of spineKeys(spine.path, definition, lookupKeys)) {
    const found = (await Promise.all(plans.map((plan) => findKeys(pool, plan, given)))).flat();
    const known = new Set([...found, ...missing].map(nameOf));
    missing.push(...given.filter((key) => !known.has(nameOf(key))));
    if (missing.length >= SHOWN) break;
  }
  const lines = [`The spine has, for example: ${shown(missing)}`];
  for (const plan of plans) lines.push(await tableLine(pool, plan, missing));
  return lines.join('\n');
}

async function trainingSetOf(pool: Pool, spine: RefusedSpine): Promise<string> {
  if ('trainingSet' in spine) return spine.trainingSet;
  const models = (await loadRegistry(pool)).ofKind('model');
  return models.find(({ name }) => name === spine.model)!.trainingSet;
}

/** Keys of a table, those first that are like a missing key, and how these differ. */
async function tableLine(pool: Pool, plan: LookupPlan, missing: readonly TableKey[]): Promise<string> {
  const near = await findKeys(pool, plan, missing.flatMap(plainerKeys));
  const known = [...near, ...(await someKeys(pool, plan, LOOKED_AT))];
  const pairs = missing.slice(0, COMPARED).flatMap((one) =>
    known.flatMap((other) => {
      const difference = keyDifference(one, other);
      return difference === undefined ? [] : [{ other, difference }];
    }),
  );
  const keys = [...pairs.map(({ other }) => other), ...known];
  if (keys.length === 0) return `'${plan.table}' has no rows`;
  const likely = mostFrequent(pairs.map(({ difference }) => difference));
  const hint = likely === undefined ? '' : `; likely ${differenceText(likely)}`;
  return `'${plan.table}' has, for example: ${shown(keys)}${hint}`;
}

/** The keys of the spine in order, in groups of different ones. */
async function* spineKeys(
  path: string,
  definition: TrainingSetDefinition,
  lookupKeys: readonly string[],
): AsyncGenerator<readonly TableKey[], void, undefined> {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-spine-'));
  try {
    const group = new Map<string, TableKey>();
    for await (const { heading, rows } of readSpineFile(path, definition, { scratch })) {
      const at = lookupKeys.map((name) => heading.columns.findIndex((column) => column.name === name));
      for (const row of rows) {
        const key = at.map((index) => String(row[index]));
        group.set(nameOf(key), key);
        if (group.size < LOOKED_AT) continue;
        yield [...group.values()];
        group.clear();
      }
    }
    if (group.size > 0) yield [...group.values()];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function nameOf(key: TableKey): string {
  return JSON.stringify(key);
}

function shown(keys: readonly TableKey[]): string {
  const different = [...new Map(keys.map((key) => [nameOf(key), key])).values()].slice(0, SHOWN);
  return different.map((key) => key.map((part) => quoted(part)).join(' with ')).join(', ');
}

function mostFrequent<Value>(values: readonly Value[]): Value | undefined {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
