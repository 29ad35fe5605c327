/** Which expressions are tensors or variables, by the types that TypeScript's compiler gives them. */
import type { ParserServices, StaticType, SyntaxNode, TypeChecker } from "./rule-types.ts";

/** The classes that tensors, variables and symbolic inputs extend, each with a member by which it is told from others of its name. */
const roots: Readonly<Record<string, string>> = { Tensor: "staticShape", Readable: "read" };

/** What an expression may be. */
export type Kind = "tensor" | "tensor or nothing" | "nothing" | "something else";

/** Tells what expressions are; `undefined` when the parser knows no types. */
export function kindOfNodes(services: ParserServices): ((node: SyntaxNode) => Kind) | undefined {
  const { program, getTypeAtLocation } = services;
  if (!program || !getTypeAtLocation) return undefined;
  const checker = program.getTypeChecker();
  return (node) => kindOf(checker, getTypeAtLocation(node));
}

function kindOf(checker: TypeChecker, type: StaticType): Kind {
  const members = membersOf(checker, type);
  const present = members.filter((member) => !/^(undefined|null|void)$/.test(checker.typeToString(member)));
  if (present.length === 0) return "nothing";
  if (!present.every((member) => isTensor(checker, member))) return "something else";
  return present.length === members.length ? "tensor" : "tensor or nothing";
}

function membersOf(checker: TypeChecker, type: StaticType): readonly StaticType[] {
  const known = checker.getBaseConstraintOfType(type) ?? type;
  return known.isUnion() ? (known.types ?? []).flatMap((member) => membersOf(checker, member)) : [known];
}

function isTensor(checker: TypeChecker, type: StaticType): boolean {
  const symbol = type.getSymbol();
  const mark = roots[symbol?.name ?? ""];
  if (mark !== undefined && type.getProperty(mark)) return true;
  const above = symbol ? checker.getDeclaredTypeOfSymbol(symbol).getBaseTypes() : type.types;
  return above?.some((base) => isTensor(checker, base)) ?? false;
}
