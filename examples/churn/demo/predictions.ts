import { progress, table } from '../../../cli/shared/output.ts';
import { endpointUrl, invoke, startEndpoints } from '../../shared/demo/endpoints.ts';

/**
 * Starts the endpoints in the background and asks the churn endpoint about some users; resolves to the
 * predicted probabilities, in the order of `users`.
 */
export async function predict(users: readonly string[]): Promise<number[]> {
  await startEndpoints();
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
  progress(`\nPOST ${endpointUrl('churn')}\n${table(rows, ['user_id', 'churn', ...SHOWN])}`);
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
