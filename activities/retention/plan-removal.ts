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
  BatchTableDefinition,
  Definition,
  EventSourceDefinition,
  StreamTableDefinition,
} from '../../domain/registry/definition.ts';
import { type RetentionTask, retentionCutoff } from '../../domain/retention/retention.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Held } from '../../schemas/workflows/apply-retention.ts';

/** How something that is too old is counted, and removed. */
export interface RemovalPlan {
  readonly before: Instant;
  /** What would keep it from being removed at all. */
  foresee(): Promise<Held | null>;
  /** What keeps it from being removed at all; where nothing does, others know from now on that it goes. */
  begin(): Promise<Held | null>;
  count(): Promise<number>;
  /** Removes some of it in one transaction; 0 when none is left. */
  removeSome(): Promise<number>;
  /** Gives space back, once all is removed. */
  tidy(): Promise<void>;
  /** What of it stays. */
  held(): Promise<Held | null>;
}

type FeatureTable = StreamTableDefinition | BatchTableDefinition;

const unhindered = { foresee: nothing, begin: nothing, tidy: async () => {}, held: nothing };

/** Undefined where the definitions do not limit it, or no longer. */
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
      return versionRemoval(pool, definition as FeatureTable, before);
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

/** Tiles stay where events that are still to come may need them. */
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

/** Raw events stay while a table is being filled from them. */
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

function versionRemoval(pool: Pool, table: FeatureTable, before: Instant): RemovalPlan {
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
