import { createInterface } from 'node:readline/promises';
import { Command } from '@commander-js/extra-typings';
import { apply, plan } from '../../client/registry/apply.ts';
import { loadDefinitions } from '../../client/registry/load-definitions.ts';
import type { Change } from '../../client/registry/plan.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult, progress } from '../shared/output.ts';
import { withSystems } from '../shared/systems.ts';
import { applySchedules } from './schedules.ts';

export function applyCommand() {
  return new Command('apply')
    .description('make the schemas, hypertables and topics that the definitions ask for; safe to run again')
    .option('--definitions <dir>', 'folder of definition modules', definitionsFolder())
    .option('--yes', 'do not ask (nobody is asked where standard input is not a terminal)')
    .option('--json', 'print the changes as one JSON object')
    .addHelpText('after', '\nExamples:\n  npx asof apply\n  npx asof apply --definitions my-features --yes')
    .action(async ({ definitions: folder, yes, json }) => {
      const definitions = await loadDefinitions(folder);
      await withSystems(async ({ pool, kafka }) => {
        const { definitions: before } = await loadRegistry(pool);
        const changes = await plan(pool, kafka, definitions);
        if (changes.length > 0) {
          progress(`asof apply will, from ${folder}:\n${changes.map(describe).join('\n')}`);
          if (!yes && process.stdin.isTTY) await confirm();
          await apply(pool, kafka, definitions, changes);
        }
        await applySchedules(definitions, before, (await loadRegistry(pool)).definitions);
        const applied = changes.map(({ action, what }) => ({ action, what }));
        printResult(
          { applied },
          {
            json,
            text:
              changes.length > 0
                ? `applied ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`
                : 'nothing to change',
          },
        );
      });
    });
}

function describe({ action, what }: Change): string {
  return `  ${action === 'create' ? '+ create' : '~ change'} ${what}`;
}

async function confirm(): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Apply these changes? [y/N] ');
  terminal.close();
  if (!/^y(es)?$/i.test(answer)) throw new AsofError('ASOF_NOT_CONFIRMED', 'nothing was applied');
}
