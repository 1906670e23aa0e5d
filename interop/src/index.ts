// Dubbo Java peers for tests: what a test imports.

export type { CaseResult, JavaConsumerOptions, JavaConsumerResult, LoadResult } from "./java-consumer.ts";
export { caseFrom, loadFrom, loopbackUrl, runJavaConsumer } from "./java-consumer.ts";
export type { BuildOptions, JavaPeers } from "./java-peers.ts";
export { buildJavaPeers, mainClasses } from "./java-peers.ts";
export type { JavaProcessOptions, JavaProvider } from "./java-provider.ts";
export { startJavaProvider } from "./java-provider.ts";
export type { JavaRuntime } from "./java-runtime.ts";
export { buildJavaRuntime, jdkModules, jlinkArguments, smallJvmOptions } from "./java-runtime.ts";
export type { JavaTool } from "./java-tools.ts";
export { MissingJavaTools } from "./java-tools.ts";
export type { PeerEvent, PeerExit } from "./peer-process.ts";
export { PeerProcess, parseEvent } from "./peer-process.ts";
export { startTypeScriptProvider, type TypeScriptProvider } from "./typescript-provider.ts";
