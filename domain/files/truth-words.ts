/** Truth values as pandas, Spark, Excel and psql write them. */
const TRUTH = /^(?:(?<yes>true|t)|false|f)$/i;

/** The truth value that a word in a file of texts says. Undefined: it says none. */
export function truthOfWord(text: string): boolean | undefined {
  const truth = TRUTH.exec(text)?.groups;
  return truth && truth.yes !== undefined;
}
