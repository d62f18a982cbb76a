import type { KeyedLine } from '../../adapters/kafka/event-writer.ts';
import type { EntityEvents } from '../../db/log/count-events.ts';
import type { Connections } from '../shared/connections.ts';
import { type StreamCheck, checkStream } from './check-stream.ts';
import { type EventTimeRange, countEvents } from './count-events.ts';
import { DeadLetterClient } from './dead-letter-client.ts';
import type { EventLines } from './import/event-lines.ts';
import {
  type ImportEventsOptions,
  type SendOptions,
  importEvents,
  sendEvents,
} from './import/import-events.ts';
import type { ImportResult } from './import/import-lines.ts';
import { type ReadToHeadOptions, type StreamBeginning, readToHead } from './read-to-head.ts';
import { type SourceFields, sourceFields } from './source-fields.ts';

/** Sends events to an event source, has its stream read them, and checks the result. */
export class StreamClient {
  /** The dead letters of the source. */
  readonly deadLetters: DeadLetterClient;
  readonly #connections: Connections;
  readonly #source: string;

  constructor(connections: Connections, source: string) {
    this.#connections = connections;
    this.#source = source;
    this.deadLetters = new DeadLetterClient(connections, source);
  }

  /**
   * Has the stream read up to the current heads of the topic, and returns when everything before them is
   * committed. Starts the workflow `stream-<source>` if it does not run. If it runs, the call asks it to read
   * now, and leaves it running. Needs a worker.
   *
   * @returns where the stream began: `from` has an effect only on a source that was never read.
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`; `ASOF_STREAM_FAILED` with the workflow's reason;
   * `ASOF_STREAM_PAUSED` if the workflow is paused.
   */
  readToHead(options: ReadToHeadOptions = {}): Promise<StreamBeginning> {
    return readToHead(this.#connections, this.#source, options);
  }

  /**
   * Compares the offset ledger with the tables and with Kafka. Returns what became of the records of each
   * partition, and every disagreement.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  check(): Promise<StreamCheck> {
    return checkStream(this.#connections, this.#source);
  }

  /**
   * Tells how far the fields are filled that the source gained after it had been read, and from which event time
   * on each is complete. The stream fills them, from the records that Kafka still has.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  fields(): Promise<SourceFields> {
    return sourceFields(this.#connections, this.#source);
  }

  /**
   * Sends events to the source's topic, one JSON object per line. A line's bytes go to Kafka unchanged; the
   * entity is the key. A line that is not an event is sent too: the stream stores it as a dead letter, with
   * the reason. Of a CSV or Parquet file, each row goes to Kafka as a JSON object.
   *
   * @param from the path of a file (`-`: standard input), or the lines themselves.
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`, `ASOF_FILE_UNREADABLE`, `ASOF_PATH_UNSUPPORTED`,
   * `ASOF_IMPORT_FILE_INVALID`, `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
   * @example
   * ```ts
   * const events = [{ user_id: 'u_1', event_ts: '2026-03-01T10:00:00Z', event_type: 'view' }];
   * const { sent } = await asof.stream('user-events').import(events.map((event) => JSON.stringify(event)));
   * ```
   */
  import(from: string | EventLines, options: ImportEventsOptions = {}): Promise<ImportResult> {
    return importEvents(this.#connections, this.#source, from, options);
  }

  /**
   * Sends records to the source's topic unchanged and in order. Returns the number of sent records, which is
   * smaller than the number of given records only if `signal` stopped the call.
   *
   * @param records keys and values, such as event JSON. Without a `partition`, the key decides the partition.
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`, `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
   * @example
   * ```ts
   * const value = JSON.stringify({ user_id: 'u_1', event_ts: '2026-03-01T10:00:00Z', event_type: 'view' });
   * await asof.stream('user-events').send([{ key: 'u_1', value }]);
   * ```
   */
  send(records: Iterable<KeyedLine> | AsyncIterable<KeyedLine>, options: SendOptions = {}): Promise<number> {
    return sendEvents(this.#connections, this.#source, records, options);
  }

  /**
   * Counts the events of each entity in a range of event time, sorted by entity. Counts the events that the
   * stream has read and retention has not removed; omits duplicates.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`; `ASOF_INPUT_INVALID` if a time is not RFC 3339.
   */
  countEvents(range: EventTimeRange): Promise<EntityEvents[]> {
    return countEvents(this.#connections, this.#source, range);
  }
}
