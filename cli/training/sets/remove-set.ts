import { Command } from '@commander-js/extra-typings';
import { connect } from '../../../client/index.ts';
import { isConfirmed } from '../../shared/ask.ts';
import { printResult, progress } from '../../shared/output.ts';

export function removeSet() {
  return new Command('remove')
    .description('delete a built set: its record, hashes and statistics, and the files that Asof made of it')
    .argument('<id>', 'id of the set, such as ts_0f3a5d1b2c4e')
    .option('--yes', 'do not ask; needed where standard input is not a terminal')
    .option('--json', 'print what was deleted as one JSON object')
    .addHelpText(
      'after',
      '\nIt is refused while an alias or an endpoint uses a model version that was trained on the set.' +
        '\n\nExample:\n  npx asof training-set remove ts_0f3a5d1b2c4e',
    )
    .action(async (id, { yes, json }, command) => {
      await using asof = await connect();
      const { name, rows, models } = await asof.trainingSets.show(id);
      progress(
        `training set ${id} of '${name}', ${rows} rows, trained on by ${models.join(', ') || 'no model'}: it cannot be built again or verified from then on`,
      );
      const asked = { undone: 'nothing was removed', command: 'training-set remove' };
      if (!yes && !(await isConfirmed('Remove it?', asked)))
        return command.error('error: nothing was removed');
      const report = await asof.removeTrainingSet(id);
      for (const file of report.filesElsewhere) progress(`training set ${id}: the file ${file} stays`);
      printResult(report, { json, text: `removed training set ${id} and ${report.files.length} files` });
    });
}
