import { type SimulationOptions, simulatedProducts, simulatedUsers } from '../../../simulator/index.ts';
import { parseMicros } from '../../oracle/time.ts';
import type { Reference } from '../expectations/built-set.ts';

/** The reference tables of a simulated shop, in the form of the oracle. */
export function simulatedReference(options: SimulationOptions): Reference {
  return {
    users: simulatedUsers(options).map(({ signed_up_at, valid_from, ...user }) => ({
      ...user,
      signed_up_at: parseMicros(signed_up_at),
      valid_from: parseMicros(valid_from)!,
    })),
    products: simulatedProducts(options).map(({ valid_from, ...product }) => ({
      ...product,
      valid_from: parseMicros(valid_from)!,
    })),
  };
}
