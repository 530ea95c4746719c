import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { BridgeError } from "../errors.ts";

/** The failure of a body against its schema, naming the member at fault and what it should be; never its value. */
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

/** Enough of a branch's errors to know whether it is the one that was meant. */
const maxErrorsRead = 64;
/** Members that tell the branches of a union apart. */
const tags = ["type", "role"];

/** A union only says that no branch fits; the fault that helps lies in the branch that was meant, the one whose tag fits. */
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
  const literals = new Set(ofTag.flatMap(({ schema }) => literalsOf(schema)));
  return { path, expected: `must be ${[...literals].join(" or ")}` };
}

/** The tag at fault: of a branch that has but this one wrong, and rather one that is there than one that is missing. */
function nearest(tagErrors: readonly (readonly ValueError[])[]): ValueError | undefined {
  const found = tagErrors.flatMap((errors) => {
    const [first] = errors;
    return first ? [{ first, wrong: new Set(errors.map(({ path }) => path)).size }] : [];
  });
  const fewest = Math.min(...found.map(({ wrong }) => wrong));
  const candidates = found.filter(({ wrong }) => wrong === fewest).map(({ first }) => first);
  return candidates.find(({ value }) => value !== undefined) ?? candidates[0];
}

/** The errors of each branch, those of a union inside the union among them. */
function branchesOf(error: ValueError): ValueError[][] {
  return error.errors.flatMap((branch) => {
    const errors = [...Iterator.from(branch).take(maxErrorsRead)];
    const [only] = errors;
    return only?.path === error.path && only.errors.length > 0 ? branchesOf(only) : [errors];
  });
}

/** A JSON pointer in the words of a program: `/messages/1/content` is `messages[1].content`. */
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
  const literals = new Set(literalsOf(schema));
  if (literals.size > 0) return `must be ${[...literals].join(" or ")}`;
  return `must be ${names[String(schema["type"])] ?? "of another type"}${bounds(schema)}`;
}

const names: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "an integer",
  boolean: "true or false",
  array: "an array",
  object: "an object",
  null: "null",
};

/** What a union of plain values lists, in the words of a sentence. */
function literalsOf(schema: TSchema): string[] {
  if (schema["const"] !== undefined) return [JSON.stringify(schema["const"])];
  const branches: unknown = schema["anyOf"];
  if (!Array.isArray(branches)) return [];
  return branches.flatMap((branch: TSchema) => {
    if (branch["anyOf"] || branch["const"] !== undefined) return literalsOf(branch);
    const name = names[String(branch["type"])];
    return name ? [name + bounds(branch)] : [];
  });
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
