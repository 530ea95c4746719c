import { Elysia } from "elysia";

/** `GET /metrics` in Prometheus' text format 0.0.4. */
export const metricsRoute = (text: () => string) =>
  new Elysia({ normalize: false }).get(
    "/metrics",
    () => new Response(text(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } }),
  );
