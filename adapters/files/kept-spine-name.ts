/** Whether a file is called as Asof calls the spines that it keeps: the SHA-256 of the bytes, and `.csv`. */
export function isKeptSpineName(name: string): boolean {
  return /^[0-9a-f]{64}\.csv$/.test(name);
}
