import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { cellsPerRow, tilePages } from '../../../../domain/windows/tile-pages.ts';
import { type Tile, windowsOf } from '../../../../domain/windows/tile.ts';
import { touchedWindows } from '../../../../domain/windows/window-row.ts';
import { slideStart } from '../../../../domain/windows/window.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const table = compileStreamTable(userActivityFeatures.definition, userEvents.definition);
const { slide } = table.window;
const ROW = cellsPerRow(table);

const tiles = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(30), fc.nat(3)), { selector: String })
  .map((identities) => identities.map(([user, start, held]) => tile(user, start, held)));
const sizes = fc.integer({ min: 1, max: 30 }).map((rows) => rows * ROW);

test('pages hold every tile and every touched window once, in the order of the entities', () => {
  fc.assert(
    fc.property(tiles, sizes, (all, cells) => {
      const pages = [...tilePages(table, all, cells)];
      expect(pages.flatMap((page) => page.tiles)).toHaveLength(all.length);
      expect(new Set(pages.flatMap((page) => page.tiles))).toEqual(new Set(all));
      const windows = pages.flatMap(({ touched }) =>
        touched.flatMap(({ key, ends }) => ends.map((end) => ({ user: key[0], end }))),
      );
      const expected = touchedWindows(table, all).flatMap(({ key, ends }) =>
        ends.map((end) => ({ user: key[0], end })),
      );
      expect(windows).toEqual(expected);
    }),
  );
});

test('a window is on the page of the last of its tiles, or later, and a tile on a page with one of its windows', () => {
  fc.assert(
    fc.property(tiles, sizes, (all, cells) => {
      const pages = [...tilePages(table, all, cells)];
      const pageOf = (user: string, end: bigint): number =>
        pages.findIndex(({ touched }) =>
          touched.some(({ key, ends }) => key[0] === user && ends.includes(end)),
        );
      pages.forEach((page, index) => {
        for (const one of page.tiles) {
          const [first, last] = windowsOf(table, one);
          expect(pageOf(one.key[0]!, slideStart(table.window, first))).toBe(index);
          expect(pageOf(one.key[0]!, slideStart(table.window, last))).toBeGreaterThanOrEqual(index);
        }
      });
    }),
  );
});

test('an entity of a table with a tail is on one page, and the entities of many rows are on several', () => {
  const window = { length: '100 hours', slide: '15 minutes', tail: '5 hours' };
  const long = compileStreamTable({ ...userActivityFeatures.definition, window }, userEvents.definition);
  const all = ['a', 'b', 'c'].flatMap((user) =>
    Array.from({ length: 50 }, (_, start) => tile(user, start, 0)),
  );
  const users = [...tilePages(long, all, 100 * ROW)].map((page) => page.tiles.map(({ key }) => key[0]));
  expect(users.map((some) => [...new Set(some)])).toEqual([['a'], ['b'], ['c']]);
  expect([...tilePages(long, all, 10_000 * ROW)]).toHaveLength(1);
});

test('a page has at most its number of values, or one row, and no two pages would fit on one', () => {
  fc.assert(
    fc.property(tiles, sizes, (all, cells) => {
      const costs = [...tilePages(table, all, cells)].map(({ tiles: some, touched }) => {
        const rows = touched.flatMap(({ ends }) => ends).length;
        expect(rows).toBeLessThanOrEqual(cells / ROW);
        return rows * ROW + some.length * table.aggregations.length;
      });
      costs.slice(1).forEach((cost, index) => expect(cost + costs[index]!).toBeGreaterThan(cells));
    }),
  );
});

/** A tile that windows count from its end on, or some slides later. */
function tile(user: string, start: number, held: number): Tile {
  const at = BigInt(start) * slide;
  return { key: [user], start: at, admittedFrom: at + slide * BigInt(1 + held), partials: [] };
}
