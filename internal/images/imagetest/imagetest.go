// Package imagetest makes small pictures for tests, with what a device writes beside them.
package imagetest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
)

// PNG is a picture of one pixel, built as the format says, whose pixel data are the content as it is: it comes back whole, and is no
// picture to a decoder.
func PNG(content []byte) []byte {
	out := []byte("\x89PNG\r\n\x1a\n")
	out = append(out, PNGChunk("IHDR", []byte{0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0})...)
	return append(append(out, PNGChunk("IDAT", content)...), PNGChunk("IEND", nil)...)
}

// PNGChunk is a part of a PNG.
func PNGChunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	named := slices.Concat([]byte(name), data)
	return binary.BigEndian.AppendUint32(append(out, named...), crc32.ChecksumIEEE(named))
}

// Exif are TIFF fields as a camera writes them: which way up the picture is, and where it was taken.
func Exif(way byte, place string) []byte {
	out := []byte{'I', 'I', '*', 0, 8, 0, 0, 0, 2, 0}
	out = append(out, 0x12, 0x01, 3, 0, 1, 0, 0, 0, way, 0, 0, 0)
	out = append(out, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0) // where the fields of the place stand
	return append(append(out, 0, 0, 0, 0), place...)
}

// JPEGSegment is a part of a JPEG.
func JPEGSegment(marker byte, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2)), data...)
}

// Drawn is a small picture with something on it.
func Drawn() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 24))
	for x := range 40 {
		for y := range 24 {
			m.Set(x, y, color.RGBA{uint8(x * 6), uint8(y * 10), 90, 255})
		}
	}
	return m
}

// Photograph is a JPEG as a telephone makes it, with the place wherever telephones write it: in its fields, in XMP, in a comment, in the small copy,
// and behind its end.
func Photograph(way byte, place string) []byte {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, Drawn(), nil); err != nil {
		panic(err)
	}
	b := plain.Bytes()
	return slices.Concat(b[:2],
		JPEGSegment(0xe0, append([]byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x01"), place[:3]...)),
		JPEGSegment(0xe1, append([]byte("Exif\x00\x00"), Exif(way, place)...)),
		JPEGSegment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>"+place+"</x>")),
		JPEGSegment(0xe2, []byte("MPF\x00"+place)), JPEGSegment(0xe2, []byte("ICC_PROFILE\x00\x01\x01colours")),
		JPEGSegment(0xed, []byte("Photoshop 3.0\x00"+place)), JPEGSegment(0xfe, []byte(place)),
		b[2:], []byte("ftypmp42"+place))
}
