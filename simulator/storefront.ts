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
 * Simulates a storefront's `user-events` topic as of `until`, with its records in the order of arrival. The
 * options alone determine every byte. The records are generated hour by hour, so memory does not grow with
 * their number.
 *
 * @throws AsofError `ASOF_SIMULATION_INVALID`, with the option in `details`.
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
  /**
   * All events of the visits that begin in the hour that starts at `hour`. The last events can follow that
   * hour.
   */
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

/** When and how a visit begins. */
type Beginning = Pick<Visit, 'startsAt' | 'engagement' | 'signsUp'>;

const NONE: readonly Beginning[] = [];

/** The beginnings of a customer's visits in an hour. The visit of the sign-up always happens. */
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
