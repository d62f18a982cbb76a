import type { z } from 'zod';
import { parsed } from '../../values/parse.ts';
import { valueAt } from './problem-paths.ts';

type Issue = z.core.$ZodIssue;
type Members = Record<PropertyKey, unknown>;

/**
 * By the name of a required option: the options that take the place of wrong ones, so that the others are checked
 * further.
 */
export type StandIns = Readonly<Record<string, object>>;

/**
 * What is wrong with a value, and what is right of it. Wrong options are left out or replaced, and the rest is parsed
 * again, since some problems show only where no others are. A wrong name stays: what uses the definition names it so.
 *
 * @returns as `rest` undefined if too little is right.
 */
export function mended<D>(
  schema: z.ZodType<D>,
  value: object,
  standIns: StandIns,
): { readonly issues: readonly Issue[]; readonly rest: D | undefined } {
  const rest = copyOf(value) as Members;
  const said: Issue[] = [];
  const names = new Set<string>();
  const leftOut = new Set<string>();
  for (;;) {
    const { data, issues = [] } = parsed(schema, rest);
    const [named, wrong] = divided(issues, rest);
    const fresh = named.filter((issue) => !names.has(pathOf(issue)));
    for (const issue of fresh) names.add(pathOf(issue));
    said.push(...fresh);
    if (wrong.length === 0) return { issues: said, rest: data ?? (rest as D) };
    if (wrong.some((issue) => leftOut.has(pathOf(issue)))) return { issues: said, rest: undefined };
    said.push(...wrong);
    for (const issue of wrong) leftOut.add(pathOf(issue));
    if (!wrong.every(({ path }) => leaveOut(path, rest, standIns))) return { issues: said, rest: undefined };
  }
}

function pathOf({ path }: Issue): string {
  return path.join('.');
}

/** The problems of names, and all others. */
function divided(issues: readonly Issue[], value: object): [names: Issue[], others: Issue[]] {
  const names = issues.filter(({ path }) => isName(path, value));
  return [names, issues.filter((issue) => !names.includes(issue))];
}

function isName(path: readonly PropertyKey[], value: object): boolean {
  return path.at(-1) === 'name' && typeof valueAt(path, value) === 'string';
}

/** Leaves out what a path leads to. False if that is no option. */
function leaveOut(path: readonly PropertyKey[], value: Members, standIns: StandIns): boolean {
  const standIn = new Map(Object.entries(standIns)).get(String(path[0]));
  if (standIn) {
    Object.assign(value, standIn);
    return true;
  }
  const option = path.at(-1);
  const holder = valueAt(path.slice(0, -1), value);
  if (typeof holder !== 'object' || holder === null || typeof option !== 'string') return false;
  delete (holder as Members)[option];
  return true;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
