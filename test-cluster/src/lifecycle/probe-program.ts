// Asks for the URLs it is given and prints the answers as JSON; run inside a node's network by probe.ts.
//
//   probe-program.ts <ms to go on asking until all are well> <url>...

import { setTimeout as delay } from "node:timers/promises";
import { ask } from "./ask.ts";

const [patience = "0", ...urls] = process.argv.slice(2);
const deadline = performance.now() + Number(patience);
while (true) {
  const answers = await Promise.all(urls.map((url) => ask(url, 3000)));
  if (answers.every((answer) => answer.ok) || performance.now() > deadline) {
    process.stdout.write(JSON.stringify(answers));
    break;
  }
  await delay(50);
}
