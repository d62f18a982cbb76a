import type { ApplyPlan, OptionChange, PlannedChange, Recomputation, Touched } from '../../client/index.ts';
import { roughly } from '../../domain/stream/reading-rate.ts';
import { comparisonLines } from './comparison-text.ts';
import { optionText } from './option-text.ts';

/** A plan as people read it: a line for each step, and below it what it changes, computes and touches. */
export function planText({ changes, gone, decisions, notes }: ApplyPlan): string {
  const lines = [
    ...changes.flatMap(stepLines),
    ...gone.map(
      ({ what, remove }) => `  = ${what} is not among the definitions. It goes on; remove it with: ${remove}`,
    ),
  ];
  if (lines.length === 0) return '  nothing to change';
  const count = decisions.length === 1 ? '1 decision' : `${decisions.length} decisions`;
  return [
    ...lines,
    ...(decisions.length === 0 ? [] : [`  ${count} to take:`]),
    ...decisions.map(({ what, why }) => `    ! ${what}: ${why}`),
    ...notes.map((note) => `  note: ${note}`),
  ].join('\n');
}

const SIGNS = { create: '+', change: '~', describe: '~' } as const;

function stepLines({
  action,
  what,
  options,
  refused,
  recomputed,
  touches,
  comparison,
}: PlannedChange): string[] {
  const sign = refused === null ? SIGNS[action] : '✖';
  return [
    `  ${sign} ${action} ${what}${refused === null ? '' : ' is refused'}`,
    ...(refused === null ? [] : [`      refused: ${refused}`]),
    ...options.map((option) => `      ${changeText(option)}`),
    ...(recomputed === null ? [] : [`      computes ${recomputationText(recomputed)}`]),
    ...touchedLines(touches).map((line) => `      ${line}`),
    ...(comparison === null ? [] : comparisonLines(comparison).map((line) => `      ${line}`)),
  ];
}

function changeText({ option, before, after, deletes }: OptionChange): string {
  const what =
    before === undefined
      ? `${option}: new, ${optionText(option, after)}`
      : after === undefined
        ? `${option}: goes away, was ${optionText(option, before)}`
        : `${option}: ${optionText(option, before)} → ${optionText(option, after)}`;
  return deletes === undefined ? what : `${what} (deletes ${deletes})`;
}

function recomputationText({ rawEvents, logicalTimes, rows, seconds, estimate }: Recomputation): string {
  const from =
    rawEvents === null ? `${logicalTimes ?? 0} logical times` : `the past from ${rawEvents} raw events`;
  const has = rows === null ? '' : `, ${rows} rows now`;
  const time =
    seconds === null
      ? `it is not known how long that takes: ${estimate}`
      : `about ${roughly(seconds)}: ${estimate}`;
  return `${from}${has}; ${time}`;
}

function touchedLines({ definedSets, trainingSets, models, onlineTables, endpoints }: Touched): string[] {
  const named = [
    ['training sets as defined', definedSets],
    ['built training sets', trainingSets],
    ['models', models.map(({ model, version, inUse }) => `${model}/${version}${inUse ? ' (in use)' : ''}`)],
    ['online tables', onlineTables],
    ['endpoints', endpoints],
  ] as const;
  return named.flatMap(([kind, names]) => (names.length === 0 ? [] : [`touches ${kind}: ${listed(names)}`]));
}

const MOST_LISTED = 10;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return `${names.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
