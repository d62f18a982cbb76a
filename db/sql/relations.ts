import type { Sql } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { ident } from './identifier.ts';

/** The raw event table of a source. */
export function rawEvents(source: EventSourceDefinition): Sql {
  return ident('events', relationName(source));
}

/** The tiles of a stream table. */
export function tilesOf(table: string): Sql {
  return ident('tiles', table);
}

/** The current rows of a feature table. */
export function featuresOf(table: string): Sql {
  return ident('features', table);
}

/** The rows of a reference table: facts that the user writes, each valid from a moment on. */
export function referenceOf(table: string): Sql {
  return ident('reference', table);
}

/** The superseded row versions of a feature table, each with the write that superseded it. */
export function historyOf(table: string): Sql {
  return ident('history', table);
}
