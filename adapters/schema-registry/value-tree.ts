import type { Type, types } from 'avsc';
import { NumberToken } from '../../domain/log/json/exact-json.ts';

type ToTree = (value: unknown) => unknown;
type Members = Readonly<Record<string, unknown>>;

/** How a value of a type becomes a tree of plain objects, lists and scalars, as exact JSON has it. */
export function treeOf(type: Type, made = new Map<Type, ToTree>()): ToTree {
  const known = made.get(type);
  if (known) return known;
  // A type may lie within itself.
  made.set(type, (value) => read(value));
  const read: ToTree = READERS[type.typeName]?.(type, (inner) => treeOf(inner, made)) ?? itself;
  return read;
}

function itself(value: unknown): unknown {
  return value;
}

const READERS: Readonly<Record<string, (type: Type, within: (type: Type) => ToTree) => ToTree>> = {
  record,
  error: record,
  map: (type, within) => {
    const read = within((type as types.MapType).valuesType as Type);
    return (value) =>
      Object.fromEntries(Object.entries(value as Members).map(([name, member]) => [name, read(member)]));
  },
  array: (type, within) => {
    const read = within((type as types.ArrayType).itemsType);
    return (value) => (value as readonly unknown[]).map(read);
  },
  'union:wrapped': (type, within) => {
    const branches = new Map(
      (type as types.WrappedUnionType).types.map((branch) => [branch.branchName, within(branch)]),
    );
    return (value) => {
      if (value === null) return null;
      const [[name, member]] = Object.entries(value as Members) as [[string, unknown]];
      return branches.get(name)!(member);
    };
  },
  float: () => (value) => fractional(value as number),
  double: () => (value) => fractional(value as number),
};

function record(type: Type, within: (type: Type) => ToTree): ToTree {
  const fields = (type as types.RecordType).fields.map((field) => [field.name, within(field.type)] as const);
  return (value) => Object.fromEntries(fields.map(([name, read]) => [name, read((value as Members)[name])]));
}

/** A number that has a fraction, or whose type would have one: a text does not take it, as in JSON `2.0`. */
function fractional(number: number): number | NumberToken {
  if (Number.isFinite(number) && !Number.isInteger(number)) return number;
  const text = Object.is(number, -0) ? '-0' : String(number);
  return new NumberToken(/^-?\d+$/.test(text) ? `${text}.0` : text);
}
