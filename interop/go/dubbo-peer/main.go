// Package main is a dubbo-go peer for the interop tests: Wire on dubbo://, as provider or as consumer.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"dubbo.apache.org/dubbo-go/v3"
	"dubbo.apache.org/dubbo-go/v3/client"
	_ "dubbo.apache.org/dubbo-go/v3/imports"
	"dubbo.apache.org/dubbo-go/v3/protocol"
	"dubbo.apache.org/dubbo-go/v3/server"
	hessian "github.com/apache/dubbo-go-hessian2"
)

const wire = "dev.kubbo.interop.dubbo2.Wire"

// Item is the twin of Item.java, without its enum and decimal.
type Item struct {
	Sku   string
	Count int32
	Tags  []string
}

// JavaClassName names the class on the wire.
func (Item) JavaClassName() string { return "dev.kubbo.interop.dubbo2.Item" }

// Wire is what this peer provides.
type Wire struct{}

// Text gives back what it gets.
func (*Wire) Text(_ context.Context, value string) (string, error) { return value, nil }

// Bytes gives so many zero bytes.
func (*Wire) Bytes(_ context.Context, length int32) ([]byte, error) { return make([]byte, length), nil }

// Next gives the same item with count + 1.
func (*Wire) Next(_ context.Context, item *Item) (*Item, error) {
	item.Count++
	return item, nil
}

// Fail throws for every kind but "none".
func (*Wire) Fail(_ context.Context, kind string, message string) (string, error) {
	if kind == "none" {
		return kind, nil
	}
	return "", fmt.Errorf("%s", message)
}

// MethodMapper gives the names on the wire.
func (*Wire) MethodMapper() map[string]string {
	return map[string]string{"Text": "text", "Bytes": "bytes", "Next": "next", "Fail": "fail"}
}

func event(fields map[string]any) {
	line, _ := json.Marshal(fields)
	fmt.Println(string(line))
}

func provide() error {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	// Else its metadata service listens on all addresses of the same port.
	instance, err := dubbo.NewInstance(dubbo.WithName("go-provider"), dubbo.WithRemoteMetadata())
	if err != nil {
		return err
	}
	srv, err := instance.NewServer(
		server.WithServerProtocol(protocol.WithDubbo(), protocol.WithPort(port), protocol.WithIp("127.0.0.1")))
	if err != nil {
		return err
	}
	err = srv.Register(&Wire{}, nil, server.WithInterface(wire), server.WithGroup("g"), server.WithVersion("1.0.0"),
		server.WithSerialization("hessian2"), server.WithNotRegister())
	if err != nil {
		return err
	}
	go func() {
		for {
			socket, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err == nil {
				_ = socket.Close()
				event(map[string]any{"event": "ready", "dubboPort": port})
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return srv.Serve()
}

func check(name string, run func() error) {
	fields := map[string]any{"event": "case", "name": name, "ok": true, "ms": 0}
	if err := run(); err != nil {
		fields["ok"] = false
		fields["wrong"] = err.Error()
	}
	event(fields)
}

func consume(address string) error {
	cli, err := client.NewClient(client.WithClientURL("dubbo://"+address), client.WithClientProtocolDubbo(),
		client.WithClientSerialization("hessian2"), client.WithClientRequestTimeout(5*time.Second))
	if err != nil {
		return err
	}
	conn, err := cli.Dial(wire, client.WithGroup("g"), client.WithVersion("1.0.0"))
	if err != nil {
		return err
	}
	ctx := context.Background()
	check("wire.text", func() error {
		var got string
		if err := conn.CallUnary(ctx, []any{"grüß 你"}, &got, "text"); err != nil {
			return err
		}
		if got != "grüß 你" {
			return fmt.Errorf("got %q", got)
		}
		return nil
	})
	check("wire.bytes", func() error {
		var got []byte
		if err := conn.CallUnary(ctx, []any{int32(70000)}, &got, "bytes"); err != nil {
			return err
		}
		if len(got) != 70000 {
			return fmt.Errorf("got %d bytes", len(got))
		}
		return nil
	})
	check("wire.next", func() error {
		got := new(Item)
		if err := conn.CallUnary(ctx, []any{&Item{Sku: "a", Count: 2, Tags: []string{"x"}}}, got, "next"); err != nil {
			return err
		}
		if got.Sku != "a" || got.Count != 3 || len(got.Tags) != 1 {
			return fmt.Errorf("got %+v", got)
		}
		return nil
	})
	check("wire.exception", func() error {
		var got string
		err := conn.CallUnary(ctx, []any{"plain", "because"}, &got, "fail")
		if err == nil {
			return fmt.Errorf("no error")
		}
		return nil
	})
	check("wire.afterException", func() error {
		var got string
		return conn.CallUnary(ctx, []any{"after"}, &got, "text")
	})
	event(map[string]any{"event": "done", "ok": true})
	return nil
}

func main() {
	hessian.RegisterPOJO(&Item{})
	var err error
	if len(os.Args) == 3 && os.Args[1] == "consumer" {
		err = consume(os.Args[2])
	} else {
		err = provide()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
