type Labels = Readonly<Record<string, string | number>>;

export interface Counter {
  add(amount: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** Figures with their names, in Prometheus' text form 0.0.4. Label values must come from a small set. */
export interface Registry {
  counter(name: string, help: string): Counter;
  /** `bounds` are the buckets' upper ends, ascending, without the last one. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  text(): string;
}

type Family = () => readonly string[];

export function createRegistry(): Registry {
  const families = new Map<string, Family>();
  const add = (name: string, type: string, help: string, samples: Family) => {
    if (families.has(name)) throw new Error(`There are two metrics called ${name}.`);
    families.set(name, () => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples()]);
  };

  return {
    counter(name, help) {
      const values = new Map<string, number>();
      add(name, "counter", help, () =>
        [...values].map(([labels, value]) => `${name}${braced(labels)} ${value}`),
      );
      return {
        add(amount, labels = {}) {
          const key = written(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    histogram(name, help, bounds) {
      const series = new Map<string, { counts: number[]; sum: number }>();
      add(name, "histogram", help, () =>
        [...series].flatMap(([labels, { counts, sum }]) => bucketLines(name, labels, bounds, counts, sum)),
      );
      return {
        observe(value, labels = {}) {
          const key = written(labels);
          const one = series.get(key) ?? { counts: new Array(bounds.length + 1).fill(0), sum: 0 };
          const index = bounds.findIndex((bound) => value <= bound);
          const bucket = index === -1 ? bounds.length : index;
          one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
          one.sum += value;
          series.set(key, one);
        },
      };
    },
    gauge(name, help, read) {
      add(name, "gauge", help, () => [`${name} ${read()}`]);
    },
    text: () => `${[...families.values()].flatMap((family) => family()).join("\n")}\n`,
  };
}

/** Each bucket counts what the ones before it count, too. */
function bucketLines(
  name: string,
  labels: string,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
): string[] {
  let total = 0;
  const buckets = [...bounds, "+Inf"].map((bound, index) => {
    total += counts[index] ?? 0;
    return `${name}_bucket${braced(`${labels}${labels && ","}le="${bound}"`)} ${total}`;
  });
  return [...buckets, `${name}_sum${braced(labels)} ${sum}`, `${name}_count${braced(labels)} ${total}`];
}

const braced = (labels: string): string => labels && `{${labels}}`;

const written = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(",");

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
