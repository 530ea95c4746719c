import type { JsonObject } from "../../../src/json.ts";
import { assistant, body, image, png, user } from "../../support/bodies.ts";
import { type Cases, many } from "./case.ts";

const showing = (...images: JsonObject[]) => body({ current: user("look", { images }) });
const asking = (modelId: string, more: JsonObject = {}) =>
  body({ current: user("hi", { modelId, ...more }) });
const documents = (...names: string[]) =>
  body({
    current: user("read", {
      documents: names.map((name) => ({ name, format: "txt", source: { bytes: "aGk=" } })),
    }),
  });

export const mediaCases: Cases = {
  R44: [
    "strict",
    showing(image(png(1, 1).padEnd(5_242_884, "A"))),
    showing(image(png(1, 1).padEnd(5_242_880, "A"))),
  ],
  "R44 of the model": [
    "paranoid",
    showing(image(png(1, 1).padEnd(3_733_340, "A"))),
    showing(image(png(1, 1).padEnd(3_733_332, "A"))),
  ],
  R45: ["strict", showing(image(png(8001, 10))), showing(image(png(10, 8000)))],
  "R45 among many": [
    "strict",
    body({
      history: many(22, (i) =>
        i % 2 ? assistant("I see.") : user("look", { images: [image(), image(png(2001, 1))] }),
      ),
    }),
    body({
      history: many(20, (i) =>
        i % 2 ? assistant("I see.") : user("look", { images: [image(), image(png(2001, 1))] }),
      ),
    }),
  ],
  "R46 in all": [
    "strict",
    body({
      history: many(12, (i) =>
        i % 2 ? assistant("I see.") : user("look", { images: many(17, () => image()) }),
      ),
    }),
    body({
      history: many(10, (i) =>
        i % 2 ? assistant("I see.") : user("look", { images: many(20, () => image()) }),
      ),
    }),
  ],
  "R46 in a message": ["strict", showing(...many(21, () => image())), showing(...many(20, () => image()))],
  "R46 of the model": ["paranoid", showing(...many(11, () => image())), showing(...many(10, () => image()))],
  R47: ["strict", showing(image(png(1, 1), "jpeg")), showing(image())],
  R48: ["model", showing({ format: "png", source: { url: "https://example.com/a.png" } }), showing(image())],
  R49: [
    "strict",
    asking("deepseek-3.2", { images: [image()] }),
    asking("claude-sonnet-5", { images: [image()] }),
  ],
  R50: ["strict", documents("a", "a"), documents("a", "b")],
};
