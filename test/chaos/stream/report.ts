import { table } from '../../../cli/shared/output.ts';
import { type KillPoint, killPoints } from '../../support/faults/kill-points.ts';
import { type FailedRound, failureLines } from '../failed-round.ts';
import { type Verdict, verdictOn } from '../verdict.ts';
import type { ChaosOptions, ChaosOutcome } from './chaos.ts';

const HOLDS = "ledgers clean; raw events, dead letters, late events and window rows are the oracle's";

/** The result of a run as JSON. */
export interface ChaosFigures {
  readonly options: ChaosOptions;
  readonly rounds: number;
  readonly deaths: Readonly<Record<KillPoint, number>>;
  readonly restarts: Readonly<Record<string, number>>;
  readonly records: number;
  readonly seconds: number;
  readonly verdict: Verdict;
  readonly failure?: FailedRound;
}

export function chaosFigures(outcome: ChaosOutcome): ChaosFigures {
  const { options, rounds, failure } = outcome;
  const deaths = Object.fromEntries(killPoints.map((point) => [point, 0])) as Record<KillPoint, number>;
  const restarts: Record<string, number> = {};
  let records = 0;
  let seconds = 0;
  for (const round of rounds) {
    for (const [point, count] of round.run.deaths) deaths[point] += count;
    for (const { server } of round.plan.restarts) restarts[server] = (restarts[server] ?? 0) + 1;
    records += round.run.records;
    seconds += round.seconds;
  }
  return {
    options,
    rounds: rounds.length,
    deaths,
    restarts,
    records,
    seconds: Math.round(seconds),
    verdict: verdictOn({ plant: options.plant, failure, holds: HOLDS }),
    ...(failure && {
      failure: { round: failure.round, found: failure.found, again: commandAgain(options, failure.round) },
    }),
  };
}

/** The result of a run as text. */
export function chaosReport({ options, rounds, deaths, restarts, ...figures }: ChaosFigures): string {
  const points = killPoints.map((point) => ({ point, deaths: deaths[point] }));
  const kills = points.reduce((sum, point) => sum + point.deaths, 0);
  const servers = Object.entries(restarts).map(([server, count]) => `${count} ${server}`);
  return [
    table([...points, { point: 'in all', deaths: kills }], ['point', 'deaths']),
    '',
    `${rounds} rounds, ${figures.records} records, ${figures.seconds} s, seed ${options.seed}`,
    `servers killed and started anew: ${servers.join(', ') || 'none'}`,
    ...(figures.failure ? failureLines(figures.failure) : []),
    figures.verdict.text,
  ].join('\n');
}

function commandAgain({ seed, kills, rounds, plant }: ChaosOptions, round: number): string {
  const options = [`--seed ${seed}`, `--kills ${kills}`, `--rounds ${rounds}`, `--round ${round}`];
  return ['npm run chaos -- stream', ...options, ...(plant ? [`--plant ${plant}`] : [])].join(' ');
}
