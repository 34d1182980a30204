package images

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// webpKept are the chunks that a picture is shown by (RFC 9649, 2.7).
var webpKept = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// Flags of VP8X that say what else the file has.
const (
	webpXMP  = 0x04
	webpExif = 0x08
)

func cleanWebP(b []byte) ([]byte, error) {
	if len(b) < 12 || !bytes.HasPrefix(b, []byte("RIFF")) || string(b[8:12]) != "WEBP" {
		return nil, ErrBroken
	}
	end := uint64(binary.LittleEndian.Uint32(b[4:])) + 8
	if end > uint64(len(b)) {
		return nil, ErrBroken
	}
	out, at, flags, pixels := b[:12], 12, -1, false
	var turned []byte
	for at < int(end) {
		if int(end)-at < 8 {
			return nil, ErrBroken
		}
		name, length := string(b[at:at+4]), uint64(binary.LittleEndian.Uint32(b[at+4:]))
		padded := length + length%2
		if padded > uint64(int(end)-at-8) {
			return nil, ErrBroken
		}
		whole := b[at : at+8+int(padded)]
		data := whole[8 : 8+int(length)]
		at += len(whole)
		width, height, sized, err := webpSize(name, data)
		if err == nil && sized {
			err = checkSize(width, height)
		}
		if err != nil {
			return nil, err
		}
		pixels = pixels || name == "VP8 " || name == "VP8L" || name == "ANMF"
		if name == "EXIF" {
			turned = onlyWayUp(bytes.TrimPrefix(data, exifHead))
		}
		if name == "ANMF" && !frameAlone(data) {
			return nil, ErrBroken
		}
		if slices.Contains(webpKept, name) {
			if name == "VP8X" {
				flags = len(out) + 8
			}
			out = append(out, whole...)
		}
	}
	if !pixels {
		return nil, ErrBroken
	}
	if flags >= 0 {
		out[flags] &^= webpXMP | webpExif
		if turned != nil {
			out[flags] |= webpExif
			out = binary.LittleEndian.AppendUint32(append(out, "EXIF"...), uint32(len(turned)))
			out = append(out, turned...)
			out = append(out, make([]byte, len(turned)%2)...)
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// frameAlone tells that a frame of a moving picture holds its pixels and nothing beside them.
func frameAlone(data []byte) bool {
	const head = 16
	if len(data) < head {
		return false
	}
	for data = data[head:]; len(data) > 0; {
		if len(data) < 8 {
			return false
		}
		name, length := string(data[:4]), uint64(binary.LittleEndian.Uint32(data[4:]))
		if length += length % 2; length > uint64(len(data)-8) || name != "ALPH" && name != "VP8 " && name != "VP8L" {
			return false
		}
		data = data[8+length:]
	}
	return true
}

// webpSize reads the size of the picture from a chunk that says one.
func webpSize(name string, data []byte) (width, height int, sized bool, err error) {
	u24 := func(at int) int { return int(data[at]) | int(data[at+1])<<8 | int(data[at+2])<<16 }
	switch name {
	case "VP8X":
		if len(data) < 10 {
			return 0, 0, false, ErrBroken
		}
		return u24(4) + 1, u24(7) + 1, true, nil
	case "VP8 ":
		if len(data) < 10 || data[3] != 0x9d || data[4] != 0x01 || data[5] != 0x2a {
			return 0, 0, false, ErrBroken
		}
		return int(binary.LittleEndian.Uint16(data[6:])) & 0x3fff, int(binary.LittleEndian.Uint16(data[8:])) & 0x3fff, true, nil
	case "VP8L":
		if len(data) < 5 || data[0] != 0x2f {
			return 0, 0, false, ErrBroken
		}
		n := binary.LittleEndian.Uint32(data[1:])
		return int(n&0x3fff) + 1, int(n>>14&0x3fff) + 1, true, nil
	}
	return 0, 0, false, nil
}
