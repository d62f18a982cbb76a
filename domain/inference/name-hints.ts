/** Whether a column's name says that its values name things: such values are text, also if they are digits. */
export function namesThings(column: string): boolean {
  return /(^|_)(id|ids|uuid|guid|key|code|sku|no|nr|number|zip|postcode|phone|ean|isbn|iban|hash|token)$/.test(
    column,
  );
}

/** Whether a column's name says that its values are times. */
export function namesTime(column: string): boolean {
  return /(^|_)(ts|time|timestamp|at|date|datetime|dt|when|ms|millis|us|micros|epoch|created|updated|modified|occurred|received|sent|since|until|expires|expiry)$/.test(
    column,
  );
}

/** What describes what happened, and its score: the higher, the likelier. */
interface Hint {
  readonly pattern: RegExp;
  readonly score: number;
}

const ENTITIES: readonly Hint[] = [
  {
    pattern:
      /^(user|customer|client|account|member|shopper|visitor|patient|subscriber|player|buyer|person)(_?(id|no|nr|number|key|uuid|guid|code))?$/,
    score: 100,
  },
  {
    pattern:
      /^(card|device|driver|merchant|tenant|company|organi[sz]ation|org|employee|vehicle|machine|sensor|store|shop)(_?(id|no|nr|number|key|uuid|guid|code))?$/,
    score: 90,
  },
  {
    pattern:
      /(^|_)(event|message|request|transaction|trace|span|record|row|correlation|anonymous|invoice|order|session|page|batch)_?(id|uuid|guid|no|number|key)$/,
    score: 15,
  },
  { pattern: /(^|_)(user|customer|client|account|member)(_?(id|no|number|key|uuid))$/, score: 80 },
  { pattern: /_(id|uuid|guid|key|no|number|code)$/, score: 50 },
  { pattern: /^(id|uuid|guid|key)$/, score: 30 },
];

const EVENT_TIMES: readonly Hint[] = [
  { pattern: /^(event_?(ts|time|timestamp|date|at)|occurred(_at|_on)?|happened_at)$/, score: 100 },
  { pattern: /^(timestamp|ts|time|datetime|dt|date|at|when)$/, score: 80 },
  {
    pattern:
      /(^|_)(sent|received|ingested|ingestion|processed|processing|loaded|updated|modified|synced|uploaded|inserted|arrival|arrived)(_|$)/,
    score: 30,
  },
  {
    pattern:
      /(^|_)(expires|expiry|expiration|birth|birthday|dob|start|end|due|valid|scheduled|deadline|signup|signed|registered|since|until)(_|$)/,
    score: 10,
  },
  {
    pattern: /^(created|order|transaction|purchase|booking|payment)_?(ts|time|timestamp|date|at|on)?$/,
    score: 60,
  },
  { pattern: /_(ts|time|timestamp|at|datetime|date)$/, score: 50 },
];

/** How likely a column's name is that of the entity. */
export function entityScore(column: string): number {
  return scoreOf(ENTITIES, column);
}

/** How likely a column's name is that of the event time. */
export function eventTimeScore(column: string): number {
  return scoreOf(EVENT_TIMES, column);
}

function scoreOf(hints: readonly Hint[], name: string): number {
  return hints.find(({ pattern }) => pattern.test(name))?.score ?? 0;
}
