import type { KeyedLine } from '../../adapters/kafka/batch-sender.ts';
import { userEvents } from '../../examples/churn/definitions/user-events.ts';
import { streamTable, sum } from '../../schemas/index.ts';

/** The features of a table, and the users who have an event. */
export interface WideShape {
  readonly features: number;
  readonly users: number;
}

/** A table of sums over a day, with a row every 15 minutes. No two features share a partial. */
export function wideTable(features: number) {
  return streamTable({
    name: 'wide_features',
    source: userEvents,
    window: { length: '1 day', slide: '15 minutes' },
    features: Object.fromEntries(
      Array.from({ length: features }, (_, index) => [
        `revenue_${index}`,
        sum('revenue', { where: { event_type: `type_${index % 7}`, platform: `platform_${index}` } }),
      ]),
    ),
  }).definition;
}

/** One event of each user, within an hour. */
export function* wideEvents({ users, features }: WideShape): Generator<KeyedLine> {
  const start = Date.UTC(2026, 0, 5);
  for (let user = 0; user < users; user += 1) {
    const index = user % features;
    const event = {
      user_id: `u_${user}`,
      event_type: `type_${index % 7}`,
      platform: `platform_${index}`,
      revenue: index + 0.25,
      event_ts: new Date(start + Math.floor((user * 3_600_000) / users)).toISOString(),
    };
    yield { key: event.user_id, value: JSON.stringify(event) };
  }
}
