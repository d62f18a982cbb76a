import { eventually } from '../expectations/eventually.ts';
import { kill, spawnWorker } from '../servers/asof.ts';

const KILLS = 3;

/**
 * Kills three workers with SIGKILL, each after `progress` has grown during its life, and then runs `work`
 * beside a fourth. Each worker starts before the previous one dies, so that the work continues soon.
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
    await eventually('a step', async () => (await progress()) > before);
    await kill(worker);
    worker = await standby;
  }
  await work();
  await kill(worker);
}
