import { createHash } from 'node:crypto';
import { AsofError } from '../domain/errors/asof-error.ts';

export const defaultStack = 'default';

/** All ports of a stack. They are consecutive, from the base on. */
export type PortPlan = {
  temporal: number;
  temporalUi: number;
  kafka: number;
  kafkaController: number;
  timescaledb: number;
  redis: number;
  mlflow: number;
  serving: number;
};

/**
 * Bases stay below 32768, because Linux gives higher ports to outgoing connections. A client's connection
 * could otherwise occupy a server's port.
 */
const defaultBase = 27200;
const otherBases = { first: 27300, step: 10, count: 500 };

export function portPlan(base: number): PortPlan {
  return {
    temporal: base,
    temporalUi: base + 1,
    kafka: base + 2,
    kafkaController: base + 3,
    timescaledb: base + 4,
    redis: base + 5,
    mlflow: base + 6,
    serving: base + 7,
  };
}

/**
 * The base of a stack without `ASOF_PORT_BASE`. It is always the same for a name, and rarely equal for two
 * names.
 */
export function defaultPortBase(stack: string): number {
  if (stack === defaultStack) return defaultBase;
  const hash = createHash('sha256').update(stack).digest().readUInt32BE();
  return otherBases.first + otherBases.step * (hash % otherBases.count);
}

/**
 * The base of a stack's ports: `ASOF_PORT_BASE`, or the default.
 *
 * @throws AsofError `ASOF_STACK_PORT_BASE_INVALID`.
 */
export function portBase(stack: string, environment: NodeJS.ProcessEnv = process.env): number {
  const given = environment.ASOF_PORT_BASE;
  if (!given) return defaultPortBase(stack);
  const base = Number(given);
  if (Number.isInteger(base) && base >= 1024 && base <= 65_500) return base;
  throw new AsofError(
    'ASOF_STACK_PORT_BASE_INVALID',
    `ASOF_PORT_BASE is '${given}'; expected a whole number from 1024 to 65500. ` +
      `Unset it to use ${defaultPortBase(stack)}, the default of stack '${stack}'.`,
  );
}
