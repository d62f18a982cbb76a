import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { count, eventSource, externalTable, required, streamTable, sum } from 'asof';
import { definitionsFrom } from '../../../../client/registry/load-definitions.ts';
import type { AsofError } from '../../../../domain/errors/asof-error.ts';

const language = new URL('../../../../schemas/index.ts', import.meta.url).pathname;
const bin = fileURLToPath(new URL('../../../../bin/asof.mjs', import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A comment on a line says what begins the problems of this line. */
const files = {
  'sources.ts': `import { eventSource, optional, required } from '${language}';

export const clicks = eventSource({ // event source 'clicks', topicPartitions: Too big
  name: 'clicks',
  topicPartitions: 5000,
  entity: 'user',
  eventTime: 'at',
  fields: {
    user: required('string'),
    platform: optional('string'),
    price: optional('double'),
    at: required('timestamp', { // event source 'clicks', fields.at.zone: 'Europe/Pari' is not a time zone; expected a name such as Europe/Paris
      zone: 'Europe/Pari',
    }),
  },
});

export const views = eventSource({ // event source 'Views', name: 'Views' is not a name Asof can use; expected a letter, then letters, digits, '-', '_' or '.', at most 50 || event source 'Views', entity: 'usr' must be a required string field of the source
  name: 'Views',
  entity: 'usr',
  eventTime: 'at',
  fields: {
    user: required('string'),
    at: required('timestamp'),
    xmin: optional('string'), // event source 'Views', fields.xmin.name: 'xmin' is a column that Postgres writes itself; take another name
    ${'l'.repeat(60)}: optional('string'), // event source 'Views', fields.${'l'.repeat(60)}.name: '${'l'.repeat(60)}' is not a name Asof can use; expected snake_case
    when: required('timestamp', { form: 'at' }), // a required timestamp field: there is no option 'form'; did you mean 'from'?; its options are from,
  },
});
`,
  'tables/stream.ts': `import { add, and, batchTable, count, equals, greater, lookup, ratio, requestFeature, streamTable, sum, trainingSet } from '${language}';
import { clicks, views } from '../sources.ts';

const hourly = { source: clicks, window: { length: '1 hour', slide: '15 minutes' } };

export const slides = streamTable({ ...hourly, // stream table 'slides', window: the slide must divide the length
  name: 'slides',
  window: { length: '1 hour', slide: '25 minutes' },
  features: { events: count() },
});

export const spending = streamTable({ ...hourly, name: 'spending', features: { // stream table 'spending': there is no option 'availableAftr'; did you mean 'availableAfter'?
  events: count(),
  spent: sum('prize'), // stream table 'spending', features.spent: sum needs a double, integer or decimal field of source 'clicks', got 'prize'; did you mean 'price'?
  texts: sum('platform'), // stream table 'spending', features.texts: sum needs a double, integer or decimal field of source 'clicks', got 'platform'
  odd: sum('price', { over: '20 minutes' }), // stream table 'spending', features.odd: over '20 minutes' must be a multiple of the slide, 15 minutes, and at most the table's length, 1 hour
  dear: count({ where: and(greater('price', 1), equals('platfrom', 'web')) }), // stream table 'spending', features.dear: 'platfrom' is not a field of the source; did you mean 'platform'?
  web: count({ where: { platfrom: 'web' } }), // stream table 'spending', features.web: where names 'platfrom', which is not a string field of source 'clicks'; did you mean 'platform'?
}, availableAftr: '1 hour' });

export const circle = streamTable({ ...hourly, // stream table 'circle': is defined twice, and differently: at FOLDER/tables/again.ts:4 and at FOLDER/tables/stream.ts:21; rename one, or import the one from the other || stream table 'circle': features 'a', 'b' are made of each other in a circle; make one of them of aggregates alone
  name: 'circle',
  features: { events: count(), a: add('b', 1), b: ratio('a', 'events') },
});

export const derived = streamTable({ ...hourly, // stream table 'derived': would share the name derived with external table 'derived'; rename one (also at FOLDER/tables/again.ts:11) || stream table 'derived', features.rate: 'event' is not a numeric feature of this table; did you mean 'events'?
  name: 'derived',
  features: { events: count(), rate: ratio('event', 'events') },
});

export const ofInvalid = streamTable({
  ...hourly,
  name: 'of_invalid',
  source: views,
  features: { spent: sum('nothing') },
});

export const ofInvalidToo = trainingSet({
  name: 'of_invalid_too',
  spine: { keys: ['user'], timestamp: 'at', label: 'label' },
  lookups: [lookup(ofInvalid, { features: ['nothing'] })],
});

export const lookedUp = trainingSet({ // training set 'looked_up': feature table 'spending' has no feature 'event'; did you mean 'events'?
  name: 'looked_up',
  spine: { keys: ['user'], timestamp: 'at', label: 'label' },
  lookups: [lookup(spending, { features: ['event'] })],
});

const twice = requestFeature({ // training set 'computed', requestFeatures.twice: 'event' is no looked-up feature, request field or request feature; did you mean 'events'?
  name: 'twice',
  expression: add('event', 'amount'),
});

export const computed = trainingSet({
  name: 'computed',
  spine: { keys: ['user'], timestamp: 'at', label: 'label' },
  lookups: [lookup(spending, { features: ['events'] })],
  requestFields: { amount: 'double' },
  requestFeatures: [twice],
});

export const daily = batchTable({ // batch table 'daily', schedule: 'every day' is not a schedule Asof can use; expected 'minute hour
  name: 'daily',
  source: clicks, reads: '1 day',
  schedule: 'every day',
  features: { n: 'bigint' },
  sql: 'SELECT 1',
});

export const zoned = batchTable({ // batch table 'zoned', schedule.timezone: 'Europe/Pari' is not a time zone of a schedule
  name: 'zoned',
  source: clicks, reads: '1 day',
  schedule: { cron: '0 0 * * *', timezone: 'Europe/Pari' },
  features: { n: 'bigint' },
  sql: 'SELECT 1',
});
`,
  'tables/again.ts': `import { count, externalTable, streamTable } from '${language}';
import { clicks } from '../sources.ts';

export const circle = streamTable({
  name: 'circle',
  source: clicks,
  window: { length: '1 hour', slide: '1 hour' },
  features: { events: count() },
});

export const external = externalTable({
  name: 'derived',
  primaryKeys: ['user'],
  timestamp: 'at',
  features: { score: 'double' },
});
`,
  'broken/syntax.ts': `export const a = 1;
export const b = ; // module 'broken/syntax.ts': cannot be loaded
`,
  'broken/throws.ts': `interface Table {
  readonly name: string;
}

const missing = undefined as unknown as Table;
export const name = missing.name; // module 'broken/throws.ts': cannot be loaded: Cannot read properties of undefined
`,
};

test('a wrong folder gives all of its problems, each with its file and line, and none of what only follows', async () => {
  const folder = written(files);
  const error = await errorOf(definitionsFrom(folder));
  expect(error.code).toBe('ASOF_DEFINITION_INVALID');
  expectMarked(problemsIn(error, folder), files, folder);
  expect(error.message).toMatch(/^there are 24 problems in the definitions:\n✖ /);
  expect(error.message.split('\n')).toHaveLength(25);

  // A process runs a module once. The problems are those of the first time.
  expect((await errorOf(definitionsFrom(folder))).message).toBe(error.message);
});

test('the command line says the same in TypeScript that Node runs, and lists the problems as JSON', () => {
  const folder = written(files);
  const events = join(folder, 'events.ndjson');
  writeFileSync(events, '{}');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [bin, 'preview', 'spending', '--events', events, '--definitions', folder, '--json'],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  const details = JSON.parse(stdout) as AsofError['details'];
  expectMarked(problemsIn({ details }, folder), files, folder);
  expect(stderr).toMatch(/^asof: there are 24 problems in the definitions:\n✖ /);
  expect(stderr).toMatch(/\(ASOF_DEFINITION_INVALID\)\n$/);
});

test('rows that are wider than Postgres stores are refused, whatever the table', async () => {
  const many = 'Object.fromEntries(Array.from({ length: 1_040 }, (_, index) => [`n_${index}`';
  const wide = {
    'wide.ts': `import { batchTable, count, eventSource, externalTable, optional, referenceTable, required, streamTable } from '${language}';
const user = { user: required('string') };
const at = { at: required('timestamp') };
export const clicks = eventSource({ name: 'clicks', entity: 'user', eventTime: 'at', fields: { ...user, ...at } });
export const source = eventSource({ name: 'wide', entity: 'user', eventTime: 'at', fields: { ...user, ...at, ...${many}, optional('double')])) } }); // event source 'wide', fields: a row with its 1042 columns can take
export const reference = referenceTable({ name: 'facts', primaryKeys: ['user'], fields: { ...user, ...${many}, optional('double')])) } }); // reference table 'facts', fields: a row with its 1041 columns can take
export const stream = streamTable({ name: 'rows', source: clicks, window: { length: '1 hour', slide: '1 hour' }, features: ${many}, count()])) }); // stream table 'rows': a row with its 1041 columns can take 8648 bytes, and Postgres stores at most 8160 in a row: 8 for each number, 24 for each text, decimal or list; divide the columns among several definitions
export const batch = batchTable({ name: 'days', source: clicks, schedule: '@daily', reads: 'everything', sql: 'SELECT 1', features: ${many}, 'double'])) }); // batch table 'days', features: a row with its 1041 columns can take
export const external = externalTable({ name: 'scores', primaryKeys: ['user'], timestamp: 'at', features: ${many}, 'double'])) }); // external table 'scores', features: a row with its 1041 columns can take
`,
  };
  const folder = written(wide);
  expectMarked(problemsIn(await errorOf(definitionsFrom(folder)), folder), wide, folder);
});

test('modules that cannot be loaded say where, each once', async () => {
  const modules = {
    'a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
    'b.ts':
      "\nthrow new Error('b is not ready'); // module 'b.ts': cannot be loaded: b is not ready\nexport const b = 1;\n",
    'c.ts':
      "// the first line\nimport { d } from './d.ts'; // module 'c.ts': cannot be loaded: Cannot find module\nexport const c = d;\n",
  };
  const folder = written(modules);
  const error = await errorOf(definitionsFrom(folder));
  expect(error.code).toBe('ASOF_DEFINITIONS_UNREADABLE');
  expectMarked(problemsIn(error, folder), modules, folder);
});

test('a definition alone is refused where it is made; of several that a program gives, all problems are said', async () => {
  const fields = { user: required('string'), at: required('timestamp') };
  const clicks = eventSource({ name: 'clicks', entity: 'user', eventTime: 'at', fields });
  const window = { length: '1 hour', slide: '25 minutes' };
  expect(() => streamTable({ name: 'hours', source: clicks, window, features: { n: count() } })).toThrow(
    /^stream table 'hours' is not valid:\n✖ the slide must divide/,
  );
  const hourly = { name: 'hours', source: clicks, window: { length: '1 hour', slide: '1 hour' } };
  const given = [
    streamTable({ ...hourly, features: { n: sum('prize' as never) } }),
    externalTable({ name: 'hours', primaryKeys: ['user'], timestamp: 'at', features: { n: 'double' } }),
  ];
  const { message } = await errorOf(definitionsFrom(given));
  const here = String.raw`test/unit/client/registry/definition-problems\.test\.ts:\d+: `;
  expect(message).toMatch(
    new RegExp(`✖ ${here}stream table 'hours': would share the name hours with external`),
  );
  expect(message).toMatch(new RegExp(`✖ ${here}stream table 'hours', features\\.n: sum needs a double`));
});

/** Expects a problem for each comment, at its place, and no other. */
function expectMarked(said: readonly Said[], of: Readonly<Record<string, string>>, folder: string): void {
  const expected = marked(of, folder);
  const beginnings = said.map(({ text, ...place }, index) => ({
    ...place,
    text: text.slice(0, expected[index]?.text.length),
  }));
  expect(beginnings).toEqual(expected);
}

interface Said {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

test('a wrong definition that two folders import is said of both, though its module runs once', async () => {
  const shared = written({
    'shared.ts': `import { eventSource, required } from '${language}';
export const late = eventSource({
  name: 'late',
  entity: 'user',
  eventTime: 'at',
  allowedLateness: '5 fortnights',
  fields: { user: required('string'), at: required('timestamp') },
});
`,
  });
  const using = `import { late } from '${shared}/shared.ts';
import { count, streamTable } from '${language}';
const window = { length: '1 hour', slide: '15 minutes' };
export const counts = streamTable({ name: 'counts', source: late, window, features: { events: count() } });
`;
  for (const folder of [written({ 'first.ts': using }), written({ 'second.ts': using })]) {
    const error = await errorOf(definitionsFrom(folder));
    const text = expect.stringMatching(
      /^event source 'late', allowedLateness: '5 fortnights' is not/,
    ) as string;
    expect(problemsIn(error, shared)).toEqual([{ file: 'shared.ts', line: 2, text }]);
  }
});

/** The problems of an error, by their places. */
function problemsIn({ details }: Pick<AsofError, 'details'>, folder: string): Said[] {
  const problems = details['problems'] as {
    file: string;
    line: number;
    definition: string;
    path: string | null;
    message: string;
  }[];
  return problems.map(({ file, line, definition, path, message }) => ({
    file: file.slice(folder.length + 1),
    line,
    text: `${definition}${path === null ? '' : `, ${path}`}: ${message}`,
  }));
}

/** The comments of files that say a problem. */
function marked(of: Readonly<Record<string, string>>, folder: string): Said[] {
  return Object.entries(of)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, content]) =>
      content.split('\n').flatMap((line, index) => {
        const text = / \/\/ (.*)$/.exec(line)?.[1]?.replaceAll('FOLDER', folder);
        return (text?.split(' || ') ?? []).map((one) => ({ file, line: index + 1, text: one }));
      }),
    );
}

async function errorOf(work: Promise<unknown>): Promise<AsofError> {
  try {
    await work;
  } catch (error) {
    return error as AsofError;
  }
  throw new Error('nothing was wrong');
}

function written(of: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'asof-problems-'));
  folders.push(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  for (const [path, text] of Object.entries(of)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
