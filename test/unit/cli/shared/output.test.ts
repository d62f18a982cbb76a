import { afterEach, expect, test, vi } from 'vitest';
import { printResult, printSettings, progress } from '../../../../cli/shared/output.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const DATABASE_URL = 'postgres://asof:canary"of\\it@db.example/asof';
const HIDDEN = 'postgres://asof:***@db.example/asof';

test('a result and a line of progress have no secret, and JSON stays JSON', () => {
  vi.stubEnv('DATABASE_URL', DATABASE_URL);
  expect(printed('stdout', () => printResult({}, { text: `at ${DATABASE_URL}` }))).toBe(`at ${HIDDEN}\n`);
  expect(printed('stderr', () => progress('canary"of\\it'))).toBe('***\n');
  const result = { url: DATABASE_URL, rows: 3 };
  const json = printed('stdout', () => printResult(result, { json: true, text: '' }));
  expect(JSON.parse(json)).toEqual({ url: HIDDEN, rows: 3 });
});

test('settings are printed as they are', () => {
  vi.stubEnv('DATABASE_URL', DATABASE_URL);
  const text = `DATABASE_URL=${DATABASE_URL}`;
  expect(printed('stdout', () => printSettings({ DATABASE_URL }, { text }))).toBe(`${text}\n`);
});

function printed(stream: 'stdout' | 'stderr', print: () => void): string {
  const write = vi.spyOn(process[stream], 'write').mockReturnValue(true);
  print();
  const text = write.mock.calls.map(([line]) => String(line)).join('');
  write.mockRestore();
  return text;
}
