/** Host headers that name this machine only to a careless reader, or that another machine's name may be made to be. */
export const foreignHosts = [
  "evil.example",
  "evil.example:8000",
  "localhost.evil.example",
  "evil.localhost",
  "127.0.0.1.evil.example",
  "0.0.0.0",
  "127.1",
  "127.0.1",
  "127.0.0.2",
  "0177.0.0.1",
  "0x7f000001",
  "2130706433",
  "[::]",
  "::1",
  "[::ffff:127.0.0.1]",
  "localhost.",
  "localhost:",
  "localhost:80:80",
  "localhost:8000@evil.example",
  "evil.example@localhost",
  "user:password@127.0.0.1",
  "localhost, evil.example",
  "localhost evil.example",
  "localhost/health",
  "http://localhost",
  "",
] as const;

/** What a browser adds to a request of a page that is not ours. */
export const foreignPages: readonly (readonly string[])[] = [
  ["Origin: https://evil.example"],
  ["Origin: http://localhost.evil.example"],
  ["Origin: null"],
  ["Origin: file://"],
  ["Origin: chrome-extension://abcdefghijklmnop"],
  [
    "Origin: https://evil.example",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Mode: no-cors",
    "Sec-Fetch-Dest: image",
  ],
  [
    "Origin: https://evil.example",
    "Access-Control-Request-Method: POST",
    "Access-Control-Request-Private-Network: true",
  ],
  ["Sec-Fetch-Site: cross-site"],
  ["Sec-Fetch-Site: same-site"],
];

/** Origins of pages and programs on this machine. */
export const ownPages = [
  "http://localhost:3000",
  "http://127.0.0.1:5173",
  "https://[::1]:8443",
  "app://obsidian.md",
  "tauri://localhost",
  "vscode-webview://1a2b3c4d",
  "vscode-file://vscode-app",
] as const;
