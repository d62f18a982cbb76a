import type { KeyedLine } from '../../adapters/kafka/event-writer.ts';
import type { EntityEvents } from '../../db/log/count-events.ts';
import type { Systems } from '../shared/systems.ts';
import { type StreamCheck, checkStream } from './check-stream.ts';
import { type EventTimeRange, countEvents } from './count-events.ts';
import { DeadLetterClient } from './dead-letter-client.ts';
import {
  type EventLines,
  type ImportEventsOptions,
  type SendOptions,
  importEvents,
  sendEvents,
} from './import/import-events.ts';
import type { ImportResult } from './import/import-lines.ts';
import { type ReadToHeadOptions, readToHead } from './read-to-head.ts';

/** An event source and its stream: what goes into the topic, and what the stream has made of it. */
export class StreamClient {
  /** The records that were no events. */
  readonly deadLetters: DeadLetterClient;
  readonly #systems: Systems;
  readonly #source: string;

  constructor(systems: Systems, source: string) {
    this.#systems = systems;
    this.#source = source;
    this.deadLetters = new DeadLetterClient(systems, source);
  }

  /**
   * Has the stream read to the head that the topic has now, and returns when everything up to there is committed.
   * Starts the workflow `stream-<source>` where none runs; a continuous one is asked to run now, and stays. Needs a
   * worker.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`; `ASOF_STREAM_FAILED` with the workflow's own reason; `ASOF_STREAM_PAUSED`.
   */
  readToHead(options: ReadToHeadOptions = {}): Promise<void> {
    return readToHead(this.#systems, this.#source, options);
  }

  /**
   * Holds the offset ledger against the tables and against Kafka: by partition, what became of every record, and what
   * does not add up.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`.
   */
  check(): Promise<StreamCheck> {
    return checkStream(this.#systems, this.#source);
  }

  /**
   * Sends events, one JSON object a line, to the source's topic: bytes as they are, keyed by the entity. A line that is
   * no event is sent too; the stream keeps it as a dead letter, with the reason.
   *
   * @param from the path of a file (`-`: standard input), or the lines themselves.
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`, `ASOF_FILE_UNREADABLE`, `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
   */
  import(from: string | EventLines, options: ImportEventsOptions = {}): Promise<ImportResult> {
    return importEvents(this.#systems, this.#source, from, options);
  }

  /**
   * Sends records to the source's topic as they are, in order, and answers how many: fewer than there are where
   * `signal` said stop. A record without a `partition` goes where Kafka puts its key.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`, `ASOF_TOPIC_MISSING`, `ASOF_EVENT_TOO_LARGE`.
   */
  send(records: Iterable<KeyedLine> | AsyncIterable<KeyedLine>, options: SendOptions = {}): Promise<number> {
    return sendEvents(this.#systems, this.#source, records, options);
  }

  /**
   * The entities that have events in a range of event time, and how many, sorted by the entity's key. Of what the
   * stream has read and retention has left; duplicates are not counted.
   *
   * @throws AsofError `ASOF_SOURCE_UNKNOWN`; `ASOF_INPUT_INVALID` for a time that is not RFC 3339.
   */
  countEvents(range: EventTimeRange): Promise<EntityEvents[]> {
    return countEvents(this.#systems, this.#source, range);
  }
}
