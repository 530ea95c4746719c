import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { BridgeError } from "../errors.ts";

/** As much of the form of standardschema.dev as the framework needs; it reads `types` for the types of a route. */
interface CheckedSchema<Schema extends TSchema> {
  schema: Schema;
  "~standard": {
    types?: { input: Static<Schema>; output: Static<Schema> };
    validate(value: unknown): { value: Static<Schema> };
  };
}

/** Makes a route refuse a body or a query with our own failure: the framework's quotes the whole value, and throws for some. */
export function checkedBy<Schema extends TSchema>(schema: Schema): CheckedSchema<Schema> {
  let compiled: TypeCheck<Schema> | undefined;
  const validate = (value: unknown) => {
    compiled ??= TypeCompiler.Compile(schema);
    if (compiled.Check(value)) return { value };
    throw invalidBody(compiled.Errors(value));
  };
  return { schema, "~standard": { validate } };
}

/** The failure of a body against its schema: names the member at fault and what it must be, never its value. */
export function invalidBody(errors: Iterable<ValueError>): BridgeError {
  const [first] = errors;
  if (!first) return new BridgeError("invalid-request", "The request body does not have the expected form.");
  const { path, expected } = innermost(first);
  const param = memberPath(path);
  return new BridgeError("invalid-request", `${param || "the request body"}: ${expected}`, {
    code: "invalid_value",
    ...(param && { param }),
  });
}

interface Fault {
  path: string;
  expected: string;
}

/** Enough of a branch's errors to tell whether it is the one that was meant. */
const maxErrorsRead = 64;
/** Members that tell the branches of a union apart. */
const tags = ["type", "role"];

/** A union only says that no branch fits; the fault worth telling is in the branch that was meant, whose tag fits. */
function innermost(error: ValueError): Fault {
  const branches = branchesOf(error);
  const tagPaths = tags.map((tag) => `${error.path}/${tag}`);
  const isMeant = (branch: readonly ValueError[]) =>
    branch.every(
      ({ path, type }) => path !== error.path && !tagPaths.includes(path) && type !== ValueErrorType.Never,
    );
  const meant = branches.find((branch) => branch.length > 0 && isMeant(branch));
  if (meant?.[0]) return innermost(meant[0]);

  const tagErrors = branches.map((branch) => branch.filter(({ path }) => tagPaths.includes(path)));
  const path = nearest(tagErrors)?.path;
  if (path === undefined) return { path: error.path, expected: expectation(error) };
  const ofTag = tagErrors.flat().filter((tagError) => tagError.path === path);
  return {
    path,
    expected: mustBe(ofTag.flatMap(({ schema }) => (schema["pattern"] ? [] : valuesOf(schema)))),
  };
}

/** The tag at fault: of the branch with the fewest tags wrong, and preferably one that is there. */
function nearest(tagErrors: readonly (readonly ValueError[])[]): ValueError | undefined {
  const wrong = (errors: readonly ValueError[]) => new Set(errors.map(({ path }) => path)).size;
  const found = tagErrors.filter(({ length }) => length > 0);
  const fewest = Math.min(...found.map(wrong));
  const candidates = found.flatMap((errors) => (wrong(errors) === fewest ? errors.slice(0, 1) : []));
  return candidates.find(({ value }) => value !== undefined) ?? candidates[0];
}

/** The errors of each branch, including those of a union inside the union. */
function branchesOf(error: ValueError): ValueError[][] {
  return error.errors.flatMap((branch) => {
    const errors = [...Iterator.from(branch).take(maxErrorsRead)];
    const [only] = errors;
    return only?.path === error.path && only.errors.length > 0 ? branchesOf(only) : [errors];
  });
}

/** A JSON pointer as programs write it: `/messages/1/content` is `messages[1].content`. */
function memberPath(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : path ? `${path}.${step}` : step), "");
}

function expectation({ type, schema }: ValueError): string {
  if (type === ValueErrorType.ObjectRequiredProperty) return "is required";
  const description: unknown = schema["description"];
  if (typeof description === "string") return `must be ${description}`;
  return mustBe(valuesOf(schema));
}

const mustBe = (values: readonly string[]): string =>
  `must be ${[...new Set(values)].join(" or ") || "of another type"}`;

const names: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  null: "null",
};

/** What a schema allows, in words. */
function valuesOf(schema: TSchema): string[] {
  const { const: literal, anyOf, type } = schema;
  if (literal !== undefined) return [JSON.stringify(literal)];
  if (Array.isArray(anyOf)) return anyOf.flatMap(valuesOf);
  const name = names[String(type)];
  return name ? [name + bounds(schema)] : [];
}

function bounds(schema: TSchema): string {
  const { minimum, maximum, minItems, maxItems, minLength, maxLength } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  if (maxItems !== undefined) return ` of ${minItems ?? 0} to ${maxItems} members`;
  if (maxLength !== undefined) return ` of at most ${maxLength} characters`;
  if (minItems !== undefined || minLength !== undefined) return ", not empty";
  return "";
}
