import { expect, it } from "vitest";
import { DTypePolicy, dtypePolicy, getDTypePolicy, setDtypePolicy } from "./dtype-policy.ts";

it("computes in one type and keeps weights in another where precision is mixed", () => {
  const dtypes = ["float32", "float64", "mixed_bfloat16", "mixed_float16"].map((name) => {
    const { computeDtype, variableDtype } = new DTypePolicy(name);
    return [computeDtype, variableDtype];
  });
  expect(dtypes).toEqual([
    ["float32", "float32"],
    ["float64", "float64"],
    ["bfloat16", "float32"],
    ["float16", "float32"],
  ]);
});

it("is found by name, by what files hold, and by default", () => {
  const saved = { module: "keras", class_name: "DTypePolicy", config: { name: "float64" }, registered_name: null };
  expect([getDTypePolicy("float16").name, getDTypePolicy(saved).name, getDTypePolicy(null).name]).toEqual([
    "float16",
    "float64",
    "float32",
  ]);
  expect(() => getDTypePolicy("float99")).toThrow(
    'expected a dtype, "mixed_bfloat16" or "mixed_float16", got "float99"',
  );
});

it("is global until another is set", () => {
  setDtypePolicy("mixed_bfloat16");
  const { name } = dtypePolicy();
  setDtypePolicy("float32");
  expect([name, dtypePolicy().name]).toEqual(["mixed_bfloat16", "float32"]);
});
