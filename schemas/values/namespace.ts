import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';

/** A namespace: short, and of characters that Kafka, Redis, Temporal and MLflow all take in a name. */
export const namespaceSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,29}$/, {
  error: ({ input }) =>
    `${quoted(input)} is not a namespace; expected a small letter, then small letters, digits, '-' or '_', at most 30`,
});
