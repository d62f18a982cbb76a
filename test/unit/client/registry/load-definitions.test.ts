import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { count, eventSource, lookup, required, streamTable, trainingSet } from 'asof';
import { definitionsFrom } from '../../../../client/registry/load-definitions.ts';

const language = new URL('../../../../schemas/index.ts', import.meta.url).pathname;

test('a folder has the definitions of its sub-folders, and all that they are made of, without tests', async () => {
  const files = {
    'sources/clicks.ts': source('clicks'),
    'tables/click-counts.ts': table('click_counts', '../sources/clicks.ts', 'clicks'),
    'tables/deep/one.mts': source('views'),
    'plain.js': source('plain'),
    'sources/clicks.test.ts': "throw new Error('a test was loaded');",
    'sources/types.d.ts': "throw new Error('a declaration was loaded');",
    'node_modules/other/index.js': "throw new Error('a package was loaded');",
    '.cache/old.ts': "throw new Error('a hidden folder was loaded');",
  };
  expect(await namesIn(files)).toEqual(['plain', 'clicks', 'views', 'click_counts']);
});

test('a linked folder is one of the sub-folders, counts once, and may lead back', async () => {
  const files = { 'definitions/plain.ts': source('plain'), 'shared/sources/clicks.ts': source('clicks') };
  await inFolder(files, async (folder) => {
    const links = {
      'definitions/shared': '../shared/sources',
      'definitions/again': '../shared',
      'definitions/self': 'self',
      'definitions/nowhere': 'missing',
      'shared/sources/back': '../../definitions',
      'definitions/.hidden': '../shared',
    };
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
    expect(await exportedIn(join(folder, 'definitions'))).toEqual(['plain', 'clicks']);
    expect(await exportedIn(join(folder, 'shared'))).toEqual(['clicks', 'plain']);
  });
});

test('what nobody exports is found through the tables, sets and models that name it', async () => {
  const files = {
    'model.ts': `
      import { batchTable, count, endpoint, eventSource, lookup, model, onlineTable, referenceTable, required, streamTable, trainingSet } from '${language}';
      const fields = { user: required('string'), at: required('timestamp') };
      const clicks = eventSource({ name: 'clicks', entity: 'user', eventTime: 'at', fields });
      const window = { length: '1 hour', slide: '1 hour' };
      const counts = streamTable({ name: 'counts', source: clicks, window, features: { clicks_1h: count() } });
      const users = referenceTable({ name: 'users', primaryKeys: ['user'], fields: { user: required('string'), town: required('string') } });
      const towns = batchTable({ name: 'towns', source: clicks, references: [users], schedule: '0 0 * * *', reads: 'everything', features: { town: 'string' }, sql: 'SELECT user, town FROM users' });
      const rates = streamTable({ name: 'rates', source: clicks, window, features: { rate_1h: count() } });
      const spine = { keys: ['user'], timestamp: 'at', label: 'label' };
      const set = trainingSet({ name: 'churn', spine, lookups: [lookup(counts), lookup(towns)] });
      export const online = onlineTable({ table: counts });
      export const served = endpoint({ name: 'churn', model: model({ name: 'churn', trainingSet: set }) });
      export const features = endpoint({ name: 'features', lookups: [lookup(counts), lookup(rates)] });`,
  };
  expect(await namesIn(files)).toEqual([
    'clicks',
    'counts',
    'rates',
    'users',
    'towns',
    'counts',
    'churn',
    'churn',
    'churn',
    'features',
  ]);
});

test('a definition found twice is one; two different of a name are an error that says both places', async () => {
  const again = { 'a.ts': source('clicks'), 'b/c.ts': "export { clicks } from '../a.ts';" };
  expect(await namesIn(again)).toEqual(['clicks']);
  expect(await namesIn({ 'a.ts': source('clicks'), 'b.ts': source('clicks') })).toEqual(['clicks']);

  const different = { 'a.ts': source('clicks'), 'b/c.ts': source('clicks', "topic: 'other',") };
  await expect(namesIn(different)).rejects.toMatchObject({
    code: 'ASOF_DEFINITION_INVALID',
    message: expect.stringMatching(
      /b\/c\.ts:3: event source 'clicks': is defined twice, and differently: at \S+\/a\.ts:3 and at \S+\/b\/c\.ts:3; rename one/,
    ) as string,
  });
  const hidden = {
    'a.ts': source('clicks', "topic: 'other',"),
    'b.ts': `${source('clicks').replace('export', '')}\n${table('counts', '', 'clicks')}`,
  };
  await expect(namesIn(hidden)).rejects.toThrow(/differently: at \S+\/a\.ts:3 and at \S+\/b\.ts:3;/);
});

test('definitions that a program gives bring what they are made of, unless it gives that as it is stored', async () => {
  const fields = { user: required('string'), at: required('timestamp') };
  const clicks = eventSource({ name: 'clicks', entity: 'user', eventTime: 'at', fields });
  const window = { length: '1 hour', slide: '1 hour' };
  const counts = streamTable({ name: 'counts', source: clicks, window, features: { clicks_1h: count() } });
  const spine = { keys: ['user'], timestamp: 'at', label: 'label' };
  const set = trainingSet({ name: 'churn', spine, lookups: [lookup(counts)] });
  expect((await definitionsFrom([set])).definitions.map(({ name }) => name)).toEqual([
    'clicks',
    'counts',
    'churn',
  ]);

  const copied = trainingSet({ name: 'copied', spine, lookups: [{ ...lookup(counts), lookback: '1 day' }] });
  expect((await definitionsFrom([copied])).definitions.map(({ name }) => name)).toEqual([
    'clicks',
    'counts',
    'copied',
  ]);

  const stored = { ...clicks.definition, topic: 'shop.clicks', topicPartitions: 7 };
  expect((await definitionsFrom([stored, set])).source('clicks')).toEqual(stored);
});

function source(name: string, options = ''): string {
  return `
    import { eventSource, required } from '${language}';
    export const ${name} = eventSource({
      name: '${name}', ${options} entity: 'user', eventTime: 'at',
      fields: { user: required('string'), at: required('timestamp') },
    });`;
}

function table(name: string, module: string, sourceName: string): string {
  return `
    import { count, streamTable } from '${language}';
    ${module && `import { ${sourceName} } from '${module}';`}
    export const ${name} = streamTable({
      name: '${name}', source: ${sourceName}, window: { length: '1 hour', slide: '1 hour' }, features: { events_1h: count() },
    });`;
}

/** The names of all definitions of a folder with these files. */
async function namesIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  return inFolder(files, exportedIn);
}

async function exportedIn(folder: string): Promise<string[]> {
  return (await definitionsFrom(folder)).definitions.map(({ name }) => name);
}

async function inFolder<Result>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'asof-definitions-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
