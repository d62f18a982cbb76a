import { describe, expect, test } from 'vitest';
import { allowSource } from '../../../../client/registry/allowed-source-changes.ts';
import type { AsofError } from '../../../../domain/errors/asof-error.ts';
import type {
  ComputedTableDefinition,
  FieldDefinition,
  FieldType,
} from '../../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { queriedTransactions } from '../../../support/definitions/queried-tables.ts';

const source = userEvents.definition;
const field = (name: string, type: FieldType, required = false): FieldDefinition => ({
  name,
  type,
  required,
});
const withFields = (...fields: FieldDefinition[]) => ({ ...source, fields: [...source.fields, ...fields] });
const activity = userActivityFeatures.definition;
const quantities = (feature: object): ComputedTableDefinition =>
  ({ ...activity, name: 'quantities', features: [feature] }) as ComputedTableDefinition;
const sum = { name: 's', aggregate: 'sum', field: 'quantity', where: null };
const product = { ...sum, field: { op: 'multiply', of: ['revenue', 'quantity'] } };
const bounded = {
  ...sum,
  field: 'revenue',
  where: { expression: { op: 'less', of: ['quantity', 3] } },
};
const where = { name: 's', aggregate: 'count', field: null, where: { quantity: 3 } };

describe('accepts', () => {
  test.each<[string, Case]>([
    ['a new optional field', { before: [], after: [field('a', 'boolean')] }],
    [
      'a field that becomes optional',
      { before: [field('a', 'string', true)], after: [field('a', 'string')] },
    ],
    [
      'a wider type, even of a field that a table reads',
      {
        before: [field('quantity', 'integer')],
        after: [field('quantity', 'double')],
        tables: [quantities(sum)],
      },
    ],
    [
      'a field that becomes optional and wider',
      { before: [field('quantity', 'integer', true)], after: [field('quantity', 'double')] },
    ],
    ['the removal of a field that no table reads', { before: [field('a', 'string', true)], after: [] }],
    [
      'a field that comes back',
      { earlier: [field('a', 'string', true)], before: [], after: [field('a', 'string')] },
    ],
    [
      'a field that comes back wider',
      { earlier: [field('a', 'integer')], before: [], after: [field('a', 'double')] },
    ],
    [
      'another order of fields',
      {
        before: [field('a', 'string'), field('b', 'double')],
        after: [field('b', 'double'), field('a', 'string')],
      },
    ],
  ])('%s', (_, change) => {
    expect(refusalOf(change)).toBeNull();
  });
});

describe('refuses', () => {
  test.each<[string, Case, RegExp]>([
    [
      'a new required field',
      { before: [], after: [field('a', 'string', true)] },
      /new field 'a' is required, and events that are there were stored without it. Make it optional/,
    ],
    [
      'a field that becomes required',
      { before: [field('a', 'string')], after: [field('a', 'string', true)] },
      /field 'a' becomes required, and events that are there may lack it/,
    ],
    [
      'a narrower type',
      { before: [field('a', 'double')], after: [field('a', 'integer')] },
      /field 'a' changes from double to integer; only integer to double is possible/,
    ],
    [
      'another length of lists',
      {
        before: [{ ...field('a', 'double[]'), length: 2 }],
        after: [{ ...field('a', 'double[]'), length: 3 }],
      },
      /the lists of field 'a' change from length 2 to length 3/,
    ],
    [
      'a length of lists that had any',
      { before: [field('a', 'double[]')], after: [{ ...field('a', 'double[]'), length: 3 }] },
      /the lists of field 'a' change from any length to length 3/,
    ],
    [
      'another type',
      { before: [field('a', 'integer')], after: [field('a', 'string')] },
      /field 'a' changes from integer to string/,
    ],
    [
      'the removal of a field that a table reads',
      { before: [field('quantity', 'double')], after: [], tables: [activity, quantities(sum)] },
      /field 'quantity' goes away, and table 'quantities' reads it/,
    ],
    [
      'the removal of a field that a filter reads',
      { before: [field('quantity', 'double')], after: [], tables: [quantities(where)] },
      /field 'quantity' goes away, and table 'quantities' reads it/,
    ],
    [
      'the removal of a field that an expression reads',
      { before: [field('quantity', 'double')], after: [], tables: [quantities(product)] },
      /field 'quantity' goes away, and table 'quantities' reads it/,
    ],
    [
      'the removal of a field that the expression of a filter reads',
      { before: [field('quantity', 'double')], after: [], tables: [quantities(bounded)] },
      /field 'quantity' goes away, and table 'quantities' reads it/,
    ],
    [
      'the removal of a key of a batch table',
      {
        before: [field('shop', 'string', true)],
        after: [],
        tables: [{ ...queriedTransactions.definition, primaryKeys: ['shop'] }],
      },
      /field 'shop' goes away, and table 'queried_transaction_features' reads it/,
    ],
    [
      'a key that becomes optional',
      {
        before: [field('shop', 'string', true)],
        after: [field('shop', 'string')],
        tables: [{ ...activity, primaryKeys: ['shop'] }],
      },
      /field 'shop' becomes optional, and table 'user_activity_features' is keyed by it/,
    ],
    [
      'a field that comes back with another type',
      { earlier: [field('a', 'double')], before: [], after: [field('a', 'integer')] },
      /field 'a' comes back as integer, and was double before/,
    ],
  ])('%s', (_, change, message) => {
    expect(refusalOf(change)).toMatch(message);
  });

  test('with every reason at once', () => {
    const message = refusalOf({
      before: [field('a', 'double'), field('b', 'string')],
      after: [field('a', 'integer'), field('b', 'string', true)],
    });
    expect(message).toMatch(/field 'a' changes.*; field 'b' becomes required.*Nothing was applied/);
  });
});

interface Case {
  readonly before: readonly FieldDefinition[];
  readonly after: readonly FieldDefinition[];
  /** The fields of an earlier version. */
  readonly earlier?: readonly FieldDefinition[];
  readonly tables?: readonly ComputedTableDefinition[];
}

/** The message with which a change of the added fields is refused. Null if it is accepted. */
function refusalOf({ before, after, earlier = [], tables = [activity] }: Case): string | null {
  const versions = [withFields(...earlier), withFields(...before)];
  try {
    allowSource(versions[1]!, withFields(...after), {
      versions,
      tables,
      references: [],
    });
    return null;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ASOF_CHANGE_REFUSED' });
    return (error as AsofError).message;
  }
}
