import { createInterface } from 'node:readline/promises';
import { Command } from '@commander-js/extra-typings';
import { type Change, connect } from '../../client/index.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { printResult, progress } from '../shared/output.ts';

export function applyCommand() {
  return new Command('apply')
    .description('make the schemas, hypertables and topics that the definitions ask for; safe to run again')
    .option(
      '--definitions <dir>',
      'folder of definition modules (default: ASOF_DEFINITIONS, or ./definitions)',
    )
    .option('--yes', 'do not ask; needed for changes where standard input is not a terminal')
    .option('--json', 'print the changes as one JSON object')
    .addHelpText('after', '\nExamples:\n  npx asof apply\n  npx asof apply --definitions my-features --yes')
    .action(async ({ definitions, yes, json }) => {
      const folder = definitions ?? definitionsFolder();
      await using asof = await connect();
      const { applied } = await asof.apply(folder, {
        async confirm(changes) {
          progress(`asof apply will, from ${folder}:\n${changes.map(describe).join('\n')}`);
          return yes || (await isConfirmed());
        },
      });
      const text =
        applied.length > 0
          ? `applied ${applied.length} ${applied.length === 1 ? 'change' : 'changes'}`
          : 'nothing to change';
      printResult({ applied: applied.map(({ action, what }) => ({ action, what })) }, { json, text });
    });
}

function describe({ action, what }: Change): string {
  return `  ${action === 'create' ? '+' : '~'} ${action} ${what}`;
}

/** @throws AsofError `ASOF_NOT_CONFIRMED` where there is no terminal to ask at. */
async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new AsofError(
      'ASOF_NOT_CONFIRMED',
      'nothing was applied: there is no terminal to ask at; to make these changes, run apply with --yes',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal hands its Ctrl-C to whoever asks, and so to no one else.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const answer = await terminal.question('Apply these changes? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer);
}
