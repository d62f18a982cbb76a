import { Command } from '@commander-js/extra-typings';
import { connectRedis } from '../../adapters/redis/client.ts';
import { type ResetReport, reset } from '../../client/registry/reset.ts';
import { withTemporal } from '../../client/shared/temporal.ts';
import { foreignServers } from '../../config/own-stack.ts';
import { redisUrl, temporalSettings } from '../../config/servers.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult } from '../shared/output.ts';
import { type Systems, withSystems } from '../shared/systems.ts';

export function resetCommand() {
  return new Command('reset')
    .description(
      'empty Asof: end its workflows and schedules, delete its topics, online keys and all of its tables',
    )
    .option('--yes', 'really do it')
    .option('--force', 'also on servers that the environment names')
    .option('--json', 'print what was emptied as one JSON object')
    .addHelpText('after', '\nExample:\n  npx asof reset --yes')
    .action(async ({ yes, force, json }) => {
      if (!yes) {
        throw new AsofError('ASOF_NOT_CONFIRMED', 'reset deletes all events and features; run it with --yes');
      }
      refuseForeign(force);
      const report = await withSystems(resetAll);
      const { workflows, schedules, topics, keys } = report;
      const text =
        `ended ${workflows.length} workflows and ${schedules.length} schedules, ` +
        `deleted ${topics.length} topics, ${keys} online keys and all tables of Asof`;
      printResult(report, { json, text });
    });
}

export async function resetAll({ pool, kafka }: Systems): Promise<ResetReport> {
  const redis = await connectRedis(redisUrl());
  try {
    return await withTemporal(temporalSettings(), ({ client }) =>
      reset({ pool, kafka, redis, temporal: client }),
    );
  } finally {
    redis.disconnect();
  }
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
