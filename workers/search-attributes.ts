import type { NativeConnection } from '@temporalio/worker';
import { AsofSource, AsofState } from '../workflows/shared/search-attributes.ts';

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType

/** Registers the search attributes that Asof's workflows set. Existing ones are left unchanged. */
export async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = [AsofSource, AsofState].filter(({ name }) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(({ name }) => [name, KEYWORD])),
  });
}
