import type { Definition, EventSourceDefinition, StreamTableDefinition } from '../domain/definition.ts';
import { AsofError } from '../domain/errors.ts';
import type { DefinitionSet } from '../schemas/definition-set.ts';

/** What is there already: the registry, the topics, and which sources the stream has read from. */
export interface Existing {
  readonly definitions: readonly Definition[];
  readonly topics: readonly string[];
  readonly sourcesRead: ReadonlySet<string>;
}

/** One thing that `apply` will do. */
export interface Change {
  readonly action: 'create' | 'change';
  readonly what: string;
  readonly definition?: Definition;
  readonly topic?: { readonly name: string; readonly partitions: number };
}

/**
 * What it takes to make `wanted` real. Nothing that exists is ever removed or rewritten.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` for a change that would leave rows wrong, naming the way round it.
 */
export function planChanges({ sources, streamTables }: DefinitionSet, existing: Existing): Change[] {
  return [
    ...sources.flatMap((source) => sourceChanges(source, existing)),
    ...streamTables.flatMap((table) => tableChanges(table, existing)),
  ];
}

function sourceChanges(source: EventSourceDefinition, existing: Existing): Change[] {
  const { name, topic, topicPartitions } = source;
  const before = existing.definitions.find((d) => d.kind === 'event_source' && d.name === name);
  const changes: Change[] = [];
  if (!before) changes.push({ action: 'create', what: `event source ${name}`, definition: source });
  else if (!same(before, source)) {
    refuseUnlessWidening(before as EventSourceDefinition, source);
    changes.push({ action: 'change', what: `event source ${name}`, definition: source });
  }
  if (!existing.topics.includes(topic)) {
    const what = `Kafka topic ${topic} with ${topicPartitions} partitions`;
    changes.push({ action: 'create', what, topic: { name: topic, partitions: topicPartitions } });
  }
  return changes;
}

function refuseUnlessWidening(before: EventSourceDefinition, after: EventSourceDefinition): void {
  const fixed = (['topic', 'entity', 'eventTime'] as const).filter(
    (property) => before[property] !== after[property],
  );
  const altered = before.fields.filter((field) => !after.fields.some((kept) => same(kept, field)));
  const required = after.fields.filter(
    (field) => field.required && !before.fields.some(({ name }) => name === field.name),
  );
  const problems = [
    ...fixed.map((property) => `${property} changes from '${before[property]}' to '${after[property]}'`),
    ...altered.map(({ name }) => `field '${name}' goes away or changes`),
    ...required.map(({ name }) => `new field '${name}' is required, and earlier events lack it`),
  ];
  if (problems.length === 0) return;
  throw refused(`event source '${after.name}'`, problems.join('; '), 'Give the new shape a name of its own');
}

function tableChanges(table: StreamTableDefinition, existing: Existing): Change[] {
  const before = existing.definitions.find((d) => d.kind === 'stream_table' && d.name === table.name);
  const what = `stream table features.${table.name} on ${table.source}`;
  if (!before) {
    if (existing.sourcesRead.has(table.source)) {
      throw refused(
        `stream table '${table.name}'`,
        `its source '${table.source}' has already been read, and the table would lack the events before now`,
        'Add it before the stream starts, or start over with: npx asof reset --yes',
      );
    }
    return [{ action: 'create', what, definition: table }];
  }
  if (same(before, table)) return [];
  if (same({ ...before, availableAfter: table.availableAfter }, table))
    return [{ action: 'change', what, definition: table }];
  throw refused(
    `stream table '${table.name}'`,
    'its keys, window or features change, and its rows would no longer mean one thing',
    'Give the new shape a name of its own',
  );
}

function same(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function refused(what: string, why: string, instead: string): AsofError {
  return new AsofError(
    'ASOF_CHANGE_REFUSED',
    `${what} cannot be changed so: ${why}. Nothing was applied. ${instead}.`,
    {
      details: { what, why },
    },
  );
}
