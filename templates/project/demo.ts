// npm run demo: from the events in data/ to feature rows and a training set.
import { connect } from 'asof/client';
import { withWorker } from './with-worker.ts';

await using asof = await connect();
const { applied } = await asof.apply('definitions');
for (const { action, what } of applied) console.log(`${action} ${what}`);

const orders = asof.stream('shop-orders');
const isRead = (await orders.check()).partitions.some(({ raw }) => raw > 0);
if (!isRead) console.log('imported', await orders.import('data/orders.ndjson', { sort: true }));

await withWorker(async () => {
  await orders.readToHead({ from: 'earliest' });
  const days = { from: '2026-03-03T00:00:00Z', to: '2026-03-07T00:00:00Z' };
  await asof.batch('customer_history').run(days);

  const activity = await asof
    .table('customer_activity')
    .latestRows({ asOf: '2026-03-05T18:00:00Z', limit: 5 });
  console.log('\ncustomer_activity on 5 March at 18:00:');
  console.table(activity, ['customer_id', 'feature_ts', 'orders_1d', 'spent_1d', 'products_1d']);
  const history = await asof.table('customer_history').latestRows({ asOf: '2026-03-06T00:00:00Z', limit: 5 });
  console.log('\ncustomer_history on 6 March:');
  console.table(history, ['customer_id', 'feature_ts', 'lifetime_orders', 'lifetime_spent']);

  const files = { spine: 'data/labels.csv', out: 'data/repeat-order.parquet' };
  const set = await asof.trainingSet('repeat_order').build({ ...files, overwrite: true });
  console.log(`\ntraining set ${set.id}: ${set.rows} rows in ${files.out}`);
  for (const { table, found, notFound } of set.lookups)
    console.log(`  ${table}: ${found} rows found, ${notFound} not found`);
});

const { clean, partitions } = await orders.check();
const raw = partitions.reduce((sum, partition) => sum + partition.raw, 0);
console.log(JSON.stringify({ clean, raw }));
