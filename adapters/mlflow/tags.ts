/** MLflow's lists of keys and values. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export function keyValues(record: Readonly<Record<string, string | number>>): KeyValue[] {
  return Object.entries(record).map(([key, value]) => ({ key, value: String(value) }));
}

/** A condition of MLflow's search: the tag has the value, which must be free of quotes, as ids are. */
export function tagIs(key: string, value: string): string {
  return `tags.\`${key}\` = '${value}'`;
}
