import { createClient } from "kubbo";
import { Greeter } from "./gen/greeter_pb.ts";

const client = createClient(); // in a pod: its service account
const greeter = client.refer(Greeter, {
  target: process.env["GREETER"] ?? "kubernetes:///greeter:tri", // or leave it out: found by the Service's labels
  timeoutMs: 3000,
});

const { text, from } = await greeter.sayHello({ name: "Kubernetes" });
console.log(`${text} (from ${from})`);
await client.close();
