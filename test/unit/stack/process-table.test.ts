import { expect, test } from 'vitest';
import { familyOf } from '../../../stack/processes/family.ts';
import { parseProcStat, parsePsLine, processEntry, processTable } from '../../../stack/processes/table.ts';

const stat = (state: string, command: string, threads = 1) =>
  `42 (${command}) ${state} 7 40 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ${threads} 0 98765 1 2`;

test('a process is known by its pid and its start', () => {
  expect(parseProcStat(stat('S', 'java'), 'boot')).toEqual({
    pid: 42,
    parent: 7,
    group: 40,
    startedAt: 'boot/98765',
  });
});

test("spaces and brackets in a command's name shift no field", () => {
  expect(parseProcStat(stat('S', 'a) S 1 (b'), 'boot')).toMatchObject({ parent: 7, startedAt: 'boot/98765' });
});

test('a zombie is dead', () => {
  expect(parseProcStat(stat('Z', 'java'), 'boot')).toBeUndefined();
  expect(parsePsLine('  42     7    40 Z+   Tue Nov 24 14:00:00 2026')).toBeUndefined();
});

test('a zombie whose threads still end is alive: it holds its ports', () => {
  expect(parseProcStat(stat('Z', 'java', 45), 'boot')).toMatchObject({ pid: 42 });
});

test('a line of ps says the same', () => {
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

const entry = (pid: number, parent: number, group: number, startedAt = `start of ${pid}`) => ({
  pid,
  parent,
  group,
  startedAt,
});
const record = { pid: 10, startedAt: 'start of 10' };
const pids = (table: ReturnType<typeof entry>[]) => familyOf(record, table).map(({ pid }) => pid);

test('the family is the process, its group, and its descendants in groups of their own', () => {
  expect(
    pids([entry(10, 1, 10), entry(11, 10, 10), entry(12, 11, 12), entry(13, 12, 13), entry(20, 1, 20)]),
  ).toEqual([10, 11, 12, 13]);
});

test('members of the group that outlived the process are still family', () => {
  expect(pids([entry(11, 1, 10), entry(12, 11, 12)])).toEqual([11, 12]);
});

test('another process under a reused pid is not, nor is its group', () => {
  expect(pids([entry(10, 1, 10, 'a later start'), entry(11, 10, 10)])).toEqual([]);
});
