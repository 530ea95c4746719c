/** Prometheus' text format 0.0.4 as its documentation words it, strictly. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface Family {
  type: "counter" | "gauge" | "histogram";
  help: string;
  samples: Sample[];
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const sampleLine = new RegExp(
  `^(${metricName})(?:\\{(${label}(?:,${label})*)\\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|\\+Inf|NaN)$`,
);

/** Throws on anything that the format does not allow: a line out of form, a sample outside of its family, a sample twice. */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no line feed");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let heading = { name: "", help: "" };

  for (const line of text.slice(0, -1).split("\n")) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (families.has(name)) throw new Error(`two families ${name}`);
      heading = { name, help: rest };
      continue;
    }
    if (keyword === "TYPE" && heading.name === name && isType(rest)) {
      families.set(name, { type: rest, help: heading.help, samples: [] });
      continue;
    }
    const sample = readSample(line);
    const family = families.get(heading.name);
    if (!family || !belongs(sample.name, heading.name, family.type))
      throw new Error(`outside of its family: ${line}`);
    const key = line.slice(0, line.lastIndexOf(" "));
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    family.samples.push(sample);
  }
  return families;
}

function readSample(line: string): Sample {
  const [, sampleName, labels = "", value] = sampleLine.exec(line) ?? [];
  if (sampleName === undefined) throw new Error(`not a sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)];
  const unescaped = (text: string) => text.replace(/\\(.)/g, (_, each) => (each === "n" ? "\n" : each));
  return {
    name: sampleName,
    labels: Object.fromEntries(pairs.map(([, key = "", text = ""]) => [key, unescaped(text)])),
    value: value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value),
  };
}

const isType = (text: string): text is Family["type"] => /^(counter|gauge|histogram)$/.test(text);

const belongs = (sample: string, family: string, type: Family["type"]): boolean =>
  type === "histogram"
    ? [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(sample)
    : sample === family;

/** The value of the one sample with these labels among others; undefined when there is none. */
export const figure = (
  families: ReadonlyMap<string, Family>,
  sampleName: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined =>
  [...families.values()]
    .flatMap(({ samples }) => samples)
    .find(
      (sample) =>
        sample.name === sampleName &&
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )?.value;
