package imap

import (
	"encoding/json"
	"fmt"

	"github.com/emersion/go-sasl"
)

// xoauth2Client is the mechanism XOAUTH2 that large mail hosts offer beside, or in
// place of, OAUTHBEARER.
type xoauth2Client struct {
	user, token string
}

// newXOAuth2 returns a client for user with a bearer token.
func newXOAuth2(user, token string) sasl.Client { return &xoauth2Client{user, token} }

func (c *xoauth2Client) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + c.user + "\x01auth=Bearer " + c.token + "\x01\x01"), nil
}

// Next is called only when the server refuses: its challenge says why, as JSON.
func (c *xoauth2Client) Next(challenge []byte) ([]byte, error) {
	var refusal struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(challenge, &refusal); err != nil || refusal.Status == "" {
		return nil, fmt.Errorf("imap: XOAUTH2: the server refused the token")
	}
	return nil, fmt.Errorf("imap: XOAUTH2: the server refused the token: status %q", refusal.Status)
}
