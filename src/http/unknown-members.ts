import { KindGuard, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

interface UnknownMembers {
  /** The documented ones, each once, as paths: `messages.content.x`. */
  names: string[];
  /** How many others there are; their names may be anything, even a prompt. */
  others: number;
}

/** The members of a value that its schema does not know. */
export function unknownMembers(
  schema: TSchema,
  value: unknown,
  documented: ReadonlySet<string>,
): UnknownMembers {
  const names = new Set<string>();
  let others = 0;
  for (const [path, name] of unknownNames(schema, value, "")) {
    if (documented.has(name)) names.add(path + name);
    else others++;
  }
  return { names: [...names], others };
}

type Member = [path: string, name: string];

/**
 * Looks at nothing inside an unknown member. A value that fits no branch of a union counts as the first. `TypeGuard` would
 * check each schema as a whole, which took 12 s for a body of 1 MB (measured).
 */
function* unknownNames(schema: TSchema, value: unknown, path: string): Generator<Member> {
  const meant = KindGuard.IsUnion(schema)
    ? (schema.anyOf.find((branch) => Value.Check(branch, value)) ?? schema.anyOf[0])
    : schema;
  if (meant && meant !== schema) yield* unknownNames(meant, value, path);
  else if (KindGuard.IsArray(meant) && Array.isArray(value)) {
    for (const item of value) yield* unknownNames(meant.items, item, path);
  } else if (KindGuard.IsObject(meant) && Value.Check(AnyObject, value)) yield* ofObject(meant, value, path);
}

const AnyObject = Type.Record(Type.String(), Type.Unknown());

function* ofObject({ properties }: TObject, value: object, path: string): Generator<Member> {
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) yield* unknownNames(known, member, `${path}${name}.`);
    else yield [path, name];
  }
}
