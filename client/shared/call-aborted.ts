/** What becomes of the workflow of a call that its signal ends. */
type Fate = 'goes on' | 'is cancelled' | 'could not be cancelled';

const WHAT_HOLDS: Readonly<Record<Fate, string>> = {
  'goes on':
    'what was committed stays; the rest is done as soon as a worker runs, and the same command waits for it',
  'is cancelled': 'nothing of it goes on, and the same command starts a new one',
  'could not be cancelled':
    'it goes on as soon as a worker runs, and the same command starts another; cancel it with: npx asof temporal workflow cancel --workflow-id',
};

/** The end of a call by its signal. The message says what becomes of the workflow. */
export class CallAborted extends Error {
  override readonly name = 'AbortError';

  constructor(workflowId: string, fate: Fate, signal: AbortSignal | undefined) {
    const id = fate === 'could not be cancelled' ? ` ${workflowId}` : '';
    super(`workflow ${workflowId} ${fate}: ${WHAT_HOLDS[fate]}${id}`, { cause: signal?.reason });
  }
}
