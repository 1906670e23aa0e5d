package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"kubbo.dev/interop/grpc-peer/echo"
)

// call looks at every unary method, then echoes on one connection: count calls at once, every 50th with 1 MB.
func call(address string, count int) error {
	connection, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes), grpc.MaxCallSendMsgSize(maxMessageBytes)))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	client := echo.NewEchoServiceClient(connection)
	if err := errors.Join(
		values(ctx, client), attachments(ctx, client), fails(ctx, client), deadline(ctx, client), unknown(ctx, connection),
		many(ctx, client, count),
	); err != nil {
		return err
	}
	fmt.Println("ok")
	return nil
}

func echoed(ctx context.Context, client echo.EchoServiceClient, request *echo.EchoRequest, options ...grpc.CallOption) (*echo.EchoReply, error) {
	reply, err := client.Echo(ctx, request, options...)
	if err == nil && !proto.Equal(reply.Request, request) {
		err = fmt.Errorf("another request came back: %d bytes instead of %d", proto.Size(reply.Request), proto.Size(request))
	}
	return reply, err
}

// values has every kind of field, at its edges.
func values(ctx context.Context, client echo.EchoServiceClient) error {
	for _, request := range []*echo.EchoRequest{
		{},
		{
			Text: "grüße 你好", Small: -1 << 31, Big: -1 << 63, Unsigned: 1<<64 - 1, Zigzag: -1 << 63, Fixed: 1<<32 - 1,
			Ratio: -0.1, Flag: true, Data: []byte{0, 255}, Color: echo.Color_COLOR_BLUE,
			Note: &echo.Note{Title: "a", Next: &echo.Note{Title: "b"}}, Tags: []string{"", "x"}, Numbers: []int64{1, -1, 1 << 62},
			Counts: map[string]int64{"a": 1, "b": -1}, Notes: map[string]*echo.Note{"n": {Title: "n"}},
			Maybe: proto.String(""), Choice: &echo.EchoRequest_Number{Number: 0},
		},
	} {
		if _, err := echoed(ctx, client, request); err != nil {
			return fmt.Errorf("values: %w", err)
		}
	}
	return nil
}

func attachments(ctx context.Context, client echo.EchoServiceClient) error {
	reply, err := echoed(metadata.AppendToOutgoingContext(ctx, "x-who", "grpc-go"), client, &echo.EchoRequest{Text: "who"})
	if err != nil {
		return fmt.Errorf("attachments: %w", err)
	}
	if who := reply.Attachments["x-who"]; who != "grpc-go" {
		return fmt.Errorf("attachments: x-who arrived as %q", who)
	}
	return nil
}

func expect(what string, err error, code codes.Code, message string) error {
	got, _ := status.FromError(err)
	if got.Code() != code || (message != "" && got.Message() != message) {
		return fmt.Errorf("%s: %v %q instead of %v %q", what, got.Code(), got.Message(), code, message)
	}
	return nil
}

func fails(ctx context.Context, client echo.EchoServiceClient) error {
	var all []error
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		message := fmt.Sprintf("%d %% grüße\nzwei", code)
		_, err := client.Fail(ctx, &echo.FailRequest{Code: int32(code), Message: message})
		all = append(all, expect("fail", err, code, message))
	}
	return errors.Join(all...)
}

func deadline(ctx context.Context, client echo.EchoServiceClient) error {
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := client.Sleep(short, &echo.SleepRequest{DelayMs: 2_000})
	return expect("deadline", err, codes.DeadlineExceeded, "")
}

func unknown(ctx context.Context, connection *grpc.ClientConn) error {
	err := connection.Invoke(ctx, "/"+echo.EchoService_ServiceDesc.ServiceName+"/Nothing", &echo.EchoRequest{}, &echo.EchoReply{})
	return expect("unknown method", err, codes.Unimplemented, "")
}

func many(ctx context.Context, client echo.EchoServiceClient, count int) error {
	results := make([]error, count)
	var calls sync.WaitGroup
	for i := range count {
		size := i * 7
		if i%50 == 0 {
			size = 1_000_000
		}
		calls.Go(func() {
			_, err := echoed(ctx, client, &echo.EchoRequest{Small: int32(i), Data: bytes.Repeat([]byte{byte(i)}, size)})
			if err != nil {
				results[i] = fmt.Errorf("call %d: %w", i, err)
			}
		})
	}
	calls.Wait()
	return errors.Join(results...)
}
