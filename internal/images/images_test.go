package images_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"mkr/internal/images"
	"mkr/internal/images/imagetest"
)

const place = "GPS 41.3275 N 19.8187 E"

func clean(t *testing.T, media string, b []byte) []byte {
	t.Helper()
	out, err := images.Clean(media, slices.Clone(b))
	if err != nil {
		t.Fatal(err)
	}
	again, err := images.Clean(media, slices.Clone(out))
	if err != nil || !bytes.Equal(again, out) {
		t.Errorf("cleaned once more it is another file: %v", err)
	}
	return out
}

func same(t *testing.T, a, b image.Image) {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%v, and was %v", b.Bounds(), a.Bounds())
	}
	for x := range a.Bounds().Dx() {
		for y := range a.Bounds().Dy() {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("the pixel at %d, %d is another", x, y)
			}
		}
	}
}

// A photograph keeps its picture, its colours and which way up it is; where it was taken is nowhere in it any more.
func TestAPhotographTellsNoPlace(t *testing.T) {
	for way := byte(1); way <= 8; way++ {
		raw := imagetest.Photograph(way, place)
		out := clean(t, "image/jpeg", raw)
		if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte(place[:3])) || bytes.Contains(out, []byte("xap")) || bytes.Contains(out, []byte("ftyp")) {
			t.Fatalf("the place is in it: %q", out[:200])
		}
		if !bytes.Contains(out, []byte("colours")) {
			t.Error("the profile of its colours is lost")
		}
		if has := bytes.Contains(out, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way}); has != (way != 1) {
			t.Errorf("which way up: %d, %v", way, has)
		}
		was, err := jpeg.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		is, err := jpeg.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		same(t, was, is)
	}
}

func drawnPNG(t testing.TB) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := png.Encode(&plain, imagetest.Drawn()); err != nil {
		t.Fatal(err)
	}
	return plain.Bytes()
}

func TestAPNGTellsNoPlace(t *testing.T) {
	b := drawnPNG(t)
	const head = 8 + 25 // up to the end of IHDR
	raw := slices.Concat(b[:head], imagetest.PNGChunk("eXIf", imagetest.Exif(6, place)), imagetest.PNGChunk("tEXt", []byte("Comment\x00"+place)), imagetest.PNGChunk("iTXt", []byte(place)),
		imagetest.PNGChunk("tIME", []byte("GPS1234")), imagetest.PNGChunk("prVt", []byte(place)), imagetest.PNGChunk("gAMA", []byte{0, 0, 0xb1, 0x8f}), b[head:], []byte(place))
	out := clean(t, "image/png", raw)
	if bytes.Contains(out, []byte("GPS")) || !bytes.Contains(out, []byte("gAMA")) || !bytes.Contains(out, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6}) {
		t.Errorf("%q", out[:120])
	}
	is, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	same(t, imagetest.Drawn(), is)
}

// webp is a picture of one pixel, without loss, with what the parts before and behind it say.
func webp(extended bool, behind ...[]byte) []byte {
	one, _ := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	body := one[12:]
	if extended {
		body = slices.Concat(chunk("VP8X", []byte{0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0}), body)
	}
	body = slices.Concat(append([][]byte{body}, behind...)...)
	return slices.Concat([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)+4)), []byte("WEBP"), body)
}

func chunk(name string, data []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
	return append(out, make([]byte, len(data)%2)...)
}

func TestAWebPTellsNoPlace(t *testing.T) {
	out := clean(t, "image/webp", slices.Concat(webp(true, chunk("EXIF", imagetest.Exif(3, place)), chunk("XMP ", []byte(place)), chunk("none", []byte(place))), []byte(place)))
	if bytes.Contains(out, []byte("GPS")) || out[20] != 0x08 || !bytes.Contains(out, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 3}) {
		t.Errorf("%q", out)
	}
	if int(binary.LittleEndian.Uint32(out[4:]))+8 != len(out) {
		t.Error("its length is not what it says")
	}
	upright := clean(t, "image/webp", webp(true, chunk("EXIF", imagetest.Exif(1, place))))
	if upright[20] != 0 || bytes.Contains(upright, []byte("EXIF")) {
		t.Errorf("%q", upright)
	}
	frame := chunk("ANMF", slices.Concat(make([]byte, 16), chunk("none", []byte(place))))
	if _, err := images.Clean("image/webp", webp(true, frame)); !errors.Is(err, images.ErrBroken) {
		t.Errorf("a frame with something beside its pixels: %v", err)
	}
}

// What is cut off, holds no picture, or would take a reader's memory is not taken in.
func TestPicturesThatAreNone(t *testing.T) {
	photo, drawn, small := imagetest.Photograph(1, place), drawnPNG(t), webp(true)
	huge := slices.Clone(photo)
	sof := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[sof+5:], []byte{0xff, 0xff, 0xff, 0xff})
	wide := slices.Concat(drawn[:8], imagetest.PNGChunk("IHDR", []byte{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0}), drawn[8+25:])
	canvas := slices.Clone(small)
	copy(canvas[24:], []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	bad := slices.Clone(drawn)
	bad[len(bad)-20] ^= 1 // in a chunk, whose checksum does not fit any more
	for name, c := range map[string]struct {
		media string
		b     []byte
		want  error
	}{
		"a photograph that is cut off":     {"image/jpeg", photo[:len(photo)/2], images.ErrBroken},
		"a photograph without a picture":   {"image/jpeg", []byte{0xff, 0xd8, 0xff, 0xd9}, images.ErrBroken},
		"a page that begins like a JPEG":   {"image/jpeg", []byte("\xff\xd8\xff<script>alert(1)</script>"), images.ErrBroken},
		"a photograph of four gigapixels":  {"image/jpeg", huge, images.ErrTooManyPixels},
		"a drawing that is cut off":        {"image/png", drawn[:len(drawn)-8], images.ErrBroken},
		"a drawing whose checksum is not":  {"image/png", bad, images.ErrBroken},
		"a drawing of 900 megapixels":      {"image/png", wide, images.ErrTooManyPixels},
		"a page that begins like a PNG":    {"image/png", []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), images.ErrBroken},
		"a WebP that is cut off":           {"image/webp", small[:len(small)-4], images.ErrBroken},
		"a WebP without a picture":         {"image/webp", slices.Concat([]byte("RIFF\x04\x00\x00\x00WEBP")), images.ErrBroken},
		"a WebP of 281 thousand gigapixel": {"image/webp", canvas, images.ErrTooManyPixels},
		"another kind":                     {"image/gif", []byte("GIF89a"), images.ErrBroken},
	} {
		if _, err := images.Clean(c.media, slices.Clone(c.b)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzClean: whatever the bytes, what comes out is never longer, clean, and without a place that stood in a part that is not the picture.
func FuzzClean(f *testing.F) {
	f.Add("image/jpeg", imagetest.Photograph(6, place))
	f.Add("image/png", drawnPNG(f))
	f.Add("image/webp", webp(true, chunk("EXIF", imagetest.Exif(3, place))))
	f.Fuzz(func(t *testing.T, media string, raw []byte) {
		out, err := images.Clean(media, slices.Clone(raw))
		if err != nil {
			return
		}
		if len(out) > len(raw) {
			t.Errorf("%d bytes of %d", len(out), len(raw))
		}
		again, err := images.Clean(media, slices.Clone(out))
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("what is clean is cleaned again: %v", err)
		}
	})
}
