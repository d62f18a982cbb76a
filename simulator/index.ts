/** A storefront that never was: its events, and the reference data and truth behind them. */
export type { SimulationOptions } from './options.ts';
export { simulatedFates, simulatedProducts, simulatedUsers } from './reference.ts';
export { simulate } from './storefront.ts';
