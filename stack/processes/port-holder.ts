import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const LISTENING = '0A';

/**
 * The process that listens on a port, as `pid 42 (redis-server --port …)`; undefined if the system hides it.
 */
export function portHolder(port: number): string | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listeningSockets(read(path), port));
  const pid = numericEntries('/proc').find((candidate) => holdsOneOf(candidate, sockets));
  if (pid === undefined) return undefined;
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return `pid ${pid} (${command.slice(0, 120)})`;
}

/** The inodes of the sockets that listen on a port, from a table in the format of /proc/net/tcp. */
export function listeningSockets(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === LISTENING)
    .map((fields) => `socket:[${fields[9]}]`);
}

function holdsOneOf(pid: string, sockets: readonly string[]): boolean {
  const folder = `/proc/${pid}/fd`;
  return numericEntries(folder).some((file) => sockets.includes(readLink(`${folder}/${file}`)));
}

function numericEntries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
