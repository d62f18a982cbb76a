import { catalogueOf } from './catalogue.ts';
import { DAY, HOUR } from './clock.ts';
import { type Customer, customersOf, engagement } from './customers.ts';
import { type SimulatedLine, deliver } from './delivery.ts';
import { InFlight } from './in-flight.ts';
import { type Plan, type SimulationOptions, planOf } from './options.ts';
import { type Random, randomFor } from './random.ts';
import { shareOfDay } from './rhythm.ts';
import { type ShopEvent, type Visit, eventsOf } from './visit.ts';

/**
 * A storefront's `user-events` topic as it stands at `until`: its records in the order of their arrival. A function of
 * the options alone, byte for byte; made hour by hour as it is read, so that memory does not grow with its length.
 *
 * @throws AsofError `ASOF_SIMULATION_INVALID`, naming the option.
 */
export function simulate(options: SimulationOptions): Generator<SimulatedLine, void, undefined> {
  return arrivals(planOf(options));
}

function* arrivals(plan: Plan): Generator<SimulatedLine, void, undefined> {
  const transport = randomFor(plan.seed, 'transport');
  const inFlight = new InFlight();
  const storefront = openStorefront(plan);
  for (let hour = Math.floor(plan.start / HOUR) * HOUR; hour < plan.until; hour += HOUR) {
    for (const event of storefront.hourOf(hour)) {
      if (event.at < plan.until) inFlight.add(deliver(event, plan, transport));
    }
    yield* inFlight.takeDue(Math.min(hour + HOUR, plan.until));
  }
}

interface Storefront {
  /** All events of the visits that begin in the hour from `hour` on; the last of them may happen after it. */
  hourOf(hour: number): Generator<ShopEvent>;
}

function openStorefront(plan: Plan): Storefront {
  const customers = customersOf(plan);
  const catalogue = catalogueOf(plan);
  const random = randomFor(plan.seed, 'visits');
  let sessions = 0;
  return {
    *hourOf(hour) {
      const dense = hour >= plan.until - plan.denseDays * DAY;
      const intensity = shareOfDay(hour) * (dense ? plan.denseFactor : 1);
      for (const customer of customers) {
        for (const visit of visitsOf(customer, hour, intensity, random)) {
          if (visit.startsAt < plan.start) continue;
          sessions += 1;
          yield* eventsOf({ ...visit, customer, sessionId: `s_${sessions}` }, catalogue, random);
        }
      }
    },
  };
}

type Beginning = Pick<Visit, 'startsAt' | 'engagement' | 'signsUp'>;

const NONE: readonly Beginning[] = [];

/** When and how a customer's visits of an hour begin. The visit with which it signs up is sure to happen. */
function visitsOf(customer: Customer, hour: number, intensity: number, random: Random): readonly Beginning[] {
  const { signedUpAt, goneAt, sessionsPerDay } = customer;
  if (signedUpAt >= hour + HOUR || goneAt < hour + HOUR) return NONE;
  if (signedUpAt >= hour) return [{ startsAt: signedUpAt, engagement: 1, signsUp: true }];
  const present = engagement(customer, hour);
  const expected = sessionsPerDay * present * intensity;
  let count = Math.floor(expected);
  if (random.chance(expected - count)) count += 1;
  if (count === 0) return NONE;
  return Array.from({ length: count }, () => {
    return { startsAt: random.whole(hour, hour + HOUR - 1), engagement: present, signsUp: false };
  });
}
