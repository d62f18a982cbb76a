import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { connect } from '../../client/index.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { listingProblems } from '../shared/list-problems.ts';
import { printResult, progress } from '../shared/output.ts';
import { planText } from './plan-text.ts';

/** The exit code of a plan in which somebody has something to decide. */
const UNDECIDED = 2;

export function planCommand() {
  return new Command('plan')
    .description(
      'what apply would do, and what that means; changes nothing. Exit code 2: there is something to decide',
    )
    .option(
      '--definitions <dir>',
      'folder of definition modules (default: ASOF_DEFINITIONS, or ./definitions)',
    )
    .option(
      '--days <n>',
      'compute changed stream tables beside the registered ones for so many days of rows; 0: do not',
      days,
      7,
    )
    .option(
      '--threshold <model=number...>',
      'from which prediction on a model says yes (default: 0.5 for a probability of 1)',
      thresholds,
      {},
    )
    .option('--json', 'print the plan, or the problems of the definitions, as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npx asof plan\n  npx asof plan --definitions my-features --json\n  npx asof plan --days 30 --threshold user_churn_model=0.3',
    )
    .action(async ({ definitions, days, threshold, json }) => {
      const folder = definitions ?? definitionsFolder();
      await using asof = await connect();
      const plan = await listingProblems(json, () =>
        asof.plan(folder, { days, thresholds: threshold, onProgress: progress }),
      );
      printResult(plan, { json, text: `asof apply will, from ${folder}:\n${planText(plan)}` });
      if (plan.decisions.length > 0) process.exitCode = UNDECIDED;
    });
}

function days(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 0 on');
  return Number(text);
}

function thresholds(text: string, others: Readonly<Record<string, number>>): Record<string, number> {
  const [, model, number] = /^([^=]+)=(-?[\d.]+)$/.exec(text) ?? [];
  if (model === undefined || number === undefined || !Number.isFinite(Number(number)))
    throw new InvalidArgumentError('expected a model and a number, such as user_churn_model=0.3');
  return { ...others, [model]: Number(number) };
}
