import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AsofError } from '../../../../domain/errors/asof-error.ts';
import { withProject } from '../../../support/projects/project.ts';
import { withFolder } from '../../../support/projects/training-set.ts';
import { build, prepare } from './random-tables.ts';

const heading = 'user,shop,at,churned,experiment_split\n';
const row = 'u,s,2026-03-01T00:00:00Z,0,train\n';

const spines: Record<string, readonly [spine: string | Uint8Array, message: RegExp]> = {
  'an empty file': ['', /the file is empty; expected a heading and rows/],
  'a heading alone': [heading, /there is a heading, but no row/],
  'a missing column': [
    'user,at,churned,experiment_split\n',
    /no key column 'shop' among the 4 of the heading/,
  ],
  'a column twice': [heading.replace('\n', ',User\n'), /column 6 is called as column 1 \(case does not/],
  'a column that a feature is called in another case': [
    heading.replace('\n', ',W1\n'),
    /column 6 is called as the feature 'w1'/,
  ],
  'a value of another type for a feature': [
    heading.replace('\n', ',w1\n') + row.replace('\n', ',much\n'),
    /line 2: w1 is not a finite number/,
  ],
  'a bad time': [heading + row + row.replace('03-01', '02-30'), /line 3: at is not a time such as/],
  'a bad label': [heading + row.replace(',0,', ',yes,'), /line 2: churned is not a number/],
  'a whole label that is not exact everywhere': [
    heading + row.replace(',0,', ',9007199254740993,'),
    /line 2: churned is not a number that is exact everywhere: .* within ±9007199254740991/,
  ],
  'a label without end': [heading + row.replace(',0,', ',1e400,'), /line 2: churned is not a number/],
  'no label': [heading + row.replace(',0,', ',,'), /line 2: churned is not a number/],
  'a bad split': [
    heading + row + '\n' + row.replace('train', 'dev'),
    /line 4: experiment_split is not one of train, val, test/,
  ],
  'an empty key': [heading + row.replace('u', ''), /line 2: user is empty/],
  'too few fields': [heading + '"u\n",s\n' + row, /line 2: has 2 fields, but the heading has 5 columns/],
  'a quote that is never closed': [heading + row + '"u,s\n', /line 3: a quote is never closed/],
  'no text': [new Uint8Array([0x75, 0xff, 0x0a]), /it is not UTF-8 text/],
};

test('a build refuses a bad spine, names its line, and leaves nothing behind', async () => {
  await withProject({}, ({ pool, source }) =>
    withFolder(async (folder, list) => {
      await prepare(pool, source);
      const spine = join(folder, 'spine.csv');
      for (const [what, [content, message]] of Object.entries(spines)) {
        await writeFile(spine, content);
        const error = await build(pool, folder, { spine, out: join(folder, 'out.parquet') }).catch(
          (thrown: unknown) => thrown,
        );
        expect(error, what).toMatchObject({ code: 'ASOF_SPINE_INVALID', kind: 'input' });
        expect((error as AsofError).message, what).toMatch(message);
        expect(await list(), what).toEqual(['spine.csv']);
      }
      await expect(
        build(pool, folder, { spine: join(folder, 'none.csv'), out: join(folder, 'out.parquet') }),
      ).rejects.toMatchObject({
        code: 'ASOF_FILE_UNREADABLE',
      });
      await expect(build(pool, join(folder, 'none'), { spine, out: 'out.parquet' })).rejects.toMatchObject({
        code: 'ASOF_FOLDER_UNWRITABLE',
      });
      const { rows } = await pool.query('SELECT FROM asof.training_sets');
      expect(rows).toHaveLength(0);
      expect(await list()).toEqual(['spine.csv']);
    }),
  );
});

test('an error lists ten problems at most', async () => {
  await withProject({}, ({ pool, source }) =>
    withFolder(async (folder) => {
      await prepare(pool, source);
      const spine = join(folder, 'spine.csv');
      await writeFile(spine, heading + row.replace('train', 'dev').repeat(50));
      const error = await build(pool, folder, { spine, out: join(folder, 'out.parquet') }).catch(
        (thrown: unknown) => thrown,
      );
      expect((error as AsofError).message.match(/✖ line/g)).toHaveLength(10);
    }),
  );
});
