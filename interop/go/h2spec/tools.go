//go:build tools

// Package tools keeps h2spec among the requirements of this module; interop/src/go-tools.ts builds it.
package tools

import _ "github.com/summerwind/h2spec/cmd/h2spec"
