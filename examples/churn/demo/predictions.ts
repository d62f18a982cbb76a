import { progress, table } from '../../../cli/shared/output.ts';
import { asofProgram } from '../../../cli/shared/program.ts';
import { stackEnvironment, startBackground } from '../../../stack/index.ts';
import { untilHealthy } from './until-healthy.ts';

/**
 * Starts the endpoints in the background and asks the churn endpoint about some users; resolves to the
 * predicted probabilities, in the order of `users`.
 */
export async function predict(users: readonly string[]): Promise<number[]> {
  await startBackground({ name: 'serve', ...asofProgram('serve') });
  await untilHealthy(`${servingUrl()}/health`);
  const records = users.map((user_id) => ({ user_id }));
  const features = await invoke<{ outputs: Record<string, string | number | null>[] }>('shopper', records);
  const { predictions } = await invoke<{ predictions: number[] }>('churn', records);
  const rows: Record<string, string>[] = users.map((user_id, index) => ({
    user_id,
    churn: predictions[index]!.toFixed(3),
    ...Object.fromEntries(
      SHOWN.map((feature) => [feature, String(features.outputs[index]![feature] ?? '–')]),
    ),
  }));
  progress(
    `\nPOST ${servingUrl()}/serving-endpoints/churn/invocations\n${table(rows, ['user_id', 'churn', ...SHOWN])}`,
  );
  return predictions;
}

const SHOWN = [
  'event_count_1h',
  'purchase_count_30d',
  'purchase_count_90d',
  'days_since_last_purchase',
  'lifetime_revenue',
  'preferred_category',
] as const;

async function invoke<Answer>(endpoint: string, records: object[]): Promise<Answer> {
  const response = await fetch(`${servingUrl()}/serving-endpoints/${endpoint}/invocations`, {
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
