import type { TarEntry } from "./tar.ts";

/** The user that programs in our images run as. */
export const user = { name: "node", id: 1000 } as const;

/** What a program expects of a file system that has no distribution in it. /etc/hosts and resolv.conf are Kubernetes'. */
export function baseFiles(): readonly TarEntry[] {
  const file = (path: string, content: string): TarEntry => ({
    t: "file",
    path,
    mode: 0o644,
    content: Buffer.from(content),
  });
  const home = `home/${user.name}`;
  return [
    file(
      "etc/passwd",
      `root:x:0:0:root:/root:/sbin/nologin\n${user.name}:x:${user.id}:${user.id}::/${home}:/sbin/nologin\n`,
    ),
    file("etc/group", `root:x:0:\n${user.name}:x:${user.id}:\n`),
    file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    { t: "directory", path: home, mode: 0o755, owner: user.id },
    { t: "directory", path: "tmp", mode: 0o1777 },
  ];
}
