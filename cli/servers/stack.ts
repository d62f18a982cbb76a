import { Command } from '@commander-js/extra-typings';
import {
  type StackEnvironment,
  stackDown,
  stackEnvironment,
  stackStatus,
  stackUp,
  withoutLogin,
} from '../../stack/index.ts';
import { interruptSignal } from '../shared/interrupt.ts';
import { printResult, printSettings, progress, table } from '../shared/output.ts';

export function stackCommand() {
  return new Command('stack')
    .description('start and stop the servers: Temporal, Kafka, TimescaleDB, Redis, MLflow')
    .addCommand(upCommand())
    .addCommand(downCommand())
    .addCommand(statusCommand())
    .addCommand(envCommand());
}

function upCommand() {
  return new Command('up')
    .description('start every server that the environment does not name, and wait until all answer')
    .option('--json', 'print the servers as one JSON object')
    .action(async ({ json }) => {
      const environment = withoutLogins(await stackUp({ progress, signal: interruptSignal() }));
      printResult(environment, { json, text: keyValues(environment) });
    });
}

function downCommand() {
  return new Command('down')
    .description('stop what `up` started, and the background worker; data and software stay')
    .action(() => stackDown({ progress }));
}

function statusCommand() {
  return new Command('status')
    .description('ask every server whether it answers; exit code 1 when one does not')
    .option('--json', 'print the status as one JSON object')
    .action(async ({ json }) => {
      const status = await stackStatus();
      const processes = [...status.servers, ...status.background];
      printResult(status, {
        json,
        text: table(
          processes.map((row) => ({ url: '', ...row })),
          ['name', 'state', 'url', 'pid', 'log'],
        ),
      });
      if (status.servers.some(({ state }) => state !== 'ready')) process.exitCode = 1;
    });
}

function envCommand() {
  return new Command('env')
    .description('print where the servers are, with their passwords, as KEY=value lines')
    .option('--json', 'print them as one JSON object')
    .addHelpText('after', '\nExample:\n  export $(npx asof stack env)')
    .action(({ json }) => {
      const environment = stackEnvironment();
      printSettings(environment, { json, text: keyValues(environment) });
    });
}

/** `env` alone prints passwords, since that is what it is asked for. */
function withoutLogins(environment: StackEnvironment): Record<string, string> {
  const shown = Object.entries<string>(environment).map(([name, url]) => [name, withoutLogin(url)]);
  return Object.fromEntries(shown) as Record<string, string>;
}

function keyValues(environment: object): string {
  return Object.entries(environment)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join('\n');
}
