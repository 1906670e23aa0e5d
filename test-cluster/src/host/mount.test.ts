import assert from "node:assert/strict";
import { test } from "node:test";
import { hierarchiesFrom, membershipFiles } from "./cgroup.ts";
import { mountedBelow, parseMountinfo } from "./mount.ts";

const text = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
24 22 0:22 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
25 22 0:23 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
26 22 0:24 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
27 22 0:25 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
30 22 0:4 net:[4026532] /var/lib/kubbo/a/nodes/node-a/netns rw - nsfs nsfs rw
31 22 0:4 / /var/lib/kubbo/a/with\\040blank rw - tmpfs none rw
32 22 0:4 / /var/lib/kubbo/ab rw - tmpfs none rw
`;

test("mounts below a directory come last mounted first, blanks unescaped, without neighbours of a longer name", () => {
  assert.deepEqual(mountedBelow("/var/lib/kubbo/a", parseMountinfo(text)), [
    "/var/lib/kubbo/a/with blank",
    "/var/lib/kubbo/a/nodes/node-a/netns",
  ]);
});

test("control group hierarchies are known by version and controllers", () => {
  const all = hierarchiesFrom(parseMountinfo(text));
  assert.deepEqual(
    all.map(({ version, controllers }) => `v${version} ${controllers}`),
    ["v1 cpu,cpuacct", "v1 pids", "v1 name=systemd", "v2 "],
  );
  assert.deepEqual(membershipFiles("/g/system", all), ["/sys/fs/cgroup/pids/g/system/cgroup.procs"]);
  const v2 = all.filter(({ version }) => version === 2);
  assert.deepEqual(membershipFiles("/g", v2), ["/sys/fs/cgroup/unified/g/cgroup.procs"]);
});
