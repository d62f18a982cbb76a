import type { StreamTableDefinition } from '../../domain/registry/definition.ts';
import { payments } from '../../examples/fraud/definitions/payments.ts';
import type { Payment } from '../../examples/fraud/simulator/index.ts';
import { count, countDistinct, max, mean, streamTable, sum } from '../../schemas/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SLIDE = 5 * MINUTE;
const TAIL = 8 * HOUR;

/** A table of the benchmark, and the ends of the rows that a payment gives its card, in ms since 1970. */
export interface MeasuredTable {
  readonly what: string;
  readonly definition: StreamTableDefinition;
  readonly endsOf: (payment: Payment) => number[];
}

/** The same features over an hour and over 30 days, with a row every 5 minutes. */
export const MEASURED: readonly [hour: MeasuredTable, month: MeasuredTable] = [
  {
    what: '1 hour every 5 minutes',
    definition: cardTable('card_hour', { length: '1 hour', slide: '5 minutes' }),
    endsOf: ({ at }) => Array.from({ length: HOUR / SLIDE }, (_, nth) => enters(at) + nth * SLIDE),
  },
  {
    what: '30 days every 5 minutes, tail 8 hours',
    definition: cardTable('card_month', { length: '30 days', slide: '5 minutes', tail: '8 hours' }),
    endsOf: ({ at }) => [enters(at), at - (at % TAIL) + TAIL + 30 * DAY],
  },
];

function enters(at: number): number {
  return at - (at % SLIDE) + SLIDE;
}

function cardTable(name: string, window: StreamTableDefinition['window']): StreamTableDefinition {
  return streamTable({
    name,
    source: payments,
    window,
    features: {
      payments: count(),
      declined: count({ where: { is_approved: false } }),
      amount: sum('amount'),
      mean_amount: mean('amount'),
      largest_amount: max('amount'),
      merchants: countDistinct('merchant_id'),
    },
  }).definition;
}
