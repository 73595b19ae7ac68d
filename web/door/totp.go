package door

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// totpStep is how long a one-time code holds (RFC 6238 section 5.2).
const totpStep = 30 * time.Second

// matchCode says for which step a code is right: the present one, or one before or
// after it, since clocks differ.
func matchCode(secret, code string, now time.Time) (step int64, ok bool) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(key) == 0 || len(code) != 6 {
		return 0, false
	}
	present := now.Unix() / int64(totpStep/time.Second)
	for s := present - 1; s <= present+1; s++ {
		if subtle.ConstantTimeCompare([]byte(oneTimeCode(key, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// oneTimeCode is the code of a step: RFC 4226 section 5.3 with six digits.
func oneTimeCode(key []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	m := hmac.New(sha1.New, key) // what every one-time code program speaks
	m.Write(counter[:])
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// Code is the one-time code of a secret at a time, as the person's device shows it.
func Code(secret string, at time.Time) (string, error) {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", fmt.Errorf("door: the secret is no base32: %w", err)
	}
	return oneTimeCode(key, at.Unix()/int64(totpStep/time.Second)), nil
}

// totpAddress is what one-time code programs read, typed or as a QR code.
func totpAddress(issuer, name, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + q.Encode()
}
