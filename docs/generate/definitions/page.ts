import { readFileSync } from 'node:fs';
import type ts from 'typescript';
import { docstringOf } from '../docstrings/docstring.ts';
import { type ModuleExports, exportsOf } from '../docstrings/exports.ts';
import { wrapped } from '../docstrings/wrap.ts';
import { notice } from '../markdown.ts';
import { aggregateTable, aggregatesOf } from './aggregates.ts';
import { callTable, callsOf, isCall } from './calls.ts';
import { callSignatures, optionTable } from './options.ts';

const TEMPLATE = 'docs/generate/definitions/page.md';

/**
 * The reference page of the definition language. The prose is that of `page.md` beside this module; its lines in
 * braces stand for what is made from the docstrings:
 *
 * - `{{about NAME}}`: the docstring of each form of a function, and its examples;
 * - `{{functions NAME …}}`: a table of these functions, with their docstrings and examples;
 * - `{{options NAME …}}`: the options of these functions;
 * - `{{calls PATH}}`: the functions that a module of `schemas/definitions` exports;
 * - `{{aggregates}}`: the aggregates, with the types that they read and make.
 *
 * @throws Error if an exported function is not on the page.
 */
export function definitionsPage(): string {
  const module = exportsOf('schemas/index.ts');
  const described = new Set<string>();
  const template = readFileSync(new URL('page.md', import.meta.url), 'utf8').trimEnd();
  const text = template.replaceAll(/^\{\{(\w+) ?(.*)\}\}$/gm, (_, part: string, given: string) => {
    const { names, text } = partOf(part, given, module);
    for (const name of names) described.add(name);
    return text;
  });
  expectAll(module, described);
  return `${notice(`schemas/definitions/ and ${TEMPLATE}`)}\n\n${text}\n`;
}

function partOf(part: string, given: string, module: ModuleExports) {
  const names = given.split(' ');
  if (part === 'about') return { names, text: about(callNamed(given, module), module) };
  if (part === 'options')
    return {
      names: [],
      text: optionTable(
        names.map((name) => callNamed(name, module)),
        module,
      ),
    };
  if (part === 'aggregates') return made(aggregatesOf(module), aggregateTable);
  if (part === 'calls') return made(callsOf(given, module), callTable);
  return made(
    names.map((name) => callNamed(name, module)),
    callTable,
  );

  function made(calls: readonly ts.Symbol[], table: typeof callTable) {
    return { names: calls.map(({ name }) => name), text: table(calls, module) };
  }
}

function callNamed(name: string, { exported }: ModuleExports): ts.Symbol {
  const call = exported.get(name);
  if (!call) throw new Error(`${TEMPLATE} names '${name}', which schemas/index.ts does not export`);
  return call;
}

function about(call: ts.Symbol, { checker }: ModuleExports): string {
  const forms = callSignatures(call, checker).map((form) => docstringOf(form, checker));
  if (forms.some(({ examples }) => examples.length === 0)) throw new Error(`${call.name} has no @example`);
  return forms.flatMap(({ text, examples }) => [wrapped(text), ...examples]).join('\n\n');
}

function expectAll({ exported, checker }: ModuleExports, described: ReadonlySet<string>): void {
  const missing = [...exported.values()]
    .filter((symbol) => isCall(symbol, checker) && !described.has(symbol.name))
    .map(({ name }) => name);
  if (missing.length > 0)
    throw new Error(
      `${TEMPLATE} does not describe ${missing.join(', ')}; give each {{about NAME}}, or its module {{calls PATH}}`,
    );
}
