import { progress } from './output.ts';

/** Says something of a stream each time that it changes: how many records are to go, or what went wrong. */
function reportChanges<Value>(source: string, describe: (value: Value) => string): (value: Value) => void {
  let last: Value | undefined;
  return (value) => {
    if (value !== last) progress(`stream ${source}: ${describe(value)}`);
    last = value;
  };
}

/** How a command that reads a source to its head tells the person who waits. */
export function reportStream(source: string) {
  return {
    onLag: reportChanges<number>(source, (lag) => `${lag} records to go`),
    onTrouble: reportChanges<string>(source, (failure) => `trying again: ${failure}`),
  };
}
