import {
  type BatchTableDefinition,
  type Definition,
  type ExternalTableDefinition,
  type FieldDefinition,
  type ReferenceTableDefinition,
  type StreamTableDefinition,
  isQueried,
  sameDefinition as same,
} from '../../domain/registry/definition.ts';
import { refuseIf } from './refused-change.ts';

// Each function accepts a change that keeps every row right, and throws AsofError `ASOF_CHANGE_REFUSED` for
// any other.

export function allowWiderReference(before: ReferenceTableDefinition, after: ReferenceTableDefinition): void {
  const rekeyed = same(before.primaryKeys, after.primaryKeys) ? [] : ['its primary keys change'];
  refuseIf(`reference table '${after.name}'`, [...rekeyed, ...narrowings(before.fields, after.fields)]);
}

function narrowings(before: readonly FieldDefinition[], after: readonly FieldDefinition[]): string[] {
  const altered = before.filter((field) => !after.some((candidate) => same(candidate, field)));
  const required = after.filter((field) => field.required && !before.some(({ name }) => name === field.name));
  return [
    ...altered.map(({ name }) => `field '${name}' goes away or changes`),
    ...required.map(({ name }) => `new field '${name}' is required, and what is there lacks it`),
  ];
}

export function allowStreamTable(before: StreamTableDefinition, after: StreamTableDefinition): void {
  const { availableAfter, retention } = after;
  allowOnly({ ...before, availableAfter, retention }, after, 'its keys, window or features change');
}

/**
 * A table with a query may be told how far the query looks back, which says what it does already; what was told
 * stays.
 */
export function allowBatchTable(before: BatchTableDefinition, after: BatchTableDefinition): void {
  const { retention: _, lookBack = isQueried(before) ? after.lookBack : undefined, ...kept } = before;
  const { availableAfter, schedule, retention } = after;
  const allowed = { ...kept, availableAfter, schedule, lookBack, retention };
  allowOnly(allowed, after, 'its query, its features or how far it looks back change');
}

/** How the times of files are read may change: it says what the next file means, and no row of before. */
export function allowExternalTable(before: ExternalTableDefinition, after: ExternalTableDefinition): void {
  const { retention: _, ...kept } = before;
  const { timestamp, availableAfter, retention } = after;
  allowOnly({ ...kept, timestamp, availableAfter, retention }, after, 'its keys or features change');
}

/** Refuses a table that differs from `allowed`: the registered table with the permitted changes made. */
function allowOnly(allowed: Definition, after: Definition, otherwise: string): void {
  const fits = same(allowed, after);
  refuseIf(
    `table '${after.name}'`,
    fits ? [] : [`${otherwise}, and its rows would no longer mean one thing`],
  );
}
