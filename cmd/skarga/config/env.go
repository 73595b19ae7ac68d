package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// override sets values from the environment: SKARGA_SMTP_HOST for smtp.host,
// SKARGA_MAILBOXES_0_USER for the first mailbox's user. Lists are split at commas.
func override(v reflect.Value, prefix string, environ []string) error {
	env := map[string]string{}
	for _, e := range environ {
		if k, val, ok := strings.Cut(e, "="); ok && strings.HasPrefix(k, prefix+"_") {
			env[k] = val
		}
	}
	used := map[string]bool{"SKARGA_CONFIG": true}
	if err := overrideFields(v, prefix, env, used); err != nil {
		return err
	}
	for k := range env {
		if !used[k] {
			return fmt.Errorf("config: the environment has %s, which names no setting; `skarga init --print` lists every one there is", k)
		}
	}
	return nil
}

func overrideFields(v reflect.Value, name string, env map[string]string, used map[string]bool) error {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			key := name + "_" + strings.ToUpper(v.Type().Field(i).Tag.Get("toml"))
			if err := overrideFields(v.Field(i), key, env, used); err != nil {
				return err
			}
		}
		return nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			if err := overrideFields(v.Index(i), name+"_"+strconv.Itoa(i), env, used); err != nil {
				return err
			}
		}
		return nil
	}
	s, ok := env[name]
	if !ok {
		return nil
	}
	used[name] = true
	if err := setScalar(v, s); err != nil {
		return fmt.Errorf("config: %s=%q in the environment: %w", name, s, err)
	}
	return nil
}

func setScalar(v reflect.Value, s string) error {
	switch x := v.Addr().Interface().(type) {
	case *string:
		*x = s
	case *int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return errors.New("a whole number is needed")
		}
		*x = n
	case *float64:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return errors.New("a number is needed")
		}
		*x = f
	case *bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return errors.New("true or false is needed")
		}
		*x = b
	case *Duration:
		return x.UnmarshalText([]byte(s))
	case *[]string:
		*x = nil
		for _, part := range strings.Split(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*x = append(*x, part)
			}
		}
	case *TimeOfDay:
		return x.UnmarshalText([]byte(s))
	case *[]float64:
		*x = nil
		for _, part := range strings.Split(s, ",") {
			f, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
			if err != nil {
				return errors.New("numbers are needed, divided by commas")
			}
			*x = append(*x, f)
		}
	case *[]Duration:
		*x = nil
		for _, part := range strings.Split(s, ",") {
			var d Duration
			if err := d.UnmarshalText([]byte(strings.TrimSpace(part))); err != nil {
				return err
			}
			*x = append(*x, d)
		}
	default:
		return fmt.Errorf("cannot be set from the environment")
	}
	return nil
}
