import { randomUUID } from 'node:crypto';
import { type Asof, connect as connectAsof } from '../../../client/index.ts';
import { createLogger } from '../../../config/logger.ts';
import { temporalSettings } from '../../../config/servers.ts';
import { type Pool, connect } from '../../../db/sql/client.ts';
import { Namespace } from '../../../domain/namespace.ts';
import { withDatabase } from '../database.ts';

/** A project with its own database and task queue, and no definitions. */
export interface EmptyProject {
  /** The name that its event source is to have. */
  readonly source: string;
  readonly url: string;
  readonly temporal: ReturnType<typeof temporalSettings>;
  readonly asof: Asof;
  readonly pool: Pool;
}

/** Runs `work` on a new project, and drops its database afterwards. */
export async function withEmptyProject<Result>(
  work: (project: EmptyProject) => Promise<Result>,
): Promise<Result> {
  const id = randomUUID().slice(0, 8);
  const source = `bench-${id}`;
  const temporal = { ...temporalSettings(Namespace.default), taskQueue: source };
  return withDatabase(`asof_bench_${id}`, async (url) => {
    await using asof = await connectAsof({ databaseUrl: url, temporal, logger: createLogger('error') });
    const pool = await connect(url);
    try {
      return await work({ source, url, temporal, asof, pool });
    } finally {
      await pool.end();
    }
  });
}
