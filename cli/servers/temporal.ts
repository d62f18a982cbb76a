import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from '@commander-js/extra-typings';
import { deploymentNamespace } from '../../config/namespace.ts';
import { temporalSettings } from '../../config/servers.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { childEnvironment, temporalCliPath } from '../../stack/index.ts';
import { interruptedWith, whenInterrupted } from '../shared/interrupt.ts';

export function temporalCommand() {
  return new Command('temporal')
    .description("run the stack's Temporal CLI against the stack's Temporal server")
    .argument('[args...]', 'arguments of the Temporal CLI')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args) => {
      const env = {
        ...childEnvironment('temporalCli'),
        TEMPORAL_ADDRESS: temporalSettings(deploymentNamespace()).address,
      };
      const cli = spawn(temporalCliPath() ?? 'temporal', args, { stdio: 'inherit', env });
      whenInterrupted(() => cli.kill());
      await once(cli, 'exit').catch((error: Error) => {
        throw cliMissing(error);
      });
      process.exitCode = cli.exitCode ?? interruptedWith() ?? 1;
    });
}

function cliMissing(cause: Error): AsofError {
  return new AsofError(
    'ASOF_TEMPORAL_CLI_MISSING',
    'there is no Temporal CLI: neither a native stack nor `temporal` on the PATH; install it, or run: npx asof stack up',
    { cause },
  );
}
