import { z } from 'zod';
import { type MlflowClient, call } from './client.ts';
import { keyValues } from './tags.ts';

/** The longest digest that MLflow stores of a dataset, in characters. The source holds the whole SHA-256. */
const DIGEST_LENGTH = 36;

/** A file of rows that a run read. */
export interface Dataset {
  readonly name: string;
  readonly sha256: string;
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Tags of this use of the dataset; `mlflow.data.context` names the purpose. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Logs a dataset as an input of the run. Safe to repeat. */
export async function logDataset(client: MlflowClient, runId: string, dataset: Dataset): Promise<void> {
  const { name, sha256, path, rows, columns, tags } = dataset;
  const described = {
    name,
    digest: sha256.slice(0, DIGEST_LENGTH),
    source_type: 'local',
    source: JSON.stringify({ uri: path, sha256 }),
    schema: JSON.stringify({ mlflow_colspec: columns }),
    profile: JSON.stringify({ num_rows: rows, num_elements: rows * columns.length }),
  };
  const datasets = [{ dataset: described, tags: keyValues(tags) }];
  await call(
    client,
    { method: 'post', path: 'runs/log-inputs', input: { run_id: runId, datasets } },
    z.object({}),
  );
}
