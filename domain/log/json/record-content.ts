import type { KafkaRecord } from '../kafka-record.ts';

/** An event, and the envelope around it. Without an envelope, both are the same. */
export interface EnvelopedEvent {
  readonly event: object;
  readonly envelope: object;
}

/** What is read of a record if a field needs it. */
interface ReadMore {
  /** The event and its envelope, with exact numbers. */
  readonly readExact: () => EnvelopedEvent;
  /** The key: its bytes, or what they hold. */
  readonly keyOf: (record: KafkaRecord) => unknown;
}

/** What an event is read from: its object, the envelope around it, and the Kafka record that it came in. */
export class RecordContent {
  readonly record: KafkaRecord;
  /** The event's object, with numbers that may be rounded. */
  readonly root: object;
  readonly envelope: object;
  readonly #more: ReadMore;
  #exact: EnvelopedEvent | undefined;

  constructor(record: KafkaRecord, { event, envelope }: EnvelopedEvent, more: ReadMore) {
    this.record = record;
    this.root = event;
    this.envelope = envelope;
    this.#more = more;
  }

  /** The event's object, with exact numbers. */
  get exact(): unknown {
    return (this.#exact ??= this.#more.readExact()).event;
  }

  get exactEnvelope(): unknown {
    return (this.#exact ??= this.#more.readExact()).envelope;
  }

  /** The key of the record: its bytes, or what they hold. Null if it has none. */
  get key(): unknown {
    return this.#more.keyOf(this.record);
  }
}
