package complaint

import (
	"errors"
	"fmt"
	"strings"
)

// Channel is a way in which a complaint may reach the firm (P11).
type Channel string

// The open channels of P11. There is no constant for phone, on purpose.
const (
	ChannelEmail  Channel = "email"
	ChannelLetter Channel = "letter"
	ChannelForm   Channel = "form"
)

// Channels lists the open channels.
func Channels() []Channel { return []Channel{ChannelEmail, ChannelLetter, ChannelForm} }

// ErrPhoneRefused is returned wherever phone is offered as a channel (P11).
// Commands end with exit code 3 on it.
var ErrPhoneRefused = errors.New("complaints are not taken by phone (policy P11); the open channels are e-mail, letter and online form")

// ParseChannel reads a channel name, in any case, with "e-mail" and "post"
// accepted as other names. Phone and its synonyms give ErrPhoneRefused; any
// other word gives an error that lists the open channels.
func ParseChannel(s string) (Channel, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "email", "e-mail", "mail":
		return ChannelEmail, nil
	case "letter", "post":
		return ChannelLetter, nil
	case "form", "online", "online form", "web":
		return ChannelForm, nil
	case "phone", "telephone", "call", "voicemail", "tel", "mobile", "telefon":
		return "", ErrPhoneRefused
	}
	return "", fmt.Errorf("complaint: unknown channel %q; the open channels are email, letter and form", s)
}

// UnmarshalText lets configuration and JSON read a channel with the same
// refusal as ParseChannel.
func (c *Channel) UnmarshalText(b []byte) error {
	ch, err := ParseChannel(string(b))
	if err != nil {
		return err
	}
	*c = ch
	return nil
}
