import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { StreamFeaturesInput } from '../../../schemas/workflows/stream-features.ts';
import type { ServerName } from '../../../stack/servers/server.ts';
import type { OracleOptions } from '../../oracle/log.ts';
import type { Doom } from './kill-points.ts';
import type { PlantedBug } from './planted-bugs.ts';

/** A stream, and what is done to it while it runs. */
export interface FaultPlan {
  /** The same seed gives the same records. */
  readonly seed: number;
  /** How many users they are of: the fewer, the more often shards meet in a window. */
  readonly users: number;
  readonly source: Pick<EventSourceDefinition, 'topicPartitions' | 'late' | 'deduplicate'>;
  readonly input: Required<Pick<StreamFeaturesInput, 'shards' | 'maxRecords' | 'trigger'>>;
  /** The rules by which the oracle judges the outcome. */
  readonly rules: OracleOptions;
  readonly workers: number;
  readonly dooms: readonly Doom[];
  /** In the order in which they come. */
  readonly restarts: readonly ServerRestart[];
  readonly bug?: PlantedBug | undefined;
}

/** `kill -9` of a server, with records still to read, after so many workers died; then it is started anew. */
export interface ServerRestart {
  readonly server: ServerName;
  readonly afterKills: number;
}
