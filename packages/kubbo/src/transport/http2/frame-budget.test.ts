import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameBudget } from "./frame-budget.ts";

function spendAll(budget: FrameBudget): number {
  let spent = 0;
  while (budget.spend()) spent++;
  return spent;
}

test("a thousand at once, then a hundred a second", () => {
  const budget = new FrameBudget();
  budget.passTime(0);
  assert.equal(spendAll(budget), 1000);
  budget.passTime(2000);
  assert.equal(spendAll(budget), 200 - 1); // the one that found it empty was counted
  budget.passTime(1e9);
  assert.equal(spendAll(budget), 1000);
});

test("work earns credit, up to what may be saved", () => {
  const budget = new FrameBudget(5000);
  budget.earn(3000);
  budget.passTime(0);
  budget.passTime(60_000);
  assert.equal(spendAll(budget), 4000);
  budget.earn(1e9);
  assert.equal(spendAll(budget), 5000);
});
