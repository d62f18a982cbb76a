import { Command } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { isConfirmed } from '../shared/ask.ts';
import { listingProblems } from '../shared/list-problems.ts';
import { printResult, progress } from '../shared/output.ts';
import { planText } from './plan-text.ts';

export function applyCommand() {
  return new Command('apply')
    .description('make the schemas, hypertables and topics that the definitions ask for; safe to run again')
    .option(
      '--definitions <dir>',
      'folder of definition modules (default: ASOF_DEFINITIONS, or ./definitions)',
    )
    .option('--yes', 'do not ask; needed for changes where standard input is not a terminal')
    .option('--json', 'print the changes, or the problems of the definitions, as one JSON object')
    .addHelpText('after', '\nExamples:\n  npx asof apply\n  npx asof apply --definitions my-features --yes')
    .action(async ({ definitions, yes, json }) => {
      const folder = definitions ?? definitionsFolder();
      await using asof = await connect();
      const { applied } = await listingProblems(json, () =>
        asof.apply(folder, {
          async confirm(plan) {
            progress(`asof apply will, from ${folder}:\n${planText(plan)}`);
            return (
              yes ||
              (await isConfirmed('Apply these changes?', { undone: 'nothing was applied', command: 'apply' }))
            );
          },
        }),
      );
      const text =
        applied.length > 0
          ? `applied ${applied.length} ${applied.length === 1 ? 'change' : 'changes'}`
          : 'nothing to change';
      printResult({ applied }, { json, text });
    });
}
