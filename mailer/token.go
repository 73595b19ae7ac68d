package mailer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// Key is one secret that ids and tokens are signed with. Keys live in the
// database and rotate; old ones stay, so that late replies still match (DESIGN,
// Matching).
type Key struct {
	ID     string // short, letters and digits, lower case
	Secret []byte // 32 random bytes
}

// Signer signs and reads our Message-IDs and address tokens: a proof that a
// reply or bounce answers mail that we sent. Its keys are fixed; it is safe for
// concurrent use.
type Signer struct {
	keys []Key // newest first; the first one signs
}

// NewSigner takes the keys, newest first. No key, a short secret or an id that is
// not lower-case letters and digits is an error.
func NewSigner(keys ...Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("mailer: there is no key to sign Message-IDs with")
	}
	for _, k := range keys {
		if !keyID.MatchString(k.ID) {
			return nil, fmt.Errorf("mailer: key id %q must be 1 to 8 lower-case letters and digits", k.ID)
		}
		if len(k.Secret) < 16 {
			return nil, fmt.Errorf("mailer: the secret of key %s has %d bytes, it needs at least 16", k.ID, len(k.Secret))
		}
	}
	return &Signer{append([]Key(nil), keys...)}, nil
}

var keyID = regexp.MustCompile(`^[a-z0-9]{1,8}$`)

// The uses of a key, mixed into each signature so that one kind of token cannot
// pass for another.
const (
	useMessage  = "message-id"
	useReply    = "r"
	useEnvelope = "b"
)

// macText gives n signs of base32, lower case: 5 bits each.
func macText(k Key, use, id string, n int) string {
	m := hmac.New(sha256.New, k.Secret)
	fmt.Fprintf(m, "%s\n%s\n%s", use, k.ID, id) // a hash never fails to write
	return strings.ToLower(tokenCode.EncodeToString(m.Sum(nil)))[:n]
}

var tokenCode = base32.StdEncoding.WithPadding(base32.NoPadding)

// The lengths of signatures, in base32 signs. Message-IDs have room; a local part
// has 64 octets for everything (RFC 5321 section 4.5.3.1.1), and guessing one of
// 50 bits over e-mail is hopeless.
const (
	messageMAC = 26
	addressMAC = 10
)

// MessageID makes a signed Message-ID without angle brackets for a delivery. The
// delivery id must be letters, digits, "-" and "_".
func (s *Signer) MessageID(deliveryID, domain string) string {
	k := s.keys[0]
	return deliveryID + "." + k.ID + "." + macText(k, useMessage, deliveryID, messageMAC) + "@" + domain
}

// ParseMessageID reads a Message-ID, with or without angle brackets, and says
// which delivery it was made for. ok is false for any id that we did not sign.
func (s *Signer) ParseMessageID(id string) (deliveryID string, ok bool) {
	id = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(id), "<"), ">")
	local, _, found := strings.Cut(id, "@")
	parts := strings.Split(local, ".")
	if !found || len(parts) != 3 {
		return "", false
	}
	if !s.valid(useMessage, parts[0], parts[1], strings.ToLower(parts[2]), messageMAC) {
		return "", false
	}
	return parts[0], true
}

// valid compares the signature under the named key, in constant time.
func (s *Signer) valid(use, id, key, mac string, n int) bool {
	for _, k := range s.keys {
		if k.ID == strings.ToLower(key) && id != "" {
			return hmac.Equal([]byte(mac), []byte(macText(k, use, id, n)))
		}
	}
	return false
}

// ReplyAddress puts a token for a complaint into an address:
// complaints+r-TOKEN@example.org. An address that would grow past what SMTP
// takes, or has no @, comes back unchanged: replies then match by other keys.
func (s *Signer) ReplyAddress(base, complaintID string) string {
	return s.address(useReply, base, complaintID)
}

// EnvelopeAddress puts a token for a delivery into a return path:
// complaints+b-TOKEN@example.org.
func (s *Signer) EnvelopeAddress(base, deliveryID string) string {
	return s.address(useEnvelope, base, deliveryID)
}

// ParseReplyAddress reads the complaint from an address made by ReplyAddress, in
// whatever case it comes back.
func (s *Signer) ParseReplyAddress(address string) (complaintID string, ok bool) {
	return s.parseAddress(useReply, address)
}

// ParseEnvelopeAddress reads the delivery from an address made by EnvelopeAddress.
func (s *Signer) ParseEnvelopeAddress(address string) (deliveryID string, ok bool) {
	return s.parseAddress(useEnvelope, address)
}

// address writes base+USE-KEY-ID-MAC@domain. An id that case folding or an
// address would spoil is written in base32, a UUID as its 16 bytes.
func (s *Signer) address(use, base, id string) string {
	at := strings.LastIndexByte(base, '@')
	if at < 1 || id == "" {
		return base
	}
	k := s.keys[0]
	code := "0" + id // a plain id, as it is
	if u, err := uuid.Parse(id); err == nil && u.String() == id {
		code = "2" + strings.ToLower(tokenCode.EncodeToString(u[:]))
	} else if !plainID.MatchString(id) {
		code = "1" + strings.ToLower(tokenCode.EncodeToString([]byte(id)))
	}
	local := base[:at] + "+" + use + "-" + k.ID + "-" + code + "-" + macText(k, use, id, addressMAC)
	if len(local) > 64 {
		return base
	}
	return local + base[at:]
}

var plainID = regexp.MustCompile(`^[a-z0-9]+$`)

func (s *Signer) parseAddress(use, address string) (id string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", false
	}
	local := strings.ToLower(address[:at])
	_, token, found := strings.Cut(local, "+"+use+"-")
	parts := strings.Split(token, "-")
	if !found || len(parts) != 3 || len(parts[1]) < 2 {
		return "", false
	}
	switch parts[1][0] {
	case '0':
		id = parts[1][1:]
	case '1', '2':
		b, err := tokenCode.DecodeString(strings.ToUpper(parts[1][1:]))
		if err != nil {
			return "", false
		}
		id = string(b)
		if parts[1][0] == '2' {
			u, err := uuid.FromBytes(b)
			if err != nil {
				return "", false
			}
			id = u.String()
		}
	default:
		return "", false
	}
	if !s.valid(use, id, parts[0], parts[2], addressMAC) {
		return "", false
	}
	return id, true
}
