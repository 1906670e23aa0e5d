import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { buildJavaImage, connectCluster } from "../src/cluster.ts";
import { run } from "../src/host/command.ts";
import { findProgram } from "../src/host/program.ts";

const skip = !(findProgram("jlink") && findProgram("javac")) && "there is no JDK";

const source = `
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Main {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      byte[] body = (System.getProperty("user.name") + " " + String.join(",", args)).getBytes();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    System.out.println("listening");
  }
}
`;

test("a Java image runs as a user that is not root, on a read-only file system", { skip }, async () => {
  const cluster = await connectCluster();
  const directory = mkdtempSync(join(tmpdir(), "kubbo-java-test-"));
  try {
    writeFileSync(join(directory, "Main.java"), source);
    await run("javac", ["-d", join(directory, "classes"), join(directory, "Main.java")]);
    const image = await cluster.loadImage(
      await buildJavaImage({
        name: "test-java",
        classPath: [join(directory, "classes")],
        mainClass: "Main",
        args: ["one"],
      }),
    );
    await using namespace = await cluster.createNamespace("java");
    await cluster.apply(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "java", labels: { app: "java" } },
        spec: {
          securityContext: { runAsNonRoot: true },
          containers: [
            {
              name: "java",
              image,
              imagePullPolicy: "Never",
              resources: { limits: { cpu: "500m", memory: "128Mi" } },
              securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
              readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
            },
          ],
          terminationGracePeriodSeconds: 1,
        },
      },
      { namespace: namespace.name },
    );
    await cluster.waitForPods({ namespace: namespace.name, selector: "app=java" }, 1);
    await using way = await cluster.portForward({ namespace: namespace.name, name: "java" }, 8080);
    assert.equal(await (await fetch(`http://127.0.0.1:${way.port}/`)).text(), "node one");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
