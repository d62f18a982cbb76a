import { writeFileSync } from 'node:fs';
import type { Message } from 'kafkajs';
import {
  type SimulationOptions,
  simulate,
  simulatedProducts,
  simulatedUsers,
} from '../../../simulator/index.ts';
import { randomFor } from '../../../simulator/random.ts';
import { csv } from '../projects/training-set.ts';
import type { LifePlan } from './life-plan.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Events may be an hour ahead of Kafka's time. These fill windows that have not ended when they are served. */
const AHEAD_MS = 40 * MINUTE_MS;
/** A batch table waits for the late events of a midnight that has just been. */
const SETTLED_MS = 60 * MINUTE_MS;
const DAYS = 3;
const LABELS = 90;
const SPLITS = ['train', 'train', 'train', 'val', 'test'];

/** The events of a life, its reference rows and its labels. */
export interface Shop {
  readonly options: SimulationOptions;
  /** In the order in which they are sent. Some are late, repeated or malformed. */
  readonly messages: readonly Message[];
  readonly users: readonly object[];
  readonly products: readonly object[];
  readonly userIds: readonly string[];
  /** The logical times of the batch tables: the last midnights that are settled. */
  readonly midnights: readonly [string, string];
  /** Writes labels of random users, as of random moments since the first midnight. */
  writeLabels(path: string): void;
}

export function openShop({ seed, users, source }: LifePlan, now: number): Shop {
  const random = randomFor(seed, 'life shop');
  const options = { seed, until: new Date(now + AHEAD_MS), days: DAYS, users, sessionsPerDay: 0.6 };
  const lines = simulate({ ...options, late: 0.1, repeated: 0.05, malformed: 0.05 });
  const messages = [...lines].map(({ key, value }) => ({
    key,
    value,
    partition: random.whole(0, source.topicPartitions - 1),
  }));
  const settled = now - SETTLED_MS;
  const midnight = settled - (settled % DAY_MS);
  const userRows = simulatedUsers(options);
  const userIds = userRows.map(({ user_id }) => user_id);
  return {
    options,
    messages,
    users: userRows,
    products: simulatedProducts(options),
    userIds,
    midnights: [isoOf(midnight - DAY_MS), isoOf(midnight)],
    writeLabels(path) {
      const labels = Array.from({ length: LABELS }, (_, index) => {
        const moment = random.whole((midnight - DAY_MS) / MINUTE_MS, Math.floor(settled / MINUTE_MS));
        const label = String(index % 2);
        return [
          random.pick(userIds),
          label,
          isoOf(moment * MINUTE_MS),
          SPLITS[(index >> 1) % SPLITS.length]!,
        ];
      });
      const heading = ['user_id', 'churn_label', 'event_timestamp', 'experiment_split'];
      writeFileSync(path, csv([heading, ...labels]));
    },
  };
}

function isoOf(millis: number): string {
  return new Date(millis).toISOString();
}
