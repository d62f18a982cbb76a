/**
 * The fields of a relation that a query may read, as its text says: those that it names, and all of them if it
 * takes whole rows. So no field that it reads is left out, and one that it names for something else may be too
 * many.
 *
 * @param relation the name by which the query reads the relation.
 */
export function fieldsOfSql(sql: string, relation: string, fields: readonly string[]): string[] {
  const words = sql.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*|\S/gu) ?? [];
  if (takesRows(sql) || isValue(relation.toLowerCase(), words)) return [...fields];
  const named = new Set(words);
  return fields.filter((field) => named.has(field.toLowerCase()));
}

/**
 * Whether a query takes whole rows as such. `count(*)` takes none. What looks like a comment may be a part of a
 * text, so both readings count.
 */
function takesRows(sql: string): boolean {
  return [sql, sql.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, ' ')].some((text) => {
    const rest = text.replaceAll(/\bcount\s*\(\s*\*\s*\)/gi, '');
    return STAR.test(rest) || /\bnatural\b|\btable\b|\bU&"/i.test(rest);
  });
}

/** A star that multiplies nothing, as what is before it or behind it is no operand. */
const STAR = /(?:\.|,|\bselect|\bdistinct|\ball)\s*\*|\*\s*(?:[,);]|\bfrom\b|$)/i;

/**
 * Whether the relation, or an alias of it, stands where a value stands, as in `to_jsonb(e)`, or gives its columns
 * other names, as in `events AS e (id, at)`.
 */
function isValue(relation: string, words: readonly string[]): boolean {
  const names = new Set([relation]);
  words.forEach((word, index) => {
    const next = words[index + 1] === 'as' ? words[index + 2] : words[index + 1];
    if (word === relation && next !== undefined && /^[\p{L}_]/u.test(next) && !AFTER_RELATION.has(next))
      names.add(next);
  });
  return words.some((word, index) => {
    const before = words[index - 1];
    const isPlace = before === 'from' || before === 'join' || before === 'as' || before === relation;
    const next = words[index + 1];
    return names.has(word) && (next === '(' || (!isPlace && next !== '.'));
  });
}

/** The words that follow a relation without an alias. */
const AFTER_RELATION: ReadonlySet<string> = new Set(
  'where on using join left right inner full cross natural group order having limit offset fetch union except intersect window tablesample for lateral'.split(
    ' ',
  ),
);
