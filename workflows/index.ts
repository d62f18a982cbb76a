/** Named exports are the workflow types that people start. */
export { streamFeatures } from './stream-features.ts';
