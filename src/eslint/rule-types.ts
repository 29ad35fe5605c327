/** As much of ESLint's and TypeScript's types as the rules use: whoever installs the package need not have either. */

/** A node of the syntax tree that ESLint walks. */
export interface SyntaxNode {
  readonly type: string;
}

/** A name in a program, as TypeScript's compiler knows it. */
export interface StaticSymbol {
  readonly name: string;
}

/** A type, as TypeScript's compiler knows it. */
export interface StaticType {
  /** The members of a union or an intersection. */
  readonly types?: readonly StaticType[];
  isUnion(): boolean;
  getSymbol(): StaticSymbol | undefined;
  getProperty(name: string): StaticSymbol | undefined;
  getBaseTypes(): readonly StaticType[] | undefined;
}

/** TypeScript's compiler, asked about types. */
export interface TypeChecker {
  typeToString(type: StaticType): string;
  getDeclaredTypeOfSymbol(symbol: StaticSymbol): StaticType;
  /** What a type parameter extends; other types as they are. */
  getBaseConstraintOfType(type: StaticType): StaticType | undefined;
}

/** What a parser that knows types offers rules. */
export interface ParserServices {
  readonly program?: { getTypeChecker(): TypeChecker } | null;
  getTypeAtLocation?(node: SyntaxNode): StaticType;
}

/** What ESLint hands a rule. */
export interface RuleContext {
  /** Has `parserServices` where the language is JavaScript or TypeScript. */
  readonly sourceCode: object;
  report(problem: { node: SyntaxNode; messageId: string; data?: Record<string, string> }): void;
}

/** A rule: what it visits, and what it says. */
export interface Rule {
  readonly meta: {
    readonly type: "problem";
    readonly docs: { readonly description: string };
    readonly schema: [];
    readonly messages: Record<string, string>;
  };
  // A method, so that ESLint's own types of contexts and nodes fit.
  create(context: RuleContext): Record<string, (node: SyntaxNode) => void>;
}
