import { z } from 'zod';
import type {
  SourceRetention,
  StreamTableRetention,
  TableRetention,
} from '../../domain/registry/definition.ts';
import { durationSchema } from '../values/duration.ts';

export const sourceRetentionSchema = z
  .strictObject({
    raw: durationSchema.optional(),
    deadLetters: durationSchema.optional(),
    lateEvents: durationSchema.optional(),
    ledger: durationSchema.optional(),
  })
  .optional() satisfies z.ZodType<SourceRetention | undefined>;

export const tableRetentionSchema = z
  .strictObject({ history: durationSchema.optional() })
  .optional() satisfies z.ZodType<TableRetention | undefined>;

export const streamTableRetentionSchema = z
  .strictObject({ tiles: durationSchema.optional(), history: durationSchema.optional() })
  .optional() satisfies z.ZodType<StreamTableRetention | undefined>;
