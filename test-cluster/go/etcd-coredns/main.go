// Command etcd-coredns is etcd, etcdctl and CoreDNS in one multi-call binary: it is the program whose name it is
// started by (a symbolic link). It is a module apart from Kubernetes because the two need different versions of
// the same dependencies.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
	"go.etcd.io/etcd/etcdctl/v3/ctlv3"
	"go.etcd.io/etcd/server/v3/etcdmain"
)

// Only the plugins in use are linked: core/plugin would bring the cloud SDKs. A query passes them in this order;
// unlike in CoreDNS' own, template comes last and answers what kubernetes leaves.
func init() {
	dnsserver.Directives = []string{"bind", "ready", "errors", "cache", "kubernetes", "template"}
}

func main() {
	switch name := filepath.Base(os.Args[0]); name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "etcdctl":
		ctlv3.MustStart()
	case "coredns":
		coremain.Run()
	default:
		fmt.Fprintf(os.Stderr, "no program named %q in here: start it through a link named etcd, etcdctl or coredns\n", name)
		os.Exit(2)
	}
}
