import { Command } from '@commander-js/extra-typings';
import { reset } from '../client/reset.ts';
import { withTemporal } from '../client/temporal.ts';
import { temporalSettings } from '../config/servers.ts';
import { foreignServers } from '../config/own-stack.ts';
import { AsofError } from '../domain/errors.ts';
import { printResult } from './output.ts';
import { withSystems } from './systems.ts';

export function resetCommand() {
  return new Command('reset')
    .description("empty Asof: end its streams, delete its sources' topics and all of its tables")
    .option('--yes', 'really do it')
    .option('--force', 'also on servers that the environment names')
    .option('--json', 'print what was emptied as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof reset --yes')
    .action(async ({ yes, force, json }) => {
      if (!yes)
        throw new AsofError('ASOF_NOT_CONFIRMED', 'reset deletes all events and features; run it with --yes');
      refuseForeign(force);
      const report = await withSystems(({ pool, kafka }) =>
        withTemporal(temporalSettings(), ({ client }) => reset(pool, kafka, client)),
      );
      const { workflows, topics } = report;
      const text = `ended ${workflows.length} workflows, deleted ${topics.length} topics and all tables of Asof`;
      printResult(report, { json, text });
    });
}

/** @throws AsofError `ASOF_RESET_REFUSED` on servers that are not the stack's own, unless forced. */
export function refuseForeign(force: boolean | undefined): void {
  const foreign = foreignServers();
  if (force || foreign.length === 0) return;
  throw new AsofError(
    'ASOF_RESET_REFUSED',
    `${foreign.join(', ')} name servers that are not the stack's own, and reset would delete what Asof keeps there; to do so, add --force`,
    { details: { foreign } },
  );
}
