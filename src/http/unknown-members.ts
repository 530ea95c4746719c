import { type TObject, type TSchema, Type, TypeGuard } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

export interface UnknownMembers {
  /** The documented ones, each once, by the names that lead to them: `messages.content.x`. */
  names: string[];
  /** How many others there are, which may be called anything: a prompt, too. */
  others: number;
}

/** Members that a value has and its schema does not know. */
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

/** What lies below a member that is not known is not looked at. What fits no branch is taken for the first, as its faults are. */
function* unknownNames(schema: TSchema, value: unknown, path: string): Generator<Member> {
  const meant = TypeGuard.IsUnion(schema)
    ? (schema.anyOf.find((branch) => Value.Check(branch, value)) ?? schema.anyOf[0])
    : schema;
  if (meant && meant !== schema) yield* unknownNames(meant, value, path);
  else if (TypeGuard.IsArray(meant) && Array.isArray(value)) {
    for (const item of value) yield* unknownNames(meant.items, item, path);
  } else if (TypeGuard.IsObject(meant) && Value.Check(AnyObject, value)) yield* ofObject(meant, value, path);
}

const AnyObject = Type.Record(Type.String(), Type.Unknown());

function* ofObject({ properties }: TObject, value: object, path: string): Generator<Member> {
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) yield* unknownNames(known, member, `${path}${name}.`);
    else yield [path, name];
  }
}
