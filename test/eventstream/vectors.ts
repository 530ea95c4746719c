const event = (type: string) => ({
  ":event-type": type,
  ":content-type": "application/json",
  ":message-type": "event",
});

/** Messages encoded by `@smithy/eventstream-codec`, as hex. */
export const vectors = [
  {
    name: "an event",
    hex: "0000007c0000005c3bddcf780b3a6576656e742d74797065070016617373697374616e74526573706f6e73654576656e740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74223a224869227db02babdc",
    headers: event("assistantResponseEvent"),
    payload: '{"content":"Hi"}',
  },
  {
    name: "an initial response",
    hex: "0000007e00000056a1c875060b3a6576656e742d74797065070010696e697469616c2d726573706f6e73650d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e766572736174696f6e4964223a22632d31227dc45d6b97",
    headers: event("initial-response"),
    payload: '{"conversationId":"c-1"}',
  },
  {
    name: "an exception",
    hex: "0000008c000000612b81d3340f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074696f6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070009657863657074696f6e7b226d657373616765223a2252617465206578636565646564227db95ad7de",
    headers: {
      ":exception-type": "throttlingException",
      ":content-type": "application/json",
      ":message-type": "exception",
    },
    payload: '{"message":"Rate exceeded"}',
  },
  {
    name: "an error without a payload",
    hex: "0000005a0000004a8188a08d0b3a6572726f722d636f646507000f496e7465726e616c4661696c7572650e3a6572726f722d6d657373616765070004626f6f6d0d3a6d6573736167652d747970650700056572726f72f8d6999d",
    headers: { ":error-code": "InternalFailure", ":error-message": "boom", ":message-type": "error" },
    payload: "",
  },
  { name: "the smallest message", hex: "000000100000000005c248eb7d98c8ff", headers: {}, payload: "" },
  {
    name: "text beyond ASCII",
    hex: "000000800000005cb61972240b3a6576656e742d74797065070016617373697374616e74526573706f6e73654576656e740d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e74656e74223a22c3a9f09f9880227dc011d24a",
    headers: event("assistantResponseEvent"),
    payload: '{"content":"é😀"}',
  },
  {
    name: "every type of header",
    hex: "0000006b0000005999777065026231000262300102693802fe0369313603fed40369333204000111700369363405000000012a05f2000362696e0600030102ff017307000178027473080000018bcfe568000175090102030405060708090a0b0c0d0e0f106f6b3e8da554",
    headers: {
      b1: true,
      b0: false,
      i8: -2,
      i16: -300,
      i32: 70000,
      i64: 5000000000n,
      bin: new Uint8Array([1, 2, 255]),
      s: "x",
      ts: new Date(1700000000000),
      u: "01020304-0506-0708-090a-0b0c0d0e0f10",
    },
    payload: "ok",
  },
] as const;
