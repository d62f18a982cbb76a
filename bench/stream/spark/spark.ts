import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kafkaSettings } from '../../../config/servers.ts';
import { logTail } from '../../../stack/processes/log-tail.ts';
import { withDatabase } from '../database.ts';
import type { SparkInstallation } from './software.ts';

/** The settings with which Spark was fastest on two cores. */
const SETTINGS = { cores: 2, memory: '6g', shufflePartitions: 4, eventsPerTrigger: 100_000 };

const script = fileURLToPath(new URL('pipeline.py', import.meta.url));

/** A warm Spark session that stays open, and the database that it writes to. */
export interface Spark {
  readonly pid: number;
  readonly database: string;
  ask(command: { do: 'catch_up' | 'follow'; topic: string; table: string } | { do: 'stop' }): Promise<object>;
}

export async function withSpark<Result>(
  { python, jars }: SparkInstallation,
  work: (spark: Spark) => Promise<Result>,
): Promise<Result> {
  return withDatabase(`spark_bench_${process.pid}`, async (database) => {
    const settings = { ...SETTINGS, jars, database, brokers: kafkaSettings().brokers };
    const log = join(tmpdir(), `asof-bench-spark-${process.pid}.log`);
    const child = spawn(python, [script, JSON.stringify(settings)], {
      env: { ...process.env, PYSPARK_PYTHON: python },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stderr.pipe(createWriteStream(log));
    const ended = once(child, 'exit').then(() => {
      throw new Error(
        `Spark ended before it had answered. Its last lines:\n${logTail(log)}\nThe whole log: ${log}`,
      );
    });
    ended.catch(() => {});
    const answers = answersIn(child.stdout);
    const answer = async (): Promise<object> => (await Promise.race([answers.next(), ended])).value as object;
    try {
      await answer();
      return await work({
        pid: child.pid!,
        database,
        ask: (command) => {
          child.stdin.write(`${JSON.stringify(command)}\n`);
          return answer();
        },
      });
    } finally {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) {
        const killing = setTimeout(() => child.kill('SIGKILL'), 20_000);
        await once(child, 'exit');
        clearTimeout(killing);
      }
    }
  });
}

async function* answersIn(output: NodeJS.ReadableStream): AsyncGenerator<object> {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith('ANSWER ')) yield JSON.parse(line.slice('ANSWER '.length)) as object;
  }
}
