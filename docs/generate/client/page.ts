import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { docstringOf } from '../docstrings/docstring.ts';
import { type ModuleExports, exportsOf } from '../docstrings/exports.ts';
import { wrapped } from '../docstrings/wrap.ts';
import { markdownTable, notice } from '../markdown.ts';
import { memberTable } from './members.ts';
import { callPart, optionTypes } from './methods.ts';

/** The expression that gives each class of the client, in the order of the page. */
const CLASSES = [
  ['asof', 'Asof'],
  ['asof.stream(source)', 'StreamClient'],
  ['asof.stream(source).deadLetters', 'DeadLetterClient'],
  ['asof.table(name)', 'FeatureTableClient'],
  ['asof.batch(table)', 'BatchClient'],
  ['asof.trainingSet(name)', 'TrainingSetClient'],
  ['asof.trainingSets', 'TrainingSetsClient'],
  ['asof.model(name)', 'ModelClient'],
  ['asof.lineage', 'LineageClient'],
  ['asof.explain', 'ExplainClient'],
  ['asof.impact', 'ImpactClient'],
  ['asof.online(table)', 'OnlineClient'],
  ['asof.retention', 'RetentionClient'],
] as const;

const INTRODUCTION = `# Client

The package \`asof/client\` gives programs what the command line gives people, except the commands
that run processes (\`stack\`, \`worker\`, \`serve\`). The command line calls it too, so
\`asof.apply(…)\` does the same as [\`npx asof apply\`](command-line.md#asof-apply).`;

const RULES = `These rules hold for all calls:

- A call that needs a worker waits until the work is done. \`npx asof worker\` starts a worker. The
  work is a [workflow](workflows.md) on the client's task queue; it goes on if the program ends.
- Times are RFC 3339 texts, in options and in results. Offsets and other 64-bit integers are decimal
  texts.
- Every error is an [\`AsofError\`](#asoferror) with one of [these codes](errors.md).
- The package is TypeScript: run a program with \`node --import tsx program.ts\`. Where \`await using\`
  is not available, call \`asof.close()\` at the end.
- An option or parameter whose name ends in \`?\` may be omitted.
- The examples use the definitions of \`examples/churn/definitions\`, and \`asof\` from
  [\`connect()\`](#connectservers).`;

/**
 * The reference page of the client, made from its docstrings. Typedoc's page would be three times as long and
 * sorted by kinds of symbols. Here each call stands under the expression by which a program reaches it, with
 * its options.
 */
export function clientPage(): string {
  const module = exportsOf('client/index.ts');
  const parts = [
    INTRODUCTION,
    `\`\`\`ts\n${example()}\n\`\`\``,
    RULES,
    ...callPart(module.exported.get('connect')!, module, '##'),
    ...callPart(module.exported.get('preview')!, module, '##'),
    ...CLASSES.flatMap(([call, name]) => classPart(call, module.exported.get(name)!, module)),
    '## Types',
    ...types(module),
  ];
  return `${[notice('client/'), ...parts.filter((part) => part !== '').map(wrapped)].join('\n\n')}\n`;
}

/** The program at the head of the page. A test runs it. */
export function example(): string {
  return readFileSync(new URL('example.ts', import.meta.url), 'utf8').trim();
}

function classPart(call: string, symbol: ts.Symbol, module: ModuleExports): string[] {
  const methods = methodsOf(symbol, module);
  const calls = methods.filter((method) => classOf(method, module) === undefined);
  return [
    `## \`${call}\``,
    docstringOf(symbol, module.checker).text,
    ...(calls.length < methods.length
      ? ['It has these parts, each described below:', partTable(module)]
      : []),
    ...calls.flatMap((method) => callPart(method, module, '###')),
  ];
}

/** The table of the other classes of the client, with their docstrings. */
function partTable(module: ModuleExports): string {
  return markdownTable(
    ['part', 'purpose'],
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

/** The class of the client that a method returns, if it returns one. */
function classOf(method: ts.Symbol, { checker }: ModuleExports): string | undefined {
  const signature = checker.getSignatureFromDeclaration(method.valueDeclaration as ts.MethodDeclaration)!;
  const { symbol } = signature.getReturnType() as { symbol?: ts.Symbol };
  return CLASSES.map(([, name]) => name as string).find((name) => name === symbol?.name);
}

/** The sections of the exported types that no other section describes. */
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
    : memberTable(symbol, module, 'property');
  return [`### \`${name}\``, text, body];
}
