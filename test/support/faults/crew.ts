import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WORKER_READY } from '../../../cli/servers/worker.ts';
import type { Doom, KillPoint } from './kill-points.ts';
import type { LifeBug, PlantedBug } from './planted-bugs.ts';

const script = fileURLToPath(new URL('doomed-worker.mjs', import.meta.url));

export interface CrewOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly size: number;
  /** How the workers die, one after another. Workers after the last doom live on. Omitted: no dooms. */
  readonly dooms?: readonly Doom[];
  /** The role of the processes. Omitted: `worker`. */
  readonly role?: 'worker' | 'serve';
  /** Whether the workers train. Omitted: they do not. */
  readonly trains?: boolean;
  /** A bug to plant in every worker. */
  readonly bug?: PlantedBug | LifeBug | undefined;
}

/** Worker processes that die at named points; a new process replaces each at once. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #dooms: Doom[];
  readonly #workers = new Set<ChildProcess>();
  readonly #slots: Promise<void>[];
  readonly #deaths = new Map<KillPoint, number>();
  #dismissed = false;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#dooms = [...(options.dooms ?? [])];
    this.#slots = Array.from({ length: options.size }, () => this.#occupySlot());
  }

  /** The number of deaths at each point. */
  get deaths(): ReadonlyMap<KillPoint, number> {
    return this.#deaths;
  }

  /** The number of deaths at all points. */
  get kills(): number {
    return [...this.#deaths.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Kills every worker at once; new ones replace them until the crew is dismissed. */
  killAll(): void {
    for (const worker of this.#workers) worker.kill('SIGKILL');
  }

  /** The living processes, oldest first. */
  get processes(): readonly ChildProcess[] {
    return [...this.#workers];
  }

  /** Kills every worker for good. */
  async dismiss(): Promise<void> {
    this.#dismissed = true;
    this.killAll();
    await Promise.all(this.#slots);
  }

  async #occupySlot(): Promise<void> {
    while (!this.#dismissed) {
      const doom = this.#dooms.shift();
      const worker = this.#start(doom);
      const [, signal] = (await once(worker, 'exit')) as [number | null, NodeJS.Signals | null];
      this.#workers.delete(worker);
      if (!doom) continue;
      // `killed` says that `killAll` ended the worker. A worker that did not die by its doom leaves it to a
      // later one.
      if (signal === 'SIGKILL' && !worker.killed)
        this.#deaths.set(doom.point, (this.#deaths.get(doom.point) ?? 0) + 1);
      else this.#dooms.push(doom);
    }
  }

  #start(doom: Doom | undefined): ChildProcess {
    const { environment, bug = '', role = 'worker', trains = false } = this.#options;
    const child = spawn(process.execPath, [script, role], {
      env: {
        ...environment,
        ...(!trains && { ASOF_PYTHON: '' }),
        ASOF_PLANTED_BUG: bug,
        ASOF_DOOM: doom ? JSON.stringify(doom) : '',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#workers.add(child);
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (process.env.ASOF_SHOW_WORKERS && line !== WORKER_READY) process.stderr.write(`${role}: ${line}\n`);
    });
    return child;
  }
}
