import { joinThrough } from '../batch/joined-tables.ts';
import { namesIn } from '../expressions/operands.ts';
import { featureText } from '../features/feature-text.ts';
import { conditionsOf } from '../features/filter.ts';
import {
  type BatchTableDefinition,
  type EventSourceDefinition,
  FEATURE_TABLE_KINDS,
  type FeatureDefinition,
  type FeatureTableDefinition,
  type QueriedBatchTable,
  type ReferenceTableDefinition,
  type StreamTableDefinition,
  type TiledBatchTable,
  isAggregate,
  isQueried,
} from '../registry/definition.ts';
import { VALID_FROM, decidingFields, eventField, findingFields, referenceField } from './add-sources.ts';
import type { DefinitionVersions, Versioned } from './definition-versions.ts';
import { type GraphDraft, nodeId } from './graph-draft.ts';
import type { EdgeRole } from './graph.ts';
import { fieldsOfSql } from './sql-fields.ts';

/** Adds all versions of all feature tables, with their features. The sources must be there. */
export function addTables(draft: GraphDraft, versions: DefinitionVersions): void {
  for (const table of versions.ofKind(...FEATURE_TABLE_KINDS)) new TableDraft(draft, versions, table).add();
}

export function tableId(name: string, version: number): string {
  return nodeId('feature_table', `${name}@${version}`);
}

/** A version of a table has features of its own. */
export function featureId(table: string, version: number, feature: string): string {
  return nodeId('feature', `${table}@${version}.${feature}`);
}

class TableDraft {
  readonly #draft: GraphDraft;
  readonly #versions: DefinitionVersions;
  readonly #table: FeatureTableDefinition;
  readonly #version: number;

  constructor(
    draft: GraphDraft,
    versions: DefinitionVersions,
    { definition, version }: Versioned<FeatureTableDefinition>,
  ) {
    this.#draft = draft;
    this.#versions = versions;
    this.#table = definition;
    this.#version = version;
  }

  add(): void {
    const table = this.#table;
    this.#draft.node('feature_table', `${table.name}@${this.#version}`, tableText(table));
    this.#addFeatures();
    if (table.kind === 'external_table') return;
    for (const source of this.#sources()) this.#addRows(table, source);
    if (table.kind === 'stream_table')
      for (const feature of table.features) this.#addComputed(feature, new Map());
    else if (isQueried(table)) this.#addQuery(table);
    else this.#addTiled(table as TiledBatchTable);
  }

  #addFeatures(): void {
    const table = this.#table;
    const intermediate = table.kind === 'batch_table' ? (table.intermediate ?? []) : [];
    for (const feature of [...intermediate, ...table.features]) {
      const name = `${table.name}@${this.#version}.${feature.name}`;
      const isComputed = 'aggregate' in feature || 'expression' in feature;
      const id = this.#draft.node('feature', name, isComputed ? featureText(feature) : feature.type);
      this.#draft.edge(tableId(table.name, this.#version), id, 'part');
    }
  }

  /** What decides which rows there are. */
  #addRows(table: StreamTableDefinition | BatchTableDefinition, source: EventSourceDefinition): void {
    const id = tableId(table.name, this.#version);
    const { filter, duplicates } = decidingFields(source);
    this.#draft.edge(nodeId('event_source', source.name), id, 'value');
    this.#addFields(table.primaryKeys, id, 'key');
    this.#addFields([source.eventTime], id, 'time');
    this.#addFields(filter, id, 'filter');
    this.#addFields(duplicates, id, 'duplicates');
  }

  #addTiled(table: TiledBatchTable): void {
    const joined = new Map(
      table.references.flatMap((name) =>
        this.#references(name).flatMap((reference) =>
          reference.fields.map((field) => [`${name}.${field.name}`, reference] as const),
        ),
      ),
    );
    for (const feature of [...(table.intermediate ?? []), ...table.features])
      this.#addComputed(feature, joined);
  }

  #addQuery(table: QueriedBatchTable): void {
    const id = tableId(table.name, this.#version);
    for (const { fields } of this.#sources())
      this.#addFields(fieldsOfSql(table.sql, 'events', fields.map(nameOf)), id, 'query');
    for (const reference of table.references.flatMap((name) => this.#references(name))) {
      const names = [...reference.fields.map(nameOf), VALID_FROM];
      this.#draft.edge(nodeId('reference_table', reference.name), id, 'query');
      for (const field of fieldsOfSql(table.sql, reference.name, names))
        this.#draft.edge(referenceField(reference.name, field), id, 'query');
      for (const field of findingFields(reference)) this.#draft.edge(field, id, 'join');
    }
  }

  /** An aggregate reads events and what is joined with them; an expression reads features and what is joined. */
  #addComputed(feature: FeatureDefinition, joined: ReadonlyMap<string, ReferenceTableDefinition>): void {
    const id = featureId(this.#table.name, this.#version, feature.name);
    const read = isAggregate(feature)
      ? feature.field === null
        ? []
        : namesIn(feature.field)
      : namesIn(feature.expression);
    for (const name of read) {
      const reference = joined.get(name);
      if (reference) this.#addJoined(reference, name, id);
      else if (isAggregate(feature)) this.#addFields([name], id, 'value');
      else this.#draft.edge(featureId(this.#table.name, this.#version, name), id, 'value');
    }
    if (isAggregate(feature)) this.#addFields(conditionsOf(feature.where).flatMap(namesIn), id, 'filter');
  }

  #addJoined(reference: ReferenceTableDefinition, column: string, id: string): void {
    this.#draft.edge(nodeId('reference_field', column), id, 'value');
    for (const field of findingFields(reference)) this.#draft.edge(field, id, 'join');
    const table = this.#table as TiledBatchTable;
    const isByEvent = this.#sources().some((source) => joinThrough(reference, table, source) === 'event');
    if (isByEvent) this.#addFields(reference.primaryKeys, id, 'join');
  }

  #addFields(fields: readonly string[], to: string, role: EdgeRole): void {
    const { source } = this.#table as StreamTableDefinition | BatchTableDefinition;
    for (const field of fields) this.#draft.edge(eventField(source, field), to, role);
  }

  /** All versions of its source. */
  #sources(): EventSourceDefinition[] {
    const { source } = this.#table as StreamTableDefinition | BatchTableDefinition;
    return this.#versions.named('event_source', source);
  }

  #references(name: string): ReferenceTableDefinition[] {
    return this.#versions.named('reference_table', name);
  }
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function tableText(table: FeatureTableDefinition): string {
  const by = `by ${table.primaryKeys.join(', ')}`;
  if (table.kind === 'external_table') return `rows that are written, ${by}`;
  if (table.kind === 'batch_table') return `${isQueried(table) ? 'SQL' : 'day tiles'}, ${by}`;
  const { length, slide, tail } = table.window;
  return `${length} every ${slide}${tail === undefined ? '' : `, tail ${tail}`}, ${by}`;
}
