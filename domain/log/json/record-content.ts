import type { KafkaRecord } from '../kafka-record.ts';

/** An event, and the envelope around it. Without an envelope, both are the same. */
export interface EnvelopedEvent {
  readonly event: object;
  readonly envelope: object;
}

/** What an event is read from: its object, the envelope around it, and the Kafka record that it came in. */
export class RecordContent {
  readonly record: KafkaRecord;
  /** The event's object, with numbers that may be rounded. */
  readonly root: object;
  readonly envelope: object;
  readonly #readExact: () => EnvelopedEvent;
  #exact: EnvelopedEvent | undefined;

  /** @param readExact the same, with exact numbers. It is called if a field needs them. */
  constructor(record: KafkaRecord, { event, envelope }: EnvelopedEvent, readExact: () => EnvelopedEvent) {
    this.record = record;
    this.root = event;
    this.envelope = envelope;
    this.#readExact = readExact;
  }

  /** The event's object, with exact numbers. */
  get exact(): unknown {
    return (this.#exact ??= this.#readExact()).event;
  }

  get exactEnvelope(): unknown {
    return (this.#exact ??= this.#readExact()).envelope;
  }
}
