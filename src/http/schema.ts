import {
  type Static,
  type TLiteral,
  type TObject,
  type TProperties,
  type TSchema,
  Type,
} from "@sinclair/typebox";

/** An object that may have further members, which nobody reads: clients add new ones every week. */
export const open = <Properties extends TProperties>(properties: Properties): TObject<Properties> =>
  Type.Object(properties, { additionalProperties: true });

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
/** A member that may be left out; some clients send null instead. */
export const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(nullable(schema));

type Tagged = TObject<TProperties & { type: TLiteral<string> }>;
/** A variant that is newer than this program. */
export interface UnknownVariant {
  type: string;
}

/**
 * Objects told apart by `type`, open to unknown types. To `schema` a known type with a fault is a fault, not an unknown
 * type; `isKnown` tells known and unknown types apart where TypeScript cannot.
 */
export function variants<Known extends readonly Tagged[]>(...known: Known) {
  type Variant = Static<Known[number]>;
  const names: ReadonlySet<string> = new Set(known.map((schema) => schema.properties.type.const));
  const unknown = open({ type: Type.String({ pattern: `^(?!(${[...names].join("|")})?$)` }) });
  return {
    schema: Type.Unsafe<Variant | UnknownVariant>(Type.Union([...known, unknown])),
    isKnown: (value: Variant | UnknownVariant): value is Variant => names.has((value as UnknownVariant).type),
  };
}
