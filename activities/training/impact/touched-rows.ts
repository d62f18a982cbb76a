import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { countDifferingRows } from '../../../adapters/duckdb/impact/count-differing.ts';
import {
  inSchema,
  keepTouchedRows,
  loadSetSpine,
  lookupColumns,
} from '../../../adapters/duckdb/impact/set-spine.ts';
import { readVersion } from '../../../db/registry/definition-versions.ts';
import type { Client } from '../../../db/sql/client.ts';
import { type Writes, exportTouchedKeys } from '../../../db/training/impact/changed-rows.ts';
import { planFrom } from '../../../db/training/load-training-set.ts';
import { lastPublished } from '../../../db/training/published-at.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import type { Registry } from '../../../domain/registry/registry.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { TouchedLookup } from '../../../domain/training/impact.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { BuildContext } from '../training-set/build-context.ts';
import { exportAll, joinAll, writeAllWanted } from '../training-set/look-up-all.ts';

/** What some writes change in a training set. */
export interface TouchedRows {
  /** The number of rows with another value in some feature. */
  readonly rows: number;
  readonly lookups: readonly TouchedLookup[];
}

const NOTHING: TouchedRows = { rows: 0, lookups: [] };

/** The earliest time that Postgres can store, and then some. */
const EARLIEST: Instant = -200_000_000_000n * 1_000_000n;

/** A snapshot of the database, and the registry in it. */
interface RegisteredAt {
  readonly client: Client;
  readonly registry: Registry;
}

/**
 * Counts the rows of a training set that its lookups would give otherwise after some writes than before them. Looks up
 * again, as of both, the rows with a key that the writes touched: exactly as a build would.
 *
 * @param from the client may be in a transaction with foreseen writes; the registry as it sees it.
 * @param context its folder is for this count alone.
 */
export function countTouchedRows(
  from: RegisteredAt,
  set: StoredTrainingSet,
  writes: Writes,
  context: Omit<BuildContext, 'host'>,
): Promise<TouchedRows> {
  return withDuckDb(context.scratch, (connection) => countIn(connection, from, { set, writes }, context), {
    signal: context.signal,
  });
}

async function countIn(
  connection: DuckDb,
  { client, registry }: RegisteredAt,
  { set, writes }: { readonly set: StoredTrainingSet; readonly writes: Writes },
  context: Omit<BuildContext, 'host'>,
): Promise<TouchedRows> {
  const { manifest, path } = set;
  const { version } = manifest.definitions.find(({ kind }) => kind === 'training_set')!;
  const definition = await readVersion(client, 'training_set', set.name, version);
  const plans = definition.lookups.map((lookup) => planFrom(registry, lookup));
  const columns = lookupColumns(plans, definition.spine.timestamp);
  const moments = await loadSetSpine(connection, path, columns);
  if (!moments) return NOTHING;
  const paths = await exportKeys(client, plans, writes, { ...moments, scratch: context.scratch });
  const rows = await keepTouchedRows(connection, plans, columns, paths);
  if (rows === 0) return NOTHING;
  const lookUp = (schema: string, cut: string): Promise<void> =>
    inSchema(connection, schema, () =>
      lookUpAt(
        connection,
        client,
        { plans, way: manifest.way, columns, rows, cut },
        inFolder(context, schema),
      ),
    );
  await lookUp('before', writes.after);
  await lookUp('after', writes.through);
  const given = manifest.spine.columns;
  return countDifferingRows(connection, { plans, before: 'before', after: 'after', given });
}

async function exportKeys(
  client: Client,
  plans: readonly LookupPlan[],
  writes: Writes,
  {
    earliest,
    latest,
    scratch,
  }: { readonly earliest: Instant; readonly latest: Instant; readonly scratch: string },
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, plan] of plans.entries()) {
    const first = plan.lookback === null ? EARLIEST : earliest - plan.lookback;
    const last = latest - plan.availableAfter;
    const path = join(scratch, `touched-${index}.csv`);
    const times = { first: first < EARLIEST ? EARLIEST : first, last };
    await exportTouchedKeys(client, plan, writes, { ...times, path });
    paths.push(path);
  }
  return paths;
}

/** A spine to look up as of a knowledge cut. */
interface LookedUpSpine {
  readonly plans: readonly LookupPlan[];
  readonly way: TrainingSetWay;
  readonly columns: readonly SpineColumn[];
  readonly rows: number;
  readonly cut: string;
}

async function lookUpAt(
  connection: DuckDb,
  client: Client,
  { plans, way, columns, rows, cut }: LookedUpSpine,
  context: Omit<BuildContext, 'host'>,
): Promise<void> {
  await mkdir(context.scratch);
  const lastSyncs = await lastPublished(
    client,
    plans.map(({ table }) => table),
  );
  const versions = lastSyncs.map((lastSync): VersionsRead =>
    way === 'latest' ? { which: 'at-cut', cut } : { which: 'all', cut, lastSync },
  );
  const spine = { columns, rows };
  const wanted = await writeAllWanted(connection, plans, spine, context.scratch);
  const knowledge = { sequence: cut, knownAt: null };
  const build = { connection, spine, wanted, knowledge };
  const sources = await exportAll(client, { plans, versions }, build, context);
  await joinAll(connection, { plans, versions, way, sources }, spine, context);
}

function inFolder<Context extends Pick<BuildContext, 'scratch'>>(context: Context, folder: string): Context {
  return { ...context, scratch: join(context.scratch, folder) };
}
