/** An entry of MLflow's lists of keys and values. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export function keyValues(record: Readonly<Record<string, string | number>>): KeyValue[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: String(value) }));
}

/** A condition for MLflow's search: the tag has this value. The value must not contain quotes. */
export function tagIs(key: string, value: string): string {
  return `tags.\`${key}\` = '${value}'`;
}
