package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"kubbo.dev/interop/grpc-peer/echo"
)

const host = "grpc-go"

const maxMessageBytes = 16 << 20

type provider struct {
	echo.UnimplementedEchoServiceServer
}

// Echo gives the request back, and what metadata of x- came with it: in the message and as trailers.
func (provider) Echo(ctx context.Context, request *echo.EchoRequest) (*echo.EchoReply, error) {
	came, _ := metadata.FromIncomingContext(ctx)
	attachments := map[string]string{}
	trailers := metadata.MD{}
	for name, values := range came {
		if !strings.HasPrefix(name, "x-") {
			continue
		}
		trailers[name] = values
		if !strings.HasSuffix(name, "-bin") {
			attachments[name] = strings.Join(values, ",")
		}
	}
	if err := grpc.SetTrailer(ctx, trailers); err != nil {
		return nil, err
	}
	return &echo.EchoReply{Request: request, Host: host, Attachments: attachments}, nil
}

func (provider) Sleep(ctx context.Context, request *echo.SleepRequest) (*echo.SleepReply, error) {
	select {
	case <-time.After(time.Duration(request.DelayMs) * time.Millisecond):
		return &echo.SleepReply{SleptMs: request.DelayMs, Host: host}, nil
	case <-ctx.Done():
		return nil, status.FromContextError(ctx.Err()).Err()
	}
}

func (provider) Fail(_ context.Context, request *echo.FailRequest) (*echo.FailReply, error) {
	return nil, status.Error(codes.Code(request.Code), request.Message)
}

// serve runs until it is killed.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessageBytes), grpc.MaxSendMsgSize(maxMessageBytes))
	echo.RegisterEchoServiceServer(server, provider{})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}
