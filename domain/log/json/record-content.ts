import type { KafkaRecord } from '../kafka-record.ts';
import type { RecordValue } from './json-value.ts';

/** An event, and the envelope around it. */
export interface EnvelopedEvent {
  readonly event: object;
  readonly envelope: object;
}

/** How what is seldom needed of a record is read. */
export interface SeldomRead {
  /** Takes the event out of the value with exact numbers, as before out of the other one. Omitted: it is the value. */
  readonly unwrapExact: ((value: object) => EnvelopedEvent) | undefined;
  /** The key: its bytes, or what they hold. */
  readonly keyOf: (record: KafkaRecord) => unknown;
}

const PLAIN: SeldomRead = { unwrapExact: undefined, keyOf: ({ key }) => key };

/** What an event is read from: its object, the envelope around it, and the Kafka record that it came in. */
export class RecordContent {
  readonly record: KafkaRecord;
  /** The event's object, with numbers that may be rounded. */
  readonly root: object;
  /** The envelope around the event. Without one, it is the event. */
  readonly envelope: object;
  readonly #value: RecordValue;
  readonly #seldom: SeldomRead;

  /** @param unwrapped the event in its envelope. Omitted: the value is the event. */
  constructor(
    record: KafkaRecord,
    value: RecordValue,
    unwrapped?: EnvelopedEvent,
    seldom: SeldomRead = PLAIN,
  ) {
    this.record = record;
    this.root = unwrapped ? unwrapped.event : value.root;
    this.envelope = unwrapped ? unwrapped.envelope : value.root;
    this.#value = value;
    this.#seldom = seldom;
  }

  /** The event's object, with exact numbers. */
  get exact(): unknown {
    const { exact } = this.#value;
    return this.#seldom.unwrapExact ? this.#seldom.unwrapExact(exact as object).event : exact;
  }

  get exactEnvelope(): unknown {
    const { exact } = this.#value;
    return this.#seldom.unwrapExact ? this.#seldom.unwrapExact(exact as object).envelope : exact;
  }

  /** The key of the record: its bytes, or what they hold. Null if it has none. */
  get key(): unknown {
    return this.#seldom.keyOf(this.record);
  }
}
