import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { markdownTable, notice } from '../markdown.ts';
import { docstringOf } from './docstring.ts';
import { type ModuleExports, exportsOf } from './exports.ts';
import { memberTable } from './members.ts';
import { callPart, optionTypes } from './methods.ts';
import { wrapped } from './wrap.ts';

/** How a program comes by each of the client's classes, in the order in which the page describes them. */
const CLASSES = [
  ['asof', 'Asof'],
  ['asof.stream(source)', 'StreamClient'],
  ['asof.stream(source).deadLetters', 'DeadLetterClient'],
  ['asof.table(name)', 'FeatureTableClient'],
  ['asof.batch(table)', 'BatchClient'],
  ['asof.trainingSet(name)', 'TrainingSetClient'],
  ['asof.model(name)', 'ModelClient'],
  ['asof.lineage', 'LineageClient'],
  ['asof.online(table)', 'OnlineClient'],
  ['asof.retention', 'RetentionClient'],
] as const;

const INTRODUCTION = `# Client

Everything that Asof does for people, it does for programs. The command line has no other way
either, so a program's \`apply\` is that of [\`npx asof apply\`](command-line.md#asof-apply).`;

const RULES = `- A call that needs a worker waits until one has done the work: start one with \`npx asof worker\`.
  The work is a [workflow](workflows.md) on the client's task queue, which outlives the program.
- Times are RFC 3339 in and out. Offsets and other 64-bit integers are decimal texts.
- Every error is an [\`AsofError\`](#asoferror) with a code of [the table](errors.md).`;

/**
 * The reference page of the client, in the words of its docstrings. Typedoc would make three times as much of them, by
 * kinds of symbols; here every call stands where a program reaches it, with its options beside it.
 */
export function clientPage(): string {
  const module = exportsOf('client/index.ts');
  const parts = [
    INTRODUCTION,
    `\`\`\`ts\n${example()}\n\`\`\``,
    RULES,
    ...callPart(module.exported.get('connect')!, module, '##'),
    ...CLASSES.flatMap(([call, name]) => classPart(call, module.exported.get(name)!, module)),
    '## Types',
    ...types(module),
  ];
  return `${[notice('client/'), ...parts.filter((part) => part !== '').map(wrapped)].join('\n\n')}\n`;
}

/** The program at the head of the page, which a test runs. */
export function example(): string {
  return readFileSync(new URL('example.ts', import.meta.url), 'utf8').trim();
}

function classPart(call: string, symbol: ts.Symbol, module: ModuleExports): string[] {
  const methods = methodsOf(symbol, module);
  const ways = methods.filter((method) => classOf(method, module) !== undefined);
  return [
    `## \`${call}\``,
    docstringOf(symbol, module.checker).text,
    ...methods
      .filter((method) => !ways.includes(method))
      .flatMap((method) => callPart(method, module, '###')),
    ...(ways.length > 0 ? ['### Its parts', partTable(module)] : []),
  ];
}

/** The table of the client's other classes, with what each is. */
function partTable(module: ModuleExports): string {
  return markdownTable(
    ['part', ''],
    CLASSES.slice(1).map(([call, name]) => [
      `[\`${call}\`](#${call.toLowerCase().replaceAll(/[^\w]/g, '')})`,
      docstringOf(module.exported.get(name)!, module.checker).text,
    ]),
  );
}

function methodsOf(symbol: ts.Symbol, { checker }: ModuleExports): ts.Symbol[] {
  const members = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
  return members.filter(
    ({ name, valueDeclaration }) =>
      valueDeclaration && ts.isMethodDeclaration(valueDeclaration) && /^[a-z]/.test(name),
  );
}

/** The class of the client that a method gives. */
function classOf(method: ts.Symbol, { checker }: ModuleExports): string | undefined {
  const signature = checker.getSignatureFromDeclaration(method.valueDeclaration as ts.MethodDeclaration)!;
  const { symbol } = signature.getReturnType() as { symbol?: ts.Symbol };
  return CLASSES.map(([, name]) => name as string).find((name) => name === symbol?.name);
}

/** What is neither a class of the client nor described with the call that takes it. */
function types(module: ModuleExports): string[] {
  const described = new Set<string>([...CLASSES.map(([, name]) => name), 'connect', ...optionNames(module)]);
  return [...module.exported]
    .filter(([name]) => !described.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, symbol]) => typePart(name, symbol, module));
}

function optionNames(module: ModuleExports): string[] {
  const calls = CLASSES.flatMap(([, name]) => methodsOf(module.exported.get(name)!, module));
  return [...calls, module.exported.get('connect')!].flatMap((call) => {
    const declaration = call.valueDeclaration as ts.FunctionDeclaration;
    const parameters = module.checker.getSignatureFromDeclaration(declaration)!.getParameters();
    return parameters.flatMap((parameter) => optionTypes(parameter, module).map(({ name }) => name));
  });
}

function typePart(name: string, symbol: ts.Symbol, module: ModuleExports): string[] {
  const { text } = docstringOf(symbol, module.checker);
  if (text === '') throw new Error(`${name} has no docstring`);
  const [declaration] = symbol.declarations!;
  const body = ts.isTypeAliasDeclaration(declaration!)
    ? `\`\`\`ts\n${declaration
        .getText()
        .replaceAll('readonly ', '')
        .replace(/^export /, '')}\n\`\`\``
    : memberTable(symbol, module);
  return [`### \`${name}\``, text, body];
}
