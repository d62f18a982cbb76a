import fc from 'fast-check';
import { expect, test } from 'vitest';
import { optionChanges } from '../../../../../client/registry/plan/option-changes.ts';
import type { Definition, EventSourceDefinition } from '../../../../../domain/registry/definition.ts';
import { RETAINED } from '../../../../../domain/retention/retention.ts';
import { forAll } from '../../../support/for-all.ts';
import { everyOption } from './every-option.ts';

type Json = unknown;
type Path = readonly string[];

test('each changed option of any kind of definition is reported with both values, and nothing else is', () => {
  forAll(changedDefinition, ({ before, after, expected }) => {
    const reported = optionChanges(before, after).map(({ option, before: a, after: b }) => ({
      option,
      a,
      b,
    }));
    expect(new Set(reported.map(text))).toEqual(new Set(expected.map(text)));
    expect(reported).toHaveLength(expected.length);
  });
});

test('a definition that is the same has no changed options', () => {
  for (const definition of everyOption)
    expect(optionChanges(definition, structuredClone(definition))).toEqual([]);
});

test('a retention deletes something exactly if it comes or becomes shorter', () => {
  const days = fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined });
  const retention = fc.record(Object.fromEntries(RETAINED.slice(0, 4).map((name) => [name, days])));
  forAll(fc.tuple(retention, retention), ([before, after]) => {
    const changes = optionChanges(withRetention(before), withRetention(after));
    for (const name of RETAINED.slice(0, 4)) {
      const [was, is] = [before[name] ?? Infinity, after[name] ?? Infinity];
      const change = changes.find(({ option }) => option === `retention.${name}`);
      expect(change !== undefined).toBe(was !== is);
      expect(change?.deletes !== undefined).toBe(is < was);
    }
  });
});

function withRetention(days: Readonly<Record<string, number | undefined>>): EventSourceDefinition {
  const source = everyOption.find((one): one is EventSourceDefinition => one.kind === 'event_source')!;
  const members = Object.entries(days).flatMap(([name, count]) =>
    count === undefined ? [] : [[name, `${count} days`] as const],
  );
  return { ...source, retention: members.length === 0 ? undefined : Object.fromEntries(members) };
}

interface Edit {
  readonly path: Path;
  /** Undefined: the option goes. */
  readonly value: Json;
}

/** A definition with some of its options replaced or taken away. No edit lies within another. */
const changedDefinition = fc
  .constantFrom(...everyOption)
  .chain((before) => {
    const paths = optionsOf(without(before, ['kind', 'name']), []);
    return fc.record({
      before: fc.constant(before),
      edits: fc.uniqueArray(
        fc.record({
          path: fc.constantFrom(...paths),
          value: fc.oneof(fc.constant(undefined), fc.integer({ min: 1_000 }), fc.constant('another text')),
        }),
        { selector: ({ path }) => path.join('.'), maxLength: 6 },
      ),
    });
  })
  .map(({ before, edits }) => ({
    before,
    after: edits.reduce<Definition>((definition, edit) => edited(definition, edit) as Definition, before),
    expected: edits.map(({ path, value }) => ({
      option: path.join('.'),
      a: valueAt(before, path),
      b: value,
    })),
  }));

/** Options that are one value, though they have parts. */
const WHOLE = ['where', 'expression', 'field', 'from', 'schedule', 'unwrap', 'explode'];

/** The paths of all options, but for those by which a part is told from others. */
function optionsOf(value: Json, path: Path): Path[] {
  const last = path.at(-1);
  if (path.length > 0 && (typeof value !== 'object' || value === null || WHOLE.includes(last!)))
    return [path];
  if (Array.isArray(value) && value.some((part) => namingOf(part) === undefined)) return [path];
  return Object.entries(partsOf(value)).flatMap(([name, part]) => optionsOf(part, [...path, name]));
}

/** The parts of an object or of a list of things with names. What names a thing is no option of it. */
function partsOf(value: Json): Record<string, Json> {
  if (!Array.isArray(value)) return value as Record<string, Json>;
  return Object.fromEntries(
    value.map((part: Record<string, Json>) => {
      const naming = namingOf(part)!;
      return [part[naming] as string, without(part, [naming])];
    }),
  );
}

/** What says how a part is told from the others of its list. */
function namingOf(part: Json): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  return ['name', 'as', 'table'].find((name) => typeof (part as Record<string, Json>)[name] === 'string');
}

function without(value: object, names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function valueAt(value: Json, [first, ...rest]: Path): Json {
  return first === undefined ? value : valueAt(partsOf(value)[first], rest);
}

function edited(value: Json, { path: [first, ...rest], value: wanted }: Edit): Json {
  if (first === undefined) return wanted;
  if (Array.isArray(value))
    return value.flatMap((part: Json) => {
      if ((part as Record<string, Json>)[namingOf(part)!] !== first) return [part];
      const changed = edited(part, { path: rest, value: wanted });
      return changed === undefined ? [] : [changed];
    });
  return {
    ...(value as object),
    [first]: edited((value as Record<string, Json>)[first], { path: rest, value: wanted }),
  };
}

function text({ option, a, b }: { readonly option: string; readonly a?: Json; readonly b?: Json }): string {
  return JSON.stringify([option, a ?? '-', b ?? '-']);
}
