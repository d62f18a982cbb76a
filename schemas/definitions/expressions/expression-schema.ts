import { z } from 'zod';
import { type Expression, OPERATORS, type Operation } from '../../../domain/registry/expression.ts';

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);

/** An expression, as the registry has it. */
export const expressionSchema: z.ZodType<Expression> = z.lazy(() => anyExpressionSchema);

const CLOCKS = ['hour_of_day', 'day_of_week'] as const;

/** An operation on expressions. */
export const operationSchema: z.ZodType<Operation> = z.union([
  z.strictObject({ op: z.enum(CLOCKS), of: z.array(expressionSchema), zone: z.string().optional() }),
  z.strictObject({ op: z.enum(OPERATORS).exclude([...CLOCKS]), of: z.array(expressionSchema) }),
  z.strictObject({ op: z.literal('not'), of: expressionSchema }),
  z.strictObject({ op: z.literal('equals'), field: z.string(), value: scalarSchema }),
  z.strictObject({ op: z.literal('in'), field: expressionSchema, values: z.array(scalarSchema).min(1) }),
  z.strictObject({ op: z.literal('is_null'), field: expressionSchema }),
  z.strictObject({ op: z.literal('moment') }),
]);

const anyExpressionSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.strictObject({ text: z.string() }),
  operationSchema,
]);
