type Labels = Readonly<Record<string, string>>;

/** Whether an object's labels fit. */
export type Selector = (labels: Labels) => boolean;

/**
 * Reads a label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, joined by commas.
 *
 * Errors: SyntaxError with the part that does not parse; the API server answers 400 then.
 */
export function parseSelector(text: string): Selector {
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  return (labels) => requirements.every((fits) => fits(labels));
}

const key = "[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?";
const setPattern = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equalPattern = new RegExp(`^(${key})\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)$`);
const existsPattern = new RegExp(`^(!?)\\s*(${key})$`);

function parseRequirement(part: string): Selector {
  const text = part.trim();
  const set = setPattern.exec(text);
  if (set) {
    const [, name = "", operator, list = ""] = set;
    const values = list.split(",").map((each) => each.trim());
    const isIn: Selector = (labels) => Object.hasOwn(labels, name) && values.includes(labels[name] ?? "");
    return operator === "in" ? isIn : (labels) => !isIn(labels);
  }
  const equal = equalPattern.exec(text);
  if (equal) {
    const [, name = "", operator, value = ""] = equal;
    const isEqual: Selector = (labels) => Object.hasOwn(labels, name) && labels[name] === value;
    return operator === "!=" ? (labels) => !isEqual(labels) : isEqual;
  }
  const exists = existsPattern.exec(text);
  if (exists) {
    const [, not, name = ""] = exists;
    return (labels) => Object.hasOwn(labels, name) !== (not === "!");
  }
  throw new SyntaxError(`unable to parse requirement: "${text}"`);
}

function splitOutsideParentheses(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if ((char === "," && depth === 0) || i === text.length) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts.filter((part) => part.trim() !== "");
}
