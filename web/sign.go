package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// signer signs what leaves us and comes back, so that nobody makes it up. Its keys
// are the newest first: the first signs, all verify.
type signer [][]byte

// sign adds a signature for one use to an ID, which must hold no dot.
func (s signer) sign(use, id string) string {
	return id + "." + base64.RawURLEncoding.EncodeToString(signature(s[0], use, id))
}

// open gives the ID back; ok is false for what we did not sign for this use.
func (s signer) open(use, signed string) (id string, ok bool) {
	id, mac, _ := strings.Cut(signed, ".")
	got, err := base64.RawURLEncoding.DecodeString(mac)
	if err != nil || id == "" {
		return "", false
	}
	for _, key := range s {
		if hmac.Equal(got, signature(key, use, id)) {
			return id, true
		}
	}
	return "", false
}

func signature(key []byte, use, id string) []byte {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "web\n%s\n%s", use, id) // a hash never fails to write
	return m.Sum(nil)[:20]
}

// token draws a secret of 256 bits, and the hash under which the store knows it:
// who reads the database cannot use it.
func token() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, tokenHash(secret)
}

func tokenHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
