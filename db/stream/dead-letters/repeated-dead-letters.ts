import sql from 'sql-template-tag';
import type { Deduplication, SeenEvents } from '../../../domain/log/deduplication.ts';
import type { Event } from '../../../domain/log/event.ts';
import type { Watermark } from '../../../domain/log/watermark.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { StoredDeadLetter } from '../../log/dead-letters.ts';
import { placeId, recordId } from '../../log/log-place.ts';
import type { CopyType, CopyValues } from '../../sql/binary-copy.ts';
import { matches, selectRows, valueColumn } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { FIELD_COLUMNS } from '../../sql/column-types.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';

/** A dead letter that is an event now, with its deduplication key and the partition clock at its place. */
interface Candidate {
  readonly event: Event;
  readonly key: string;
  readonly clock: Instant;
}

/**
 * The dead letters that are duplicates, by {@link placeId}. Each has the seen event that it repeats, in the
 * form that the engine takes.
 *
 * A dead letter is a duplicate if its partition has an original with the same key, before or after it in the
 * log, at most `within` away on the partition clock. So nothing counts twice, whichever was read first.
 *
 * @param watermarks the watermark at each dead letter's record, by {@link recordId}.
 */
export async function repeatedDeadLetters(
  client: Client,
  engine: StreamEngine,
  deadLetters: readonly StoredDeadLetter[],
  watermarks: ReadonlyMap<string, Watermark>,
): Promise<Map<string, SeenEvents>> {
  const repeated = new Map<string, SeenEvents>();
  const { source, deduplication } = engine;
  if (!deduplication) return repeated;
  const candidates = deadLetters.flatMap((deadLetter) =>
    candidate(engine, deduplication, deadLetter, watermarks),
  );
  const repeating = await repeatsOfOriginals(client, source, deduplication, candidates);
  const originalsHere = new Map<string, Instant[]>();
  for (const one of candidates) {
    const { event, key, clock } = one;
    const group = `${event.partition} ${key}`;
    const near = originalsHere.get(group)?.some((other) => distance(other, clock) <= deduplication.within);
    if (near || repeating.has(one))
      repeated.set(placeId(event), new Map([[event.partition, new Map([[key, clock]])]]));
    else originalsHere.set(group, [...(originalsHere.get(group) ?? []), clock]);
  }
  return repeated;
}

function candidate(
  engine: StreamEngine,
  { keyOf, clockOf }: Deduplication,
  { record }: StoredDeadLetter,
  watermarks: ReadonlyMap<string, Watermark>,
): Candidate[] {
  const { partition } = record;
  const folded = engine.fold([record], new Map([[partition, watermarks.get(recordId(record))]]));
  const event = folded.raw[0]?.event;
  const key = event && keyOf(event);
  return !event || key === undefined
    ? []
    : [{ event, key, clock: clockOf(folded.watermarks.get(partition)!) }];
}

/** The candidates that repeat an original. */
async function repeatsOfOriginals(
  client: Client,
  source: EventSourceDefinition,
  { within }: Deduplication,
  candidates: readonly Candidate[],
): Promise<Set<Candidate>> {
  if (candidates.length === 0) return new Set();
  const by = source.deduplicate!.by.map((name) => source.fields.findIndex((field) => field.name === name));
  const fields = by.map((index) => {
    const { name, type } = source.fields[index]!;
    return valueColumn(
      name,
      FIELD_COLUMNS[type],
      candidates.map(({ event }) => event.values[index] as CopyValues[CopyType] | null),
    );
  });
  // No field of a source begins with _.
  const columns = [
    { name: '_index', type: 'int', values: candidates.map((_, index) => index) },
    { name: 'kafka_partition', type: 'int', values: candidates.map(({ event }) => event.partition) },
    {
      name: '_from',
      type: 'timestamptz',
      values: candidates.map(({ clock }) => toTimestamptz(clock - within)),
    },
    {
      name: '_to',
      type: 'timestamptz',
      values: candidates.map(({ clock }) => toTimestamptz(clock + within)),
    },
    ...fields,
  ];
  const same = matches('original', 'candidate', ['kafka_partition', ...source.deduplicate!.by]);
  const lateness = `${parseDuration(source.allowedLateness)!} microseconds`;
  const { rows } = await client.query<{ _index: number }>(sql`
    SELECT DISTINCT _index FROM (${selectRows(columns)}) AS candidate JOIN ${rawEvents(source)} AS original ON ${same}
    WHERE NOT duplicate
      AND greatest(original.watermark + ${lateness}::interval, least(original.${ident(source.eventTime)}, original.kafka_ts))
          BETWEEN candidate._from AND candidate._to`);
  return new Set(rows.map((row) => candidates[row._index]!));
}

function distance(a: Instant, b: Instant): bigint {
  return a < b ? b - a : a - b;
}
