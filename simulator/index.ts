/** A simulated storefront: its events, its reference data, and the true fates of its customers. */
export type { SimulationOptions } from './options.ts';
export { simulatedFates, simulatedProducts, simulatedUsers } from './reference.ts';
export { simulate } from './storefront.ts';
