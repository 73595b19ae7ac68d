package config

import (
	"fmt"
	"time"
)

// TimeOfDay is a time of the local day, written as "09:00".
type TimeOfDay time.Duration

// UnmarshalText reads a time of day.
func (d *TimeOfDay) UnmarshalText(b []byte) error {
	at, err := time.Parse("15:04", string(b))
	if err != nil {
		return fmt.Errorf("%q is no time of day; one looks like 09:00", b)
	}
	*d = TimeOfDay(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	return nil
}

// SinceMidnight is the time as it is counted from midnight.
func (d TimeOfDay) SinceMidnight() time.Duration { return time.Duration(d) }

// Duration is a time span written as "10m" or "1h30m".
type Duration time.Duration

// UnmarshalText reads a span.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%q is no time span; one looks like 30s, 10m or 1h", b)
	}
	*d = Duration(v)
	return nil
}
