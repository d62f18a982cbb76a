import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { example } from '../../../docs/generate/client/page.ts';
import { withProject } from '../../support/projects/project.ts';
import { withFolder } from '../../support/projects/training-set.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the program at the head of the reference page does what the page says', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      const source = `shop-${project.source}`;
      await writeFile(join(folder, 'definitions.mts'), definitions(source));
      await writeFile(join(folder, 'events.ndjson'), events.map((event) => JSON.stringify(event)).join('\n'));
      const program = example()
        .replace("'asof/client'", `'${root}client/index.ts'`)
        .replace("'my-definitions'", `'${folder}'`)
        .replace("'shop-events'", `'${source}'`)
        .replace("'events.ndjson'", `'${folder}/events.ndjson'`);
      // In a folder of its own, because each module in the folder of definitions must be a module of
      // definitions.
      await withFolder(async (beside) => {
        const script = join(beside, 'program.mts');
        await writeFile(script, program);
        const args = ['--import', `${root}node_modules/tsx/dist/loader.mjs`, script];
        const { stdout, stderr } = await project.withWorkers(1, () =>
          promisify(execFile)(process.execPath, args, { env: project.environment }),
        );
        expect(JSON.parse(stdout)).toMatchObject({
          clean: true,
          partitions: 1,
          rows: [
            { shopper: 'b', events_1h: '1' },
            { shopper: 'a', events_1h: '2' },
          ],
        });
        expect(stderr).toMatch(/^0 to go$/m);
      });
      await project.asof.reset({ force: true });
    }),
  );
});

const events = [
  { shopper: 'b', at: '2026-03-01T11:10:00Z' },
  { shopper: 'a', at: '2026-03-01T10:10:00Z' },
  { shopper: 'a', at: '2026-03-01T10:20:00Z' },
];

function definitions(source: string): string {
  return `
    import { count, eventSource, required, streamTable } from '${root}schemas/index.ts';
    export const shop = eventSource({
      name: '${source}', entity: 'shopper', eventTime: 'at', topicPartitions: 1,
      fields: { shopper: required('string'), at: required('timestamp') },
    });
    export const activity = streamTable({
      name: 'shopper_activity', source: shop, window: { length: '1 hour', slide: '1 hour' },
      features: { events_1h: count() },
    });`;
}
