/** Takes lines that a person follows. */
export type Progress = (line: string) => void;

/** Takes the details of a running step, to show that a long step makes progress. */
export type Detail = (line: string) => void;

/** Reports the steps of one server and their durations. */
export interface Reporter {
  say: (text: string) => void;
  step: <T>(what: string, action: (detail: Detail) => Promise<T>) => Promise<T>;
}

const WORTH_A_LINE_MS = 100;
const FIRST_SIGN_MS = 1_000;
const SIGN_OF_LIFE_MS = 10_000;

export function reporterFor(name: string, progress: Progress): Reporter {
  const say = (text: string) => progress(`${name.padEnd(12)} ${text}`);
  return { say, step: (what, action) => timedStep(say, what, action) };
}

async function timedStep<T>(say: Progress, what: string, action: (detail: Detail) => Promise<T>): Promise<T> {
  const started = performance.now();
  let last = '';
  const first = setTimeout(() => say(`${what} …`), FIRST_SIGN_MS);
  const signs = setInterval(
    () => say(`${what} … ${secondsSince(started)}${last && `: ${last}`}`),
    SIGN_OF_LIFE_MS,
  );
  try {
    const result = await action((line) => (last = line.trim().slice(0, 80)));
    if (performance.now() - started > WORTH_A_LINE_MS) say(`${what}: done in ${secondsSince(started)}`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(signs);
  }
}

export function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
