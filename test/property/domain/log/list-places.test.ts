import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeDecoder } from '../../../../domain/log/places.ts';
import type { JsonPath } from '../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { forAll, numRuns } from '../../support/for-all.ts';

/** JSON before it is text: a scalar, a list, or an object whose members may share a name. */
type Json = string | readonly Json[] | { readonly members: readonly Member[] };
type Member = readonly [name: string, value: Json];

const NAMES = ['0', '1', '2', 'b', 'length'];

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'large' },
    fc.constantFrom('7', '"]}"', 'null', '-0.5', 'NaN'),
    { weight: 3, arbitrary: fc.array(tie('json'), { maxLength: 3 }) },
    {
      weight: 3,
      arbitrary: fc.record({
        members: fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('json')), { minLength: 1, maxLength: 4 }),
      }),
    },
  ),
}));

/** A path that mostly leads somewhere, of which steps may be indexes for names and names for indexes. */
const cases = fc.record({
  root: json,
  picks: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
  /** The step that is of the other kind, if the path has it. */
  swapped: fc.nat({ max: 3 }),
  blank: fc.constantFrom('', ' ', '\n'),
});

test('a list stands where each index goes into a list and each name into an object, else nothing does', () => {
  const found = { lists: 0, loose: 0 };
  forAll(cases, ({ root, picks, swapped, blank }) => {
    const path = pathAlong(root, picks, swapped);
    const at = isList(root) && typeof path[0] !== 'number' ? root : standsAt(root, path);
    const value = Buffer.from(textOf(root, blank));
    const places = placesOf(path, value);
    if (!isList(at) || at.length === 0) {
      expect(places.map(({ record }) => record.index)).toEqual([undefined]);
      const { decoded } = places[0]!;
      if (isList(at)) expect(decoded).toEqual({ skipped: 'empty_list' });
      else expect(decoded).toHaveProperty('rejection.reason', 'no_list');
    } else {
      const texts = places.map(({ record }) => Buffer.from(record.value!).toString());
      expect(texts).toEqual(at.map((element) => textOf(element, blank)));
      for (const { record } of places)
        expect(Buffer.from(record.envelope!).toString()).toBe(textOf(root, blank, at));
    }
    if (isList(at)) found.lists += 1;
    // The path would lead to a list if an index found members, and a name elements.
    else if (isList(standsLooselyAt(root, path))) found.loose += 1;
  });
  for (const [what, count] of Object.entries(found)) expect(count, what).toBeGreaterThan(numRuns / 100);
});

function placesOf(explode: JsonPath, value: Uint8Array) {
  const { fields } = userEvents.definition;
  const around = { name: 'around', type: 'string', required: false, from: { envelope: ['around'] } } as const;
  const source = { ...userEvents.definition, explode, fields: [...fields, around] };
  const decode = placeDecoder(source, () => ({ skipped: 'filtered' }))!;
  return decode({ partition: 0, offset: 0n, kafkaTs: null, key: null, value });
}

function standsAt(root: Json | undefined, path: JsonPath): Json | undefined {
  let at: Json | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') at = isList(at) ? at[step] : undefined;
    else at = membersOf(at).findLast(([name]) => name === step)?.[1];
  }
  return at;
}

/** As {@link standsAt}, where a list is an object whose members have indexes as names. */
function standsLooselyAt(root: Json, path: JsonPath): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => {
    return standsAt(at, [isList(at) && /^\d+$/.test(String(step)) ? Number(step) : String(step)]);
  }, root);
}

function pathAlong(root: Json, picks: readonly number[], swapped: number): JsonPath {
  let at: Json | undefined = root;
  return picks.map((pick, index) => {
    const name: string = membersOf(at)[pick]?.[0] ?? NAMES[pick]!;
    const step = isList(at) ? pick : name;
    at = standsAt(at, [step]);
    if (index !== swapped) return step;
    return typeof step === 'number' ? String(step) : Number(/\d/.exec(step)?.[0] ?? 0);
  });
}

function textOf(json: Json, blank: string, emptied?: Json): string {
  if (typeof json === 'string') return json;
  if (json === emptied) return '[]';
  const between = `${blank},${blank}`;
  if (isList(json))
    return `[${blank}${json.map((one) => textOf(one, blank, emptied)).join(between)}${blank}]`;
  const members = json.members.map(
    ([name, value]) => `"${name}"${blank}:${blank}${textOf(value, blank, emptied)}`,
  );
  return `{${blank}${members.join(between)}${blank}}`;
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

function membersOf(json: Json | undefined): readonly Member[] {
  return typeof json === 'object' && 'members' in json ? json.members : [];
}
