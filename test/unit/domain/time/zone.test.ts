import { expect, test } from 'vitest';
import { isZone, localTimeIn } from '../../../../domain/time/zone.ts';

test('a zone is what local times can be read in', () => {
  const names = [
    ...Intl.supportedValuesOf('timeZone'),
    'UTC',
    'IST',
    'JST',
    'PST',
    'CST',
    '+02:00',
    'Mars/Base',
    '',
  ];
  const zones = names.filter(isZone);
  expect(zones.length).toBeGreaterThan(400);
  for (const zone of zones) expect(typeof localTimeIn(zone)(1_780_304_400_000_000n)).toBe('bigint');
});

test.each([
  ['skipped', '2026-03-29T02:30', '2026-03-29T01:30Z'],
  ['shown twice', '2026-10-25T02:30', '2026-10-25T00:30Z'],
  ['of summer', '2026-07-01T12:00', '2026-07-01T10:00Z'],
])('in Paris, a time that is %s', (_what, local, moment) => {
  const micros = (text: string) => BigInt(Date.parse(text)) * 1_000n;
  expect(localTimeIn('Europe/Paris')(micros(`${local}Z`))).toBe(micros(moment));
});
