package config

import (
	"encoding"
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

// setScalar sets a value, or a list of values divided by commas, from a text.
func setScalar(v reflect.Value, s string) error {
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return text.UnmarshalText([]byte(s))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return errors.New("a whole number is needed")
		}
		v.SetInt(int64(n))
	case reflect.Float64:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return errors.New("a number is needed")
		}
		v.SetFloat(f)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return errors.New("true or false is needed")
		}
		v.SetBool(b)
	case reflect.Slice:
		v.SetZero()
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			item := reflect.New(v.Type().Elem()).Elem()
			if err := setScalar(item, part); err != nil {
				return fmt.Errorf("%q: %w", part, err)
			}
			v.Set(reflect.Append(v, item))
		}
	default:
		return fmt.Errorf("cannot be set from the environment")
	}
	return nil
}
