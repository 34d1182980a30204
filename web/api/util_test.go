package api_test

import "strconv"

func num(n uint64) string { return strconv.FormatUint(n, 10) }
