/** The platform's `fetch` as the program uses it; whoever makes one binds TLS options and proxies to it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
