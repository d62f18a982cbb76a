/** A storefront that never was: its events, and the reference data and truth behind them. */
export type { SimulatedLine } from './delivery.ts';
export type { SimulationOptions } from './options.ts';
export {
  type SimulatedFate,
  type SimulatedProduct,
  type SimulatedUser,
  simulatedFates,
  simulatedProducts,
  simulatedUsers,
} from './reference.ts';
export { simulate } from './storefront.ts';
