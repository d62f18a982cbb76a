import { eventually } from '../expectations/eventually.ts';
import { kill, spawnWorker } from '../servers/asof.ts';

const KILLS = 3;

/**
 * Kills three workers as `kill -9` does, each once `progress` has grown under it, and runs `work` beside the one that
 * is left. The next worker stands by before one dies, so that the work is soon taken up.
 */
export async function afterKilledWorkers(
  environment: NodeJS.ProcessEnv,
  progress: () => Promise<bigint>,
  work: () => Promise<void>,
): Promise<void> {
  let worker = await spawnWorker(environment);
  for (let kills = 0; kills < KILLS; kills += 1) {
    const standby = spawnWorker(environment);
    const before = await progress();
    await eventually('a chunk', async () => (await progress()) > before);
    await kill(worker);
    worker = await standby;
  }
  await work();
  await kill(worker);
}
