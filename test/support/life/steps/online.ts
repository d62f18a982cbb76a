import { setTimeout as delay } from 'node:timers/promises';
import type { FeatureOutputs, Predictions } from '../../../../schemas/serving/invocation.ts';
import { CHURN_FEATURES } from '../../../oracle/churn.ts';
import { parseMicros } from '../../../oracle/time.ts';
import type { Value } from '../../../oracle/training-set.ts';
import { featuresOf, show } from '../../expectations/built-set.ts';
import { simulatedReference } from '../../projects/simulated-reference.ts';
import { type Life, expectedOf, untilDone } from '../life.ts';
import { BATCH_TABLES, batchStep } from './batch.ts';
import type { LivedStep } from './step.ts';

const ONLINE_TABLES = ['user_activity_features', ...BATCH_TABLES];
const ASK_FOR_MS = 4_000;
const ASK_EVERY_MS = 100;

/** Computes the batch tables again where later events have changed them, and publishes all feature tables. */
export const publishStep: LivedStep = {
  async live(life) {
    const { asof } = life.project;
    await batchStep.live(life);
    await Promise.all(ONLINE_TABLES.map((table) => untilDone(life, () => asof.online(table).refresh())));
  },
  check: (life) => batchStep.check(life),
};

const answers = new WeakMap<Life, Answer[]>();

/** Asks for the features of all users again and again. An answer may be refused, but never wrong. */
export const serveStep: LivedStep = {
  async live(life) {
    const given: Answer[] = [];
    answers.set(life, given);
    const until = Date.now() + ASK_FOR_MS;
    while (Date.now() < until) {
      const answer = await features(life).catch(() => undefined);
      if (answer) given.push(answer);
      await delay(ASK_EVERY_MS);
    }
    given.push(await untilDone(life, () => features(life)));
  },
  async check(life) {
    const expected = featuresOf(await expectedOf(life), {
      ...simulatedReference(life.shop.options),
      times: life.shop.midnights.map((time) => parseMicros(time)!),
    });
    const wrong = answers.get(life)!.flatMap((answer) => differencesOf(answer, expected));
    return [...wrong, ...(await differentPredictions(life))];
  },
};

/** The features of every user, and between which moments they were looked up, in microseconds. */
interface Answer {
  readonly after: bigint;
  readonly before: bigint;
  readonly outputs: FeatureOutputs['outputs'];
}

async function features(life: Life): Promise<Answer> {
  const after = micros();
  const records = life.shop.userIds.map((user_id) => ({ user_id }));
  const { outputs } = await invoke<FeatureOutputs>(life, 'shopper', records);
  return { after, before: micros(), outputs };
}

function differencesOf(
  { after, before, outputs }: Answer,
  expected: (user: string, moment: bigint) => Value[],
): string[] {
  return outputs.flatMap((output) => {
    const user = output.user_id as string;
    const got = show(CHURN_FEATURES.map((name) => output[name] as Value));
    const [early, late] = [show(expected(user, after)), show(expected(user, before))];
    return got === early || got === late ? [] : [`served ${user}: expected ${early}\n     got ${got}`];
  });
}

/** The model gives the same for a user as for the features that the feature endpoint gives. */
async function differentPredictions(life: Life): Promise<string[]> {
  const { outputs } = await untilDone(life, () => features(life));
  const given = outputs.map(({ user_id: _user, ...values }) => values);
  const keys = outputs.map(({ user_id }) => ({ user_id }));
  const [byKey, byFeatures] = await Promise.all(
    [keys, given].map((records) => untilDone(life, () => invoke<Predictions>(life, 'churn', records))),
  );
  const [one, other] = [JSON.stringify(byKey), JSON.stringify(byFeatures)];
  return one === other ? [] : [`predictions by key ${one}\n     by features ${other}`];
}

async function invoke<Answered>(
  { servingUrl }: Life,
  endpoint: string,
  records: readonly object[],
): Promise<Answered> {
  const response = await fetch(`${servingUrl}/serving-endpoints/${endpoint}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: records }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Answered;
}

function micros(): bigint {
  return BigInt(Date.now()) * 1_000n;
}
