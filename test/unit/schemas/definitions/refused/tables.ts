import {
  batchTable,
  eventSource,
  externalTable,
  onlineTable,
  optional,
  referenceTable,
  required,
} from 'asof';

const fields = { user_id: required('string'), price: optional('double'), at: required('timestamp') };
const shop = eventSource({ name: 'shop', entity: 'user_id', eventTime: 'at', fields });
const users = referenceTable({
  name: 'users',
  primaryKeys: ['user_id'],
  fields: { user_id: required('string'), tier: optional('string') },
});
const daily = { name: 'daily', source: shop, schedule: '@daily', sql: 'SELECT 1' } as const;

/** Batch, reference, external and online tables that the compiler refuses. */
export const refusedTables = {
  'a batch table with a key of another type': () =>
    batchTable({
      ...daily,
      // @ts-expect-error `price` is a double field
      primaryKeys: ['price'],
      features: { events: 'bigint' },
    }),

  'a batch table with a misspelt key': () =>
    batchTable({
      ...daily,
      // @ts-expect-error there is no field `user`
      primaryKeys: ['user'],
      features: { events: 'bigint' },
    }),

  'a batch table that reads what is no reference table': () =>
    batchTable({
      ...daily,
      // @ts-expect-error an event source has no validity
      references: [shop],
      features: { events: 'bigint' },
    }),

  'a feature of a type that there is not': () =>
    batchTable({
      ...daily,
      // @ts-expect-error there is no type `number`
      features: { events: 'number' },
    }),

  'a reference table with a key of another type': () =>
    referenceTable({
      name: 'prices',
      // @ts-expect-error `price` is a double field
      primaryKeys: ['price'],
      fields: { product: required('string'), price: required('double') },
    }),

  'an external table whose time has a unit and a zone': () =>
    externalTable({
      name: 'scores',
      primaryKeys: ['user_id'],
      // @ts-expect-error numbers since 1970 have no zone
      timestamp: { column: 'at', unit: 'seconds', zone: 'Europe/Paris' },
      features: { score: 'double' },
    }),

  'an online table of an event source': () =>
    onlineTable({
      // @ts-expect-error an event source has no features
      table: shop,
    }),

  'an online table of a reference table': () =>
    onlineTable({
      // @ts-expect-error a reference table has no features
      table: users,
    }),
};
