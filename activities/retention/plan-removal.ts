import { countOldVersions, dropEmptyHistoryChunks, removeOldVersions } from '../../db/retention/history.ts';
import { countJoinable, joinExpiredRanges } from '../../db/retention/ledger.ts';
import { raiseFloor, raiseLateFloor } from '../../db/retention/raise-floors.ts';
import {
  type ExpiringRows,
  countRowsBefore,
  dropEmptyRawChunks,
  removeRowsBefore,
} from '../../db/retention/source.ts';
import {
  countTiles,
  foreseeTileFloor,
  raiseTileFloor,
  removeTilesBelowFloor,
} from '../../db/retention/tiles.ts';
import type { Pool } from '../../db/sql/client.ts';
import { unfilledTables } from '../../db/tables/fills.ts';
import type {
  Definition,
  EventSourceDefinition,
  FeatureTableDefinition,
  StreamTableDefinition,
} from '../../domain/registry/definition.ts';
import { type RetentionTask, retentionCutoff } from '../../domain/retention/retention.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Held } from '../../schemas/workflows/apply-retention.ts';

/** How to count and remove something that is too old. */
export interface RemovalPlan {
  /** The cutoff. */
  readonly before: Instant;
  /** What would prevent the removal of anything. Null if nothing would. */
  foresee(): Promise<Held | null>;
  /**
   * What prevents the removal of anything. Null if nothing does; then it may raise a floor, which tells
   * others that the removal has begun.
   */
  begin(): Promise<Held | null>;
  /** The number of rows to remove. */
  count(): Promise<number>;
  /** Removes some rows in one transaction. Returns their number, 0 if none are left. */
  removeSome(): Promise<number>;
  /** Frees the space once all rows are removed. */
  tidy(): Promise<void>;
  /** The rows that are old enough and held. Null if there are none. */
  held(): Promise<Held | null>;
}

const unhindered = { foresee: nothing, begin: nothing, tidy: async () => {}, held: nothing };

/**
 * Plans the removal of one thing that a definition limits.
 *
 * @param at the moment that ages are counted back from.
 * @returns undefined if the definitions do not limit it, or no longer do.
 */
export function planRemoval(
  pool: Pool,
  definitions: readonly Definition[],
  { retained, name }: RetentionTask,
  at: Instant,
): RemovalPlan | undefined {
  const named = definitions.filter((definition) => definition.name === name);
  const [definition, before] = named
    .map((candidate) => [candidate, retentionCutoff(candidate, retained, at)] as const)
    .find(([, cutoff]) => cutoff !== undefined) ?? [undefined, undefined];
  if (!definition || before === undefined) return undefined;
  switch (retained) {
    case 'raw':
      return rawEventRemoval(pool, definition as EventSourceDefinition, before);
    case 'deadLetters':
      return rowRemoval(pool, definition as EventSourceDefinition, retained, before);
    case 'lateEvents':
      return lateEventRemoval(pool, definition as EventSourceDefinition, before);
    case 'ledger':
      return rangeRemoval(pool, definition as EventSourceDefinition, before, at);
    case 'tiles':
      return tileRemoval(pool, definition as StreamTableDefinition, before);
    case 'history':
      return versionRemoval(pool, definition as FeatureTableDefinition, before);
  }
}

function rowRemoval(
  pool: Pool,
  source: EventSourceDefinition,
  rows: ExpiringRows,
  before: Instant,
): RemovalPlan {
  return {
    ...unhindered,
    before,
    count: () => countRowsBefore(pool, source, rows, before),
    removeSome: () => removeRowsBefore(pool, source, rows, before),
  };
}

function lateEventRemoval(pool: Pool, source: EventSourceDefinition, before: Instant): RemovalPlan {
  return {
    ...rowRemoval(pool, source, 'lateEvents', before),
    begin: async () => {
      await raiseLateFloor(pool, source.name, before);
      return null;
    },
  };
}

/** Holds the tiles that events to come may need. */
function tileRemoval(pool: Pool, table: StreamTableDefinition, before: Instant): RemovalPlan {
  return {
    ...unhindered,
    before,
    begin: async () => {
      await raiseTileFloor(pool, table, before);
      return null;
    },
    count: async () => {
      const { floor } = await foreseeTileFloor(pool, table, before);
      return floor === undefined ? 0 : countTiles(pool, table, undefined, floor);
    },
    removeSome: () => removeTilesBelowFloor(pool, table),
    held: async () => {
      const { floor, heldBy } = await foreseeTileFloor(pool, table, before);
      const rows = heldBy === undefined ? 0 : await countTiles(pool, table, floor, before);
      return rows === 0 ? null : { rows, why: heldBy! };
    },
  };
}

/** Holds raw events while a table is filled from them. */
function rawEventRemoval(pool: Pool, source: EventSourceDefinition, before: Instant): RemovalPlan {
  const heldBy = async (unfilled: readonly string[]): Promise<Held | null> => {
    if (unfilled.length === 0) return null;
    const why = `${unfilled.join(', ')}: the past is being filled in from raw events`;
    return { rows: await countRowsBefore(pool, source, 'raw', before), why };
  };
  return {
    ...rowRemoval(pool, source, 'raw', before),
    foresee: async () => heldBy(await unfilledTables(pool, source.name)),
    begin: async () => heldBy(await raiseFloor(pool, source.name, before)),
    tidy: () => dropEmptyRawChunks(pool, source, before),
  };
}

function rangeRemoval(pool: Pool, source: EventSourceDefinition, before: Instant, at: Instant): RemovalPlan {
  const pending = async (): Promise<Map<ExpiringRows, Instant>> => {
    const isHeld = (await unfilledTables(pool, source.name)).length > 0;
    const rows = (['raw', 'deadLetters', 'lateEvents'] as const).filter((row) => row !== 'raw' || !isHeld);
    return new Map(
      rows.flatMap((row) => {
        const cutoff = retentionCutoff(source, row, at);
        return cutoff === undefined ? [] : [[row, cutoff] as const];
      }),
    );
  };
  return {
    ...unhindered,
    before,
    count: async () => countJoinable(pool, source, before, await pending()),
    removeSome: () => joinExpiredRanges(pool, source, before),
  };
}

function versionRemoval(pool: Pool, table: FeatureTableDefinition, before: Instant): RemovalPlan {
  return {
    ...unhindered,
    before,
    count: async () => (await countOldVersions(pool, table, before)).removable,
    removeSome: () => removeOldVersions(pool, table, before),
    tidy: () => dropEmptyHistoryChunks(pool, table, before),
    held: async () => {
      const { inUse, trainingSets } = await countOldVersions(pool, table, before);
      if (inUse === 0) return null;
      const why =
        trainingSets.length > 0
          ? `training sets in use: ${trainingSets.join(', ')}`
          : 'the online table is behind';
      return { rows: inUse, why };
    },
  };
}

function nothing(): Promise<null> {
  return Promise.resolve(null);
}
