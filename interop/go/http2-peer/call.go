package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/net/http2"
)

// call makes count calls at once on one connection; every 50th has 3 MB.
func call(address string, count int) error {
	client := &http.Client{
		Timeout: 60 * time.Second,
		Transport: &http2.Transport{
			AllowHTTP: true,
			DialTLSContext: func(ctx context.Context, network, to string, _ *tls.Config) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, to)
			},
		},
	}
	results := make(chan error, count)
	for i := range count {
		size := i * 41
		if i%50 == 0 {
			size = 3_000_000
		}
		go func() { results <- one(client, address, bytes.Repeat([]byte{byte(i)}, size)) }()
	}
	for range count {
		if err := <-results; err != nil {
			return err
		}
	}
	fmt.Println("ok")
	return nil
}

func one(client *http.Client, address string, body []byte) error {
	response, err := client.Post("http://"+address+"/echo", "text/plain", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	echo, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != 200 || !bytes.Equal(echo, body) {
		return fmt.Errorf("status %d, %d bytes instead of %d", response.StatusCode, len(echo), len(body))
	}
	if trailer := response.Trailer.Get("X-Body"); trailer != strconv.Itoa(len(body)) {
		return fmt.Errorf("the trailer is %q", trailer)
	}
	return nil
}
