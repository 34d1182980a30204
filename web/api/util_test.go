package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

func num(n uint64) string { return strconv.FormatUint(n, 10) }

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
