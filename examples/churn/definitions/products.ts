import { optional, referenceTable, required } from 'asof';

/** Which category a product is in; a row for each change. */
export const products = referenceTable({
  name: 'products',
  primaryKeys: ['product_id'],
  fields: {
    product_id: required('string'),
    category: optional('string'),
  },
});
