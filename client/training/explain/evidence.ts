import { writesUpTo } from '../../../db/batch/written/table-writes.ts';
import { loadTableEngine } from '../../../db/engine/load-engine.ts';
import type { Client } from '../../../db/sql/client.ts';
import { findRunSeen, readSeenEvents } from '../../../db/training/explain/batch-evidence.ts';
import type { KeyVersion, TableKeyRead } from '../../../db/training/explain/key-versions.ts';
import { findTableWrite } from '../../../db/training/explain/table-write.ts';
import { readWindowEvents } from '../../../db/training/explain/window-events.ts';
import type { FieldValue } from '../../../domain/log/event.ts';
import type {
  BatchTableDefinition,
  ExternalTableDefinition,
  FeatureTableDefinition,
  StreamTableDefinition,
} from '../../../domain/registry/definition.ts';
import type { Registry } from '../../../domain/registry/registry.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import {
  EVENT_FATES,
  type EventEvidence,
  type EventFate,
  type WindowEvidence,
  evidenceFrom,
  windowEvidence,
} from '../../../domain/training/explain/window-evidence.ts';
import type {
  BatchEvidence,
  ExplainedEvent,
  RowEvidence,
  StreamEvidence,
  WrittenEvidence,
} from './explanation.ts';

/** The most events of a window from which a row is computed again. */
const MOST_EVENTS = 200_000;

/** A version of a row whose evidence is read. */
export interface EvidenceAsked<Table extends FeatureTableDefinition = FeatureTableDefinition> {
  readonly registry: Registry;
  readonly table: Table;
  readonly read: TableKeyRead;
  readonly version: KeyVersion;
  /** How many events to list. */
  readonly events: number;
}

/** Reads what a row was made from, as far as it is kept. */
export function readEvidence(client: Client, asked: EvidenceAsked): Promise<RowEvidence> {
  const { table } = asked;
  switch (table.kind) {
    case 'stream_table':
      return streamEvidence(client, { ...asked, table });
    case 'batch_table':
      return batchEvidence(client, { ...asked, table });
    case 'external_table':
      return writtenEvidence(client, { ...asked, table });
  }
}

async function streamEvidence(
  client: Client,
  { table: { name }, read, version, events: listed }: EvidenceAsked<StreamTableDefinition>,
): Promise<StreamEvidence> {
  const { engine, table } = await loadTableEngine(client, name);
  const end = version.featureTs;
  const from = evidenceFrom(table, end);
  const events = await readWindowEvents(client, engine.source, { ...read, from, to: end, most: MOST_EVENTS });
  const { key } = read;
  const evidence = windowEvidence(
    table,
    { key, end, written: version.written, values: version.values },
    events,
  );
  const note = incompleteness(events.length, from, engine.floors.raw);
  return {
    kind: 'stream',
    source: engine.source.name,
    window: { from: from === null ? null : formatInstant(from), to: formatInstant(end) },
    counts: countsOf(evidence.events),
    events: evidence.events.toReversed().slice(0, listed).map(explainedEvent),
    recomputes: note === null ? evidence.recomputes : null,
    differences: note === null ? differencesOf(evidence, read, version) : [],
    note,
  };
}

function differencesOf(
  { values }: WindowEvidence,
  { features }: TableKeyRead,
  { values: stored }: KeyVersion,
): StreamEvidence['differences'] {
  return features.flatMap(({ name: feature }, at) => {
    const [was, is] = [stored[at] ?? null, values?.[at] ?? null];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ feature, stored: was, recomputed: is }];
  });
}

/** Why the events of a window are not all that it had. Null: they are. */
function incompleteness(events: number, from: Instant | null, floor: Instant | undefined): string | null {
  if (events === MOST_EVENTS) return `only the latest ${MOST_EVENTS} events of the window were read`;
  if (floor === undefined || (from !== null && from >= floor)) return null;
  return `retention has removed raw events before ${formatInstant(floor)}`;
}

function countsOf(events: readonly EventEvidence[]): Record<EventFate, number> {
  const counts = Object.fromEntries(Object.keys(EVENT_FATES).map((fate) => [fate, 0])) as Record<
    EventFate,
    number
  >;
  for (const { fate } of events) counts[fate] += 1;
  return counts;
}

function explainedEvent({ event: { event }, fate, brings }: EventEvidence): ExplainedEvent {
  const { partition, offset, index = 0, eventTs } = event;
  const shown = [...brings].map(([feature, value]) => [feature, shownValue(value)]);
  const place = { partition, offset: String(offset), index, eventTs: formatInstant(eventTs) };
  return { ...place, fate, brings: Object.fromEntries(shown) as Record<string, unknown> };
}

function shownValue(value: FieldValue): unknown {
  return typeof value === 'bigint' ? formatInstant(value) : value;
}

async function batchEvidence(
  client: Client,
  { registry, table, read, version, events: listed }: EvidenceAsked<BatchTableDefinition>,
): Promise<BatchEvidence> {
  const source = registry.source(table.source);
  const at = version.featureTs;
  const from = table.lookBack === undefined ? null : at - parseDuration(table.lookBack)!;
  const seen = await findRunSeen(client, table.name, at, version.writeId);
  const fields = new Set(source.fields.map(({ name }) => name));
  const asked = { ...read, from, to: at, most: listed };
  const found = table.primaryKeys.every((name) => fields.has(name))
    ? await readSeenEvents(client, source, asked, seen)
    : null;
  const references = table.references.map((name) => ({ kind: 'reference_table', name }) as const);
  const writes = await writesUpTo(client, references, seen?.sequence ?? String(version.written));
  return {
    kind: 'batch',
    source: source.name,
    window: { from: from === null ? null : formatInstant(from), to: formatInstant(at) },
    events: found && found.events,
    eventsThrough: seen?.eventsThrough ?? null,
    places: (found?.places ?? []).map(({ partition, offset, index = 0, eventTs }) => {
      return { partition, offset: String(offset), index, eventTs: formatInstant(eventTs) };
    }),
    references: writes.flatMap(({ table: name, last }) => {
      if (last === null) return [];
      const { origin, sha256, writtenBy, knownAt } = last;
      return [{ table: name, origin, sha256, writtenBy, knownAt }];
    }),
  };
}

async function writtenEvidence(
  client: Client,
  { table, version }: EvidenceAsked<ExternalTableDefinition>,
): Promise<WrittenEvidence> {
  const write = await findTableWrite(client, version.writeId);
  return { kind: 'external', table: table.name, ...write, knownAt: formatInstant(version.knownAt) };
}
