import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LEASE_MS, type Presence } from '../adapters/redis/presence.ts';
import type { Deployment } from '../db/registry/deployment.ts';
import { AsofError } from '../domain/errors/asof-error.ts';

export const ANNOUNCE_EVERY_MS = 10_000;
/** After a reset, another worker may count as present in the former deployment for so long. */
const FORMER_PRESENT_MS = LEASE_MS + ANNOUNCE_EVERY_MS;

/** A deployment as its database knows it. Undefined while there is none, in a reset. */
export type FindDeployment = () => Promise<Pick<Deployment, 'id'> | undefined>;

/** A worker's word that it is present in the deployment of its database. */
export class Announcement {
  readonly #presence: Pick<Presence, 'announce' | 'leave'>;
  readonly #find: FindDeployment;
  readonly #now: () => number;
  readonly #self = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  #deployment: string | undefined;
  /** The deployment that the database held before, and when this worker saw that it no longer does. */
  #former: { readonly id: string; readonly leftAt: number } | undefined;

  constructor(
    presence: Pick<Presence, 'announce' | 'leave'>,
    find: FindDeployment,
    now: () => number = () => performance.now(),
  ) {
    this.#presence = presence;
    this.#find = find;
    this.#now = now;
  }

  /**
   * Announces the worker in the deployment that its database holds now: a reset and an `apply` give the
   * database another one.
   *
   * @throws AsofError `ASOF_NAMESPACE_TAKEN` if a worker of another deployment is present, and whatever
   * finding the deployment throws.
   */
  async renew(): Promise<void> {
    for (;;) {
      const found = await this.#find();
      try {
        return await this.#announce(found?.id);
      } catch (error) {
        // A worker of the new deployment refuses one that has read the old one just before the reset.
        if (!isTaken(error) || (await this.#find())?.id === found?.id) throw error;
      }
    }
  }

  /** Whether an error of {@link renew} says that this worker would do the work of another deployment. */
  isOfAnother(error: unknown): boolean {
    if (error instanceof AsofError && error.code === 'ASOF_NAMESPACE_DIFFERS') return true;
    return isTaken(error) && !this.#isFormer(error.details.deployment);
  }

  async leave(): Promise<void> {
    const deployment = this.#deployment;
    this.#deployment = undefined;
    if (deployment !== undefined) await this.#presence.leave(deployment, this.#self);
  }

  async #announce(deployment: string | undefined): Promise<void> {
    if (this.#deployment !== undefined && this.#deployment !== deployment) {
      this.#former = { id: this.#deployment, leftAt: this.#now() };
      await this.leave();
    }
    this.#deployment = deployment;
    if (deployment !== undefined) await this.#presence.announce(deployment, this.#self);
  }

  #isFormer(deployment: unknown): boolean {
    return this.#former?.id === deployment && this.#now() - this.#former!.leftAt < FORMER_PRESENT_MS;
  }
}

function isTaken(error: unknown): error is AsofError {
  return error instanceof AsofError && error.code === 'ASOF_NAMESPACE_TAKEN';
}
