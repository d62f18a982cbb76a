import { connect } from 'asof/client';

await using asof = await connect();

await asof.apply('my-definitions');
const shop = asof.stream('shop-events');
await shop.import('events.ndjson', { sort: true });
await shop.readToHead({ from: 'earliest', onProgress: ({ lag }) => console.error(`${lag} to go`) });

const { clean, partitions } = await shop.check();
const rows = await asof.table('shopper_activity').latestRows({ limit: 5 });
console.log(JSON.stringify({ clean, partitions: partitions.length, rows }));
