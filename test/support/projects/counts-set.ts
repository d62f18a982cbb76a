import type { StreamTableRetention, TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import type { Project } from './project.ts';

/** A training set of the event counts of `user_activity_features`, for a spine `user_id,at,label`. */
const COUNTS: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'counts',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: null },
  lookups: [
    {
      table: userActivityFeatures.definition.name,
      lookupKeys: ['user_id'],
      lookback: null,
      features: [{ feature: 'event_count_1h', as: 'events', default: 0 }],
    },
  ],
};

/** Applies {@link COUNTS}, and `retention` to the project's stream tables. */
export async function applyCounts({ asof }: Project, retention: StreamTableRetention): Promise<void> {
  const existing = (await asof.definitions()).map((definition) =>
    definition.kind === 'stream_table' ? { ...definition, retention } : definition,
  );
  await asof.apply([...existing, COUNTS]);
}
