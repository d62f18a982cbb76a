import { featureTypes } from '../../domain/features/feature-types.ts';
import { requestTypes } from '../../domain/features/request-types.ts';
import { vectorLengths } from '../../domain/features/vectors.ts';
import type { DefinitionSet } from '../../domain/registry/definition-set.ts';
import type { EndpointDefinition, ScalarFeatureType } from '../../domain/registry/definition.ts';
import { type ModelInput, inputType } from '../../domain/training/feature-specification.ts';
import { planLookup } from '../../domain/training/lookup-plan.ts';
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
  /** The types of the features of an endpoint that has request features of its own. */
  readonly inputs?: readonly ModelInput[];
}

/** All registered endpoints. */
export async function readEndpoints(db: Queryable): Promise<RegisteredEndpoint[]> {
  const registry = await loadRegistry(db);
  const endpoints = registry.ofKind('endpoint');
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
    return { definition, modelVersion: version ?? null, ...endpointInputs(definition, registry) };
  });
}

/** The types of the features of an endpoint. Empty if it has no request features of its own. */
export function endpointInputs(
  definition: EndpointDefinition,
  definitions: DefinitionSet,
): Pick<RegisteredEndpoint, 'inputs'> {
  const { lookups, requestFeatures = [] } = definition;
  if (requestFeatures.length === 0) return {};
  const lookedUp = (lookups ?? []).flatMap((lookup) => {
    const found = definitions.featureTable(lookup.table);
    const source = definitions.sourceOf(found);
    const shapes = { types: featureTypes(found, source), lengths: vectorLengths(found, source) };
    return planLookup(lookup, found, shapes).features;
  });
  const types = requestTypes(
    lookedUp.map(({ as, type }) => [as, type]),
    definition,
  );
  const computed = requestFeatures.map(({ name }) => ({
    name,
    type: inputType(types.get(name) as ScalarFeatureType),
  }));
  const inputs = lookedUp.map(({ as, type, vector }) => ({
    name: as,
    type: inputType(type),
    ...(vector && { vector: vector.as }),
  }));
  return { inputs: [...inputs, ...computed] };
}
