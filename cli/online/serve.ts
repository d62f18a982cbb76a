import { Command } from '@commander-js/extra-typings';
import { createLogger } from '../../config/logger.ts';
import { servingSettings } from '../../config/serving.ts';
import { whenInterrupted } from '../shared/interrupt.ts';
import { progress } from '../shared/output.ts';

/** The start of the line that `asof serve` prints, with its address, when it accepts requests. */
const SERVING_READY = 'serve: ready at';

export function serveCommand() {
  return new Command('serve')
    .description('serve the endpoints over HTTP until told to stop (Ctrl-C or SIGTERM)')
    .addHelpText(
      'after',
      `\nExample, with the server running:\n  curl $ASOF_SERVING_URL/serving-endpoints/churn/invocations \\\n    -H 'content-type: application/json' -d '{"dataframe_records":[{"user_id":"u_1"}]}'`,
    )
    .action(async () => {
      const { serve } = await import('../../serving/server.ts');
      const server = await serve(servingSettings(), createLogger());
      // Whoever waits for the line may end this process at once.
      const interrupted = new Promise<void>(whenInterrupted);
      progress(`${SERVING_READY} ${server.url}`);
      await interrupted;
      await server.stop();
    });
}
