/** The public surface as TypeScript declares it: every name below `tf`, with its parameters, options and members. */
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A parameter that is given by position. */
export interface Positional {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isRest: boolean;
}

/** One way to call something. */
export interface Signature {
  readonly positional: readonly Positional[];
  /** Names of the options in the last parameter; `undefined` where there is no such parameter. */
  readonly options: readonly string[] | undefined;
  /** Whether the first parameter may be an object with the whole config. */
  readonly takesConfig: boolean;
}

/** A public name. */
export interface Entry {
  /** As it is written: `tf.math.add`; a member of a class stands behind the class: `tf.Variable.assign`. */
  readonly path: string;
  readonly kind: "function" | "class" | "member" | "value";
  /** Of a member: the path of its class. */
  readonly owner: string | undefined;
  /** Where it is declared: names that share it are names of one thing. */
  readonly declaration: ts.Node | undefined;
  readonly signatures: readonly Signature[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The program of src/index.ts and `more` files, which may have texts that are on no disk. */
export function programOf(more: Readonly<Record<string, string>> = {}): ts.Program {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const include = ["src/index.ts"];
  const { options } = ts.parseJsonConfigFileContent({ ...config, include }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const texts = new Map(Object.entries(more).map(([path, text]) => [root + path, text]));
  const { readFile, fileExists } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  return ts.createProgram([`${root}src/index.ts`, ...texts.keys()], { ...options, incremental: false }, host);
}

/** Every public name. What is marked `@internal`, private or protected is not public. */
export function surfaceOf(program: ts.Program): Entry[] {
  const checker = program.getTypeChecker();
  const reader = new SurfaceReader(checker);
  reader.addModule(checker.getSymbolAtLocation(program.getSourceFile(`${root}src/index.ts`)!)!, "tf");
  reader.addMembers();
  return reader.entries;
}

class SurfaceReader {
  readonly entries: Entry[] = [];
  readonly #checker: ts.TypeChecker;
  readonly #classes = new Map<ts.Symbol, string>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  addModule(module: ts.Symbol, path: string): void {
    for (const exported of this.#checker.getExportsOfModule(module)) {
      if (exported.declarations?.some(ts.isTypeOnlyImportOrExportDeclaration)) continue;
      const isAlias = exported.flags & ts.SymbolFlags.Alias;
      const symbol = isAlias ? this.#checker.getAliasedSymbol(exported) : exported;
      const inner = `${path}.${exported.name}`;
      if (symbol.flags & ts.SymbolFlags.ValueModule) this.addModule(symbol, inner);
      else if (symbol.flags & ts.SymbolFlags.Value && !isInternal(symbol)) this.#addValue(symbol, inner);
    }
  }

  #addValue(symbol: ts.Symbol, path: string): void {
    const type = this.#checker.getTypeOfSymbol(symbol);
    const isClass = !!(symbol.flags & ts.SymbolFlags.Class);
    const signatures = isClass ? type.getConstructSignatures() : type.getCallSignatures();
    if (signatures.length === 0 && isNamespace(symbol)) {
      for (const member of type.getProperties()) this.#addValue(member, `${path}.${member.name}`);
      return;
    }
    const kind = isClass ? "class" : signatures.length > 0 ? "function" : "value";
    this.#add({ path, kind, owner: undefined, declaration: declarationOf(symbol) }, signatures);
    const known = this.#classes.get(symbol);
    if (isClass && (known === undefined || path.length < known.length)) this.#classes.set(symbol, path);
  }

  /** The members of all classes, each at the class nearest to the root that has it. */
  addMembers(): void {
    const seen = new Set<ts.Node | undefined>();
    const depth = (symbol: ts.Symbol): number => {
      const [base] = this.#checker.getBaseTypes(this.#checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType);
      return base?.symbol ? depth(base.symbol) + 1 : 0;
    };
    const classes = [...this.#classes].sort(([a], [b]) => depth(a) - depth(b));
    for (const [symbol, owner] of classes) {
      const types = [this.#checker.getDeclaredTypeOfSymbol(symbol), this.#checker.getTypeOfSymbol(symbol)];
      for (const member of types.flatMap((type) => type.getProperties())) {
        const declaration = declarationOf(member);
        if (!declaration || seen.has(declaration) || !isPublicMember(member)) continue;
        seen.add(declaration);
        const signatures = this.#checker.getTypeOfSymbol(member).getCallSignatures();
        const isMethod = !!(member.flags & ts.SymbolFlags.Method);
        this.#add({ path: `${owner}.${member.name}`, kind: "member", owner, declaration }, isMethod ? signatures : []);
      }
    }
  }

  #add(entry: Omit<Entry, "signatures">, signatures: readonly ts.Signature[]): void {
    const usable = signatures.filter(({ declaration }) => !declaration || !isUnusable(declaration));
    this.entries.push({ ...entry, signatures: usable.map((signature) => this.#describe(signature)) });
  }

  #describe(signature: ts.Signature): Signature {
    const parameters = [...signature.getParameters()];
    const last = parameters.at(-1);
    const options = last && this.#optionsOf(last);
    if (options) parameters.pop();
    return {
      positional: parameters.map((parameter) => {
        const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
        const isRest = !!declaration.dotDotDotToken;
        const isOptional = isRest || this.#checker.isOptionalParameter(declaration);
        return { name: parameter.name.replace(/^_/, ""), isOptional, isRest };
      }),
      options,
      takesConfig: parameters[0] ? this.#isConfig(parameters[0]) : options !== undefined,
    };
  }

  #optionsOf(parameter: ts.Symbol): string[] | undefined {
    const { name, dotDotDotToken } = parameter.valueDeclaration as ts.ParameterDeclaration;
    if (dotDotDotToken || !(parameter.name === "options" || ts.isObjectBindingPattern(name))) return undefined;
    const type = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(parameter));
    const properties = type.isUnion() ? type.types.flatMap((member) => member.getProperties()) : type.getProperties();
    return [...new Set(properties.filter((property) => !isInternal(property)).map((property) => property.name))];
  }

  /** Whether a parameter takes objects that have it as a property: the whole config in its place. */
  #isConfig(parameter: ts.Symbol): boolean {
    const type = this.#checker.getTypeOfSymbol(parameter);
    const members = type.isUnion() ? type.types : [type];
    return members.some((member) => member.getProperty(parameter.name));
  }
}

const declarationOf = (symbol: ts.Symbol): ts.Declaration | undefined =>
  symbol.valueDeclaration ?? symbol.declarations?.[0];

function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === "internal");
}

/** Whether a signature is the constructor of an abstract class, which only subclasses call. */
function isUnusable(declaration: ts.Node): boolean {
  const { parent } = declaration;
  const isConstructor = ts.isConstructorDeclaration(declaration) && ts.isClassDeclaration(parent);
  return isConstructor && !!(ts.getCombinedModifierFlags(parent) & ts.ModifierFlags.Abstract);
}

function isPublicMember(member: ts.Symbol): boolean | undefined {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const isHidden = member.declarations?.some((node) => ts.getCombinedModifierFlags(node) & hidden);
  const isOurs = member.declarations?.some((node) => !node.getSourceFile().isDeclarationFile);
  return isOurs && !isHidden && !isInternal(member) && !/^(__|#|prototype$)/.test(member.name);
}

/** Whether a constant is an object literal of methods: a namespace. */
function isNamespace({ valueDeclaration }: ts.Symbol): boolean {
  const value =
    valueDeclaration && ts.isVariableDeclaration(valueDeclaration) ? valueDeclaration.initializer : undefined;
  return !!value && ts.isObjectLiteralExpression(value) && value.properties.every(isFunction);
}

function isFunction(property: ts.ObjectLiteralElementLike): boolean {
  return (
    ts.isMethodDeclaration(property) || (ts.isPropertyAssignment(property) && ts.isArrowFunction(property.initializer))
  );
}
