import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from 'kafkajs';
import { readEvents, write } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import type { Project } from '../../support/projects/project.ts';
import { csv } from '../../support/projects/training-set.ts';

/** A user with a purchase a week ago and no event since. */
export const SHOPPER = 'shopper';

export const BATCH_TABLES = ['user_profile_features', 'transaction_features'];

const USERS = 120;
const TODAY = '2026-03-01T00:00:00Z';
const SPLITS = ['train', 'train', 'train', 'val', 'test'];

/** Sets up a shop at noon: reads its events, and computes its batch features as of the last midnight. */
export async function openShop(project: Project): Promise<void> {
  await produce(project.kafka, project.source, history());
  await readEvents(project);
  const valid_from = '2026-01-01T00:00:00Z';
  await write(project, 'users', [{ user_id: SHOPPER, signed_up_at: valid_from, valid_from }]);
  for (const table of BATCH_TABLES) await project.asof.batch(table).run({ from: TODAY, to: TODAY });
}

/** An event: a user views a product. */
export function visit(user_id: string, event_ts: string, platform = 'web'): Message {
  const value = { user_id, event_ts, event_type: 'view', product_id: 'p_1', session_id: event_ts, platform };
  return { key: user_id, value: JSON.stringify(value) };
}

/**
 * The shop's events: every user bought something a week ago, and every other one came back in the last hour.
 */
function history(): Message[] {
  const purchase = { event_ts: '2026-02-22T10:00:00Z', event_type: 'purchase', revenue: 20 };
  const platforms = ['web', 'ios', 'android'];
  return [
    ...[SHOPPER, ...users()].map((user_id) => ({
      key: user_id,
      value: JSON.stringify({ user_id, ...purchase }),
    })),
    ...['11:10:00', '11:20:00', '11:40:00'].flatMap((time, nth) =>
      users().flatMap((user, index) => {
        if (index % 2 === 1 || index % 3 > nth) return [];
        return visit(user, `2026-03-01T${time}Z`, platforms[index % 3]);
      }),
    ),
  ];
}

/**
 * Writes the labels of noon as CSV and resolves to the path. Users without an event in the last hour are
 * labelled as churned.
 */
export async function writeSpine(folder: string): Promise<string> {
  const path = join(folder, 'labels.csv');
  const labels = users().map((user, index) => [
    ...[user, String(index % 2), '2026-03-01T12:00:00Z'],
    SPLITS[(index >> 1) % SPLITS.length]!,
  ]);
  await writeFile(path, csv([['user_id', 'churn_label', 'event_timestamp', 'experiment_split'], ...labels]));
  return path;
}

function users(): string[] {
  return Array.from({ length: USERS }, (_, index) => `u_${index}`);
}
