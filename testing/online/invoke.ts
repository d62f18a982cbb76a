import { endpointInputs } from '../../db/online/endpoints.ts';
import { unknownDefinition } from '../../domain/registry/unknown-definition.ts';
import type { FeatureOutputs } from '../../schemas/serving/invocation.ts';
import { type RequestBody, recordsOf } from '../../schemas/serving/request-body.ts';
import { fieldsOf, servedFeatures } from '../../serving/catalogue/endpoint.ts';
import { answer } from '../../serving/routes/answer.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import { refused } from '../shared/refused.ts';
import { simulatedTable } from '../shared/simulated-tables.ts';
import { MemoryOnlineReader } from './online-store.ts';

/** The answer of a feature endpoint to some records now, by the code that serves them. */
export async function invokeEndpoint(
  deployment: SimulatedDeployment,
  name: string,
  records: RequestBody['dataframe_records'] & object,
): Promise<FeatureOutputs> {
  const { definitions, online, timeline } = deployment;
  const definition = definitions.find('endpoint', name);
  if (!definition) {
    const known = definitions.ofKind('endpoint').map((endpoint) => endpoint.name);
    throw unknownDefinition('endpoint', name, known);
  }
  const { model, lookups } = definition;
  if (model !== null || lookups === null)
    throw refused(`endpoint '${name}' serves the model '${model}'`, { endpoint: name });
  for (const { table } of lookups) simulatedTable(deployment, table);
  const { inputs = [] } = endpointInputs(definition, definitions);
  const endpoint = { name, ...servedFeatures({ ...definition, lookups, inputs }), model: null };
  const asked = recordsOf({ dataframe_records: records }, fieldsOf(endpoint));
  const answered = await answer(endpoint, new MemoryOnlineReader(online), asked, timeline.now);
  return answered as FeatureOutputs; // without a model, there are no predictions
}
