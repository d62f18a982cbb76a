import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  batchTable,
  count,
  eventSource,
  lastVector,
  max,
  meanVector,
  mostFrequent,
  optional,
  referenceTable,
  required,
  sum,
} from 'asof';
import { startOf } from '../../../../domain/batch/day-tiles.ts';
import { compileTiledTable } from '../../../../domain/batch/tiled-table.ts';
import type { Event, FieldValue } from '../../../../domain/log/event.ts';
import { MAX_KEY_BYTES } from '../../../../domain/log/key-length.ts';
import type { TiledBatchTable } from '../../../../domain/registry/definition.ts';
import { TileStore } from '../../support/daily/tile-store.ts';
import { forAll } from '../../support/for-all.ts';

const visits = eventSource({
  name: 'visits',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string'),
    at: required('timestamp'),
    page_id: optional('string'),
    taste: optional('double[]', { length: 3 }),
  },
});
const pages = referenceTable({
  name: 'pages',
  primaryKeys: ['page_id'],
  fields: { page_id: required('string'), words: optional('integer'), topic: optional('string') },
});

function store(table: { readonly definition: object }): TileStore {
  const definition = table.definition as TiledBatchTable;
  return new TileStore(compileTiledTable(definition, visits.definition, [pages.definition]));
}

let offset = 0n;

function visit(day: number, micros: number, ...values: FieldValue[]): Event {
  const eventTs = startOf(day) + BigInt(micros);
  const [user, ...others] = values;
  offset += 1n;
  return { partition: 0, offset, kafkaTs: null, eventTs, values: [user!, eventTs, ...others] };
}

/** Numbers in tenths. */
const tenths = fc.integer({ min: -9_999, max: 9_999 });
const tastes = fc.option(fc.tuple(tenths, tenths, tenths), { freq: 4 });

test('the last vector and the mean of vectors are those of the days that they are over', () => {
  const table = batchTable({
    name: 'tastes',
    source: visits,
    references: [pages],
    schedule: '0 0 * * *',
    features: {
      last_3d: lastVector('taste', { over: '3 days' }),
      last: lastVector('taste', { over: 'lifetime' }),
      mean_10d: meanVector('taste', { over: '10 days' }),
      mean: meanVector('taste', { over: 'lifetime' }),
    },
  });
  const drafts = fc.array(fc.record({ day: fc.integer({ min: -30, max: 30 }), taste: tastes }), {
    minLength: 1,
  });
  forAll(fc.tuple(drafts, fc.array(fc.integer({ min: -30, max: 31 }), { maxLength: 3 })), ([all, runs]) => {
    const tiles = store(table);
    for (const at of runs) tiles.compute(at, () => undefined);
    tiles.add(all.map(({ day, taste }) => visit(day, 1, 'a', null, taste && taste.map((one) => one / 10))));
    for (const at of [...runs, 31]) {
      const over = (days: number) =>
        all
          .map((draft, place) => ({ ...draft, place }))
          .filter(({ day, taste }) => taste !== null && day < at && day >= at - days)
          .sort((a, b) => a.day - b.day || a.place - b.place)
          .map(({ taste }) => taste!);
      const last = (days: number) =>
        over(days)
          .at(-1)
          ?.map((one) => one / 10) ?? null;
      const mean = (days: number) => {
        const vectors = over(days);
        const meanOf = (index: number) =>
          vectors.reduce((total, one) => total + one[index]!, 0) / (10 * vectors.length);
        return vectors.length === 0 ? null : [0, 1, 2].map(meanOf);
      };
      const row = tiles.compute(at, () => undefined)!.get('a');
      if (!all.some(({ day }) => day < at)) {
        expect(row).toBeUndefined();
        continue;
      }
      expect(row).toEqual([last(3), last(Infinity), mean(10), mean(Infinity)]);
    }
  });
});

test('of more keys of joined rows than are counted, an exact value is null, and a sampled one is of the sample', () => {
  const table = batchTable({
    name: 'reading',
    source: visits,
    references: [pages],
    schedule: '0 0 * * *',
    features: {
      words: sum('pages.words', { over: 'lifetime' }),
      words_1d: sum('pages.words', { over: '1 day' }),
      most_words: max('pages.words', { over: 'lifetime' }),
      topic: mostFrequent('pages.topic', { over: 'lifetime' }),
      visits: count({ over: 'lifetime' }),
    },
  });
  const tiles = store(table);
  const many = 66_000;
  tiles.add(Array.from({ length: many }, (_, page) => visit(page % 2, page, 'a', `p_${page}`, null)));
  const rows = tiles.compute(2, () => ['', 3, 'cats'])!;
  expect(rows.get('a')).toEqual([null, (many / 2) * 3, null, 'cats', many]);
});

test('an event with keys that are too long for a row is not about the table', () => {
  const table = batchTable({
    name: 'by_page',
    source: visits,
    primaryKeys: ['page_id'],
    schedule: '0 0 * * *',
    features: { visits: count({ over: 'lifetime' }) },
  });
  const compiled = compileTiledTable(table.definition as TiledBatchTable, visits.definition, []);
  const keyOfPage = (page: string | null) => compiled.keyOf(visit(0, 0, 'a', page, null));
  expect(keyOfPage('é'.repeat(MAX_KEY_BYTES / 2))).toHaveLength(1);
  expect(keyOfPage('é'.repeat(MAX_KEY_BYTES / 2 + 1))).toBeUndefined();
  expect(keyOfPage('')).toBeUndefined();
  expect(keyOfPage(null)).toBeUndefined();
});
