import type { Fields } from '../event-source.ts';
import type { OperandType, ReadingsOf, TypedExpression } from '../expressions/typed-expression.ts';
import type { ReferenceTable } from '../reference-table.ts';
import type { FeatureOf, FeatureReadings } from '../stream-table.ts';

/** The columns of reference tables by the names that features have for them: `products.category`. */
export type JoinedFields<R extends ReferenceTable> = {
  readonly [Column in ColumnOf<R>]: FieldOf<R, Column>;
};

type ColumnOf<R> =
  R extends ReferenceTable<infer Name, infer Columns> ? `${Name}.${keyof Columns & string}` : never;

type FieldOf<R, Column extends string> =
  R extends ReferenceTable<infer Name, infer Columns>
    ? Column extends `${Name}.${infer Own extends keyof Columns & string}`
      ? Columns[Own]
      : never
    : never;

/** What aggregates of a batch table may be of: the fields of events, and the columns of joined tables. */
export type DailyFields<F extends Fields, R extends ReferenceTable> = F & JoinedFields<R>;

/** The features that a batch table can compute from day tiles. */
export type DailyFeatureOf<F extends Fields, R extends ReferenceTable> = FeatureOf<DailyFields<F, R>>;

/** What derived features may read: other features, columns of tables that rows join, and the logical time. */
type DailyReadings<F extends Fields, R extends ReferenceTable, Features> =
  | FeatureReadings<DailyFields<F, R>, Features>
  | ReadingsOf<JoinedFields<R>>
  | readonly ['logicalTime()', 'time'];

/** Restricts the operands of derived features to names that have the types they need. */
export type DailyOperands<F extends Fields, R extends ReferenceTable, Own, All> = {
  [Name in keyof Own]: Own[Name] extends TypedExpression<infer Type extends OperandType, infer Reads>
    ? [Reads] extends [DailyReadings<F, R, All>]
      ? unknown
      : TypedExpression<Type, DailyReadings<F, R, All>>
    : unknown;
};
