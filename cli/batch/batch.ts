import { Command } from '@commander-js/extra-typings';
import { type BatchCheck, type BatchStatus, connect } from '../../client/index.ts';
import { printResult, progress, table } from '../shared/output.ts';
import { withWorker } from '../shared/with-worker.ts';

export function batchCommand() {
  return new Command('batch')
    .description('compute batch features')
    .addCommand(runCommand())
    .addCommand(checkCommand());
}

function runCommand() {
  return new Command('run')
    .description("compute a table as of each of its schedule's times in a past range; brings its own worker")
    .argument('<table>', 'batch table, such as transaction_features')
    .requiredOption('--from <time>', 'RFC 3339 time, included')
    .requiredOption('--to <time>', 'RFC 3339 time, included')
    .option('--again', 'also the times that were computed from the same events and tables')
    .option('--json', 'print the counts as one JSON object')
    .addHelpText(
      'after',
      '\nRun again after a stop, it goes on where it was.\n\nExample:\n  npx asof batch run transaction_features --from 2026-01-01T00:00:00Z --to 2026-03-01T00:00:00Z',
    )
    .action(async (table, { from, to, again, json }) => {
      await using asof = await connect();
      const options = { from, to, again, onProgress: reportBatch() };
      const result = await withWorker((signal) => asof.batch(table).run({ ...options, signal }));
      const { computed, skipped, rows, changed } = result;
      const text = `computed ${table} as of ${computed} times, ${skipped} were up to date: ${rows} rows, ${changed} of them new, changed or gone`;
      printResult(result, { json, text });
    });
}

function checkCommand() {
  return new Command('check')
    .description("find the times of a table's schedule that are not computed; exit code 0 if none, else 1")
    .argument('<table>', 'batch table, such as transaction_features')
    .option('--json', 'print the check as one JSON object')
    .action(async (name, { json }) => {
      await using asof = await connect();
      const check = await asof.batch(name).check();
      printResult(check, { json, text: checkText(check) });
      if (!check.clean) process.exitCode = 1;
    });
}

function checkText({ table: name, since, computed, last, missing, pending }: BatchCheck): string {
  const done = `${name}: ${computed} times of the schedule since ${since} are computed${last === null ? '' : `, the last is ${last}`}; ${pending} are still to come`;
  if (missing.length === 0) return `${done}; none is missing`;
  const count = missing.reduce((sum, { times }) => sum + times, 0);
  const [{ from }, { to }] = [missing[0]!, missing.at(-1)!];
  return [
    table(missing, ['from', 'to', 'times']),
    `${done}; ${count} are missing. Compute them: npx asof batch run ${name} --from ${from} --to ${to}`,
  ].join('\n');
}

/** Reports the progress of a batch run, once for each change. */
export function reportBatch(): (status: BatchStatus) => void {
  let last = '';
  return ({ table, state, times, computed, skipped, rows, behind }) => {
    const done = `${computed + skipped} of ${times} times, ${rows} rows`;
    const waiting = behind
      .map(({ partition, next, head }) => `partition ${partition} at ${next} of ${head}`)
      .join(', ');
    const line = `batch ${table}: ${state === 'waiting' ? `waiting for the stream: ${waiting || 'events may still be late'}` : done}`;
    if (line !== last && state !== 'starting') progress(line);
    last = line;
  };
}
