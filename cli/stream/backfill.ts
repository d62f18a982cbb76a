import { Command } from '@commander-js/extra-typings';
import { type BackfillResult, type BackfillStatus, connect } from '../../client/index.ts';
import { printResult, progress } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';

export function backfillCommand() {
  return new Command('backfill')
    .description('merge kept late events into the windows that they missed; brings its own worker')
    .argument('<table>', 'stream table, such as user_activity_features')
    .option('--from <time>', 'RFC 3339 event time, included; without it from the first')
    .option('--to <time>', 'RFC 3339 event time, not included; without it to the last')
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nThe range is widened to whole slides. A table that joined its source later is filled first.\nRun again after a stop, it goes on where it was.\n\nExample:\n  npx asof backfill user_activity_features --from 2026-02-01T00:00:00Z --to 2026-03-01T00:00:00Z',
    )
    .action(async (table, { from, to, json }) => {
      await using asof = await connect();
      const options = { from, to, onProgress: reportBackfill() };
      const result = await withWorker((signal) => asof.table(table).backfill({ ...options, signal }));
      printResult(result, { json, text: describe(result) });
    });
}

function describe({ table, chunks, filled, merged, rows, lost }: BackfillResult): string {
  const past = filled > 0 ? `filled ${table} from ${filled} raw events, ` : '';
  const none = merged === 0 ? '; the range has no kept late event that could be merged' : '';
  const beyond =
    lost > 0
      ? `; ${lost} late events stay out, since retention has removed the raw events or tiles that they need`
      : '';
  return `${past}merged ${merged} late events into ${table}, in ${chunks} chunks: ${rows} rows new or changed${none}${beyond}`;
}

/** Reports the progress of a backfill, once for each change. */
function reportBackfill(): (status: BackfillStatus) => void {
  let last = '';
  return ({ table, state, filled, merged, kept, rows, reached, end }) => {
    const at = reached === null ? '' : `, at ${reached}`;
    const done =
      state === 'filling'
        ? `filled from ${filled} raw events${at}${end === null ? '' : ` of ${end}`}`
        : `${merged} of ${kept} late events merged${at}`;
    const line = `backfill ${table}: ${done}, ${rows} rows`;
    if (line !== last && state !== 'starting') progress(line);
    last = line;
  };
}
