import { type TObject, type TSchema, Type, TypeGuard } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const maxNames = 20;
const maxLength = 100;

/**
 * Members that a value has and its schema does not know, by the names that lead to them: `messages.content.x`. The
 * first twenty, each once and cut to a hundred characters, since a client may call them anything.
 */
export function unknownMembers(schema: TSchema, value: unknown): string[] {
  const found = new Set<string>();
  for (const name of unknownNames(schema, value, "")) {
    found.add(name.slice(0, maxLength));
    if (found.size === maxNames) break;
  }
  return [...found];
}

/** What lies below a member that is not known is not looked at. */
function* unknownNames(schema: TSchema, value: unknown, path: string): Generator<string> {
  const meant = TypeGuard.IsUnion(schema)
    ? schema.anyOf.find((branch) => Value.Check(branch, value))
    : schema;
  if (meant && meant !== schema) yield* unknownNames(meant, value, path);
  else if (TypeGuard.IsArray(meant) && Array.isArray(value)) {
    for (const item of value) yield* unknownNames(meant.items, item, path);
  } else if (TypeGuard.IsObject(meant) && Value.Check(AnyObject, value)) yield* ofObject(meant, value, path);
}

const AnyObject = Type.Record(Type.String(), Type.Unknown());

function* ofObject({ properties }: TObject, value: object, path: string): Generator<string> {
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) yield* unknownNames(known, member, `${path}${name}.`);
    else yield `${path}${name}`;
  }
}
