import { progress } from './output.ts';

/** Says how many records are still to be read, each time that number changes. */
export function reportLag(source: string): (lag: number) => void {
  let last: number | undefined;
  return (lag) => {
    if (lag !== last) progress(`stream ${source}: ${lag} records to go`);
    last = lag;
  };
}
