import { BridgeError } from "../errors.ts";

/** How the bridge treats a documented request member that it does not act on. */
export type FieldFate =
  | { fate: "ignored"; because: string }
  | {
      fate: "refused";
      because: string;
      /** Whether a value asks for nothing that matters, and so passes. */
      harmless?: (value: unknown) => boolean;
    };

export type FieldTable = Readonly<Record<string, FieldFate>>;

export const ignored = (because: string): FieldFate => ({ fate: "ignored", because });

export const refused = (because: string, harmless?: (value: unknown) => boolean): FieldFate => ({
  fate: "refused",
  because,
  ...(harmless && { harmless }),
});

/** Throws for the first member that would change what the answer means and cannot be honoured. */
export function refuseFields(request: object, table: FieldTable): void {
  for (const [param, value] of Object.entries(request)) {
    const field = Object.hasOwn(table, param) ? table[param] : undefined;
    if (field?.fate !== "refused" || value === null || value === undefined || field.harmless?.(value))
      continue;
    throw new BridgeError("invalid-request", `${param} is not supported: ${field.because}. Leave it out.`, {
      code: "unsupported_parameter",
      param,
    });
  }
}

export const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
