import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { withProject } from '../../support/projects/project.ts';
import { runAsof } from '../../support/servers/asof.ts';

test('import, stream run and stream check take a file to clean rows and print only results on standard output', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const { source, pool, environment } = project;
      const file = join(folder, 'events.ndjson');
      const lines = [
        { user_id: 'a', event_type: 'purchase', revenue: 12.5, event_ts: '2026-03-01T10:00:00Z' },
        { user_id: 'b', event_type: 'view', event_ts: '2026-03-01T10:01:00Z' },
        { event_type: 'view', event_ts: '2026-03-01T10:02:00Z' },
      ];
      writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));

      const imported = await runAsof(['import', file, '--source', source, '--json'], environment);
      expect(JSON.parse(imported.stdout)).toEqual({
        lines: 3,
        sent: 3,
        blank: 0,
        events: 2,
        skipped: 0,
        deadLetters: 1,
        firstRejections: [{ line: 3, reason: 'missing_field', detail: expect.any(String) as string }],
        looksLike: null,
        wouldBeLate: 0,
        behindTopic: 0,
      });

      const run = await runAsof(
        ['stream', 'run', source, '--until-caught-up', '--from', 'earliest', '--json'],
        environment,
      );
      expect(JSON.parse(run.stdout), run.stderr).toMatchObject({ clean: true, violations: [] });
      expect((await expectOracle(project)).deadLetters).toHaveLength(1);

      await pool.query(`DELETE FROM events."${source.replaceAll('-', '_')}" WHERE user_id = 'a'`);
      const check = await runAsof(['stream', 'check', source], environment);
      expect(check.code).toBe(1);
      expect(check.stdout).toMatch(
        /✖ raw, partition \d: offsets \[0, \d\): the ledger says 2, the table has 1 rows/,
      );
    }),
  );
});

test('apply refuses wrong definitions and says what is wrong with them', async () => {
  await withProject({}, ({ environment }) =>
    withFolder(async (folder) => {
      const definitions = new URL('../../../schemas/index.ts', import.meta.url).pathname;
      writeFileSync(
        join(folder, 'shop.mts'),
        `import { eventSource, required } from '${definitions}';
         export const shop = eventSource({ name: 'Shop Events', entity: 'id', eventTime: 'at', fields: { id: required('string'), at: required('string') } });`,
      );
      const { code, stdout, stderr } = await runAsof(['apply', '--definitions', folder], environment);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/shop\.mts:2: event source 'Shop Events', name: .* is not a name Asof can use/);
      expect(stderr).toMatch(/eventTime: 'at' must be a required timestamp field of the source/);
      expect(stderr).not.toMatch(/node_modules/);
    }),
  );
});

test('without a terminal, apply shows its changes and makes them only with --yes; plan says what is to decide', async () => {
  await withProject({}, ({ pool, environment }) =>
    withFolder(async (folder) => {
      const definitions = new URL('../../../schemas/index.ts', import.meta.url).pathname;
      writeFileSync(
        join(folder, 'guests.mts'),
        `import { referenceTable, required } from '${definitions}';
         export const guests = referenceTable({ name: 'guests', primaryKeys: ['guest'], fields: { guest: required('string'), town: required('string') } });`,
      );
      const unconfirmed = await runAsof(['apply', '--definitions', folder], environment);
      expect(unconfirmed).toMatchObject({ code: 1, stdout: '' });
      expect(unconfirmed.stderr).toMatch(/\+ create reference table reference.guests.*--yes.*NOT_CONFIRMED/s);
      expect((await pool.query("SELECT to_regclass('reference.guests') AS made")).rows).toEqual([
        { made: null },
      ]);

      const applied = await runAsof(['apply', '--yes', '--definitions', folder, '--json'], environment);
      expect(JSON.parse(applied.stdout), applied.stderr).toMatchObject({ applied: [{ action: 'create' }] });
      const again = await runAsof(['apply', '--definitions', folder], environment);
      expect(again).toMatchObject({ code: 0, stdout: 'nothing to change\n' });

      const guests = readFileSync(join(folder, 'guests.mts'), 'utf8');
      writeFileSync(
        join(folder, 'guests.mts'),
        guests.replace("required('string') } }", "required('double') } }"),
      );
      const narrowed = await runAsof(['plan', '--definitions', folder, '--json'], environment);
      expect(narrowed.code, narrowed.stderr).toBe(2);
      expect(JSON.parse(narrowed.stdout)).toMatchObject({
        changes: [
          {
            action: 'change',
            kind: 'reference_table',
            name: 'guests',
            options: [{ option: 'fields.town.type', before: 'string', after: 'double' }],
            refused: "field 'town' goes away or changes",
          },
        ],
        gone: [
          {
            kind: 'event_source',
            remove: expect.stringMatching(/^npx asof remove source user-events-/) as string,
          },
          { kind: 'stream_table', name: 'user_activity_features' },
        ],
        decisions: [{ reason: 'refused' }, { reason: 'gone' }, { reason: 'gone' }],
      });
      const refused = await runAsof(['apply', '--definitions', folder, '--yes'], environment);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/field 'town' goes away or changes.*CHANGE_REFUSED/s);

      const row = { guest: incompressible(3_000), town: 'London', valid_from: '2026-01-01T00:00:00Z' };
      writeFileSync(join(folder, 'rows.ndjson'), JSON.stringify(row));
      const written = await runAsof(['write-table', 'guests', join(folder, 'rows.ndjson')], environment);
      expect(written.code).toBe(1);
      expect(written.stderr).toMatch(/3000 bytes of UTF-8; expected at most 1024.*ASOF_ROWS_INVALID/s);
      expect(written.stderr).not.toMatch(/\n {4}at /);
    }),
  );
});

test('serve on a taken port names its holder; a stack trace is for --verbose', async () => {
  await withProject({}, async ({ environment }) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const env = { ...environment, ASOF_SERVING_URL: `http://127.0.0.1:${port}` };
    const [taken, verbose] = await Promise.all([
      runAsof(['serve'], env),
      runAsof(['serve', '--verbose'], env),
    ]);
    holder.close();
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(
      new RegExp(
        `port ${port} of 127.0.0.1 is taken by pid ${process.pid} .*ASOF_SERVING_URL.*PORT_TAKEN`,
        's',
      ),
    );
    expect(taken.stderr).not.toMatch(/\n {4}at /);
    expect(verbose.stderr).toMatch(/PORT_TAKEN.*\n {4}at /s);
  });
});

test("reset deletes nothing without --yes, or without --force on servers that are not the stack's own", async () => {
  await withProject({}, async ({ pool, environment }) => {
    const unconfirmed = await runAsof(['reset'], environment);
    expect(unconfirmed).toMatchObject({ code: 1, stdout: '' });
    expect(unconfirmed.stderr).toMatch(
      /Kafka topic user-events-.*table events\.user_events_.*run it with --yes/s,
    );
    const foreign = await runAsof(['reset', '--yes'], environment);
    expect(foreign).toMatchObject({ code: 1, stdout: '' });
    expect(foreign.stderr).toMatch(/DATABASE_URL name servers that are not the stack's own.*--force/);
    expect((await pool.query('SELECT * FROM asof.definitions')).rowCount).toBe(2);

    const forced = await runAsof(['reset', '--yes', '--force', '--json'], environment);
    expect(JSON.parse(forced.stdout), forced.stderr).toMatchObject({
      topics: [expect.stringMatching(/^user-events-/)],
    });
    expect((await pool.query("SELECT to_regclass('asof.definitions') AS gone")).rows).toEqual([
      { gone: null },
    ]);
  });
});

test('an error names the unknown source, file or server', async () => {
  await withProject({}, async ({ source, environment }) => {
    const unknownSource = await runAsof(['stream', 'check', 'nobody'], environment);
    expect(unknownSource.stderr).toMatch(/no event source 'nobody'; known: 'user-events-/);
    const unknownFile = await runAsof(['import', '/no/such/file', '--source', source], environment);
    expect(unknownFile.stderr).toMatch(/\/no\/such\/file.*\(ASOF_FILE_UNREADABLE\)/s);
    const noServer = await runAsof(['stream', 'check', source], {
      ...environment,
      DATABASE_URL: 'postgres://asof@127.0.0.1:1/asof',
    });
    expect(noServer).toMatchObject({ code: 1, stdout: '' });
    expect(noServer.stderr).toMatch(/cannot connect to the offline store.*DATABASE_URL/);
  });
});

test('a worker that cannot start says why and exits, so that a supervisor can start it again', async () => {
  await withProject({}, async ({ environment }) => {
    const worker = await runAsof(['worker'], {
      ...environment,
      DATABASE_URL: 'postgres://asof@127.0.0.1:1/asof',
    });
    expect(worker).toMatchObject({ code: 1, stdout: '' });
    expect(worker.stderr).toMatch(/cannot connect to the offline store.*DATABASE_URL/);
  });
});

/** A text that Postgres cannot make shorter. */
function incompressible(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asof-cli-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
