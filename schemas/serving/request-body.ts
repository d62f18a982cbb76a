import { shortened } from '../../domain/errors/shortened.ts';

/** The input of one prediction: keys, and features that replace looked-up ones. */
export type RequestRecord = Readonly<Record<string, unknown>>;

const FORMS = ['dataframe_records', 'dataframe_split', 'inputs'] as const;
const SPLIT_FIELDS = ['index', 'columns', 'data'];
const MAX_COLUMNS = 1_000;
const MOST_CHARACTERS_OF_NAME = 60;

interface FormProblem {
  readonly message: string;
  readonly path?: (string | number)[];
}

/** Finds what is wrong with a form, one problem after the other, so that nobody looks for more than are told. */
type FormProblems = Generator<FormProblem, void>;

/** A body without problems. */
export interface RequestBody {
  readonly dataframe_records?: RequestRecord[];
  readonly dataframe_split?: { readonly columns: string[]; readonly data: unknown[][] };
  readonly inputs?: RequestRecord[] | Readonly<Record<string, unknown[]>>;
}

/**
 * The records of a body without problems. They have at least those of their fields that are `wanted`: to make objects
 * with 1,000 fields that nobody reads takes longer than all else.
 */
export function recordsOf(body: RequestBody, wanted: ReadonlySet<string>): RequestRecord[] {
  const { dataframe_records, dataframe_split, inputs } = body;
  if (dataframe_records) return dataframe_records;
  if (Array.isArray(inputs)) return inputs;
  if (dataframe_split) {
    const columns = [...dataframe_split.columns.entries()].filter(([, name]) => wanted.has(name));
    return dataframe_split.data.map((row) =>
      Object.fromEntries(columns.map(([position, name]) => [name, row[position]])),
    );
  }
  const columns = Object.entries(inputs!);
  const read = columns.filter(([name]) => wanted.has(name));
  return columns[0]![1].map((_, row) =>
    Object.fromEntries(read.map(([name, values]) => [name, values[row]])),
  );
}

/** What is wrong with the form of a body. Its values are checked when the endpoint is known. */
export function* problemsOfBody(body: unknown, mostRecords: number): FormProblems {
  const given = isObject(body) ? FORMS.filter((form) => Object.hasOwn(body, form)) : [];
  const [form] = given;
  if (!isObject(body) || given.length !== 1 || form === undefined) {
    const message = `must be an object that has exactly one of ${FORMS.join(', ')}, such as {"dataframe_records":[{"user_id":"u_1"}]}`;
    yield { message };
    return;
  }
  yield* unknownFields(body, FORMS);
  const problems = form === 'dataframe_split' ? problemsOfSplit : problemsOfList;
  const isByColumn = form === 'inputs' && !Array.isArray(body[form]);
  for (const { message, path = [] } of (isByColumn ? problemsOfColumns : problems)(body[form], mostRecords))
    yield { message, path: [form, ...path] };
}

/** A list of objects. */
function* problemsOfList(records: unknown, mostRecords: number): FormProblems {
  const length = lengthProblem(records, 'records', mostRecords);
  if (length !== undefined) {
    yield { message: length };
    return;
  }
  for (const [index, record] of (records as unknown[]).entries()) {
    if (!isObject(record)) yield { message: 'must be an object', path: [index] };
    else if (Object.keys(record).length > MAX_COLUMNS)
      yield { message: `must have at most ${MAX_COLUMNS} fields`, path: [index] };
  }
}

function* problemsOfSplit(split: unknown, mostRecords: number): FormProblems {
  if (!isObject(split)) {
    yield { message: 'must be an object with columns and data' };
    return;
  }
  yield* unknownFields(split, SPLIT_FIELDS);
  const { columns, data, index = [] } = split;
  const width = lengthProblem(columns, 'columns', MAX_COLUMNS);
  if (width !== undefined) {
    yield { message: width, path: ['columns'] };
    return;
  }
  const names = columns as unknown[];
  if (!names.every((name) => typeof name === 'string'))
    yield { message: 'must be a list of texts', path: ['columns'] };
  if (!Array.isArray(index)) yield { message: 'must be a list', path: ['index'] };
  const length = lengthProblem(data, 'records', mostRecords);
  if (length !== undefined) {
    yield { message: length, path: ['data'] };
    return;
  }
  for (const [position, row] of (data as unknown[]).entries()) {
    const path = ['data', position];
    if (!Array.isArray(row)) yield { message: 'must be a list of values', path };
    else if (row.length !== names.length)
      yield { message: `has ${row.length} values for ${names.length} columns`, path };
  }
}

/** An object of columns. */
function* problemsOfColumns(columns: unknown, mostRecords: number): FormProblems {
  if (!isObject(columns)) {
    yield { message: 'must be a list of objects, or an object of columns' };
    return;
  }
  const lists = Object.entries(columns);
  const width = lengthProblem(lists, 'columns', MAX_COLUMNS);
  if (width !== undefined) {
    yield { message: width };
    return;
  }
  const [[, first]] = lists as [[string, unknown]];
  for (const [name, values] of lists) {
    const path = [shortened(name, MOST_CHARACTERS_OF_NAME)];
    const length = lengthProblem(values, 'records', mostRecords);
    if (length !== undefined) yield { message: length, path };
    else if (Array.isArray(first) && (values as unknown[]).length !== first.length)
      yield { message: 'all columns must have the same number of values', path };
  }
}

function* unknownFields(object: object, known: readonly string[]): FormProblems {
  for (const name of Object.keys(object))
    if (!known.includes(name))
      yield {
        message: `has an unknown field '${shortened(name, MOST_CHARACTERS_OF_NAME)}'; expected ${known.join(', ')}`,
      };
}

function lengthProblem(list: unknown, what: string, most: number): string | undefined {
  if (!Array.isArray(list)) return `must be a list of ${what}`;
  if (list.length >= 1 && list.length <= most) return undefined;
  return `has ${list.length} ${what}; expected 1 to ${most}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
