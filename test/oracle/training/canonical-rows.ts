import { createHash } from 'node:crypto';
import type { Value } from '../training-set.ts';

/** The name and type of a column. */
export type OracleColumn = readonly [name: string, type: string];

const BLOCK = 65_536;

/** The SHA-256 of canonical rows of format 2, value by value as docs/reference/canonical-rows.md has it. */
export function hashOfRows(columns: readonly OracleColumn[], rows: readonly (readonly Value[])[]): string {
  const header = [String(columns.length), ...columns.flat()].map((text) => [
    uint32(utf8(text).length),
    utf8(text),
  ]);
  const blocks: Buffer[] = [];
  for (let first = 0; first < rows.length; first += BLOCK) {
    const block = rows.slice(first, first + BLOCK);
    const digests = columns.map(([, type], at) => hashOfColumn(type, block.map((row) => row[at]!))); // prettier-ignore
    blocks.push(sha256(digests));
  }
  return sha256([...header.flat(), ...blocks]).toString('hex');
}

function hashOfColumn(type: string, values: readonly Value[]): Buffer {
  const nulls = Buffer.from(values.map((value) => (value === null ? 1 : 0)));
  if (type !== 'string') return sha256([nulls, ...values.map((value) => fixed(type, value))]);
  const texts = values.map((value) => utf8((value ?? '') as string));
  return sha256([nulls, ...texts.map(({ length }) => uint32(length)), sha256(texts)]);
}

function fixed(type: string, value: Value): Buffer {
  const bytes = Buffer.alloc(type === 'boolean' ? 1 : 8);
  if (value === null) return bytes;
  if (type === 'boolean') bytes.writeUInt8(value ? 1 : 0);
  else if (type !== 'double') bytes.writeBigInt64LE(BigInt(value));
  else if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8_0000_0000_0000n);
  else bytes.writeDoubleLE(value === 0 ? 0 : (value as number));
  return bytes;
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function sha256(parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** The canonical row of format 1. */
export function lineOfRow(row: readonly Value[]): string {
  const texts = row.map((value) => (typeof value === 'bigint' ? String(value) : JSON.stringify(value)));
  return `[${texts.join(',')}]\n`;
}
