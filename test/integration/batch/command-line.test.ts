import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvents, withBatchProject } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import type { Project } from '../../support/projects/project.ts';
import { runAsof } from '../../support/servers/asof.ts';

const DAYS = ['2026-02-27', '2026-02-28', '2026-03-01'].map((day) => `${day}T00:00:00Z`);
const RANGE = ['--from', DAYS[0]!, '--to', DAYS[2]!];

test('batch run computes a range with a worker of its own, prints one result, and skips what is up to date', async () => {
  await withBatchProject({}, async (project) => {
    await produce(project.kafka, project.source, [purchase('a', 'p_1', '2026-02-26T10:00:00Z')]);
    await project.withWorkers(1, () => readEvents(project));
    const run = () =>
      runAsof(['batch', 'run', 'transaction_features', ...RANGE, '--json'], project.environment);
    const first = await run();
    const range = { table: 'transaction_features', from: DAYS[0], to: DAYS[2], again: false };
    expect(JSON.parse(first.stdout), first.stderr).toEqual({
      ...range,
      computed: 3,
      skipped: 0,
      rows: 3,
      changed: 3,
    });
    const second = await run();
    expect(JSON.parse(second.stdout), second.stderr).toMatchObject({ computed: 0, skipped: 3 });
  });
});

test('batch run says what is wrong with a range', async () => {
  await withBatchProject({}, async ({ environment }) => {
    const range = ['--from', '2026-03-01', '--to', DAYS[2]!];
    const { code, stdout, stderr } = await runAsof(
      ['batch', 'run', 'transaction_features', ...range],
      environment,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/'2026-03-01' is not an RFC 3339 time/);
  });
});

test('write-table replaces a row with the same key and time, and writes all rows or none', async () => {
  await withBatchProject({}, async (project) => {
    const { pool } = project;
    const stored = async () =>
      (
        await pool.query<object>(
          'SELECT user_id, subscription_tier AS tier, signed_up_at FROM reference.users ORDER BY 1',
        )
      ).rows;
    const good = '{"user_id":"a","subscription_tier":"free","valid_from":"2026-01-01T00:00:00Z"}';
    const first = await writeLines(project, 'users', [good, '', good.replace('"a"', '"b"')]);
    expect(JSON.parse(first.stdout), first.stderr).toEqual({ table: 'users', rows: 2, changed: 2 });
    const second = await writeLines(project, 'users', [
      good,
      good.replace('"a"', '"b"').replace('free', 'plus'),
    ]);
    expect(JSON.parse(second.stdout), second.stderr).toEqual({ table: 'users', rows: 2, changed: 1 });

    const bad = await writeLines(project, 'users', [
      good.replace('"a"', '"c"'),
      '{"user_id":"","valid_from":"2026-01-01T00:00:00Z"}',
      '{"user_id":"d","subscription_teir":"free","valid_from":"1 January"}',
      '[]',
      '{"user_id":',
    ]);
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(/reference table 'users' are not valid, and none was written/);
    expect(bad.stderr).toMatch(/line 2: column user_id is missing or empty; expected a string in each row/);
    expect(bad.stderr).toMatch(/line 3: field valid_from is "1 January", not an ISO 8601 time/);
    expect(bad.stderr).toMatch(/line 3: column 'subscription_teir' is not one of the table/);
    expect(bad.stderr).toMatch(/line 4: expected one JSON object: .*an array/);
    expect(bad.stderr).toMatch(/line 5: expected one JSON object: /);
    const twice = await writeLines(project, 'users', [
      good.replace('"a"', '"c"'),
      good,
      good,
      good.replace('"a"', '"c"').replace('free', 'plus').replace('00Z', '00+00:00'),
    ]);
    expect(twice.stderr).toMatch(/line 4: has the same \(user_id, valid_from\) as line 1, and other values/);
    const nowhere = await writeLines(project, 'customers', [good]);
    expect(nowhere.stderr).toMatch(
      /no reference table or external table 'customers'; known: 'products', 'users'/,
    );
    expect(await stored()).toEqual([
      { user_id: 'a', tier: 'free', signed_up_at: null },
      { user_id: 'b', tier: 'plus', signed_up_at: null },
    ]);
  });
});

function purchase(user_id: string, product_id: string, event_ts: string) {
  return {
    key: user_id,
    value: JSON.stringify({ user_id, product_id, event_type: 'purchase', revenue: 19.99, event_ts }),
  };
}

/** Runs `asof write-table` on a file with these lines. */
async function writeLines({ environment }: Project, table: string, lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'asof-rows-'));
  try {
    const file = join(folder, `${table}.ndjson`);
    writeFileSync(file, lines.join('\n'));
    return await runAsof(['write-table', table, file, '--json'], environment);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
