/** The platform's `fetch` as the program uses it, with TLS options and proxies bound. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
