import type { WriterSchema, WriterSchemas } from '../../domain/log/formats/writer-schemas.ts';
import { type SchemaRegistryAccess, unfitSettings } from './access.ts';
import { avroReader } from './avro-reader.ts';
import { type RegisteredSchema, registeredSchema } from './registered-schema.ts';

/** How many schemas are fetched at once. Damaged records may name as many as they like. */
const AT_ONCE = 8;
/** A schema that the registry lacks is asked for again after so long, since it may be registered. */
const ASK_AGAIN_AFTER_MS = 60_000;

/** The schemas of a registry. What an id names never changes, so each is fetched once. */
export class RegistrySchemas implements WriterSchemas {
  readonly #access: SchemaRegistryAccess | undefined;
  readonly #known = new Map<number, WriterSchema>();
  /** By id: when the registry said that it lacks the schema, in ms. */
  readonly #lacking = new Map<number, number>();

  constructor(access: SchemaRegistryAccess | undefined) {
    this.#access = access;
  }

  of(id: number): WriterSchema | undefined {
    if (!this.#lacking.has(id)) return this.#known.get(id);
    return {
      reason: 'unknown_schema',
      problem: `the schema registry has no schema ${id}, which the record names`,
    };
  }

  async prepare(ids: ReadonlySet<number>): Promise<void> {
    const stale = performance.now() - ASK_AGAIN_AFTER_MS;
    const missing = [...ids].filter(
      (id) => !this.#known.has(id) && (this.#lacking.get(id) ?? stale) <= stale,
    );
    if (missing.length === 0) return;
    const access = this.#access;
    if (!access)
      throw unfitSettings(
        'SCHEMA_REGISTRY_URL is not set, and the topic has records in Avro; set it to their registry',
      );
    const fetchNext = async (): Promise<void> => {
      for (let id = missing.pop(); id !== undefined; id = missing.pop()) await this.#fetch(access, id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
    this.#forgetLacking(ids, stale);
  }

  async #fetch(access: SchemaRegistryAccess, id: number): Promise<void> {
    // Ids are positive.
    const schema = id > 0 ? await registeredSchema(access, id) : undefined;
    this.#lacking.delete(id);
    if (schema) this.#known.set(id, compiled(id, schema));
    else this.#lacking.set(id, performance.now());
  }

  /** Forgets what the registry lacked long ago, except what is wanted now. */
  #forgetLacking(wanted: ReadonlySet<number>, stale: number): void {
    for (const [id, at] of this.#lacking) if (at <= stale && !wanted.has(id)) this.#lacking.delete(id);
  }
}

function compiled(id: number, { kind, text, referenced }: RegisteredSchema): WriterSchema {
  if (kind === 'PROTOBUF')
    return {
      reason: 'protobuf',
      problem: `the record names schema ${id}, which is Protobuf, which is not read`,
    };
  if (kind !== 'AVRO')
    return {
      reason: 'not_avro',
      problem: `the record names schema ${id}, whose type is ${kind}; expected AVRO`,
    };
  try {
    return { read: avroReader(text, referenced) };
  } catch (error) {
    const problem = `schema ${id}, which the record names, cannot be read as Avro: ${(error as Error).message}`;
    return { reason: 'not_avro', problem };
  }
}
