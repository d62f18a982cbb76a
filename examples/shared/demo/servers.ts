import type { Asof } from 'asof/client';
import { progress } from '../../../cli/shared/output.ts';
import { asofProgram } from '../../../cli/shared/program.ts';
import {
  stackDown,
  stackEnvironment,
  stackUp,
  startBackground,
  stopBackground,
} from '../../../stack/index.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Starts the servers, without the worker and the endpoints that an earlier demo left running. */
export async function startServers(watch: Stopwatch, signal: AbortSignal): Promise<void> {
  await watch.step('servers', 'starting the servers', () => stackUp({ progress, signal }));
  await stopBackground('worker');
  await stopBackground('serve');
}

/** Empties Asof and applies the definitions of a folder. */
export async function startAnew(asof: Asof, definitions: string, force: boolean | undefined): Promise<void> {
  await asof.reset({ force });
  await asof.apply(definitions, {
    confirm({ changes }) {
      for (const { action, what } of changes) progress(`${action} ${what}`);
      return true;
    },
  });
}

/**
 * Stops the servers if `down`. Otherwise starts a worker in the background, so that workflows that users start
 * by hand run after the demo.
 */
export async function endDemo(down: boolean | undefined): Promise<void> {
  if (down) {
    await stackDown({ progress });
    return;
  }
  await startBackground({ name: 'worker', ...asofProgram('worker') });
  const { TEMPORAL_UI_URL, MLFLOW_TRACKING_URI } = stackEnvironment();
  progress(
    [
      '\nStill running: the servers, a worker and the endpoints. Stop them with: npx asof stack down',
      `  Temporal Web UI  ${TEMPORAL_UI_URL}/namespaces/default/workflows`,
      `  MLflow           ${MLFLOW_TRACKING_URI}`,
    ].join('\n'),
  );
}
