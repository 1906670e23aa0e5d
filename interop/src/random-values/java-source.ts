// The Java source of a contract.

import { scalars } from "./scalars.ts";
import type { ClassDeclaration, Contract, Declaration, Shape } from "./shape.ts";

/** The class with the root type: `Root.value` is a field of it. */
export const rootField = (packageName: string): string => `${packageName}.Root.value`;

export function sourceType(shape: Shape): string {
  switch (shape.t) {
    case "scalar":
      return scalars[shape.name].source;
    case "object":
      return "Object";
    case "array":
      return `${sourceType(shape.of)}[]`;
    case "collection":
      return `${shape.javaName}<${sourceType(shape.of)}>`;
    case "map":
      return `${shape.javaName}<${sourceType(shape.key)}, ${sourceType(shape.value)}>`;
    case "enum":
    case "exception":
      return shape.name;
    case "class":
      return `${shape.name.replace("$", ".")}${shape.arg ? `<${sourceType(shape.arg)}>` : ""}`;
    case "throwable":
      return "Throwable";
    case "parameter":
      return "T";
    default:
      return shape satisfies never;
  }
}

function fieldLines({ fields }: ClassDeclaration): string {
  return fields
    .filter(({ name }) => name !== "this$0")
    .map(({ name, shape }) => `  public ${sourceType(shape)} ${name};\n`)
    .join("");
}

function sourceOf(declaration: Declaration, contract: Contract): string {
  const { name } = declaration;
  if (declaration.t === "enum") {
    const values = declaration.values.map((value, i) => (declaration.bodies && i % 2 === 0 ? `${value} { }` : value));
    return `public enum ${name} { ${values.join(", ")} }\n`;
  }
  const parameter = declaration.generic ? "<T>" : "";
  if (declaration.t === "record") {
    const components = declaration.fields.map((field) => `${sourceType(field.shape)} ${field.name}`).join(", ");
    return `public record ${name}${parameter}(${components}) implements java.io.Serializable { }\n`;
  }
  if (declaration.t === "exception") {
    const maker = `  public ${name}(String message) { super(message); }\n`;
    return `public class ${name} extends ${declaration.superclass ?? "Exception"} {\n${fieldLines(declaration)}${maker}}\n`;
  }
  const inner = contract.declarations
    .filter((each): each is ClassDeclaration => each.t === "inner" && each.outer === name)
    .map((each) => {
      const simple = each.name.slice(name.length + 1);
      const outer = `  Object outer() { return ${name}.this; }\n`;
      return `public class ${simple} implements java.io.Serializable {\n${fieldLines(each)}${outer}}\n`;
    });
  const superclass = declaration.superclass === undefined ? "" : ` extends ${declaration.superclass}`;
  const head = `public class ${name}${parameter}${superclass} implements java.io.Serializable`;
  return `${head} {\n${fieldLines(declaration)}${inner.join("")}}\n`;
}

/** One public class each, by its name with the package. */
export function javaSources(contract: Contract, packageName: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const add = (name: string, text: string) => sources.set(`${packageName}.${name}`, `package ${packageName};\n${text}`);
  for (const each of contract.declarations) {
    if (each.t !== "inner") add(each.name, sourceOf(each, contract));
  }
  const classes = contract.declarations.map(({ name }) => `${name.replace("$", ".")}.class`).join(", ");
  add(
    "Root",
    `public class Root {\n  public ${sourceType(contract.root)} value;\n` +
      `  public static final Class<?>[] CONTRACT = { ${classes} };\n}\n`,
  );
  return sources;
}
