import { expect, it } from "vitest";
import { ownedBy } from "./tracking.ts";

class Part {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
const isPart = (value: unknown): value is Part => value instanceof Part;

it("finds values in the order of properties, in arrays and plain objects too, each once", () => {
  const [a, b, c] = [new Part("a"), new Part("b"), new Part("c")];
  const owner = {
    z: c,
    list: [a, [b]],
    options: { again: c },
    numbers: [1, 2],
    other: new Map([["d", new Part("d")]]),
  };
  expect(ownedBy(owner, isPart).map((part) => part.name)).toEqual(["c", "a", "b"]);
});

it("ends where objects contain each other", () => {
  const loop: Record<string, unknown> = { part: new Part("a") };
  loop.self = loop;
  expect(ownedBy(loop, isPart)).toHaveLength(1);
});
