import { expect, onTestFinished, test, vi } from 'vitest';
import { type RunnableWorker, besideWorker } from '../../../../cli/shared/beside-worker.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';

const GIVEN_UP = new AsofError('ASOF_REDIS_UNAVAILABLE', 'tasks had to be given up');

test('the result of the work stays when the worker does not stop in order, which is said', async () => {
  const said = listen();
  expect(await besideWorker(workerThat('fails to stop'), () => Promise.resolve(7))).toBe(7);
  expect(said()).toMatch(
    /^warning: the worker of this command did not stop in order: tasks had to be given up/,
  );
});

test('the error of the work is not replaced by that of the stop', async () => {
  const said = listen();
  const failing = besideWorker(workerThat('fails to stop'), () => Promise.reject(new Error('of the work')));
  await expect(failing).rejects.toThrow('of the work');
  expect(said()).toMatch(/did not stop in order/);
});

test('the error of a running worker ends the call, and is said once', async () => {
  const said = listen();
  const never = new Promise<never>(() => {});
  await expect(besideWorker(workerThat('fails'), () => never)).rejects.toBe(GIVEN_UP);
  expect(said()).toBe('');
});

test('the call ends after the worker has stopped', async () => {
  const events: string[] = [];
  const worker = workerThat('stops', () => events.push('stopped'));
  await besideWorker(worker, () => Promise.resolve(events.push('worked')));
  expect(events).toEqual(['worked', 'stopped']);
});

function workerThat(does: 'stops' | 'fails to stop' | 'fails', onEnd: () => void = () => {}): RunnableWorker {
  let end = (): void => {};
  const stopping = new Promise<void>((resolve) => (end = resolve));
  return {
    async run() {
      if (does !== 'fails') await stopping;
      onEnd();
      if (does !== 'stops') throw GIVEN_UP;
    },
    stop: () => end(),
  };
}

/** What is written to standard error from now on. */
function listen(): () => string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  return () => write.mock.calls.map(([text]) => String(text)).join('');
}
