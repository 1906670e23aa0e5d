// Random contracts of Java, their values, and the text by which two values are told apart.

export { type Classes, canonicalText } from "./canonical-text.ts";
export { contracts, javaContracts } from "./contract-arbitrary.ts";
export { ContractTypes } from "./contract-types.ts";
export { javaSources, rootField } from "./java-source.ts";
export type { Contract, Shape } from "./shape.ts";
export { ValueBuilder } from "./value-builder.ts";
export { type Plan, ValuePlans } from "./value-plans.ts";
