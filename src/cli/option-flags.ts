import type { Option } from "../config/option.ts";
import type { OptionName } from "../config/options.ts";
import { options } from "../config/options.ts";
import { boolean } from "../config/value-types.ts";
import type { Flag } from "./command.ts";

const flagOf = ({ flag, type, help }: Option): readonly Flag[] => {
  if (flag === undefined) return [];
  if (type === boolean) return [{ name: flag, help }];
  return [
    { name: flag, placeholder: type.placeholder, ...(type.choices && { choices: type.choices }), help },
  ];
};

/** The flags of every option that has one. */
export const allOptionFlags: readonly Flag[] = Object.values<Option>(options).flatMap(flagOf);

export const optionFlags = (...names: readonly OptionName[]): readonly Flag[] =>
  names.flatMap((name) => flagOf(options[name]));
