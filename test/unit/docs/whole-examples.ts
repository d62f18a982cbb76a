import * as language from 'asof';
import * as named from './named-in-examples.ts';

/**
 * The examples of a page that are parts of modules, as whole ones: with what they import, and inside of a definition if
 * they are options of one. What an example names stands in an earlier one, or in `named-in-examples.ts`.
 *
 * @param given the path of `named-in-examples.ts` from the module.
 */
export function wholeExamples(examples: readonly string[], given: string): string[] {
  const earlier = new Map<string, string>();
  return examples.map((example) => {
    const own = wholeOf(example);
    const code = withoutTexts(own);
    const isNeeded = (name: string) =>
      !Object.hasOwn(named, name) && !isDeclared(name, code) && isNamed(name, code);
    const needed = [...earlier].filter(([name]) => isNeeded(name));
    const body = [...needed.map(([, text]) => text), own].join('\n');
    for (const [, name] of own.matchAll(/^export const (\w+)/gm)) earlier.set(name!, own);
    const all = withoutTexts(body);
    const calls = Object.keys(language).filter((name) => new RegExp(`(?<![\\w.])${name}\\(`).test(all));
    const others = Object.keys(named).filter((name) => isNamed(name, all) && !isDeclared(name, all));
    return [
      `import { ${calls.join(', ')} } from 'asof';`,
      ...(others.length === 0 ? [] : [`import { ${others.join(', ')} } from '${given}';`]),
      body,
    ].join('\n');
  });
}

/** The options that examples begin with, and what makes a definition of them. */
const WHOLES: Readonly<Record<string, (options: string) => string>> = {
  explode: sourceOf,
  fields: sourceOf,
  where: sourceOf,
  features: streamTableOf,
  window: streamTableOf,
  schedule: (options) =>
    `batchTable({ name: 'whole', source: userEvents, reads: '1 day', features: { n: 'bigint' }, sql: 'SELECT', ${options} })`,
};

function wholeOf(example: string): string {
  const lookedUp = /^export const (?<name>\w+) = lookup\(/.exec(example)?.groups?.['name'];
  if (lookedUp !== undefined)
    return `${example}export const whole = endpoint({ name: 'whole', lookups: [${lookedUp}] });\n`;
  if (example.startsWith('export ')) return example;
  const [option = ''] = /^\w+/.exec(example) ?? [];
  const whole = WHOLES[option];
  if (!whole) throw new Error(`no definition is known to which this example belongs:\n${example}`);
  return `export const whole = ${whole(example)};\n`;
}

const FIELDS = `fields: {
  user_id: required('string'),
  event_type: optional('string'),
  platform: optional('string'),
  session_id: optional('string'),
  event_ts: required('timestamp'),
},`;

function sourceOf(options: string): string {
  const fields = hasOption('fields', options) ? '' : FIELDS;
  return `eventSource({ name: 'whole', entity: 'user_id', eventTime: 'event_ts', ${fields}\n${options} })`;
}

function streamTableOf(options: string): string {
  const window = hasOption('window', options) ? '' : "window: { length: '1 day', slide: '15 minutes' },";
  const features = hasOption('features', options) ? '' : 'features: { n: count() },';
  return `streamTable({ name: 'whole', source: userEvents, ${window} ${features}\n${options} })`;
}

function hasOption(option: string, options: string): boolean {
  return new RegExp(`^${option}:`, 'm').test(options);
}

function withoutTexts(code: string): string {
  return code.replaceAll(/`[^`]*`|'[^'\n]*'|\/\/.*$/gm, "''");
}

function isNamed(name: string, code: string): boolean {
  return new RegExp(`(?<![\\w.])${name}\\b(?!\\(|:)`).test(code);
}

function isDeclared(name: string, code: string): boolean {
  return new RegExp(`^export const ${name}\\b`, 'm').test(code);
}
