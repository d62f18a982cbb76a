import type { EndpointDefinition } from '../../domain/registry/definition.ts';
import { loadRegistry } from '../registry/registry.ts';
import type { Queryable } from '../sql/client.ts';

/** A registered endpoint, and the version of its model to serve. */
export interface RegisteredEndpoint {
  readonly definition: EndpointDefinition;
  /**
   * The version that was chosen for the endpoint, else the latest of the model. Null if the endpoint has no
   * model or the model no version.
   */
  readonly modelVersion: number | null;
}

/** All registered endpoints. */
export async function readEndpoints(db: Queryable): Promise<RegisteredEndpoint[]> {
  const endpoints = (await loadRegistry(db)).ofKind('endpoint');
  if (endpoints.length === 0) return [];
  const [chosen, latest] = await Promise.all([
    db.query<{ name: string; model: string; version: number }>(
      'SELECT name, model, version FROM asof.endpoints',
    ),
    db.query<{ name: string; version: number }>(
      'SELECT name, max(version)::int AS version FROM asof.models GROUP BY name',
    ),
  ]);
  return endpoints.map((definition) => {
    const { name, model } = definition;
    const version =
      chosen.rows.find((row) => row.name === name && row.model === model)?.version ??
      latest.rows.find((row) => row.name === model)?.version;
    return { definition, modelVersion: version ?? null };
  });
}
