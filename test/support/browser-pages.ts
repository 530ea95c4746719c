/** Tries every member of `attempts`, each with a second to come to something, and posts what came of them. */
const runner = (report = "/report") => `
  const soon = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 1000, "nothing"))]);
  const element = (name, members, parent = document.body) => new Promise((resolve) => {
    const made = Object.assign(document.createElement(name), members);
    made.onload = () => resolve(name === "iframe" ? "loaded" : "loaded!");
    made.onerror = () => resolve("error");
    parent.append(made);
  });
  const read = async (response) => response.type + " " + response.status + " " + await response.text();
  const findings = {};
  const run = async (attempts) => {
    for (const [name, attempt] of Object.entries(attempts))
      findings[name] = String(await soon(Promise.resolve().then(attempt).catch((error) => error.name)));
    await fetch(${JSON.stringify(report)}, { method: "POST", mode: "no-cors", body: JSON.stringify(findings) });
  };`;

const page = (script: string) => `<!doctype html><meta charset="utf-8"><body><script>${script}</script>`;

const login = { client_id: "evil", client_secret: "evil", refresh_token: "evil" };
const question = {
  model: "claude-sonnet-4.5",
  max_tokens: 100,
  messages: [{ role: "user", content: "Say hello" }],
};

/** A page that does all that a page can to a server that is not its own. */
export const foreignPage = (bridge: string) =>
  page(`${runner()}
  const bridge = ${JSON.stringify(bridge)};
  const login = ${JSON.stringify(JSON.stringify(login))};
  const question = ${JSON.stringify(JSON.stringify(question))};
  const json = { "content-type": "application/json" };
  const send = (path, body, options) => fetch(bridge + path, { method: "POST", body, ...options }).then(read);
  const form = (path, enctype, body) => {
    const target = "frame" + Math.random();
    const answered = element("iframe", { name: target });
    const made = Object.assign(document.createElement("form"), { action: bridge + path, method: "post", enctype, target });
    made.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
    document.body.append(made);
    made.submit();
    return answered.then(() => new Promise((resolve) => setTimeout(resolve, 200, "sent")));
  };
  const inSandbox = () => new Promise((resolve) => {
    addEventListener("message", (event) => resolve(event.data), { once: true });
    const script = "fetch('" + bridge + "/credentials').then((r) => r.text()).catch((e) => e.name).then((t) => parent.postMessage(t, '*'))";
    element("iframe", { sandbox: "allow-scripts", srcdoc: "<script>" + script + "</" + "script>" });
  });
  run({
    "cors get": () => fetch(bridge + "/credentials").then(read),
    "cors get of a path that is open": () => fetch(bridge + "/health").then(read),
    "cors get with credentials": () => fetch(bridge + "/credentials", { credentials: "include" }).then(read),
    "cors head": () => fetch(bridge + "/credentials", { method: "HEAD" }).then(read),
    "cors post of json": () => send("/credentials", login, { headers: json }),
    "cors post of a question": () => send("/v1/messages", question, { headers: json }),
    "cors post of text": () => send("/credentials", login, {}),
    "cors post of a form": () => send("/credentials", new URLSearchParams(JSON.parse(login)), {}),
    "cors delete": () => fetch(bridge + "/v1/responses/resp_1", { method: "DELETE" }).then(read),
    "no-cors get": () => fetch(bridge + "/test/token", { mode: "no-cors" }).then(read),
    "no-cors post of text": () => send("/credentials", login, { mode: "no-cors" }),
    "no-cors post of a question": () => send("/v1/chat/completions", question, { mode: "no-cors" }),
    "no-cors post of a multipart form": () => send("/credentials", new FormData(), { mode: "no-cors" }),
    "same-origin get": () => fetch(bridge + "/credentials", { mode: "same-origin" }).then(read),
    "navigate": () => fetch(bridge + "/credentials", { mode: "navigate" }).then(read),
    "get past caches": () => fetch(bridge + "/credentials", { cache: "no-store", referrerPolicy: "no-referrer" }).then(read),
    "keepalive post": () => send("/credentials", login, { mode: "no-cors", keepalive: true }),
    "beacon": () => navigator.sendBeacon(bridge + "/credentials", new Blob([login], { type: "text/plain" })) && "sent",
    "beacon of json": () => navigator.sendBeacon(bridge + "/v1/messages", new Blob([question], { type: "application/json" })) && "sent",
    "image": () => element("img", { src: bridge + "/test/token" }),
    "script": () => element("script", { src: bridge + "/credentials" }),
    "stylesheet": () => element("link", { rel: "stylesheet", href: bridge + "/v1/models" }),
    "audio": () => element("audio", { src: bridge + "/credentials" }),
    "frame": () => element("iframe", { src: bridge + "/credentials" }),
    "sandboxed frame": inSandbox,
    "event source": () => new Promise((resolve) => {
      const source = new EventSource(bridge + "/credentials");
      source.onopen = () => resolve("open");
      source.onerror = () => { source.close(); resolve("error"); };
    }),
    "web socket": () => new Promise((resolve) => {
      const socket = new WebSocket(bridge.replace("http", "ws") + "/credentials");
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("error");
    }),
    "form": () => form("/credentials", "application/x-www-form-urlencoded", "client_id"),
    "multipart form": () => form("/credentials", "multipart/form-data", "client_id"),
    "form that spells json": () => form("/credentials", "text/plain", login),
    "form that spells a question": () => form("/v1/messages", "text/plain", question),
  });`);

/** A page whose own name comes to mean the bridge once it has asked for `/rebind`. */
export const reboundPage = (report: string) =>
  page(`${runner(report)}
  const json = { "content-type": "application/json" };
  const post = (path, body) => fetch(path, { method: "POST", headers: json, body }).then(read);
  fetch("/rebind").then(() => run({
    "get": () => fetch("/credentials").then(read),
    "get of a path that is open": () => fetch("/health").then(read),
    "token": () => fetch("/test/token").then(read),
    "login": () => post("/credentials", ${JSON.stringify(JSON.stringify(login))}),
    "question": () => post("/v1/messages", ${JSON.stringify(JSON.stringify(question))}),
  }));`);

/** A page of this machine that chats. */
export const ownPage = (bridge: string) =>
  page(`${runner()}
  const bridge = ${JSON.stringify(bridge)};
  const headers = { "content-type": "application/json", authorization: "Bearer any", "x-api-key": "any", "anthropic-version": "2023-06-01" };
  const ask = async (path, stream) => {
    const body = JSON.stringify({ ...${JSON.stringify(question)}, stream });
    const response = await fetch(bridge + path, { method: "POST", headers, body });
    const pieces = [];
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
    return [response.status, response.headers.get("x-request-id").slice(0, 4), pieces.length > 1 ? "pieces" : "whole", pieces.join("")].join(" ");
  };
  run({
    "models": () => fetch(bridge + "/v1/models").then(read),
    "streamed messages": () => ask("/v1/messages", true),
    "whole messages": () => ask("/v1/messages", false),
    "streamed completions": () => ask("/v1/chat/completions", true),
    "failure": () => fetch(bridge + "/v1/messages", { method: "POST", headers, body: "{" }).then(read),
  });`);
