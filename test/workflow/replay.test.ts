import { readFileSync, readdirSync } from 'node:fs';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { workflowCode } from '../../workers/workflow-code.ts';

const histories = new URL('histories/', import.meta.url);
let workflowBundle: Awaited<ReturnType<typeof workflowCode>>;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
  workflowBundle = await workflowCode();
});

// To record one: npx asof temporal workflow show --workflow-id ID -o json > test/workflow/histories/NAME.json
test.each(readdirSync(histories))('the current workflow code replays %s', async (name) => {
  const history = read(name);
  // Ids of child workflows begin with that of their parent.
  const { workflowId } = history.events[0]!.workflowExecutionStartedEventAttributes!;
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
});

test('a workflow history that the code would not make fails its replay', async () => {
  const history = JSON.stringify(read('stream-features-operated.json')).replaceAll(
    'planStream',
    'planNothing',
  );
  await expect(Worker.runReplayHistory({ workflowBundle }, JSON.parse(history))).rejects.toThrow(
    /[Nn]ondeterminism/,
  );
});

interface History {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId: string };
  }[];
}

function read(name: string): History {
  return JSON.parse(readFileSync(new URL(name, histories), 'utf8')) as History;
}
