// Package images takes out of photographs what the device wrote into them beside the picture: where and when it was taken, by which
// device, a small copy of the picture as it was before it was cropped. It decodes no pixel.
//
// It guarantees:
//
//   - What Clean returns holds only the parts that are needed to show the picture, each of a kind that is named here; what is not known
//     is left out. Behind the picture's end nothing is left.
//   - Which way up the picture is shown is kept, and is all that is kept of what the device wrote.
//   - A file that is not built as its format says, or is cut off, is ErrBroken; one with more pixels than MaxPixels, or a longer side than
//     MaxSide, is ErrTooManyPixels: a small file can be made to take a reader's whole memory.
//   - Clean of what is clean changes nothing.
package images

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Errors of this package.
var (
	ErrBroken        = errors.New("images: not built as its format says")
	ErrTooManyPixels = errors.New("images: too many pixels")
)

// MaxPixels and MaxSide bound what is taken in: more than any telephone's camera, or a page at 600 dots an inch, has.
const (
	MaxPixels = 120_000_000
	MaxSide   = 30_000
)

// Clean returns the picture without what its device wrote beside it, in place: b is written over. media is one of image/jpeg, image/png
// and image/webp; any other is ErrBroken.
func Clean(media string, b []byte) ([]byte, error) {
	switch media {
	case "image/jpeg":
		return cleanJPEG(b)
	case "image/png":
		return cleanPNG(b)
	case "image/webp":
		return cleanWebP(b)
	}
	return nil, ErrBroken
}

func checkSize(width, height int) error {
	switch {
	case width < 1 || height < 1:
		return ErrBroken
	case width > MaxSide || height > MaxSide || width*height > MaxPixels:
		return ErrTooManyPixels
	}
	return nil
}

// upright is the way up of a picture that says nothing of it.
const upright = 1

// wayUp reads from TIFF fields, as cameras write them (Exif), which way up the picture is. What cannot be read is upright.
func wayUp(tiff []byte) byte {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(tiff, []byte("II*\x00")):
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > uint64(len(tiff)) {
		return upright
	}
	fields := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(fields) < 12 {
			return upright
		}
		const orientation, short = 0x0112, 3
		if order.Uint16(fields) == orientation && order.Uint16(fields[2:]) == short {
			if v := order.Uint16(fields[8:]); v >= 1 && v <= 8 {
				return byte(v)
			}
			return upright
		}
		fields = fields[12:]
	}
	return upright
}

// onlyWayUp are TIFF fields that say which way up the picture is, and nothing else; nil where it is upright. They are never longer than the
// fields that they stand for: some end without the address of further fields, and so do these then.
func onlyWayUp(tiff []byte) []byte {
	way := wayUp(tiff)
	if way == upright {
		return nil
	}
	fields := []byte{'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way, 0, 0, 0, 0, 0, 0}
	return fields[:min(len(fields), len(tiff))]
}
