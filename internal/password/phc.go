package password

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// phc is a stored hash: $argon2id$v=19$m=19456,t=2,p=1$salt$hash, with base64 that has no padding.
type phc struct {
	Params
	salt, hash []byte
}

// Bounds on what is accepted from storage: a hash that somebody planted must not exhaust the machine.
const (
	maxMemoryKiB = 1 << 20
	maxPasses    = 64
	maxLanes     = 64
	maxPHC       = 512
)

var b64 = base64.RawStdEncoding.Strict()

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.MemoryKiB, p.Passes, p.Lanes, b64.EncodeToString(p.salt), b64.EncodeToString(p.hash))
}

// parse reads the form that String writes, and nothing else. The error is ErrMalformed, without the text.
func parse(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(s) > maxPHC || len(parts) != 6 {
		return phc{}, ErrMalformed
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Passes, &p.Lanes); err != nil {
		return phc{}, ErrMalformed
	}
	var err error
	if p.salt, err = b64.DecodeString(parts[4]); err != nil {
		return phc{}, ErrMalformed
	}
	if p.hash, err = b64.DecodeString(parts[5]); err != nil {
		return phc{}, ErrMalformed
	}
	sane := p.MemoryKiB >= 8*uint32(p.Lanes) && p.MemoryKiB <= maxMemoryKiB &&
		p.Passes >= 1 && p.Passes <= maxPasses && p.Lanes >= 1 && p.Lanes <= maxLanes &&
		len(p.salt) >= 8 && len(p.hash) >= 16
	if !sane || p.String() != s { // writing it again catches signs, leading zeros and trailing text
		return phc{}, ErrMalformed
	}
	return p, nil
}
