import {
  batchTable,
  count,
  endpoint,
  eventSource,
  externalTable,
  last,
  lookup,
  model,
  onlineTable,
  optional,
  referenceTable,
  required,
  streamTable,
  trainingSet,
} from 'asof';

/** A definition of every kind, and two stream tables on one source. */
export function bistro() {
  const orders = eventSource({
    name: 'bistro-orders',
    entity: 'guest',
    eventTime: 'at',
    topicPartitions: 1,
    allowedLateness: '10 minutes',
    fields: { guest: required('string'), drink: optional('string'), at: required('timestamp') },
  });
  const drinks = streamTable({
    name: 'bistro_drinks',
    source: orders,
    window: { length: '1 hour', slide: '1 hour' },
    features: { drinks_1h: count(), drink: last('drink') },
  });
  const hours = streamTable({
    name: 'bistro_hours',
    source: orders,
    window: { length: '2 hours', slide: '1 hour' },
    features: { orders_2h: count() },
  });
  const menu = referenceTable({
    name: 'bistro_menu',
    primaryKeys: ['drink'],
    fields: { drink: required('string'), price: optional('double') },
  });
  const days = batchTable({
    name: 'bistro_days',
    source: orders,
    references: [menu],
    schedule: '0 0 * * *',
    reads: '30 days',
    features: { visits: 'bigint' },
    sql: 'SELECT guest, count(*) AS visits FROM events LEFT JOIN bistro_menu USING (drink) GROUP BY guest',
  });
  const scores = externalTable({
    name: 'bistro_scores',
    primaryKeys: ['guest'],
    timestamp: { column: 'scored_at' },
    features: { score: 'double' },
  });
  const set = trainingSet({
    name: 'bistro_set',
    spine: { keys: ['guest'], timestamp: 'seen_at', label: 'label' },
    lookups: [lookup(drinks, { features: ['drinks_1h'] })],
  });
  return {
    orders,
    drinks,
    hours,
    menu,
    days,
    scores,
    set,
    online: onlineTable({ table: drinks }),
    model: model({ name: 'bistro_model', trainingSet: set }),
    endpoint: endpoint({ name: 'bistro-endpoint', lookups: [lookup(drinks, { features: ['drinks_1h'] })] }),
  };
}

/** Orders of a guest, one a minute from noon on, the last of which is late for what had ended. */
export function orderLines(count: number, day = '2026-03-01') {
  const at = (minute: number) => new Date(Date.parse(`${day}T12:00:00Z`) + minute * 60_000).toISOString();
  const order = (minute: number) => ({
    key: 'ada',
    value: JSON.stringify({ guest: 'ada', drink: 'tea', at: at(minute) }),
  });
  return [...Array.from({ length: count }, (_, minute) => order(minute)), order(-120)];
}
