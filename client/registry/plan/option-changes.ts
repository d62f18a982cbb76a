import type { Definition } from '../../../domain/registry/definition.ts';
import { RETAINED, type Retained } from '../../../domain/retention/retention.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import { changedOptions } from '../../../domain/training/compare-definitions.ts';

/** An option of a definition that changes. A value that one of the two lacks is not there. */
export interface OptionChange {
  /** Where it stands, such as `features.revenue_1h.where` or `retention.raw`. */
  readonly option: string;
  /** The registered value, as JSON. */
  readonly before?: unknown;
  /** The value of the given definition, as JSON. */
  readonly after?: unknown;
  /** What the next run of retention deletes because of it. Omitted: nothing. */
  readonly deletes?: string;
}

/** The options that differ between the registered version of a definition and the given one. */
export function optionChanges(before: Definition, after: Definition): OptionChange[] {
  return changedOptions(withRetention(before), withRetention(after), isWhole).map(
    ({ option, a, b }): OptionChange => {
      const deletes = deletedBy(option, a, b);
      return {
        option,
        ...(a !== undefined && { before: a }),
        ...(b !== undefined && { after: b }),
        ...(deletes !== undefined && { deletes }),
      };
    },
  );
}

/** Options that people read as one value, though they have parts: filters, expressions, schedules, places in records. */
function isWhole(option: string): boolean {
  return (
    /^(schedule|where|unwrap|explode)$/.test(option) ||
    /^(features|intermediate|requestFeatures|fields)\.[^.]+\.(where|expression|field|from)$/.test(option)
  );
}

/** A retention that is not there has no members, so that each member is named that comes or goes. */
function withRetention(definition: Definition): object {
  return { ...definition, retention: ('retention' in definition ? definition.retention : undefined) ?? {} };
}

const WITHOUT_VALUES =
  /^(retention|schedule|lookBack|onCorrection|onDataLoss|topicPartitions|description|owner|tags)(\.|$)|\.(description|owner|tags)$/;

/**
 * Whether values follow from an option. They do not from those that decide how long something is stored, when it is
 * computed or who is told.
 */
export function decidesValues(option: string): boolean {
  return !WITHOUT_VALUES.test(option);
}

const RETENTION = /^retention\.(.+)$/;

/** A retention that comes or becomes shorter deletes what is older; one that goes or becomes longer deletes nothing. */
function deletedBy(option: string, before: unknown, after: unknown): string | undefined {
  const retained = RETENTION.exec(option)?.[1];
  if (!RETAINED.some((one) => one === retained) || typeof after !== 'string') return undefined;
  const isShorter = typeof before !== 'string' || parseDuration(after)! < parseDuration(before)!;
  return isShorter ? `${DELETED[retained as Retained]} older than ${after}` : undefined;
}

const DELETED: Readonly<Record<Retained, string>> = {
  raw: 'raw events',
  deadLetters: 'dead letters',
  lateEvents: 'lines of the list of late events',
  ledger: 'single ranges of the ledger',
  tiles: 'tiles',
  history: 'superseded row versions',
};
