import { asofProgram } from '../../../cli/shared/program.ts';
import { stackEnvironment, startBackground } from '../../../stack/index.ts';
import { untilHealthy } from './until-healthy.ts';

/** Starts the endpoints in the background, and waits until they answer. */
export async function startEndpoints(): Promise<void> {
  await startBackground({ name: 'serve', ...asofProgram('serve') });
  await untilHealthy(`${servingUrl()}/health`);
}

export function endpointUrl(endpoint: string): string {
  return `${servingUrl()}/serving-endpoints/${endpoint}/invocations`;
}

/** The answer of an endpoint to a request with these records. */
export async function invoke<Answer>(endpoint: string, records: readonly object[]): Promise<Answer> {
  const response = await fetch(endpointUrl(endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: records }),
  });
  const answer = await response.text();
  if (response.ok) return JSON.parse(answer) as Answer;
  throw new Error(`endpoint ${endpoint} answered ${response.status}: ${answer}`);
}

function servingUrl(): string {
  return stackEnvironment().ASOF_SERVING_URL!;
}
