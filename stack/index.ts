import type { DownOptions } from './down.ts';
import type { StackEnvironment } from './environment.ts';
import type { StackStatus } from './status.ts';
import type { UpOptions } from './up.ts';

export { startBackground, stopBackground } from './background.ts';
export { childEnvironment } from './processes/child-environment.ts';
export { killServer } from './kill-server.ts';
export { type StackEnvironment, administratorUrl, stackEnvironment, temporalCliPath } from './environment.ts';
export { type KafkaSecurity, kafkaSecurity } from '../adapters/kafka/security.ts';
export { withoutLogin } from './servers/login.ts';
export type { StackStatus } from './status.ts';

// These modules load the clients of all servers. They are imported on call, so that reading addresses stays
// fast.

export async function stackUp(options: UpOptions): Promise<StackEnvironment> {
  return (await import('./up.ts')).stackUp(options);
}

export async function stackDown(options: DownOptions): Promise<void> {
  return (await import('./down.ts')).stackDown(options);
}

export async function stackStatus(): Promise<StackStatus> {
  return (await import('./status.ts')).stackStatus();
}
