import type { Sql } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { ident } from './identifier.ts';

/** The raw event table of a source. */
export function rawEvents(source: EventSourceDefinition): Sql {
  return ident('events', relationName(source));
}

/** A stream table's mergeable partials. */
export function tilesOf(table: string): Sql {
  return ident('tiles', table);
}

/** A feature table's current rows. */
export function featuresOf(table: string): Sql {
  return ident('features', table);
}

/** Facts that the user writes, each row valid from a moment on. */
export function referenceOf(table: string): Sql {
  return ident('reference', table);
}

/** A feature table's superseded row versions, each with the write that superseded it. */
export function historyOf(table: string): Sql {
  return ident('history', table);
}
