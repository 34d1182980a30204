package password

import (
	"crypto/rand"
	"fmt"
	"io"
)

// 16 consonants and 4 vowels make 64 syllables: one random byte each without bias (256 is a multiple of 64). Letters
// that are easily mistaken when read aloud or copied by hand (c, q, w, x, y, i) are left out.
const (
	consonants = "bdfghklmnprstvzj"
	vowels     = "aeou"
)

const (
	groups            = 5
	syllablesPerGroup = 2
)

// Generate returns a random password that can be read aloud, such as "bame-tosu-vuke-nara-depo": 10 syllables of 64,
// 60 bits. It draws from the system's randomness.
func Generate() (string, error) { return GenerateFrom(rand.Reader) }

// GenerateFrom is Generate with another source of random bytes, for demos that must repeat. It takes 10 bytes.
func GenerateFrom(random io.Reader) (string, error) {
	draw := make([]byte, groups*syllablesPerGroup)
	if _, err := io.ReadFull(random, draw); err != nil {
		return "", fmt.Errorf("password: no randomness: %w", err)
	}
	var out []byte
	for i, b := range draw {
		if i > 0 && i%syllablesPerGroup == 0 {
			out = append(out, '-')
		}
		s := b % 64
		out = append(out, consonants[s/4], vowels[s%4])
	}
	return string(out), nil
}
