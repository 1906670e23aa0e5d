// Random values of random contracts between this codec and the real hessian-lite, both ways.
//
//   KUBBO_RANDOM_SEED    where it starts; printed when something fails. Default 20241122
//   KUBBO_RANDOM_PATH    to the one example, as printed when something fails; with --test-name-pattern of the test
//   KUBBO_RANDOM_COUNT   values each way. Default 20000

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { decode, encode } from "kubbo/hessian2";
import { codecOf } from "kubbo/java";
import { type HessianPeer, type JavaAnswer, type JavaValueBytes, startHessianPeer } from "../src/hessian-peer.ts";
import {
  type Contract,
  ContractTypes,
  canonicalText,
  contracts,
  javaContracts,
  javaSources,
  rootField,
  ValueBuilder,
  ValuePlans,
} from "../src/random-values/index.ts";

const seed = Number(process.env["KUBBO_RANDOM_SEED"] ?? 20_241_122);
const count = Number(process.env["KUBBO_RANDOM_COUNT"] ?? 20_000);
const valuesPerContract = 40;
const path = process.env["KUBBO_RANDOM_PATH"];
const options = { seed, numRuns: Math.ceil(count / valuesPerContract), ...(path !== undefined && { path }) };

let peer: HessianPeer;

before(
  async () => {
    peer = await startHessianPeer();
  },
  { timeout: 600_000 },
);

after(() => peer?.[Symbol.asyncDispose]());

let packages = 0;

/** Each time in a package of its own: Java keeps the classes that it has loaded. */
async function compiled(contract: Contract) {
  const types = new ContractTypes(contract, `dev.kubbo.random.c${packages++}`);
  await peer.compile(javaSources(contract, types.packageName));
  const codec = codecOf(types.typeOf(contract.root), types.codecOptions);
  return { types, codec, field: rootField(types.packageName) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Long texts are shown around the first difference. */
function assertSame(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const part = (text: string) => text.slice(Math.max(0, at - 200), at + 200);
  assert.fail(`${what}, at ${at}\n  got    ${part(actual)}\n  wanted ${part(expected)}`);
}

/** @param bytes what Java read */
function assertAnswer(answer: JavaAnswer, expected: string, bytes: Uint8Array): void {
  const read = `Java read ${hex(bytes).slice(0, 4000)}`;
  if (answer.t === "error") assert.fail(`${read}\n${answer.trace}\nwanted ${expected.slice(0, 4000)}`);
  assertSame(answer.text, expected, read);
}

const textOf = (answer: JavaAnswer): string => (answer.t === "text" ? answer.text : answer.trace);
const same = (a: JavaAnswer, b: JavaAnswer): boolean => a.t === b.t && textOf(a) === textOf(b);

const contractsWithPlans = contracts.chain((contract) =>
  fc
    .array(new ValuePlans(contract).of(contract.root), { minLength: valuesPerContract, maxLength: valuesPerContract })
    .map((plans) => ({ contract, plans })),
);

test(`Java reads ${count} random values of random contracts as they were meant: seed ${seed}`, async (t) => {
  const startedAt = performance.now();
  let values = 0;
  let bytes = 0;
  await fc.assert(
    fc.asyncProperty(contractsWithPlans, async ({ contract, plans }) => {
      const { types, codec, field } = await compiled(contract);
      const given = plans.map((plan) => new ValueBuilder(types).build(contract.root, plan));
      const encoded = given.map((value) => codec.encode(value as never));
      const answers = await peer.read(field, "actual", encoded);
      assert.equal(answers.length, given.length);
      for (const [i, answer] of answers.entries()) {
        const text = canonicalText(types, contract.root, given[i], "actual");
        assertAnswer(answer, text, encoded[i] as Uint8Array);
        bytes += (encoded[i] as Uint8Array).length;
      }
      values += given.length;
    }),
    options,
  );
  t.diagnostic(`${values} values, ${bytes} bytes: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
});

const contractsWithSeeds = javaContracts.chain((contract) =>
  fc
    .array(fc.nat(), { minLength: valuesPerContract, maxLength: valuesPerContract })
    .map((seeds) => ({ contract, seeds })),
);

test(`${count} random values of Java come as they were meant, and go back the same: seed ${seed}`, async (t) => {
  const startedAt = performance.now();
  let values = 0;
  let sameBytes = 0;
  let javaFails = 0;
  let javaDiffers = 0;
  await fc.assert(
    fc.asyncProperty(contractsWithSeeds, async ({ contract, seeds }) => {
      const { types, codec, field } = await compiled(contract);
      const written = await peer.write(field, seeds);
      const again: Uint8Array[] = [];
      for (const { answer, bytes } of written) {
        if (answer.t === "error") assert.fail(answer.trace);
        const value = codec.decode(bytes);
        assertSame(canonicalText(types, contract.root, value, "declared"), answer.text, hex(bytes).slice(0, 4000));
        // Without a contract the very bytes come back. Java cuts long binaries where its buffer ends.
        const plain = encode(decode(bytes, { exact: true }));
        if (!answer.text.includes("bytes(") || bytes.length < 8000) {
          assertSame(hex(plain), hex(bytes), answer.text.slice(0, 4000));
          sameBytes++;
        }
        again.push(codec.encode(value as never));
      }
      const answers = await peer.read(field, "declared", again);
      for (const [i, answer] of answers.entries()) {
        const { answer: given, bytes } = written[i] as JavaValueBytes;
        if (same(answer, given)) continue;
        // Where Java does not get its own value back, it must at least make the same of ours as of its own bytes.
        const [own] = await peer.read(field, "declared", [bytes]);
        if (own?.t === "error") javaFails++;
        else if (own && same(own, given)) assertAnswer(answer, textOf(given), again[i] as Uint8Array);
        else if (own) {
          javaDiffers++;
          assertAnswer(answer, own.text, again[i] as Uint8Array);
        }
      }
      values += written.length;
    }),
    options,
  );
  assert.ok(sameBytes > values * 0.9, `${sameBytes} of ${values}`);
  assert.ok(
    javaFails + javaDiffers < values * 0.02,
    `Java reads ${javaFails} of ${values} not, ${javaDiffers} otherwise`,
  );
  t.diagnostic(
    `${values} values, ${sameBytes} compared by their bytes, ${javaFails + javaDiffers} that Java itself loses: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
  );
});
