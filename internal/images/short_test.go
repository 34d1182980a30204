package images_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"mkr/internal/images"
	"mkr/internal/images/imagetest"
)

// Fields as short as they can be, without the address of further fields behind them, are shorter than what is written in their place: the
// picture behind them stays whole.
func TestFieldsShorterThanTheirRemainder(t *testing.T) {
	short := []byte{'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0}
	way := []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6}
	exif := append([]byte("Exif\x00\x00"), short...)
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2)), exif...)
	photo := imagetest.Photograph(1, place)
	bare := slices.Clone(photo[:2])
	for at := 2; ; { // without what the camera wrote
		n := int(binary.BigEndian.Uint16(photo[at+2:])) + 2
		if photo[at+1] < 0xe0 {
			bare = append(bare, photo[at:]...)
			break
		}
		at += n
	}
	drawn := drawnPNG(t)
	for name, c := range map[string]struct {
		media string
		b     []byte
	}{
		"JPEG":     {"image/jpeg", slices.Concat(bare[:2], segment, bare[2:])},
		"PNG":      {"image/png", slices.Concat(drawn[:33], imagetest.PNGChunk("eXIf", short), drawn[33:])},
		"PNG, two": {"image/png", slices.Concat(drawn[:33], imagetest.PNGChunk("eXIf", short), imagetest.PNGChunk("eXIf", short), drawn[33:])},
		"WebP":     {"image/webp", webp(true, chunk("EXIF", short))},
	} {
		out, err := images.Clean(c.media, slices.Clone(c.b))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Count(out, way) != 1 {
			t.Errorf("%s: which way up is said %d times", name, bytes.Count(out, way))
		}
		if len(out) > len(c.b) {
			t.Errorf("%s: %d bytes became %d", name, len(c.b), len(out))
		}
		again, err := images.Clean(c.media, slices.Clone(out))
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: cleaned once more it is another file: %v", name, err)
		}
	}
}
