import { Connection } from '@temporalio/client';

const TIMEOUT_MS = 3_000;
const KEYWORD = 2;

/** The search attributes of Asof's workflows, for the Web UI and `temporal workflow list`. */
export const searchAttributes = ['AsofSource', 'AsofTable', 'AsofState'] as const;

/** Checks that the namespace exists, and adds the missing search attributes. */
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
