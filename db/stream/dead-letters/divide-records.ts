import sql from 'sql-template-tag';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { recordPages } from '../../../domain/log/record-pages.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import type { StoredDeadLetter } from '../../log/dead-letters.ts';
import { rangeOfPlace } from '../../log/ledger.ts';
import { placeColumns } from '../../log/log-place.ts';
import { unnest } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';

/**
 * Divides those of some dead letters that are whole records, and hold a list of events by the current definition:
 * each element becomes a dead letter at its own place, with the reason of the record. The ledger counts the new
 * places. The caller must hold `lockAccounts` of the source.
 *
 * @param most stops, between two records, when the first dead letters have so many places.
 * @returns whether a dead letter was divided.
 */
export async function divideRecords(
  client: Client,
  engine: StreamEngine,
  deadLetters: readonly StoredDeadLetter[],
  most: number,
): Promise<boolean> {
  if (!engine.source.explode) return false;
  const elements: KafkaRecord[] = [];
  let places = 0;
  for (const { record } of deadLetters) {
    if (places >= most) break;
    const held = engine.placesOf(record).map((place) => place.record);
    places += held.length;
    if (record.index === undefined) elements.push(...held.filter(({ index }) => index !== undefined));
  }
  if (elements.length === 0) return false;
  // The dead letter of the record becomes that of its first element, so this comes after the others.
  const [first, others] = [elements.filter(isFirst), elements.filter((element) => !isFirst(element))];
  for (const some of [others, first])
    for (const page of recordPages(some, (element) => element))
      await addElements(client, engine.source.name, page);
  await countPlaces(client, engine.source.name, elements);
  return true;
}

function isFirst({ index }: KafkaRecord): boolean {
  return index === 0;
}

/** The dead letter of the record becomes that of its first element. */
async function addElements(client: Client, source: string, elements: readonly KafkaRecord[]): Promise<void> {
  const columns = [
    ...placeColumns(elements),
    { name: 'value', type: 'bytea', values: elements.map(({ value }) => value) },
    { name: 'envelope', type: 'bytea', values: elements.map(({ envelope }) => envelope ?? null) },
  ];
  await client.query(sql`
    INSERT INTO events.dead_letters AS dead_letter
      (source, kafka_partition, kafka_offset, kafka_index, is_element, value, envelope, kafka_ts, key, headers, reason, detail, write_id)
    SELECT source, kafka_partition, kafka_offset, element.kafka_index, true, element.value, element.envelope,
           kafka_ts, key, headers, reason, detail, write_id
    FROM events.dead_letters AS record JOIN ${unnest(columns, 'element')} USING (kafka_partition, kafka_offset)
    WHERE source = ${source} AND NOT is_element
    ON CONFLICT (source, kafka_partition, kafka_offset, kafka_index)
    DO UPDATE SET is_element = true, value = excluded.value, envelope = excluded.envelope`);
}

async function countPlaces(client: Client, source: string, elements: readonly KafkaRecord[]): Promise<void> {
  const extra = elements.filter((element) => !isFirst(element));
  if (extra.length === 0) return;
  await client.query(sql`
    UPDATE asof.offset_ledger AS entry
    SET extra_places = entry.extra_places + added, dead_letters = entry.dead_letters + added
    FROM (
      SELECT kafka_partition, from_offset, count(*) AS added
      FROM ${unnest(placeColumns(extra), 'place')} CROSS JOIN ${rangeOfPlace(source)}
      GROUP BY kafka_partition, from_offset
    ) AS range
    WHERE entry.source = ${source} AND entry.kafka_partition = range.kafka_partition
      AND entry.from_offset = range.from_offset`);
}
