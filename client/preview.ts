import { type GivenDefinition, definitionsFrom } from './registry/load-definitions.ts';
import type { EventLines } from './stream/import/event-lines.ts';
import { type Preview, type PreviewOptions, previewTable } from './stream/preview/preview-table.ts';

/**
 * Computes the rows of a stream table from events, without any server, by the engine of the stream: what the
 * stream commits after an import of the same lines into an empty topic. Records go to `topicPartitions`
 * partitions by their entity, and their Kafka timestamp is now.
 *
 * @param definitions the path of a folder with modules that export definitions, or the definitions themselves.
 * The table's source must be among them.
 * @param table the name of the table, such as `user_activity_features`.
 * @param events the path of a file with one event a line (`-`: standard input), or the lines themselves.
 * @throws AsofError `ASOF_PREVIEW_REFUSED` for a table that needs the database; `ASOF_TABLE_UNKNOWN`,
 * `ASOF_DEFINITION_INVALID`, `ASOF_FILE_UNREADABLE`; `ASOF_INPUT_INVALID` if a time is not RFC 3339.
 * @example
 * ```ts
 * import { preview } from 'asof/client';
 *
 * const { rows, deadLetters } = await preview('my-definitions', 'user_activity_features', 'events.ndjson');
 * ```
 */
export async function preview(
  definitions: string | readonly GivenDefinition[],
  table: string,
  events: string | EventLines,
  options: PreviewOptions = {},
): Promise<Preview> {
  return previewTable(await definitionsFrom(definitions), table, events, options);
}
