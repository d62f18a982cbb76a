import { Connection } from '@temporalio/client';

const TIMEOUT_MS = 3_000;
const KEYWORD = 2;

/** By these Asof's workflows are found in the Web UI and by `temporal workflow list`. */
export const searchAttributes = ['AsofSource', 'AsofTable', 'AsofState'] as const;

/** Ready means that the namespace is there and knows our search attributes; missing ones are added. */
export async function askTemporal(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: TIMEOUT_MS });
  try {
    await connection.withDeadline(Date.now() + TIMEOUT_MS, () => checkNamespace(connection));
  } finally {
    await connection.close();
  }
}

async function checkNamespace({ workflowService, operatorService }: Connection): Promise<void> {
  const namespace = process.env.TEMPORAL_NAMESPACE || 'default';
  await workflowService.describeNamespace({ namespace });
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}
