import { readRunRecord } from '../../../db/batch/run-times.ts';
import { readReadingRecord } from '../../../db/log/fastest-reading.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import { countRows } from '../../../db/tables/latest-rows.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import type { Change, Existing } from '../plan.ts';
import { decidesValues } from './option-changes.ts';

/** What has to be computed, and about how long that takes. */
export interface Recomputation {
  /** The feature table. */
  readonly table: string;
  /** The raw events of its source that are read. Null: it is computed by logical times. */
  readonly rawEvents: number | null;
  /** The logical times that have been computed so far. Null: it is computed from the stream. */
  readonly logicalTimes: number | null;
  /** The rows that the table has now. Null for a new one. */
  readonly rows: number | null;
  /** Null: nothing like it has been measured. */
  readonly seconds: number | null;
  /** What the estimate is made from. */
  readonly estimate: string;
}

/** What a change makes necessary to compute. Undefined: nothing. */
export async function recomputationOf(
  db: Queryable,
  { action, definition, options }: Change,
  { registered, sourcesRead }: Existing,
): Promise<Recomputation | undefined> {
  if (definition?.kind === 'stream_table') {
    const isFilled = sourcesRead.has(definition.source);
    if (!isFilled || !(action === 'create' || computesAnew(definition, options))) return undefined;
    const isNew = registered.find('stream_table', definition.name) === undefined;
    return fromStream(db, definition.source, definition.name, isNew);
  }
  if (definition?.kind !== 'batch_table' || action !== 'change') return undefined;
  return computesAnew(definition, options) ? fromRuns(db, definition.name) : undefined;
}

/**
 * Whether rows follow from one of the options; when they become visible does not change them. A look-back that a query
 * is told of says what it does already.
 */
function computesAnew(definition: Definition, options: Change['options']): boolean {
  const isTold = definition.kind === 'batch_table' && definition.sql === undefined;
  return options.some(({ option }) =>
    option === 'lookBack' ? isTold : option !== 'availableAfter' && decidesValues(option),
  );
}

async function fromStream(
  db: Queryable,
  source: string,
  table: string,
  isNew: boolean,
): Promise<Recomputation> {
  const { rawEvents, perSecond } = await readReadingRecord(db, source);
  return {
    table,
    rawEvents,
    logicalTimes: null,
    rows: isNew ? null : await countRows(db, table),
    seconds: perSecond === null ? null : Math.ceil(rawEvents / perSecond),
    estimate:
      perSecond === null
        ? `the stream of ${source} has not been measured yet`
        : `the stream of ${source} committed up to ${Math.round(perSecond)} records a second`,
  };
}

async function fromRuns(db: Queryable, table: string): Promise<Recomputation> {
  const { logicalTimes, rows, secondsEach } = await readRunRecord(db, table);
  return {
    table,
    rawEvents: null,
    logicalTimes,
    rows,
    seconds: secondsEach === null ? null : Math.ceil(logicalTimes * secondsEach),
    estimate:
      secondsEach === null
        ? 'no two logical times have been computed back to back yet'
        : `a logical time took ${secondsEach.toFixed(1)} s in the median of those that were computed back to back`,
  };
}
