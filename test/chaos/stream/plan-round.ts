import { type Random, randomFor } from '../../../simulator/random.ts';
import { EXAMPLE, MINUTE, type OracleOptions } from '../../oracle/log.ts';
import type { FaultPlan, ServerRestart } from '../../support/faults/fault-plan.ts';
import { type Doom, killPoints } from '../../support/faults/kill-points.ts';

const servers = ['timescaledb', 'kafka', 'temporal', 'redis'] as const;
const onceWithin = { by: ['user_id', 'event_type', 'event_ts'], within: '30 minutes' };

/** Plans a random stream with `kills` random kills, from the arguments alone. `round` counts from 1. */
export function planRound(seed: number, round: number, kills: number): FaultPlan {
  const random = randomFor(seed, `chaos round ${round}`);
  const topicPartitions = random.whole(1, 6);
  const late = random.pick(['keep', 'correct'] as const);
  const deduplicate = random.chance(1 / 3) ? onceWithin : undefined;
  return {
    seed: random.whole(0, 1_000_000),
    users: random.pick([4, 20, 40]),
    source: { topicPartitions, late, deduplicate },
    input: {
      shards: random.whole(1, 4),
      maxRecords: random.pick([5, 20, 60, 200]),
      trigger: random.pick(['0 seconds', '200 milliseconds', '1 second', '2 seconds']),
    },
    rules: {
      ...EXAMPLE,
      ...(late === 'correct' && { merged: () => true }),
      ...(deduplicate && { deduplicate: rulesOfOnceWithin }),
    },
    workers: 2,
    dooms: Array.from({ length: kills }, () => randomDoom(random)),
    restarts: [randomRestart(random, round, kills)],
  };
}

const rulesOfOnceWithin: NonNullable<OracleOptions['deduplicate']> = {
  keyOf: ({ user_id, event_type, event_ts }) =>
    event_type === null ? null : JSON.stringify([user_id, event_type, String(event_ts)]),
  within: 30n * MINUTE,
};

function randomDoom(random: Random): Doom {
  return { point: random.pick(killPoints), nth: random.whole(1, 5) };
}

/** The servers take turns from round to round; a restart follows a random number of kills. */
function randomRestart(random: Random, round: number, kills: number): ServerRestart {
  return { server: servers[(round - 1) % servers.length]!, afterKills: random.whole(0, kills) };
}
