/** What a kept spine is: the ending of its name says it, as the first bytes of its content do. */
export type SpineForm = 'csv' | 'parquet';

/** Whether a file is called as Asof calls the spines that it keeps: the SHA-256 of the bytes, and their form. */
export function isKeptSpineName(name: string): boolean {
  return /^[0-9a-f]{64}\.(?:csv|parquet)$/.test(name);
}
