import { expect, test } from 'vitest';
import { addByName } from '../../../../domain/stream/stream-counts.ts';

test.each(['revenue', 'constructor', 'valueOf'])('counts of a field %s add up', (field) => {
  expect(addByName(addByName({}, { [field]: 2 }), { [field]: 3 })).toEqual({ [field]: 5 });
});
