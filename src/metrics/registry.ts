type Labels = Readonly<Record<string, string | number>>;

interface Counter {
  add(amount: number, labels?: Labels): void;
}
interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** Named figures in Prometheus' text format 0.0.4. Label values must come from a small set. */
export interface Registry {
  counter(name: string, help: string): Counter;
  /** `bounds` are the buckets' upper ends, ascending, without the last one. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Read whenever somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  /** A counter that is kept elsewhere. */
  total(name: string, help: string, read: () => number): void;
  text(): string;
}

type Family = () => readonly string[];

export function createRegistry(): Registry {
  const families = new Map<string, Family>();
  const add = (name: string, type: string, help: string, samples: Family) => {
    if (families.has(name)) throw new Error(`There are two metrics called ${name}.`);
    families.set(name, () => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples()]);
  };
  const asked = (type: string) => (name: string, help: string, read: () => number) =>
    add(name, type, help, () => [`${name} ${read()}`]);

  return {
    counter(name, help) {
      const series = createSeries(() => ({ value: 0 }));
      add(name, "counter", help, () =>
        series.all().map(([labels, { value }]) => `${name}${braced(labels)} ${value}`),
      );
      return {
        add(amount, labels = {}) {
          series.of(labels).value += amount;
        },
      };
    },
    histogram(name, help, bounds) {
      const series = createSeries(() => ({ counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }));
      add(name, "histogram", help, () =>
        series.all().flatMap(([labels, { counts, sum }]) => bucketLines(name, labels, bounds, counts, sum)),
      );
      return {
        observe(value, labels = {}) {
          const one = series.of(labels);
          const index = bounds.findIndex((bound) => value <= bound);
          const bucket = index === -1 ? bounds.length : index;
          one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
          one.sum += value;
        },
      };
    },
    gauge: asked("gauge"),
    total: asked("counter"),
    text: () => `${[...families.values()].flatMap((family) => family()).join("\n")}\n`,
  };
}

/** What is counted for each set of labels, all of which have the same names in the same order. */
function createSeries<One>(start: () => One) {
  const series = new Map<string, { labels: Labels; one: One }>();
  return {
    of(labels: Labels): One {
      const key = Object.values(labels).join("\n");
      const known = series.get(key);
      if (known) return known.one;
      const one = start();
      series.set(key, { labels, one });
      return one;
    },
    all: () => [...series.values()].map(({ labels, one }) => [written(labels), one] as const),
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
