package images

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

var pngHead = []byte("\x89PNG\r\n\x1a\n")

// pngKept are the chunks that a picture is shown by (PNG, third edition, 11): the picture, its colours, its frames where it moves.
var pngKept = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}

// pngMargin is what a chunk has beside its data: length, name, checksum.
const pngMargin = 12

func cleanPNG(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, pngHead) {
		return nil, ErrBroken
	}
	out, at, first, pixels, turned := b[:len(pngHead)], len(pngHead), true, false, false
	for {
		if len(b)-at < pngMargin {
			return nil, ErrBroken
		}
		length := uint64(binary.BigEndian.Uint32(b[at:]))
		if length > uint64(len(b)-at-pngMargin) {
			return nil, ErrBroken
		}
		whole := b[at : at+pngMargin+int(length)]
		name, data := string(whole[4:8]), whole[8:len(whole)-4]
		if crc32.ChecksumIEEE(whole[4:len(whole)-4]) != binary.BigEndian.Uint32(whole[len(whole)-4:]) || first != (name == "IHDR") {
			return nil, ErrBroken
		}
		at += len(whole)
		switch {
		case name == "IHDR":
			if len(data) != 13 {
				return nil, ErrBroken
			}
			width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
			if err := checkSize(int(width), int(height)); err != nil {
				return nil, err
			}
			first = false
		case name == "IDAT":
			pixels = true
		case name == "eXIf":
			if fields := onlyWayUp(data); fields != nil && !turned {
				turned = true
				out = appendPNG(out, name, fields)
			}
		}
		if slices.Contains(pngKept, name) {
			out = append(out, whole...)
		}
		if name == "IEND" {
			if !pixels {
				return nil, ErrBroken
			}
			return out, nil // what follows is no part of the picture
		}
	}
}

func appendPNG(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	named := append([]byte(name), data...)
	return binary.BigEndian.AppendUint32(append(out, named...), crc32.ChecksumIEEE(named))
}
