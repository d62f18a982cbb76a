import { TableFault } from '../../../../adapters/files/table-fault.ts';
import type {
  EventSourceDefinition,
  FieldDefinition,
  JsonPath,
} from '../../../../domain/registry/definition.ts';
import { parseJsonPath } from '../../../../schemas/values/json-path.ts';

/** Where the value of a column stands in the JSON of an event, and the fields that read it. */
export interface PlacedColumn {
  /** The index of the column. */
  readonly at: number;
  readonly fields: readonly FieldDefinition[];
}

/** The shape of the events that a table makes: what stands at each place. */
export type MemberTree =
  | { readonly column: PlacedColumn }
  | { readonly members: Map<string, MemberTree> }
  | { readonly items: MemberTree[] };

/**
 * Places the columns of a table in the JSON of an event. A column is the member of its name. One that is named
 * like the place of a field (`context.user.id`), with no field of just that name, stands at that place.
 * Columns without a name have none.
 *
 * @throws TableFault if two columns would stand at one place.
 */
export function memberTree(source: EventSourceDefinition, names: readonly string[]): MemberTree {
  const root: MemberTree = { members: new Map() };
  for (const [at, name] of names.entries()) {
    if (name === '') continue;
    const path = placeOf(source, name);
    const fields = source.fields.filter((field) => isSamePath(pathOf(field), path));
    if (!isPlaced(root, path, { column: { at, fields } }))
      throw new TableFault(`column ${at + 1}, '${name}', would stand where another column does`);
  }
  return root;
}

function placeOf({ fields }: EventSourceDefinition, name: string): JsonPath {
  const asPath = parseJsonPath(name);
  const isRead = (path: JsonPath): boolean => fields.some((field) => isSamePath(pathOf(field), path));
  return asPath !== undefined && isRead(asPath) && !isRead([name]) ? asPath : [name];
}

/** The place of a field in the JSON. Undefined: it stands elsewhere in the record. */
function pathOf({ name, from = [name] }: FieldDefinition): JsonPath | undefined {
  return 'record' in from || 'header' in from ? undefined : from;
}

function isSamePath(one: JsonPath | undefined, other: JsonPath): boolean {
  return one?.length === other.length && one.every((step, at) => step === other[at]);
}

/** Puts a leaf into the tree. False if something stands there, or on the way. */
function isPlaced(tree: MemberTree, [step, ...rest]: JsonPath, leaf: MemberTree): boolean {
  if (typeof step === 'number' ? !('items' in tree) : !('members' in tree)) return false;
  const held = 'items' in tree ? tree.items[step as number] : membersOf(tree).get(step as string);
  if (rest.length > 0 && held) return isPlaced(held, rest, leaf);
  if (held) return false;
  const next: MemberTree =
    rest.length === 0 ? leaf : typeof rest[0] === 'number' ? { items: [] } : { members: new Map() };
  if ('items' in tree) tree.items[step as number] = next;
  else membersOf(tree).set(step as string, next);
  return rest.length === 0 || isPlaced(next, rest, leaf);
}

function membersOf(tree: MemberTree): Map<string, MemberTree> {
  return 'members' in tree ? tree.members : new Map<string, MemberTree>();
}

/**
 * The JSON of an event. What is missing is left out, in lists it is null.
 *
 * @param valueOf the JSON of a column's value. Undefined: it is missing.
 */
export function treeJson(tree: MemberTree, valueOf: (column: PlacedColumn) => string | undefined): string {
  return nodeJson(tree, valueOf) ?? '{}';
}

function nodeJson(
  tree: MemberTree,
  valueOf: (column: PlacedColumn) => string | undefined,
): string | undefined {
  if ('column' in tree) return valueOf(tree.column);
  if ('items' in tree) {
    const items = Array.from(
      tree.items,
      (item) => (item as MemberTree | undefined) && nodeJson(item, valueOf),
    );
    return items.every((item) => item === undefined)
      ? undefined
      : `[${items.map((item) => item ?? 'null').join(',')}]`;
  }
  const members = [...tree.members].flatMap(([name, member]) => {
    const json = nodeJson(member, valueOf);
    return json === undefined ? [] : [`${JSON.stringify(name)}:${json}`];
  });
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}
