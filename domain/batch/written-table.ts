import type {
  FeatureType,
  FieldDefinition,
  FieldType,
  WrittenTableDefinition,
} from '../registry/definition.ts';

/** A table whose rows users write, with its columns as a file names them. */
export interface WrittenTable {
  readonly kind: WrittenTableDefinition['kind'];
  readonly name: string;
  readonly primaryKeys: readonly string[];
  /** The columns beside the moment, primary keys included. They have the same names in the store. */
  readonly columns: readonly FieldDefinition[];
  /** The column with the moment of a row. */
  readonly time: FieldDefinition;
  /** The name of that column in the store. */
  readonly storedTime: 'feature_ts' | 'valid_from';
}

export function writtenTable(definition: WrittenTableDefinition): WrittenTable {
  const { kind, name, primaryKeys } = definition;
  if (kind === 'reference_table') {
    const time = { name: 'valid_from', type: 'timestamp', required: true } as const;
    return { kind, name, primaryKeys, columns: definition.fields, time, storedTime: 'valid_from' };
  }
  const { column, ...reading } = definition.timestamp;
  const keys = primaryKeys.map((key) => ({ name: key, type: 'string', required: true }) as const);
  const features = definition.features.map((feature) => ({
    name: feature.name,
    type: FIELD_TYPES_OF[feature.type],
    required: false,
    ...(feature.length === undefined ? {} : { length: feature.length }),
  }));
  const time = { name: column, type: 'timestamp', required: true, ...reading } as const;
  return { kind, name, primaryKeys, columns: [...keys, ...features], time, storedTime: 'feature_ts' };
}

/** The fields that hold the same values as features of a type. */
const FIELD_TYPES_OF: Record<FeatureType, FieldType> = {
  bigint: 'integer',
  double: 'double',
  string: 'string',
  boolean: 'boolean',
  'double[]': 'double[]',
};

/** The table in words. */
export function titleOf({ kind, name }: WrittenTable): string {
  return `${kind === 'external_table' ? 'external' : 'reference'} table '${name}'`;
}
