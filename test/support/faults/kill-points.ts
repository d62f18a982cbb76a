import { createRequire } from 'node:module';
import { interceptQueries, steps } from './intercept-queries.ts';

/** The points of a micro-batch at which a worker can be made to die, in their order. */
export const killPoints = [
  'while reading',
  'before cursors',
  'after cursors',
  'after raw',
  'after tiles',
  'after rows',
  'before seal',
  'COMMIT sent',
  'committed',
] as const;
export type KillPoint = (typeof killPoints)[number];

/** Where and when a worker dies: at the nth passage of a point. */
export interface Doom {
  readonly point: KillPoint;
  readonly nth: number;
}

/** Makes this process kill itself with SIGKILL at the nth passage of the point. */
export function installDoom({ point, nth }: Doom): void {
  let passed = 0;
  const pass = (reached: KillPoint): void => {
    if (reached !== point) return;
    passed += 1;
    if (passed === nth) process.kill(process.pid, 'SIGKILL');
  };
  watchCommits(pass);
  watchReads(pass);
}

type Pass = (reached: KillPoint) => void;

/** Steps that have a point at their end: the next statement of another step passes the point. */
const ends = {
  cursors: 'after cursors',
  raw: 'after raw',
  tiles: 'after tiles',
  rows: 'after rows',
} as const;

function watchCommits(pass: Pass): void {
  const under = new WeakMap<object, keyof typeof ends | 'other'>();
  interceptQueries((client, text, send) => {
    const step = stepOf(text);
    const before = under.get(client);
    if (step === 'cursors') pass('before cursors');
    if (before !== undefined && before !== 'other' && before !== step) pass(ends[before]);
    if (before === undefined && step !== 'cursors') return send();
    under.set(client, step);
    if (steps.seal.test(text)) pass('before seal');
    if (text !== 'COMMIT') return send();
    under.delete(client);
    const sent = send();
    pass('COMMIT sent');
    return (sent as Promise<unknown>).then((result) => {
      pass('committed');
      return result;
    });
  });
}

function stepOf(text: string): keyof typeof ends | 'other' {
  for (const step of Object.keys(ends) as (keyof typeof ends)[]) if (steps[step].test(text)) return step;
  return 'other';
}

interface FetchResponse {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly unknown[] }[];
  }[];
}

function watchReads(pass: Pass): void {
  const Broker = createRequire(import.meta.url)('kafkajs/src/broker') as {
    prototype: { fetch: (...args: unknown[]) => Promise<FetchResponse> };
  };
  const { fetch } = Broker.prototype;
  Broker.prototype.fetch = async function (...args) {
    const response = await fetch.apply(this, args);
    if (response.responses.some(({ partitions }) => partitions.some(({ messages }) => messages.length > 0)))
      pass('while reading');
    return response;
  };
}
