import fc from 'fast-check';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import type { EventSourceDefinition, FieldDefinition } from '../../../domain/registry/definition.ts';
import { EXAMPLE_FIELDS } from '../../oracle/acceptance.ts';
import { type AcceptedEvent, MINUTE, type OracleOptions } from '../../oracle/log.ts';

/** The settings of the source and the table, in whole minutes. */
export interface Settings {
  readonly length: number;
  readonly slide: number;
  /** How far after the multiples of the slide windows end. Omitted: 0. */
  readonly offset?: number;
  /** By how much starts of windows move. Omitted: with the ends. */
  readonly tail?: number | undefined;
  readonly lateness: number;
  readonly maxAhead: number;
  /** Null: no limit. */
  readonly maxBehind: number | null;
  readonly kafkaTimestamps?: 'use' | 'ignore';
  /** Fields in addition to the example's. */
  readonly fields?: readonly FieldDefinition[];
  /** Whether each record holds a list of events below `batch`, or is one. */
  readonly explodes?: boolean;
  readonly deduplicate?: { readonly by: readonly (keyof AcceptedEvent)[]; readonly within: number };
  readonly rules?: SourceRules;
}

/** What a source says of records that are not for it, and of values that do not fit. */
export interface SourceRules extends Pick<EventSourceDefinition, 'where' | 'tombstones' | 'invalid'> {
  /** The filter, for the oracle. */
  readonly isFor?: OracleOptions['isFor'];
}

/** A log and the settings for reading it. A failing stream is printed as readable text. */
export class Stream {
  readonly records: readonly KafkaRecord[];
  readonly settings: Settings;

  constructor(records: readonly KafkaRecord[], settings: Settings) {
    this.records = records;
    this.settings = settings;
  }

  get options(): OracleOptions {
    const micros = (minutes: number) => BigInt(minutes) * MINUTE;
    const {
      length,
      slide,
      offset = 0,
      tail,
      lateness,
      maxAhead,
      maxBehind,
      deduplicate,
      explodes,
      fields = [],
      rules: { isFor, tombstones, invalid } = {},
    } = this.settings;
    const others = Object.fromEntries(fields.map((field) => [field.name, field]));
    return {
      fieldsAt: () => ({ ...EXAMPLE_FIELDS, ...others }),
      ...(explodes && { listAt: ['batch'] }),
      ...(deduplicate && {
        deduplicate: {
          keyOf(event) {
            const values = deduplicate.by.map((name) => event[name]);
            return values.includes(null) ? null : values.map(String).join('\0');
          },
          within: micros(deduplicate.within),
        },
      }),
      ...(isFor && { isFor }),
      skipsTombstones: tombstones === 'skip',
      rejectsUnfit: invalid === 'dead_letter',
      length: micros(length),
      slide: micros(slide),
      offset: micros(offset),
      ...(tail !== undefined && { tail: micros(tail) }),
      lateness: micros(lateness),
      maxAhead: micros(maxAhead),
      maxBehind: maxBehind === null ? null : micros(maxBehind),
      ignoresKafkaTimestamps: this.settings.kafkaTimestamps === 'ignore',
    };
  }

  [fc.toStringMethod](): string {
    const {
      length,
      slide,
      offset = 0,
      tail,
      lateness,
      maxAhead,
      maxBehind,
      kafkaTimestamps,
      deduplicate,
    } = this.settings;
    const once = deduplicate ? `, once by ${deduplicate.by.join()} within ${deduplicate.within} min` : '';
    const { where, tombstones, invalid } = this.settings.rules ?? {};
    const rules = `, where ${JSON.stringify(where)}, tombstones ${tombstones}, invalid ${invalid}`;
    const settings = `${length} min every ${slide} min after ${offset} min, tail ${tail ?? 'none'}, lateness ${lateness} min, at most ${maxAhead} min ahead and ${maxBehind ?? 'any'} min behind, Kafka timestamps: ${kafkaTimestamps ?? 'use'}${once}${this.settings.rules ? rules : ''}`;
    return [settings, ...this.records.map(printRecord)].join('\n  ');
  }
}

function printRecord({ partition, offset, kafkaTs, value }: KafkaRecord): string {
  return `p${partition}@${offset} kafka ${kafkaTs === null ? 'none' : rfc3339(kafkaTs)} ${printBytes(value)}`;
}

function printBytes(value: Uint8Array | null): string {
  if (value === null) return '(no value)';
  const text = Buffer.from(value).toString('utf8');
  return Buffer.from(text).equals(value) ? text : `bytes ${Buffer.from(value).toString('hex')}`;
}

/** A moment in the form in which events hold it: UTC, with microseconds. */
export function rfc3339(micros: bigint): string {
  const belowMillis = ((micros % 1000n) + 1000n) % 1000n;
  const iso = new Date(Number((micros - belowMillis) / 1000n)).toISOString();
  return `${iso.slice(0, -1)}${String(belowMillis).padStart(3, '0')}Z`;
}
