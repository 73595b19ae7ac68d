package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// maxMS is the last millisecond of the year 9999, as the CHECKs have it.
const maxMS = 253402300799999

// toMS turns a time into UTC milliseconds; the zero time is 0. A time outside of
// 1970 to 9999, as damaged mail has it, is moved to the nearer end.
func toMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return min(max(t.UnixMilli(), 1), maxMS)
}

func fromMS(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// clean removes what PostgreSQL refuses in text: NUL and invalid UTF-8.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// null stands for an optional foreign key: "" is stored as NULL.
type null string

// values turns parameters into what both drivers take.
func values(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = value(a)
	}
	return out
}

func value(a any) any {
	switch v := a.(type) {
	case string:
		return clean(v)
	case int64, []byte, float64, nil:
		return a
	case int:
		return int64(v)
	case uint32:
		return int64(v)
	case time.Time:
		return toMS(v)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case []string:
		if len(v) == 0 {
			return "[]"
		}
		b, err := json.Marshal(v)
		if err != nil { // strings always marshal
			return "[]"
		}
		return clean(string(b))
	case null:
		if v == "" {
			return nil
		}
		return clean(string(v))
	case driver.Valuer:
		return v
	}
	if r := reflect.ValueOf(a); r.Kind() == reflect.String {
		return clean(r.String())
	}
	return a
}

// The scan targets below turn columns back into Go values.

type ms struct{ t *time.Time }

// Scan implements sql.Scanner.
func (m ms) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("store: %T is not a time", src)
	}
	*m.t = fromMS(v)
	return nil
}

type flag struct{ b *bool }

// Scan implements sql.Scanner.
func (f flag) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("store: %T is not a flag", src)
	}
	*f.b = v != 0
	return nil
}

type words struct{ l *[]string }

// Scan implements sql.Scanner.
func (w words) Scan(src any) error {
	text, err := text(src)
	if err != nil || text == "[]" {
		return err
	}
	return json.Unmarshal([]byte(text), w.l)
}

type optional struct{ s *string }

// Scan implements sql.Scanner.
func (o optional) Scan(src any) error {
	var err error
	*o.s = ""
	if src != nil {
		*o.s, err = text(src)
	}
	return err
}

func text(src any) (string, error) {
	switch v := src.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", fmt.Errorf("store: %T is not text", src)
}
