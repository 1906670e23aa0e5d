package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"golang.org/x/net/http2/hpack"
)

// One header block to decode, and what to encode its fields with.
type question struct {
	Block []byte `json:"block"`
	// New size of the tables of both directions; absent: as it was.
	Table *uint32 `json:"table"`
}

// The fields of the block by turns, latin1 bytes, and the same fields encoded by Go.
type answer struct {
	Fields [][]byte `json:"fields"`
	Block  []byte   `json:"block"`
	Error  string   `json:"error,omitempty"`
}

func hpackLines(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	writer := bufio.NewWriter(out)
	defer writer.Flush()
	results := json.NewEncoder(writer)
	decoder := hpack.NewDecoder(4096, nil)
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		if asked.Table != nil {
			encoder.SetMaxDynamicTableSizeLimit(*asked.Table)
		}
		var told answer
		fields, err := decoder.DecodeFull(asked.Block)
		if err != nil {
			told.Error = err.Error()
		}
		block.Reset()
		for _, field := range fields {
			told.Fields = append(told.Fields, []byte(field.Name), []byte(field.Value))
			if err := encoder.WriteField(field); err != nil {
				return err
			}
		}
		told.Block = block.Bytes()
		if err := results.Encode(told); err != nil {
			return err
		}
	}
	return lines.Err()
}
