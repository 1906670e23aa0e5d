import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";

export interface Answer {
  readonly url: string;
  /** The status was 200. */
  readonly ok: boolean;
  /** Status or error. */
  readonly text: string;
}

/** Asks for a URL. Certificates are not checked: whoever answers at an address of the cluster is the cluster. */
export function ask(url: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { timeout: timeoutMs, agent: false };
    const request = url.startsWith("https:")
      ? httpsGet(url, { ...options, rejectUnauthorized: false })
      : httpGet(url, options);
    request.on("response", (response) => {
      response.resume();
      resolve({ url, ok: response.statusCode === 200, text: `status ${response.statusCode}` });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on("error", (error) => resolve({ url, ok: false, text: error.message }));
  });
}
