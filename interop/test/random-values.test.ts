// Random values of random contracts through the codec alone; hessian-peer.interop.test.ts has Java between.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codecOf } from "kubbo/java";
import { ContractTypes, canonicalText, contracts, ValueBuilder, ValuePlans } from "../src/random-values/index.ts";

const seed = Number(process.env["KUBBO_RANDOM_SEED"] ?? 20_241_122);
const count = Number(process.env["KUBBO_RANDOM_COUNT"] ?? 4_000);
const valuesPerContract = 20;

const contractsWithPlans = contracts.chain((contract) =>
  fc
    .array(new ValuePlans(contract, { roundTrip: true }).of(contract.root), {
      minLength: valuesPerContract,
      maxLength: valuesPerContract,
    })
    .map((plans) => ({ contract, plans })),
);

test(`${count} random values come back equal in class, content and sharing: seed ${seed}`, () => {
  fc.assert(
    fc.property(contractsWithPlans, ({ contract, plans }) => {
      const types = new ContractTypes(contract, "dev.kubbo.random.unit");
      const codec = codecOf(types.typeOf(contract.root), types.codecOptions);
      for (const plan of plans) {
        const value = new ValueBuilder(types).build(contract.root, plan);
        const bytes = codec.encode(value as never);
        const back = codec.decode(bytes);
        assert.equal(
          canonicalText(types, contract.root, back, "actual"),
          canonicalText(types, contract.root, value, "actual"),
        );
      }
    }),
    { seed, numRuns: Math.ceil(count / valuesPerContract) },
  );
});
