import { describe, expect, it } from "vitest";
import { parseObjectName, storeOf, urlOf } from "./address.ts";

describe("addresses of objects", () => {
  it("are names of a bucket and a key", () => {
    expect(parseObjectName("api", "s3://my-data/train/a b.tfrecord")).toEqual({
      bucket: "my-data",
      key: "train/a b.tfrecord",
    });
    for (const name of ["s3://my-data", "s3://my-data/", "s3://My/x", "s3:///x"])
      expect(() => parseObjectName("api", name)).toThrow(`api: expected a name like s3://bucket/key, got "${name}"`);
  });

  it("are asked for by host name at Amazon, by path elsewhere", () => {
    const amazon = storeOf("api", {}, { AWS_REGION: "eu-west-1" });
    expect(urlOf(amazon, { bucket: "b", key: "a/b c" })).toBe("https://b.s3.eu-west-1.amazonaws.com/a/b%20c");
    const own = storeOf("api", { endpoint: "https://objects.example.org/" }, {});
    expect(urlOf(own, { bucket: "b", key: "k" })).toBe("https://objects.example.org/b/k");
    expect(urlOf(own, { bucket: "b" })).toBe("https://objects.example.org/b/");
  });

  it("take keys from the options, else from the environment, both or none", () => {
    const environment = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: "https://e" };
    expect(storeOf("api", {}, environment)).toEqual({
      endpoint: "https://e",
      region: "us-east-1",
      keys: { accessKeyId: "id", secretAccessKey: "secret" },
    });
    expect(storeOf("api", {}, {}).keys).toBeUndefined();
    expect(() => storeOf("api", { accessKeyId: "id" }, {})).toThrow(/accessKeyId and secretAccessKey together/);
  });

  it("go to other machines by https alone", () => {
    for (const endpoint of ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000", "https://far"])
      expect(storeOf("api", { endpoint }, {}).endpoint).toBe(endpoint);
    for (const endpoint of ["http://far", "http://127.0.0.1.far", "http://localhost.far"])
      expect(() => storeOf("api", { endpoint }, {})).toThrow(/expected an endpoint with https/);
    for (const endpoint of ["far", "ftp://far"])
      expect(() => storeOf("api", { endpoint }, {})).toThrow(/expected an endpoint like https/);
  });
});
