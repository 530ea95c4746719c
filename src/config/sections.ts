import { optionRows } from "./options.ts";

/** The members of config.json by their section, both in the order of the options. */
export const configSections = () => Map.groupBy(members(), ({ section }) => section);

const members = () =>
  optionRows.flatMap(([, option]) =>
    (option.keys ?? []).map((key, index) => {
      const [section = "", name = ""] = key.split(".");
      // Further keys are other spellings of the first.
      return { section, name, option, isAlias: index > 0 };
    }),
  );
