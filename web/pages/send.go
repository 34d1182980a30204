package pages

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthZipping is the length below which an answer goes in one packet anyway.
const worthZipping = 1400

var zippers = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return w }} // that level is a valid one

// send answers with a page, compressed if the browser takes that. What was posted is answered as it is: such answers may
// hold opened personal texts, whose length must not tell of their content. So is what another site's page asked for: it
// could choose words for the address again and again, and learn from the lengths what else the page says.
func send(w http.ResponseWriter, r *http.Request, status int, page []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Encoding")
	if r.Method != http.MethodPost && r.Header.Get("Sec-Fetch-Site") != "cross-site" && len(page) > worthZipping && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var zipped bytes.Buffer
		z := zippers.Get().(*gzip.Writer)
		defer zippers.Put(z)
		z.Reset(&zipped)
		_, _ = z.Write(page) // memory takes all of it
		_ = z.Close()
		h.Set("Content-Encoding", "gzip")
		page = zipped.Bytes()
	}
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(status)
	_, _ = w.Write(page) // a visitor who has left needs no answer
}
