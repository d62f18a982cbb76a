import type { TopicReader } from '../../adapters/kafka/topic-reader.ts';
import type { PartitionOffsets } from '../../adapters/kafka/topics.ts';
import { unfilledGaps } from '../../db/log/gaps/field-gaps.ts';
import type { Pool } from '../../db/sql/client.ts';
import { isRefusal, isShortage } from '../../db/sql/refusal.ts';
import {
  type ReadStretch,
  type RevisedSource,
  fillStretches,
} from '../../db/stream/fields/fill-stretches.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { WriterSchemas } from '../../domain/log/formats/writer-schemas.ts';
import { type FieldsDecoder, fieldsDecoder } from '../../domain/log/gaps/decode-fields.ts';
import {
  type FieldGap,
  type OffsetSpan,
  type Stretch,
  nextStretches,
} from '../../domain/log/gaps/field-gap.ts';
import type { FieldFillCounts } from '../../schemas/workflows/fill-fields.ts';
import { type ReadPart, halves } from './read-part.ts';

/** What a fill of fields works with. */
export interface FieldFillTools {
  readonly pool: Pool;
  readonly reader: TopicReader;
  readonly schemas: WriterSchemas;
  /** What Kafka has of each partition. */
  readonly offsets: readonly PartitionOffsets[];
  /** The number of records in one transaction. */
  readonly maxRecords: number;
  readonly signal: AbortSignal;
}

/** The most bytes of values that one transaction takes. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Fills the next stretches of a source's gaps: notes what Kafka no longer has, or reads the next records again
 * and gives their events the fields that they lack.
 *
 * @returns undefined if no record is left to read again.
 */
export async function fillNextStretches(
  tools: FieldFillTools,
  revised: RevisedSource,
): Promise<FieldFillCounts | undefined> {
  const { pool, reader, offsets, schemas, maxRecords, signal } = tools;
  const { source } = revised;
  const stretches = nextStretches(await unfilledGaps(pool, source));
  if (stretches.length === 0) return undefined;
  checkSameLog(revised, stretches, offsets);
  const gone = stretches.flatMap((stretch) => deletedPart(stretch, offsets) ?? []);
  if (gone.length > 0) {
    await fillStretches(pool, revised, [], gone);
    return { records: 0, filled: 0 };
  }
  const decoder = fieldsDecoder(source, fieldsOf(stretches), schemas);
  const ranges = stretches.map(({ partition, from, to }) => ({ partition, from, to }));
  const read = await reader.read(ranges, { maxRecords, maxBytes: MAX_BYTES }, signal);
  await decoder.prepare(read.records);
  const filled = await fillPart({ pool, revised, decoder, stretches }, read);
  return { records: read.records.length, filled };
}

function fieldsOf(stretches: readonly Stretch[]): Set<string> {
  return new Set(stretches.flatMap(({ gaps }) => gaps.map(({ field }) => field)));
}

/** The beginning of a stretch that Kafka no longer has. Undefined if it has all. */
function deletedPart(stretch: Stretch, offsets: readonly PartitionOffsets[]): ReadStretch | undefined {
  const { low } = offsets.find(({ partition }) => partition === stretch.partition)!;
  if (stretch.from >= low) return undefined;
  const to = stretch.to < low ? stretch.to : low;
  return { stretch: { ...stretch, to }, events: [], isGone: true };
}

/** @throws AsofError `ASOF_TOPIC_RECREATED` if the topic ends before what was read of it. */
function checkSameLog(
  { source }: RevisedSource,
  stretches: readonly Stretch[],
  offsets: readonly PartitionOffsets[],
): void {
  for (const { partition, to } of stretches) {
    const high = offsets.find((one) => one.partition === partition)?.high ?? 0n;
    if (high >= to) continue;
    throw new AsofError(
      'ASOF_TOPIC_RECREATED',
      `topic '${source.topic}' partition ${partition} ends at offset ${high}, but '${source.name}' was read beyond it: ` +
        'the topic was deleted and made again, so no field can be filled from it. Nothing was read',
      { details: { source: source.name, topic: source.topic, partition, high: String(high) } },
    );
  }
}

interface Filling {
  readonly pool: Pool;
  readonly revised: RevisedSource;
  readonly decoder: FieldsDecoder;
  readonly stretches: readonly Stretch[];
}

/**
 * Fills what was read, in one transaction if the database takes it, else in halves. The events of a record that is
 * refused alone stay without the fields.
 */
async function fillPart(filling: Filling, part: ReadPart): Promise<number> {
  const { pool, revised, decoder } = filling;
  const fill = (withEvents: boolean): Promise<number> =>
    fillStretches(pool, revised, decoder.fields, stretchesOf(filling, part, withEvents));
  try {
    return await fill(true);
  } catch (error) {
    const isAlone = part.records.length <= 1;
    if (!isRefusal(error) || part.records.length === 0 || (isAlone && isShortage(error))) throw error;
    if (isAlone) return fill(false);
    const [first, second] = halves(part);
    const filled = await fillPart(filling, first);
    return filled + (await fillPart(moved(filling, first), second));
  }
}

/** The stretches after a part of them was filled. */
function moved(filling: Filling, { ranges }: ReadPart): Filling {
  const stretches = filling.stretches.map((stretch) => {
    const { to } = ranges.find(({ partition }) => partition === stretch.partition)!;
    return { ...stretch, from: to };
  });
  return { ...filling, stretches };
}

function stretchesOf(
  { decoder, stretches }: Filling,
  { records, ranges }: ReadPart,
  withEvents: boolean,
): ReadStretch[] {
  return stretches.flatMap((stretch) => {
    const { to } = ranges.find(({ partition }) => partition === stretch.partition)!;
    if (to <= stretch.from) return [];
    const own = withEvents ? records.filter(({ partition }) => partition === stretch.partition) : [];
    const events = own.flatMap((record) => decoder.eventsOf(record));
    return { stretch: { ...stretch, to }, events, isGone: false };
  });
}

/** The number of offsets that some gaps still need, each once for a partition. */
export function offsetsLeft(gaps: readonly FieldGap[]): number {
  const spans = new Map<number, OffsetSpan>();
  for (const { partition, next, to } of gaps) {
    const known = spans.get(partition) ?? { from: next, to };
    spans.set(partition, { from: next < known.from ? next : known.from, to: to > known.to ? to : known.to });
  }
  return [...spans.values()].reduce((sum, { from, to }) => sum + Number(to - from), 0);
}
