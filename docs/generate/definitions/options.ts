import ts from 'typescript';
import { isOptional } from '../client/members.ts';
import { docstringOf } from '../docstrings/docstring.ts';
import type { ModuleExports } from '../docstrings/exports.ts';
import { markdownTable } from '../markdown.ts';
import { optionType } from './option-types.ts';

/** What every definition, field and feature takes. The page says it once. */
const SHARED = ['description', 'owner', 'tags'];

/**
 * The table of the options that functions take, with types, defaults and docstrings: each option once, or once for
 * each of its docstrings. Options that are objects and say what their members are have a row for each of these.
 */
export function optionTable(calls: readonly ts.Symbol[], module: ModuleExports): string {
  const told = (option: ts.Symbol) => `${option.name} ${docstringOf(option, module.checker).text}`;
  const options = new Map(calls.flatMap((call) => optionsOf(call, module)).map((one) => [told(one), one]));
  const rows = [...options.values()]
    .sort((a, b) => firstPlace(a.name, options.values()) - firstPlace(b.name, options.values()))
    .filter(({ name }) => !SHARED.includes(name))
    .flatMap((option) => optionRows(option, '', module));
  return markdownTable(['option', 'type', 'default', 'meaning'], rows);
}

/** Options of one name stand together, where the first of them stands. */
function firstPlace(name: string, options: Iterable<ts.Symbol>): number {
  return [...options].findIndex((option) => option.name === name);
}

/** The options of a function, which are the members of its parameter `options`. */
function optionsOf(call: ts.Symbol, { checker }: ModuleExports): ts.Symbol[] {
  return (
    callSignatures(call, checker)
      .flatMap((signature) => signature.getParameters())
      .filter(({ name }) => name === 'options')
      .map((parameter) => checker.getNonNullableType(checker.getTypeOfSymbol(parameter)))
      .flatMap((type) => declaredTypes(type, checker).flatMap((one) => checker.getPropertiesOfType(one)))
      // A mapped type that only makes an option required declares none.
      .filter((option) => option.valueDeclaration !== undefined && isPossible(option, checker))
  );
}

/** Whether an option may have a value. One form of a union says `never` of what the other has. */
function isPossible(option: ts.Symbol, checker: ts.TypeChecker): boolean {
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(option));
  return (type.flags & ts.TypeFlags.Never) === 0;
}

/** The types of a union or of a conditional type, whose options depend on a parameter of the function. */
function declaredTypes(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  if (type.isUnionOrIntersection()) return type.types.flatMap((one) => declaredTypes(one, checker));
  if (!(type.flags & ts.TypeFlags.Conditional)) return [type];
  const { trueType, falseType } = (type as ts.ConditionalType).root.node;
  return [trueType, falseType].flatMap((node) => declaredTypes(checker.getTypeFromTypeNode(node), checker));
}

export function callSignatures(call: ts.Symbol, checker: ts.TypeChecker): readonly ts.Signature[] {
  return checker.getTypeOfSymbol(call).getCallSignatures();
}

function optionRows(option: ts.Symbol, within: string, module: ModuleExports): string[][] {
  const name = `${within}${option.name}`;
  const { type } = option.valueDeclaration as ts.PropertySignature;
  const members = type && ts.isTypeLiteralNode(type) ? membersOf(type, module) : [];
  const { text } = docstringOf(option, module.checker);
  const isSaid = members.some((member) => docstringOf(member, module.checker).text !== '');
  if (text === '' && isSaid) return members.flatMap((member) => optionRows(member, `${name}.`, module));
  if (text === '') throw new Error(`the option ${name} has no docstring`);
  const { meaning, otherwise } = divided(text);
  const standard = isOptional(option) ? (otherwise ?? '') : 'required';
  const names = members.map((member) => `${member.name}${isOptional(member) ? '?' : ''}`);
  const kind = isSaid ? `\`{ ${names.join(', ')} }\`` : optionType(option.name, type!.getText());
  const row = [`\`${name}\``, kind, standard, meaning];
  return isSaid ? [row, ...members.flatMap((member) => optionRows(member, `${name}.`, module))] : [row];
}

function membersOf(type: ts.TypeLiteralNode, { checker }: ModuleExports): ts.Symbol[] {
  return checker.getPropertiesOfType(checker.getTypeFromTypeNode(type));
}

/** What a docstring says, and its sentence about a value that is not given. */
function divided(text: string): { readonly meaning: string; readonly otherwise: string | undefined } {
  const found = /(?:^|\s)(?:Default|Omitted): (?<otherwise>.+?)\.(?=\s|$)/s.exec(text);
  const meaning = found ? text.replace(found[0], '') : text;
  return { meaning: meaning.replaceAll(/\s+/g, ' ').trim(), otherwise: found?.groups?.['otherwise'] };
}
