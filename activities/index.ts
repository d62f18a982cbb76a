import { createStreamActivities, type StreamDependencies } from './stream.ts';

export type Activities = ReturnType<typeof createActivities>;

/** Every activity of Asof, with the systems it works on handed in. */
export function createActivities(dependencies: StreamDependencies) {
  return { ...createStreamActivities(dependencies) };
}
