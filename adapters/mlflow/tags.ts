import { shortened } from '../../domain/errors/shortened.ts';

/** An entry of MLflow's lists of keys and values. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** @param longest the characters that a value may have. Longer ones are shortened, and say so. */
export function keyValues(record: Readonly<Record<string, string | number>>, longest = Infinity): KeyValue[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: within(String(value), longest) }));
}

/** Room for what says how much is left out. */
const ENDING = 40;

function within(value: string, longest: number): string {
  return value.length <= longest ? value : shortened(value, longest - ENDING);
}

/** A condition for MLflow's search: the tag has this value. The value must not contain quotes. */
export function tagIs(key: string, value: string): string {
  return `tags.\`${key}\` = '${value}'`;
}
