import { Elysia } from "elysia";

/** Prometheus' text form 0.0.4: `GET /metrics`. */
export const metricsRoute = (text: () => string) =>
  new Elysia({ normalize: false }).get(
    "/metrics",
    () => new Response(text(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } }),
  );
