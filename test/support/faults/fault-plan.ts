import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { StreamFeaturesInput } from '../../../schemas/workflows/stream-features.ts';
import type { ServerName } from '../../../stack/servers/server.ts';
import type { OracleOptions } from '../../oracle/log.ts';
import type { Doom } from './kill-points.ts';
import type { PlantedBug } from './planted-bugs.ts';

/** A stream, and the faults that hit it while it runs. */
export interface FaultPlan {
  /** The same seed gives the same records. */
  readonly seed: number;
  /** The number of users in the records. With fewer users, shards meet in a window more often. */
  readonly users: number;
  readonly source: Pick<EventSourceDefinition, 'topicPartitions' | 'late' | 'deduplicate' | 'explode'>;
  readonly input: Required<Pick<StreamFeaturesInput, 'shards' | 'maxRecords' | 'trigger'>>;
  /** The options of the oracle that judges the outcome. */
  readonly rules: OracleOptions;
  readonly workers: number;
  readonly dooms: readonly Doom[];
  /** In the order in which they happen. */
  readonly restarts: readonly ServerRestart[];
  readonly bug?: PlantedBug | undefined;
}

/**
 * A `kill -9` of a server after `afterKills` deaths of workers, while there are records to read. The server
 * then starts again.
 */
export interface ServerRestart {
  readonly server: ServerName;
  readonly afterKills: number;
}
