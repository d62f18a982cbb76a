import type { MlflowClient } from '../../adapters/mlflow/client.ts';
import type { Pool } from '../../db/sql/client.ts';
import type { HostDependencies } from './host-activities.ts';

/** What the steps of a training need. */
export interface ModelDependencies extends HostDependencies {
  readonly pool: Pool;
  readonly mlflow: MlflowClient;
  /** Has a folder for each training of this host. */
  readonly trainings: string;
}
