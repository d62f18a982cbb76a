import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { spineMoments } from '../../../adapters/duckdb/spine-table.ts';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import { type TrainingSetPlan, spineOf } from '../../../db/training/load-training-set.ts';
import { versionsToRead } from '../../../db/training/versions/versions-to-read.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type {
  KnowledgeCut,
  LookupCounts,
  TrainingSetWay,
  WayDifference,
} from '../../../domain/training/manifest.ts';
import { refuseMissingRows } from '../../../domain/training/missing-rows.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { BuildContext } from './build-context.ts';
import { type LoadedSpine, loadSpine, spineNotes } from './load-spine.ts';
import { exportAll, joinAll, writeAllWanted } from './look-up-all.ts';
import { compareAllWays } from './look-up-as-way.ts';
import { spineKeys } from './spine-keys.ts';

/** What to join: a spine, with what its lookups give in a way. */
export interface SpineJoin {
  readonly way: TrainingSetWay;
  readonly spine: string;
  /** The SHA-256 that the bytes of the spine must have. Omitted: any. */
  readonly spineSha256?: string | undefined;
  readonly allowMissing: boolean;
  /** The definitions to build from. */
  readonly load: (db: Queryable) => Promise<TrainingSetPlan>;
  /** What to read, for a set that is built again. Omitted: what is current, or all versions up to now. */
  readonly again?: { readonly knowledge: KnowledgeCut; readonly versions: readonly VersionsRead[] };
}

/** What a build knows before it writes rows. */
export interface Joined {
  readonly plan: TrainingSetPlan;
  readonly knowledge: KnowledgeCut;
  readonly versions: readonly VersionsRead[];
  readonly spine: LoadedSpine;
  /** The earliest observation timestamp. */
  readonly earliest: Instant;
  readonly lookups: readonly LookupCounts[];
  readonly differences: readonly WayDifference[];
  readonly notes: readonly string[];
}

/** Reads the spine before the snapshot begins, and joins after it, so that the database never waits for them. */
export async function joinSpine(
  connection: DuckDb,
  { way, spine: path, spineSha256: sha256, allowMissing, load, again }: SpineJoin,
  context: BuildContext,
): Promise<Joined> {
  const { pool, scratch, report, signal } = context;
  const planned = await load(pool);
  const { definition, types } = spineOf(planned);
  const file = { path, sha256, signal, scratch, types };
  const spine = await loadSpine(connection, file, definition, (rows) => report(`spine: ${rows} rows`));
  const { earliest } = await spineMoments(connection, spine.columns);
  const wanted = await writeAllWanted(connection, planned.lookups, spine, scratch);
  const { plan, sources, ...read } = await atKnowledgeCut(pool, async (client, now) => {
    const plan = await load(client);
    requireUnchanged(planned, plan);
    const knowledge = again?.knowledge ?? now;
    const reading = { way, plans: plan.lookups, earliest, cut: knowledge.sequence, allowMissing };
    const versions = again?.versions ?? (await versionsToRead(client, reading));
    const build = { connection, spine, wanted, knowledge };
    const sources = await exportAll(client, { plans: plan.lookups, versions }, build, context);
    return { plan, knowledge, versions, sources };
  });
  const ways = { plans: plan.lookups, versions: read.versions, way };
  const lookups = await joinAll(connection, { ...ways, sources }, spine, context);
  const keyed = lookups.map((counts, index) => {
    return { ...counts, lookupKeys: plan.lookups[index]!.lookupKeys, wanted: wanted[index]! };
  });
  const keys = spineKeys(connection, { plans: plan.lookups, spine, wanted }, context);
  const share = plan.definition.spine.refuseMissing;
  const few = allowMissing ? [] : await refuseMissingRows(keyed, share, keys);
  const differences = again ? [] : await compareAllWays(connection, ways, spine);
  return { plan, ...read, spine, earliest, lookups, differences, notes: [...spineNotes(spine), ...few] };
}

function requireUnchanged(planned: TrainingSetPlan, plan: TrainingSetPlan): void {
  if (JSON.stringify(planned.references) === JSON.stringify(plan.references)) return;
  const { name } = plan.definition;
  throw new AsofError(
    'ASOF_DEFINITIONS_CHANGED',
    `a definition that training set '${name}' depends on was applied while the spine was read; it is built again`,
    { details: { trainingSet: name } },
  );
}
