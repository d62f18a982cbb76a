import { pino } from 'pino';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { listTopics } from '../../../adapters/kafka/topics.ts';
import { connectTemporal } from '../../../client/shared/temporal.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { ident } from '../../../db/sql/identifier.ts';
import { Namespace } from '../../../domain/namespace.ts';
import { definitionKinds } from '../../../domain/registry/definition-kinds.ts';
import type { DefinitionKind } from '../../../domain/registry/definition.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../../domain/workflow-ids.ts';
import type { TestDeployment } from '../projects/deployment.ts';

/** What a deployment's servers hold, each thing as one text. */
export interface Catalogues {
  /** Every relation of the database, except chunks. */
  readonly relations: readonly string[];
  /** Every right on one of them. */
  readonly rights: readonly string[];
  /** Every row of the tables that all definitions share. */
  readonly rows: readonly string[];
  /** Every key of the Redis database. */
  readonly keys: readonly string[];
  /** The schedules and the running workflows of all definitions, removed or not. */
  readonly schedules: readonly string[];
  readonly workflows: readonly string[];
  readonly topics: readonly string[];
}

/** The tables whose rows outlive definitions: what was written, by which versions, and what was removed. */
const RECORDS = ['definitions', 'writes', 'removals', 'source_revisions', 'migrations', 'deployment'];

export async function readCatalogues({
  pool,
  redis,
  settings,
  namespace,
}: TestDeployment): Promise<Catalogues> {
  const temporal = await connectTemporal(settings.temporal, new Namespace(namespace));
  try {
    const { client: server, deployment } = temporal;
    const named = await pool.query<{ kind: DefinitionKind; name: string }>(
      'SELECT DISTINCT kind, name FROM asof.definitions',
    );
    const batchTables = named.rows
      .filter(({ kind }) => kind === 'batch_table')
      .map(({ name }) => batchScheduleId(name));
    const workflowIds = named.rows.flatMap(({ kind, name }) => definitionKinds[kind].workflowIds(name));
    // Temporal lists them late, and describes them at once.
    const schedules = await described(
      [...batchTables, RETENTION_WORKFLOW_ID].map((id) => deployment.temporalId(id)),
      (id) => server.schedule.getHandle(id).describe(),
    );
    const workflows = await described(
      workflowIds.map((id) => deployment.temporalId(id)),
      async (id) => {
        const { status } = await server.workflow.getHandle(id).describe();
        if (status.name !== 'RUNNING') throw new Error('it has ended');
      },
    );
    return {
      relations: await texts(pool, RELATIONS),
      rights: await texts(pool, RIGHTS),
      rows: await sharedRows(pool),
      keys: (await redis.keys('*')).sort(),
      schedules,
      workflows,
      topics: (await listTopics(createKafka(settings.kafka, pino({ level: 'silent' })))).sort(),
    };
  } finally {
    await temporal.close();
  }
}

/** Those of the ids that Temporal describes. */
async function described(
  ids: readonly string[],
  describe: (id: string) => Promise<unknown>,
): Promise<string[]> {
  const found = await Promise.all(
    ids.map((id) =>
      describe(id).then(
        () => [id],
        () => [],
      ),
    ),
  );
  return found.flat().sort();
}

/** What is in `before` and not in `after`, and the other way round. */
export function difference(before: readonly string[], after: readonly string[]) {
  return {
    gone: before.filter((one) => !after.includes(one)),
    come: after.filter((one) => !before.includes(one)),
  };
}

const RELATIONS = `
  SELECT nspname || '.' || relname AS text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND nspname !~ '^(pg_|information_schema|_?timescale)' ORDER BY 1`;

const RIGHTS = `
  SELECT nspname || '.' || relname || ' ' || acl::text AS text
  FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, unnest(relacl) AS acl
  WHERE nspname !~ '^(pg_|information_schema|_?timescale)' ORDER BY 1`;

async function sharedRows(pool: Pool): Promise<string[]> {
  const tables = await texts(
    pool,
    `SELECT nspname || '.' || relname AS text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND (nspname = 'asof' OR nspname = 'events' AND relname IN ('dead_letters', 'late_events')) ORDER BY 1`,
  );
  const found: string[] = [];
  for (const table of tables) {
    const [schema, name] = table.split('.') as [string, string];
    if (schema === 'asof' && RECORDS.includes(name)) continue;
    const rows = await texts(
      pool,
      `SELECT row_to_json(one)::text AS text FROM ${ident(schema, name).text} AS one`,
    );
    found.push(...rows.map((row) => `${table} ${row}`));
  }
  return found.sort();
}

async function texts(pool: Pool, query: string): Promise<string[]> {
  return (await pool.query<{ text: string }>(query)).rows.map(({ text }) => text);
}
