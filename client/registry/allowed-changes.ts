import {
  type BatchTableDefinition,
  type Definition,
  type FieldDefinition,
  type ReferenceTableDefinition,
  type StreamTableDefinition,
  sameDefinition as same,
} from '../../domain/registry/definition.ts';
import { refuseIf } from './refused-change.ts';

// Each of these lets a change through that keeps every row right, and throws AsofError `ASOF_CHANGE_REFUSED` for one
// that would not. `before` is undefined where the definition is new.

export function allowWiderReference(
  before: ReferenceTableDefinition | undefined,
  after: ReferenceTableDefinition,
): void {
  if (!before) return;
  const rekeyed = same(before.primaryKeys, after.primaryKeys) ? [] : ['its primary keys change'];
  refuseIf(`reference table '${after.name}'`, [...rekeyed, ...narrowings(before.fields, after.fields)]);
}

function narrowings(before: readonly FieldDefinition[], after: readonly FieldDefinition[]): string[] {
  const altered = before.filter((field) => !after.some((kept) => same(kept, field)));
  const required = after.filter((field) => field.required && !before.some(({ name }) => name === field.name));
  return [
    ...altered.map(({ name }) => `field '${name}' goes away or changes`),
    ...required.map(({ name }) => `new field '${name}' is required, and what is there lacks it`),
  ];
}

export function allowStreamTable(
  before: StreamTableDefinition | undefined,
  after: StreamTableDefinition,
): void {
  if (!before) return;
  const { availableAfter, retention } = after;
  allowOnly(before, { ...before, availableAfter, retention }, after);
}

export function allowBatchTable(before: BatchTableDefinition | undefined, after: BatchTableDefinition): void {
  if (!before) return;
  const { availableAfter, schedule, retention } = after;
  allowOnly(before, { ...before, availableAfter, schedule, retention }, after);
}

/** Refuses a table that differs from `allowed`, the present one with what may change changed. */
function allowOnly(before: Definition, allowed: Definition, after: Definition): void {
  const fits = same(allowed, after);
  const meaning =
    before.kind === 'stream_table' ? 'its keys, window or features change' : 'its query or columns change';
  refuseIf(`table '${after.name}'`, fits ? [] : [`${meaning}, and its rows would no longer mean one thing`]);
}
