import { readLines } from '../../../adapters/files/lines.ts';
import type { KafkaClient } from '../../../adapters/kafka/client.ts';
import { type WriteOptions, writeEvents } from '../../../adapters/kafka/event-writer.ts';
import { partitionChoice } from '../../../adapters/kafka/partition-choice.ts';
import { partitionOffsets } from '../../../adapters/kafka/topics.ts';
import { type ImportOptions, type ImportResult, importLines } from './import-lines.ts';

/**
 * Sends the lines of a file (`-`: standard input) to the source's topic, each with its bytes as they are, keyed by
 * its entity. A line that is no event is sent too: the stream keeps it as a dead letter, with the reason.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
 */
export async function importEventFile(
  kafka: KafkaClient,
  path: string,
  options: ImportOptions & WriteOptions,
): Promise<ImportResult> {
  const { topic } = options.source;
  const partitions = await partitionOffsets(kafka, topic);
  return importLines(readLines(path, options.signal), {
    ...options,
    partitionOf: partitionChoice(partitions.length),
    write: (lines) => writeEvents(kafka, topic, lines, options),
  });
}
