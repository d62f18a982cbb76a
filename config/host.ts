import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The name of the host, by which processes know that they see the same files: `ASOF_HOST`, or the machine's
 * name with a hash of what tells it from others of that name. Containers with a name in common differ by
 * their root folder, machines by the machine id, or by that of the running kernel where there is none.
 */
export function hostName(): string {
  if (process.env.ASOF_HOST) return process.env.ASOF_HOST;
  const { dev, ino } = statSync('/');
  const machine = textOf('/etc/machine-id') || textOf('/proc/sys/kernel/random/boot_id');
  const marks = createHash('sha256').update(JSON.stringify([hostname(), machine, dev, ino]));
  return `${hostname()}-${marks.digest('hex').slice(0, 8)}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
