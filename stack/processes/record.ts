import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '../private-files.ts';
import { processEntry } from './table.ts';

const ProcessRecord = z.object({
  name: z.string(),
  kind: z.enum(['server', 'background']),
  pid: z.number(),
  startedAt: z.string(),
  /** The fingerprint of its settings. It differs from the current one if the settings have changed since. */
  settings: z.string(),
  stopSignal: z.enum(['SIGTERM', 'SIGINT']),
  log: z.string(),
});

/** The record of a process of the stack. It is written at the start and identifies exactly this process. */
export type ProcessRecord = z.infer<typeof ProcessRecord>;

const suffix = '.process.json';

export function writeRecord(run: string, record: ProcessRecord): void {
  writePrivateFile(join(run, record.name + suffix), JSON.stringify(record, null, 2));
}

export function readRecord(run: string, name: string): ProcessRecord | undefined {
  try {
    return ProcessRecord.parse(JSON.parse(readFileSync(join(run, name + suffix), 'utf8')));
  } catch {
    return undefined;
  }
}

export function forgetRecord(run: string, name: string): void {
  rmSync(join(run, name + suffix), { force: true });
}

export function listRecords(run: string): ProcessRecord[] {
  return filesIn(run)
    .filter((file) => file.endsWith(suffix))
    .map((file) => readRecord(run, file.slice(0, -suffix.length)))
    .filter((record) => record !== undefined);
}

export function isAlive(record: Pick<ProcessRecord, 'pid' | 'startedAt'>): boolean {
  return processEntry(record.pid)?.startedAt === record.startedAt;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
