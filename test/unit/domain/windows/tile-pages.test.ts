import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tilePages } from '../../../../domain/windows/tile-pages.ts';
import type { Tile } from '../../../../domain/windows/tile.ts';

const tiles = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)), { selector: String })
  .map((identities) => identities.map(([user, start]) => tile(user, start)));

test('pages hold every tile once, an entity on one page, in entity order, as small as possible', () => {
  fc.assert(
    fc.property(tiles, fc.integer({ min: 1, max: 8 }), (all, size) => {
      const pages = [...tilePages(all, size)];
      expect(new Set(pages.flat())).toEqual(new Set(all));
      const users = pages.flatMap((page) => [...new Set(page.map(({ key }) => key[0]!))]);
      expect(users).toEqual([...new Set(all.map(({ key }) => key[0]!))].sort());
      for (const page of pages.slice(0, -1)) expect(page.length).toBeGreaterThanOrEqual(size);
      for (const page of pages) {
        const lastUser = page.at(-1)!.key[0];
        expect(page.filter(({ key }) => key[0] !== lastUser).length).toBeLessThan(size);
      }
    }),
  );
});

function tile(user: string, start: number): Tile {
  return { key: [user], start: BigInt(start), admittedFrom: BigInt(start + 1), partials: [] };
}
