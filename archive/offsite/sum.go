package offsite

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// digest is a SHA-256 in the making.
type digest struct{ hash.Hash }

func newSum() digest { return digest{sha256.New()} }

func (d digest) hex() string { return hex.EncodeToString(d.Sum(nil)) }
