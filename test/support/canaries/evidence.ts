import { z } from 'zod';
import { type MlflowClient, call, send } from '../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../adapters/mlflow/experiments.ts';
import type { Temporal } from '../../../client/shared/temporal.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { ident } from '../../../db/sql/identifier.ts';
import type { Evidence } from './canaries.ts';

/** The histories, descriptions and status answers of all workflows of a task queue. */
export async function workflowsOf({ client, taskQueue }: Temporal): Promise<Evidence> {
  const evidence: Evidence = new Map();
  for await (const { workflowId, runId, type } of client.workflow.list({
    query: `TaskQueue = "${taskQueue}"`,
  })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const answer = await handle.query('status').catch((error: unknown) => String(error));
    const parts = { history: await handle.fetchHistory(), described: (await handle.describe()).raw, answer };
    for (const [what, part] of Object.entries(parts))
      evidence.set(`${what} of ${type} ${workflowId}/${runId}`, JSON.stringify(part, asText));
  }
  return evidence;
}

/** Payloads are bytes; the texts in them are to be found as texts. */
function asText(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  if (isBuffer && 'data' in value) return Buffer.from(value.data as number[]).toString();
  return value;
}

/** All rows of all tables of a database. */
export async function tablesOf(pool: Pool): Promise<Evidence> {
  const evidence: Evidence = new Map();
  const { rows: tables } = await pool.query<{ schema: string; name: string }>(`
    SELECT schemaname::text AS schema, tablename::text AS name FROM pg_tables
    WHERE schemaname !~ '^(pg_|information_schema|_timescaledb)'`);
  for (const { schema, name } of tables) {
    const relation = ident(schema, name);
    const { rows } = await pool.query<{ row: string }>(
      `SELECT whole::text AS row FROM ${relation.text} AS whole`,
    );
    evidence.set(`table ${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
  }
  return evidence;
}

const listing = z.object({ files: z.array(z.object({ path: z.string(), is_dir: z.boolean() })).default([]) });

/** All that MLflow has of a model: runs, logged models, versions, and the artifacts of its experiment. */
export async function mlflowOf(mlflow: MlflowClient, model: string): Promise<Evidence> {
  const experiment = await ensureExperiment(mlflow, model);
  const search = { experiment_ids: [experiment] };
  const post = (path: string) => call(mlflow, { method: 'post', path, input: search }, z.unknown());
  const filter = `name = '${model}'`;
  const evidence: Evidence = new Map([
    ['runs in MLflow', JSON.stringify(await post('runs/search'))],
    ['logged models in MLflow', JSON.stringify(await post('logged-models/search'))],
    [
      'versions in MLflow',
      JSON.stringify(
        await call(mlflow, { method: 'get', path: 'model-versions/search', input: { filter } }, z.unknown()),
      ),
    ],
  ]);
  for (const [path, content] of await artifactsBelow(mlflow, experiment))
    evidence.set(`artifact ${path}`, content);
  return evidence;
}

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';

async function artifactsBelow(mlflow: MlflowClient, folder: string): Promise<[string, string][]> {
  const answer = await send(mlflow, { method: 'get', url: ARTIFACTS, params: { path: folder } });
  const found: [string, string][] = [];
  for (const { path, is_dir } of listing.parse(answer).files) {
    const below = `${folder}/${path}`;
    if (is_dir) found.push(...(await artifactsBelow(mlflow, below)));
    else {
      const url = `${ARTIFACTS}/${below}`;
      const content = (await send(mlflow, { method: 'get', url, responseType: 'arraybuffer' })) as Buffer;
      found.push([below, content.toString('latin1')]);
    }
  }
  return found;
}
