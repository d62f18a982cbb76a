import { optional, referenceTable, required } from 'asof';

/** The category of each product, with a row for each change. */
export const products = referenceTable({
  name: 'products',
  primaryKeys: ['product_id'],
  fields: {
    product_id: required('string'),
    category: optional('string'),
  },
});
