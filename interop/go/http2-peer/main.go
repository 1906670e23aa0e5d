// A peer of HTTP/2 made of Go's own: net/http's server, x/net's client and HPACK.
//
//	http2-peer hpack           lines of JSON in and out, see hpack.go
//	http2-peer serve           echoes bodies over h2c; prints its port
//	http2-peer call ADDRESS N  N calls, some of them large, at once; prints "ok"
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
	case len(args) == 1 && args[0] == "hpack":
		return hpackLines(os.Stdin, os.Stdout)
	case len(args) == 1 && args[0] == "serve":
		return serve()
	case len(args) == 3 && args[0] == "call":
		count, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return call(args[1], count)
	}
	return fmt.Errorf("usage: http2-peer hpack | serve | call ADDRESS COUNT")
}
