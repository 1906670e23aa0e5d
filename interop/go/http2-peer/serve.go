package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
)

// serve gives every body back as it comes, with its length as a trailer.
func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Protocols: &protocols,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Body")
			w.WriteHeader(200)
			length, _ := io.Copy(flushing{w}, r.Body)
			w.Header().Set("X-Body", strconv.FormatInt(length, 10))
		}),
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

// flushing sends what it gets at once.
type flushing struct{ http.ResponseWriter }

func (w flushing) Write(bytes []byte) (int, error) {
	n, err := w.ResponseWriter.Write(bytes)
	w.ResponseWriter.(http.Flusher).Flush()
	return n, err
}
