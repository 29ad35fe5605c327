/** A real store of objects for tests, of another make than the client: object-store.ts FOLDER. Prints its port, and every request. */
import { createRequire } from "node:module";

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}
interface Server {
  readonly middleware: ((exchange: Exchange, next: () => Promise<void>) => Promise<void>)[];
  run(): Promise<{ port: number }>;
}
const S3rver = createRequire(import.meta.url)("s3rver") as new (options: object) => Server;
const [directory] = process.argv.slice(2) as [string];
const configureBuckets = [{ name: "training" }];
const server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory, configureBuckets });
server.middleware.unshift(async (exchange, next) => {
  await next();
  console.log(exchange.method, exchange.url, exchange.status);
});
const { port } = await server.run();
console.log(`listening on ${port}`);
