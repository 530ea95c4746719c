import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRegistry } from "../../src/metrics/registry.ts";
import { figure, readExposition } from "./exposition.ts";

describe("a registry", () => {
  test("writes counters, gauges and histograms as Prometheus reads them", () => {
    const registry = createRegistry();
    const requests = registry.counter("requests_total", "Requests.");
    requests.add(1, { route: "/a", status: 200 });
    requests.add(2, { route: "/a", status: 200 });
    requests.add(0.5, { route: "/b", status: 404 });
    registry.gauge("open", "Open ones.", () => 7);
    registry.total("lost_total", "Lost ones.", () => 2);
    const seconds = registry.histogram("seconds", "Time.", [0.5, 1]);
    for (const value of [0.1, 0.5, 0.7, 3]) seconds.observe(value, { protocol: "openai" });
    expect(registry.text()).toBe(`# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{route="/a",status="200"} 3
requests_total{route="/b",status="404"} 0.5
# HELP open Open ones.
# TYPE open gauge
open 7
# HELP lost_total Lost ones.
# TYPE lost_total counter
lost_total 2
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{protocol="openai",le="0.5"} 2
seconds_bucket{protocol="openai",le="1"} 3
seconds_bucket{protocol="openai",le="+Inf"} 4
seconds_sum{protocol="openai"} 4.3
seconds_count{protocol="openai"} 4
`);
  });

  test("has each name once", () => {
    const registry = createRegistry();
    registry.counter("a", "A.");
    expect(() => registry.gauge("a", "A.", () => 0)).toThrow();
  });

  test("any label's value is read back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const registry = createRegistry();
        registry.counter("a", "A.").add(1, { label: value });
        expect(readExposition(registry.text()).get("a")?.samples).toEqual([
          { name: "a", labels: { label: value }, value: 1 },
        ]);
      }),
    );
  });

  test("of any observations each bucket counts those up to its end, the sum is their sum", () => {
    const bounds = [0.1, 1, 10];
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1 }), (values) => {
        const registry = createRegistry();
        const histogram = registry.histogram("h", "H.", bounds);
        for (const value of values) histogram.observe(value);
        const families = readExposition(registry.text());
        for (const bound of bounds) {
          const expected = values.filter((value) => value <= bound).length;
          expect(figure(families, "h_bucket", { le: String(bound) })).toBe(expected);
        }
        expect(figure(families, "h_bucket", { le: "+Inf" })).toBe(values.length);
        expect(figure(families, "h_count")).toBe(values.length);
        expect(figure(families, "h_sum")).toBeCloseTo(values.reduce((sum, value) => sum + value, 0));
      }),
    );
  });
});
