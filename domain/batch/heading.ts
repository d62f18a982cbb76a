import { quoted } from '../errors/quoted.ts';
import { indexColumns } from '../files/index-columns.ts';
import type { WrittenTable } from './written-table.ts';

/** What the names of a file's columns say. */
export interface Heading {
  /** Why the file cannot be one of the table; empty if it can. */
  readonly problems: readonly string[];
  /** The indexes of columns that hold nothing of the table: an index that pandas wrote. */
  readonly leftOut: readonly number[];
}

/** Compares the columns of a file, which have to be there even where all values are missing, with those of the table. */
export function compareHeading({ columns, time }: WrittenTable, names: readonly string[]): Heading {
  const wanted = [...columns, time].map(({ name }) => name);
  const leftOut = indexColumns(names, (name) => wanted.includes(name));
  const given = names.filter((_, index) => !leftOut.includes(index));
  const problems = [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `there is no column ${quoted(name)}`),
    ...given
      .filter((name) => !wanted.includes(name))
      .map((name) => `column ${quoted(name)} is not one of the table; correct its name, or leave it out`),
    ...given
      .filter((name, index) => given.indexOf(name) !== index)
      .map((name) => `there are two columns ${quoted(name)}`),
  ];
  return { problems, leftOut };
}
