import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Definition } from '../../../../domain/registry/definition.ts';
import { retentionCutoff, retentionTasks } from '../../../../domain/retention/retention.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const DAY = 86_400_000_000n;

test('each limited retention has a task, sources before tables', () => {
  const table = { ...userActivityFeatures.definition, retention: { history: '1 day' } };
  const name = 'user-events';
  expect(retentionTasks([table, source({ ledger: '1 day', raw: '2 days' })])).toEqual([
    { retained: 'raw', name },
    { retained: 'ledger', name },
    { retained: 'history', name: table.name },
  ]);
  expect(retentionTasks([userEvents.definition, userActivityFeatures.definition])).toEqual([]);
});

test('the cutoff of tiles is a multiple of the slide', () => {
  const table = { ...userActivityFeatures.definition, retention: { tiles: '1 day', history: '1 day' } };
  const at = parseInstant('2026-03-02T10:22:00Z')!;
  expect(retentionTasks([table]).map(({ retained }) => retained)).toEqual(['tiles', 'history']);
  expect(retentionCutoff(table, 'tiles', at)).toBe(parseInstant('2026-03-01T10:15:00Z'));
  expect(retentionCutoff(table, 'history', at)).toBe(parseInstant('2026-03-01T10:22:00Z'));
});

test('the cutoff of raw events is a midnight, less than a day before the exact cutoff of the others', () => {
  const moments = fc.bigInt({ min: -(10n ** 15n), max: 2n * 10n ** 15n });
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 10_000 }), (at, hours) => {
      const limited = source({ raw: `${hours} hours`, lateEvents: `${hours} hours` });
      const exact = retentionCutoff(limited, 'lateEvents', at)!;
      const cutoff = retentionCutoff(limited, 'raw', at)!;
      expect(exact).toBe(at - BigInt(hours) * 3_600_000_000n);
      expect(cutoff % DAY).toBe(0n);
      expect(cutoff <= exact && exact - cutoff < DAY).toBe(true);
      expect(retentionCutoff(limited, 'raw', at + 1n)! >= cutoff).toBe(true);
      expect(retentionCutoff(limited, 'deadLetters', at)).toBeUndefined();
    }),
  );
  expect(retentionCutoff(source({ raw: '1 day' }), 'raw', parseInstant('2026-03-02T23:59:59Z')!)).toBe(
    parseInstant('2026-03-01T00:00:00Z'),
  );
});

function source(retention: object): Definition {
  return { ...userEvents.definition, retention };
}
