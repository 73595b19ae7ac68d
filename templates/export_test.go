package templates

import "reflect"

// CopyField copies one field from a message to another of its kind, for tests.
func CopyField(to, from Data, f Field) {
	reflect.ValueOf(to).Elem().FieldByIndex(f.index).Set(reflect.ValueOf(from).Elem().FieldByIndex(f.index))
}
