import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import { type RowOfSet, findTrainingSetRow } from '../../../adapters/duckdb/training-set-row.ts';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import { loadRegistryAt } from '../../../db/registry/registry-at.ts';
import { planFrom } from '../../../db/training/load-training-set.ts';
import { lastPublished } from '../../../db/training/published-at.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { Connections } from '../../shared/connections.ts';
import { momentOf } from '../../shared/moment.ts';
import { explainLookup } from './explain-lookup.ts';
import { EVENTS_LISTED } from './explain-table-lookup.ts';
import type { ExplainedFeature, LookupExplanation, RowExplanation } from './explanation.ts';
import { keyFor } from './key-for.ts';

/** Which row of a training set to explain: by its number, or by a key and a moment. */
export type ExplainRowOptions = (
  | {
      /** The number of the row, from 0, in the order of the spine. */
      readonly row: number;
    }
  | {
      /** The keys of the spine. */
      readonly key: Readonly<Record<string, string>>;
      /** RFC 3339: the observation timestamp. */
      readonly at: string;
    }
) & {
  /** How many raw events to list for each lookup. Default: 20. */
  readonly events?: number | undefined;
};

type FoundRow = NonNullable<Awaited<ReturnType<typeof findTrainingSetRow>>>;

export async function explainRow(
  connections: Connections,
  id: string,
  options: ExplainRowOptions,
): Promise<RowExplanation> {
  const pool = await connections.pool();
  const set = await findTrainingSet(pool, id);
  if (!set) throw unknownSet(id);
  const { manifest } = set;
  const registry = await loadRegistryAt(pool, manifest.definitions);
  const definition = registry.trainingSet(set.name);
  const found = await findRow(connections, set, rowWanted(definition, options));
  if (!found) throw unknownRow(set);
  const moment = found.values.get(definition.spine.timestamp) as Instant;
  const lookups = await atKnowledgeCut(pool, async (client) => {
    const tables = definition.lookups.map(({ table }) => table);
    const { lastSyncs = await lastPublished(client, tables) } = manifest;
    const explained: LookupExplanation[] = [];
    for (const [index, lookup] of definition.lookups.entries()) {
      const plan = planFrom(registry, lookup);
      const key = plan.lookupKeys.map((name) => String(found.values.get(name)));
      const { events = EVENTS_LISTED } = options;
      const how = { way: manifest.way, cut: manifest.knowledge, lastSync: lastSyncs[index]! };
      const asked = { plan, key, moment, ...how, events };
      const explanation = await explainLookup(client, registry, asked);
      explained.push({ ...explanation, features: explanation.features.map((one) => inSet(one, found, set)) });
    }
    return explained;
  });
  const compared = lookups.flatMap(({ features }) => features).filter(({ isGiven }) => !isGiven);
  return {
    trainingSet: { id, name: set.name },
    row: found.row,
    at: formatInstant(moment),
    holds: compared.every(({ value, inSet }) => JSON.stringify(value) === JSON.stringify(inSet)),
    lookups,
  };
}

function rowWanted(definition: TrainingSetDefinition, options: ExplainRowOptions): RowOfSet {
  if ('row' in options) return { row: options.row };
  const { keys, timestamp } = definition.spine;
  const key = keyFor({ name: definition.name, primaryKeys: keys }, options.key);
  const having = keys.map((name, at) => [name, key[at]!] as const);
  return { having: new Map<string, string | bigint>([...having, [timestamp, momentOf('at', options.at)]]) };
}

/** The value that the row of the set has, beside the one that the lookup gives. */
function inSet(
  feature: ExplainedFeature,
  { values }: FoundRow,
  { manifest }: StoredTrainingSet,
): ExplainedFeature {
  const stored: CanonicalValue = values.get(feature.as) ?? null;
  return {
    ...feature,
    value: Object.is(feature.value, -0) ? 0 : feature.value,
    inSet: typeof stored === 'bigint' ? Number(stored) : stored,
    ...(manifest.spine.columns.includes(feature.as) && { isGiven: true }),
  };
}

async function findRow(
  { host }: Connections,
  set: StoredTrainingSet,
  wanted: RowOfSet,
): Promise<FoundRow | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-explain-'));
  try {
    return await withDuckDb(folder, (connection) =>
      findTrainingSetRow(connection, set.manifest.schema, set.path, wanted),
    );
  } catch (cause) {
    throw unreadable(set, host, cause);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function unreadable({ id, path, host }: StoredTrainingSet, own: string, cause: unknown): AsofError {
  const where =
    host === null || host === own ? '' : ` on the host '${host}', and this program runs on '${own}'`;
  return new AsofError(
    'ASOF_FILE_UNREADABLE',
    `cannot read '${path}', the file of training set ${id}${where}. Run this where the file is, as its owner; or build the set again`,
    { details: { id, path }, cause },
  );
}

function unknownSet(id: string): AsofError {
  return new AsofError(
    'ASOF_TRAINING_SET_UNKNOWN',
    `there is no training set ${quoted(id)}; give the id that a build answered with`,
    { details: { id } },
  );
}

function unknownRow({ id, rows }: StoredTrainingSet): AsofError {
  return new AsofError(
    'ASOF_TRAINING_SET_ROW_UNKNOWN',
    `training set ${id} has no such row; it has the rows 0 to ${rows - 1}, each with the keys and the moment of its spine`,
    { details: { id, rows } },
  );
}
