import { expect, test } from 'vitest';
import { familyOf } from '../../../stack/processes/family.ts';
import {
  type ProcessEntry,
  parseProcStat,
  parsePsLine,
  processEntry,
  processTable,
} from '../../../stack/processes/table.ts';

test('a line of stat gives the pid, parent, group and start', () => {
  expect(parseProcStat(stat('S', 'java'), 'boot')).toEqual({
    pid: 42,
    parent: 7,
    group: 40,
    startedAt: 'boot/98765',
  });
});

test("spaces and brackets in a command's name do not shift the fields", () => {
  expect(parseProcStat(stat('S', 'a) S 1 (b'), 'boot')).toMatchObject({ parent: 7, startedAt: 'boot/98765' });
});

test('a zombie is dead', () => {
  expect(parseProcStat(stat('Z', 'java'), 'boot')).toBeUndefined();
  expect(parsePsLine('  42     7    40 Z+   Tue Nov 24 14:00:00 2026')).toBeUndefined();
});

test('a zombie with running threads is alive, because it holds its ports', () => {
  expect(parseProcStat(stat('Z', 'java', 45), 'boot')).toMatchObject({ pid: 42 });
});

test('a line of ps gives the same', () => {
  expect(parsePsLine('  42     7    40 Ss   Tue Nov 24 14:00:00 2026')).toEqual({
    pid: 42,
    parent: 7,
    group: 40,
    startedAt: 'Tue Nov 24 14:00:00 2026',
  });
});

test('this process is in the table', () => {
  const self = processEntry(process.pid);
  expect(self?.parent).toBe(process.ppid);
  expect(processTable()).toContainEqual(self);
});

test('the family is the process, its group, and all descendants', () => {
  expect(
    pids([entry(10, 1, 10), entry(11, 10, 10), entry(12, 11, 12), entry(13, 12, 13), entry(20, 1, 20)]),
  ).toEqual([10, 11, 12, 13]);
});

test('members of the group that outlive the process belong to the family', () => {
  expect(pids([entry(11, 1, 10), entry(12, 11, 12)])).toEqual([11, 12]);
});

test('another process with a reused pid, and its group, do not belong to the family', () => {
  expect(pids([entry(10, 1, 10, 'a later start'), entry(11, 10, 10)])).toEqual([]);
});

/** A line of /proc/PID/stat. */
function stat(state: string, command: string, threads = 1): string {
  return `42 (${command}) ${state} 7 40 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ${threads} 0 98765 1 2`;
}

function entry(pid: number, parent: number, group: number, startedAt = `start of ${pid}`): ProcessEntry {
  return { pid, parent, group, startedAt };
}

/** The pids of the family of process 10. */
function pids(table: readonly ProcessEntry[]): number[] {
  return familyOf({ pid: 10, startedAt: 'start of 10' }, table).map(({ pid }) => pid);
}
