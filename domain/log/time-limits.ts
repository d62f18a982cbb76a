import type { EventSourceDefinition } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { type Instant, formatInstant, parseInstant } from '../time/instant.ts';
import { type Rejection, rejectionFor } from './rejection.ts';

/** How far behind its Kafka timestamp an event may be, unless its source says otherwise: twenty years. */
const DEFAULT_MAX_BEHIND = '7305 days';
/**
 * An earlier Kafka timestamp is a mistake: Kafka is younger, and seconds that were given as milliseconds make
 * a moment of January 1970.
 */
export const EARLIEST_KAFKA_TIME = parseInstant('2000-01-01T00:00:00Z')!;

/** What a source asks of the Kafka timestamps of its records, and of event times beside them. */
export interface TimeLimits {
  /** The Kafka timestamp that counts for an event. Null: its event time alone counts. */
  countedKafkaTs(kafkaTs: Instant | null): Instant | null;
  /** Why these times make a dead letter. Undefined if they do not. */
  rejection(eventTs: Instant, kafkaTs: Instant | null): Rejection | undefined;
}

export function timeLimits(source: EventSourceDefinition): TimeLimits {
  if (source.kafkaTimestamps === 'ignore') {
    return { countedKafkaTs: () => null, rejection: () => undefined };
  }
  const { eventTime, maxAhead, maxBehind = DEFAULT_MAX_BEHIND } = source;
  const ahead = parseDuration(maxAhead)!;
  const behind: Duration | undefined = maxBehind === 'none' ? undefined : parseDuration(maxBehind)!;
  return {
    countedKafkaTs: (kafkaTs) => kafkaTs,
    rejection(eventTs, kafkaTs) {
      if (kafkaTs === null) return rejectionFor('no_kafka_time', 'the record has no Kafka timestamp');
      if (kafkaTs < EARLIEST_KAFKA_TIME) {
        const problem = `the record's Kafka timestamp ${formatInstant(kafkaTs)} is before 2000, as one in seconds instead of milliseconds is`;
        return rejectionFor('early_kafka_time', problem);
      }
      const times = (relation: string): string =>
        `${eventTime} ${formatInstant(eventTs)} is more than ${relation} the record's Kafka timestamp ${formatInstant(kafkaTs)}`;
      if (eventTs - kafkaTs > ahead) {
        return rejectionFor('ahead_of_kafka_time', times(`${maxAhead} ahead of`));
      }
      if (behind !== undefined && kafkaTs - eventTs > behind) {
        return rejectionFor('behind_kafka_time', times(`${maxBehind} behind`));
      }
      return undefined;
    },
  };
}
