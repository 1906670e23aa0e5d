// A gRPC peer made of grpc-go. The types in echo/ are made from interop/proto, see interop/README.md.
//
//	grpc-peer serve           serves the unary methods of EchoService; prints its port
//	grpc-peer call ADDRESS N  calls those of a server, then Echo N times at once; prints "ok" or what is wrong
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "serve":
		return serve()
	case len(args) == 3 && args[0] == "call":
		count, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return call(args[1], count)
	}
	return fmt.Errorf("usage: grpc-peer serve | call ADDRESS N")
}
